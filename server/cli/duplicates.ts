/** `employee duplicates` and `employee keep-apart`: records that are likely one person, and a word that they are not. */
import type { DuplicatePage } from '../../importer/types.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

export interface DuplicatesOptions {
  readonly account: string
  readonly after?: string
  readonly limit?: number
  readonly json: boolean
}

export async function listDuplicates(
  { terminal, config }: Context,
  { account, json, ...place }: DuplicatesOptions,
): Promise<number> {
  const page = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.duplicates(account, place),
  )
  if (json) await terminal.data(jsonText(page))
  else if (page.pairs.length > 0) {
    await terminal.data(tableText(COLUMNS, page.pairs, terminal.outColors))
    terminal.say(
      `One person? \`rollcall employee merge <older> <newer> --account ${account}\` shows what that does. Two? \`rollcall employee keep-apart <one> <other> --account ${account}\`.`,
    )
  } else terminal.say('Nobody seems to be there twice.')
  if (!json && page.next !== null) terminal.say(`More pairs follow: add --after ${page.next}.`)
  return EXIT.done
}

export interface KeepApartOptions {
  readonly account: string
  readonly one: string
  readonly other: string
}

export async function keepApart(
  { terminal, config }: Context,
  { account, one, other }: KeepApartOptions,
): Promise<number> {
  await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.keepApart(account, one, other, { by: whoAmI() }),
  )
  terminal.say('They are two people: they are not listed again.')
  return EXIT.done
}

type Pair = DuplicatePage['pairs'][number]

const SAME = { dateOfBirth: 'Date of Birth', startDate: 'Start Date' } as const

const COLUMNS: readonly Column<Pair>[] = [
  { header: 'Name', cell: ({ newer }) => printable(newer.name) },
  { header: 'Older', cell: ({ older }) => keysOf(older) },
  { header: 'Newer', cell: ({ newer }) => keysOf(newer) },
  { header: 'Newer since (UTC)', cell: ({ newer }) => newer.createdAt.slice(0, 16).replace('T', ' ') },
  { header: 'Same', cell: ({ same }) => same.map((key) => SAME[key]).join(', ') },
]

function keysOf({ employeeId, email }: Pair['older']): string {
  return [employeeId, email]
    .filter((key) => key !== null)
    .map(printable)
    .join(' ')
}
