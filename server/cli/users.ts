/** `user`: people who sign in to the pages. */

import {
  ACCOUNT_ROLES,
  type AccountRole,
  type Invitation,
  ROLE_NAMES,
  type User,
} from '../../schemas/people.ts'
import type { Door } from '../control/door.ts'
import type { UserOptions } from './commands/users.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT, UsageError } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

export async function addUser(
  context: Context,
  options: UserOptions & { email: string; json: boolean },
): Promise<number> {
  const { email, name, account, role, operator, json } = options
  if (account === undefined && operator !== true)
    throw new UsageError('It is not said what they may do.', 'Add --account <slug>, or --operator.')
  if (account === undefined && role !== undefined)
    throw new UsageError('A role is one in an account.', 'Add --account <slug>.')
  const roles = account === undefined ? [] : [{ account, role: roleFrom(role ?? 'viewer') }]
  const given = { email, isOperator: operator === true, roles, ...(name === undefined ? {} : { name }) }
  return await invite(context, json, (door) => door.addUser(given))
}

export async function resetUser(
  context: Context,
  email: string,
  { json }: { json: boolean },
): Promise<number> {
  return await invite(context, json, (door) => door.resetUser(email))
}

export async function listUsers(
  { terminal, config }: Context,
  { account, json }: { account?: string; json: boolean },
): Promise<number> {
  const users = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.listUsers(account ?? null),
  )
  if (json) await terminal.data(jsonText(users))
  else if (users.length > 0) await terminal.data(tableText(COLUMNS, users, terminal.outColors))
  else terminal.say('Nobody. Let somebody in with `rollcall user add <email> --operator`.')
  return EXIT.done
}

export async function setRole(
  { terminal, config }: Context,
  email: string,
  role: string,
  { account, json }: { account?: string; json: boolean },
): Promise<number> {
  const change = async (door: Door): Promise<User> => {
    if (role === 'operator') return await door.setOperator(email, true)
    if (account !== undefined)
      return await door.setRole(email, account, role === 'none' ? null : roleFrom(role))
    if (role === 'none') return await door.setOperator(email, false)
    throw new UsageError('A role is one in an account.', 'Add --account <slug>.')
  }
  const user = await withSession({ config, terminal, needs: 'look' }, ({ door }) => change(door))
  if (json) await terminal.data(jsonText(user))
  terminal.say(`${printable(user.name)}: ${rolesText(user) || 'no role'}.`)
  return EXIT.done
}

export async function removeUser(
  { terminal, config }: Context,
  email: string,
  { json }: { json: boolean },
): Promise<number> {
  const user = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.removeUser(email))
  if (json) await terminal.data(jsonText(user))
  terminal.say(`${user.email} signs in no more.`)
  return EXIT.done
}

async function invite(
  { terminal, config }: Context,
  json: boolean,
  make: (door: Door) => Promise<Invitation>,
): Promise<number> {
  const { invitation, base } = await withSession({ config, terminal, needs: 'look' }, async ({ door }) => {
    const { http } = await door.status()
    const here = http === null ? `http://localhost:${config.httpPort}` : `http://localhost:${http.port}`
    return { invitation: await make(door), base: config.publicUrl ?? here }
  })
  const link = `${base}/welcome/${invitation.secret}`
  if (json) await terminal.data(jsonText({ ...invitation, link }))
  else await terminal.data(`${link}\n`)
  const until = invitation.expiresAt.slice(0, 10)
  terminal.say(
    `Give this link to ${invitation.user.email}: it is good once, until ${until}, to choose a password.`,
  )
  return EXIT.done
}

function roleFrom(text: string): AccountRole {
  const found = ACCOUNT_ROLES.find((role) => role === text)
  if (found === undefined)
    throw new UsageError(`There is no role "${text}".`, `Use ${ACCOUNT_ROLES.join(', ')}.`)
  return found
}

function rolesText({ isOperator, roles }: User): string {
  const there = roles.map(({ account, role }) => `${ROLE_NAMES[role]} of ${account}`)
  return [...(isOperator ? [ROLE_NAMES.operator] : []), ...there].join(', ')
}

const COLUMNS: readonly Column<User>[] = [
  { header: 'Address', cell: ({ email }) => printable(email) },
  { header: 'Name', cell: ({ name }) => printable(name) },
  { header: 'May', cell: rolesText },
  { header: 'Second factor', cell: ({ hasSecondFactor }) => (hasSecondFactor ? 'yes' : 'no') },
  {
    header: 'Last sign-in',
    cell: ({ hasPassword, lastSignInAt }) =>
      hasPassword ? (lastSignInAt?.slice(0, 10) ?? 'never') : 'invited',
  },
]
