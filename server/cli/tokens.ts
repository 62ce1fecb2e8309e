/** `token`: by which programs call the API. */
import { ROLES, type Role, type Token } from '../../schemas/people.ts'
import type { TokenOptions } from './commands/users.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { EXIT, UsageError } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

export async function addToken(
  { terminal, config }: Context,
  options: TokenOptions & { name: string; json: boolean },
): Promise<number> {
  const { name, account, role, write, days, json } = options
  if (days !== undefined && !/^\d{1,4}$/.test(days))
    throw new UsageError(`"${days}" is no number of days.`, 'For example --days 30.')
  // What is for the whole server is an operator's.
  const given = {
    name,
    account: account ?? null,
    role: account === undefined ? 'operator' : roleFrom(role),
  } as const
  if (account === undefined && role !== undefined && role !== 'operator')
    throw new UsageError('A role is one in an account.', 'Add --account <slug>.')
  const more = {
    access: write ? 'write' : 'read',
    ...(days === undefined ? {} : { days: Number(days) }),
  } as const
  const token = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.addToken({ ...given, ...more }, whoAmI()),
  )
  await terminal.data(json ? jsonText(token) : `${token.secret}\n`)
  const what = token.access === 'write' ? 'may read and change things' : 'may read'
  terminal.say(`This token ${what} until ${token.expiresAt.slice(0, 10)}. It is not shown again.`)
  return EXIT.done
}

export async function listTokens(
  { terminal, config }: Context,
  { account, json }: { account?: string; json: boolean },
): Promise<number> {
  const tokens = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.listTokens(account ?? null),
  )
  const now = new Date().toISOString()
  if (json) await terminal.data(jsonText(tokens))
  else if (tokens.length > 0) await terminal.data(tableText(columns(now), tokens, terminal.outColors))
  else terminal.say('No tokens. Make one with `rollcall token add <name> --account <slug>`.')
  return EXIT.done
}

export async function revokeToken(
  { terminal, config }: Context,
  id: string,
  { json }: { json: boolean },
): Promise<number> {
  const token = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.revokeToken(id))
  if (json) await terminal.data(jsonText(token))
  terminal.say(`The token ${printable(token.name)} (…${token.ending}) is good no more.`)
  return EXIT.done
}

function roleFrom(text = 'viewer'): Role {
  const found = ROLES.find((role) => role === text)
  if (found === undefined)
    throw new UsageError(`There is no role "${text}".`, `Use one of ${ROLES.join(', ')}.`)
  return found
}

function columns(now: string): readonly Column<Token>[] {
  return [
    { header: 'Id', cell: ({ id }) => id },
    { header: 'Name', cell: ({ name }) => printable(name) },
    { header: 'Account', cell: ({ account }) => account ?? 'all' },
    { header: 'Role', cell: ({ role }) => role },
    { header: 'May', cell: ({ access }) => access },
    { header: 'Ends with', cell: ({ ending }) => ending },
    { header: 'State', cell: (token) => stateOf(token, now) },
    { header: 'Until', cell: ({ expiresAt }) => expiresAt.slice(0, 10) },
    { header: 'Last used', cell: ({ lastUsedAt }) => lastUsedAt?.slice(0, 10) ?? 'never' },
  ]
}

function stateOf({ revokedAt, expiresAt }: Token, now: string): string {
  if (revokedAt !== null) return 'revoked'
  return expiresAt <= now ? 'expired' : 'good'
}
