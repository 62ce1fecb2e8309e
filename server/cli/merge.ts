/** `employee merge`: makes one person of two, after showing what that does. */
import type { MergePreview } from '../../importer/types.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { EXIT } from './failure.ts'
import { followRun } from './follow.ts'
import { exitCodeOf } from './outcome.ts'
import { runText } from './run-text.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { type Colors, printable, type Terminal } from './terminal.ts'

export interface MergeOptions {
  readonly account: string
  /** An Employee Id or Email each. */
  readonly keep: string
  readonly other: string
  readonly reason?: string
  readonly yes: boolean
  readonly json: boolean
}

export async function mergeEmployees({ terminal, config }: Context, options: MergeOptions): Promise<number> {
  const { account, keep, other, reason, yes, json } = options
  if (!yes) {
    const preview = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
      door.mergePreview(account, keep, other),
    )
    await terminal.data(json ? jsonText(preview) : previewText(preview, terminal))
    terminal.say('Nothing was written. Add --yes to make them one.')
    return EXIT.held
  }
  const run = await withSession({ config, terminal, needs: 'work' }, async (session) => {
    const decision = { by: whoAmI(), ...(reason === undefined ? {} : { reason }) }
    const { id } = await session.door.merge(account, keep, other, decision)
    return await followRun(session, id, terminal)
  })
  await terminal.data(json ? jsonText(run) : await runText(run, terminal))
  return exitCodeOf(run)
}

function previewText(
  { keep, other, taken, dropped, reports }: MergePreview,
  { outColors }: Terminal,
): string {
  const blocks = [
    `Stays  ${nameOf(keep, outColors)}\nGoes   ${nameOf(other, outColors)}\n`,
    taken.length > 0 ? `${outColors.bold('Taken over')}\n${tableText(TAKEN, taken, outColors)}` : '',
    dropped.length > 0 ? `${outColors.bold('Left behind')}\n${tableText(DROPPED, dropped, outColors)}` : '',
    reports === 0
      ? 'Nobody reports to the one who goes.\n'
      : `${reports} ${reports === 1 ? 'person reports' : 'people report'} to the one who stays from then on.\n`,
  ]
  return `\n${blocks.filter((text) => text !== '').join('\n')}`
}

function nameOf({ name, employeeId, email, id }: MergePreview['keep'], colors: Colors): string {
  const keys = [employeeId, email].filter((key) => key !== null).map(printable)
  return `${printable(name ?? '')}  ${colors.dim([...keys, `person ${id}`].join('  '))}`
}

const TAKEN: readonly Column<MergePreview['taken'][number]>[] = [
  { header: 'Field', cell: ({ field }) => printable(field) },
  { header: 'Value', cell: ({ value }, colors) => shown(value, colors) },
]

const DROPPED: readonly Column<MergePreview['dropped'][number]>[] = [
  { header: 'Field', cell: ({ field }) => printable(field) },
  { header: 'Stays', cell: ({ keep }, colors) => shown(keep, colors) },
  { header: 'Goes', cell: ({ other }, colors) => shown(other, colors) },
]

function shown(value: string | null, colors: Colors): string {
  return value === null ? colors.dim('nothing') : printable(value)
}
