/** Who may come in, with what, and what everybody did. */
import { z } from 'zod'
import { ImportError } from '../../../importer/errors.ts'
import { ACCESSES, ACCOUNT_ROLES, type AuditPage } from '../../../schemas/people.ts'
import type { Door } from '../../control/door.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import * as shapes from './shapes.ts'

const tag = 'People and programs'
const answerFor = { needs: 'account_admin', accountBy: 'query' } as const
const role = z.enum(ACCOUNT_ROLES)

export const PEOPLE_ENDPOINTS: readonly Endpoint[] = [
  endpoint(
    {
      method: 'GET',
      path: '/me',
      access: { needs: 'anybody' },
      tag,
      summary: 'who one is here',
      answer: shapes.Me,
    },
    ({ viewer: { kind, id, name, isOperator, roles, mayWrite } }) => ({
      ...{ kind, id, name, isOperator, roles: [...roles], mayWrite },
    }),
  ),
  endpoint(
    {
      method: 'GET',
      path: '/me/sessions',
      access: { needs: 'anybody' },
      tag,
      summary: 'where one is signed in',
      answer: shapes.Sessions,
    },
    async ({ http, viewer }) => shapes.pageOf(await http.sessions.list(viewer.id)),
  ),
  endpoint(
    {
      method: 'DELETE',
      path: '/me/sessions/{id}',
      access: { needs: 'anybody' },
      tag,
      summary: 'ends one of them',
      answer: shapes.Done,
    },
    async ({ http, viewer, param }) => {
      await http.sessions.end(viewer.id, param('id'))
      return { done: true as const }
    },
  ),
  endpoint(
    {
      method: 'GET',
      path: '/users',
      access: answerFor,
      tag,
      summary: 'people with a role in the account',
      answer: shapes.Users,
    },
    async ({ door, account }) => {
      const users = await door.listUsers(account.slug)
      // What they may do elsewhere is not this account's business.
      const here = users.map((user) => ({
        ...user,
        roles: user.roles.filter((one) => one.account === account.slug),
      }))
      return shapes.pageOf(here)
    },
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/users', access: answerFor, tag, answer: shapes.Invitation, status: 201 },
      summary: 'lets somebody in; answers a link that is good once',
      body: z.object({
        email: z.string().max(320),
        name: z.string().max(100).exactOptional(),
        role: role.default('viewer'),
      }),
    },
    ({ door, account, body: { role: as, ...user } }) =>
      door.addUser({ ...user, roles: [{ account: account.slug, role: as }] }),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/users/role', access: answerFor, tag, answer: shapes.Done },
      summary: 'gives somebody another role in the account; null takes it away',
      body: z.object({ user: z.string().max(320), role: role.nullable() }),
    },
    async ({ door, account, body }) => {
      await mustBeHere(door, account.slug, body.user)
      await door.setRole(body.user, account.slug, body.role)
      return { done: true as const }
    },
  ),
  endpoint(
    {
      method: 'GET',
      path: '/tokens',
      access: answerFor,
      tag,
      summary: 'tokens of the account, newest first',
      answer: shapes.Tokens,
    },
    async ({ door, account }) => shapes.pageOf(await door.listTokens(account.slug)),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/tokens', access: answerFor, tag, answer: shapes.MadeToken, status: 201 },
      summary: 'makes a token; its secret is shown this once',
      body: z.object({
        name: z.string().max(100),
        role: role.default('viewer'),
        access: z.enum(ACCESSES).default('read'),
        days: z.int().min(1).max(730).default(90),
      }),
    },
    ({ door, account, viewer, body }) => door.addToken({ ...body, account: account.slug }, viewer.name),
  ),
  endpoint(
    {
      method: 'DELETE',
      path: '/tokens/{id}',
      access: answerFor,
      tag,
      summary: 'ends a token at once',
      answer: shapes.Token,
    },
    async ({ door, account, param }) => {
      const here = await door.listTokens(account.slug)
      if (!here.some(({ id }) => id === param('id')))
        throw new ImportError('TOKEN_UNKNOWN', { id: param('id') })
      return await door.revokeToken(param('id'))
    },
  ),
  endpoint(
    {
      method: 'GET',
      path: '/audit',
      access: answerFor,
      tag,
      summary: 'who did what in the account, newest first',
      query: shapes.placeQuery,
      answer: shapes.AuditPage,
    },
    async ({ door, account, query }) => audited(await door.auditLog(account.slug, placeOf(query))),
  ),
  endpoint(
    {
      method: 'GET',
      path: '/server/audit',
      access: { needs: 'operator' },
      tag,
      summary: 'who did what anywhere',
      query: shapes.placeQuery,
      answer: shapes.AuditPage,
    },
    async ({ door, query }) => audited(await door.auditLog(null, placeOf(query))),
  ),
  endpoint(
    {
      method: 'GET',
      path: '/server/audit/verdict',
      access: { needs: 'operator' },
      tag,
      summary: 'whether the audit log is as it was written',
      answer: shapes.AuditVerdict,
    },
    ({ door }) => door.verifyAudit(),
  ),
  endpoint(
    {
      method: 'GET',
      path: '/server/status',
      access: { needs: 'operator' },
      tag,
      summary: 'who is at work and on what',
      answer: shapes.Status,
    },
    ({ door }) => door.status(),
  ),
]

/** Somebody who has no role here is nobody here, whatever they are elsewhere. */
async function mustBeHere(door: Door, account: string, user: string): Promise<void> {
  const key = user.toLowerCase()
  const here = await door.listUsers(account)
  if (!here.some(({ id, email }) => id === user || email === key))
    throw new ImportError('USER_UNKNOWN', { user })
}

function placeOf({ cursor, limit }: z.output<typeof shapes.placeQuery>) {
  const before = cursor === undefined ? {} : { before: Math.max(1, shapes.placeOf(cursor)) }
  return { ...before, ...(limit === undefined ? {} : { limit }) }
}

function audited({ entries, next }: AuditPage) {
  return { entries, next: next === null ? null : String(next) }
}
