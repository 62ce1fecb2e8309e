/** `account`: the customers. */
import type { Account, NewAccount } from '../../importer/types.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

export async function addAccount(
  { terminal, config }: Context,
  { json, ...account }: NewAccount & { json: boolean },
): Promise<number> {
  const added = await withSession({ config, terminal, needs: 'look', mayCreate: true }, ({ door }) =>
    door.addAccount(account),
  )
  if (json) await terminal.data(jsonText(added))
  terminal.say(
    `Account ${added.slug} is there. Let it in with \`rollcall key add --account ${added.slug} <file.pub>\`.`,
  )
  return EXIT.done
}

export async function listAccounts(
  { terminal, config }: Context,
  { json }: { json: boolean },
): Promise<number> {
  const accounts = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.listAccounts())
  if (json) await terminal.data(jsonText(accounts))
  else if (accounts.length > 0) await terminal.data(tableText(COLUMNS, accounts, terminal.outColors))
  else terminal.say('No accounts. Add one with `rollcall account add <slug>`.')
  return EXIT.done
}

const COLUMNS: readonly Column<Account>[] = [
  { header: 'Account', cell: ({ slug }) => slug },
  { header: 'Name', cell: ({ name }) => printable(name) },
  { header: 'Time zone', cell: ({ timezone }) => timezone },
  { header: 'Since', cell: ({ createdAt }) => createdAt.slice(0, 10) },
]
