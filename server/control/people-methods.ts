/** What the control socket answers about people who sign in, tokens and the audit log, and the same at its other end. */
import { z } from 'zod'
import {
  ACCESSES,
  ACCOUNT_ROLES,
  auditPageSchema,
  auditPlaceSchema,
  auditVerdictSchema,
  invitationSchema,
  madeTokenSchema,
  ROLES,
  tokenSchema,
  userSchema,
} from '../../schemas/people.ts'
import { type Ask, one } from './method.ts'
import type { PeopleDoor } from './people-door.ts'

const key = z.tuple([z.string()])
const maybeAccount = z.string().nullable()
const role = z.enum(ACCOUNT_ROLES)
// What a good address or name is, is said in the words of those who keep them.
const newUser = z.object({
  email: z.string(),
  name: z.string().exactOptional(),
  isOperator: z.boolean().optional(),
  roles: z.array(z.object({ account: z.string(), role })).optional(),
})
const newToken = z.object({
  name: z.string(),
  account: maybeAccount,
  role: z.enum(ROLES).optional(),
  access: z.enum(ACCESSES).optional(),
  days: z.int().optional(),
})

export const PEOPLE_METHODS = {
  addUser: one(z.tuple([newUser]), invitationSchema, (door, user) => door.addUser(user)),
  listUsers: one(z.tuple([maybeAccount]), z.array(userSchema), (door, account) => door.listUsers(account)),
  user: one(key, userSchema, (door, user) => door.user(user)),
  setRole: one(z.tuple([z.string(), z.string(), role.nullable()]), userSchema, (door, user, account, to) =>
    door.setRole(user, account, to),
  ),
  setOperator: one(z.tuple([z.string(), z.boolean()]), userSchema, (door, user, isOperator) =>
    door.setOperator(user, isOperator),
  ),
  removeUser: one(key, userSchema, (door, user) => door.removeUser(user)),
  resetUser: one(key, invitationSchema, (door, user) => door.resetUser(user)),
  addToken: one(z.tuple([newToken, z.string()]), madeTokenSchema, (door, token, by) =>
    door.addToken(token, by),
  ),
  listTokens: one(z.tuple([maybeAccount]), z.array(tokenSchema), (door, account) => door.listTokens(account)),
  revokeToken: one(key, tokenSchema, (door, id) => door.revokeToken(id)),
  auditLog: one(z.tuple([maybeAccount, auditPlaceSchema]), auditPageSchema, (door, account, place) =>
    door.auditLog(account, place),
  ),
  verifyAudit: one(z.tuple([]), auditVerdictSchema, (door) => door.verifyAudit()),
} as const

export function remotePeople(ask: Ask<typeof PEOPLE_METHODS>): PeopleDoor {
  return {
    addUser: (user) => ask('addUser', [user]),
    listUsers: (account) => ask('listUsers', [account]),
    user: (key) => ask('user', [key]),
    setRole: (user, account, role) => ask('setRole', [user, account, role]),
    setOperator: (user, isOperator) => ask('setOperator', [user, isOperator]),
    removeUser: (user) => ask('removeUser', [user]),
    resetUser: (user) => ask('resetUser', [user]),
    addToken: (token, by) => ask('addToken', [token, by]),
    listTokens: (account) => ask('listTokens', [account]),
    revokeToken: (id) => ask('revokeToken', [id]),
    auditLog: (account, place) => ask('auditLog', [account, place]),
    verifyAudit: () => ask('verifyAudit', []),
  }
}
