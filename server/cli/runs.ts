/** `runs`: what came in, what became of it, and a person's word on what waits. */
import type { ReportFormat, Run, RunFilter, RunState } from '../../importer/types.ts'
import type { WaitingFile } from '../control/door.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { EXIT } from './failure.ts'
import { followRun } from './follow.ts'
import { exitCodeOf } from './outcome.ts'
import { runText } from './run-text.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { type Colors, printable } from './terminal.ts'
import { undoText } from './undo-text.ts'
import { waitingText } from './waiting.ts'

export async function listRuns(
  { terminal, config }: Context,
  { json, ...filter }: RunFilter & { json: boolean },
): Promise<number> {
  const [runs, { waiting }] = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    Promise.all([door.runs(filter), door.status()]),
  )
  const isMeant = ({ account }: WaitingFile) => filter.account === undefined || account === filter.account
  const waits = waitingText(waiting.filter(isMeant))
  if (json) await terminal.data(jsonText(runs))
  else if (runs.length > 0) await terminal.data(tableText(COLUMNS, runs, terminal.outColors))
  else if (waits === null)
    terminal.say('No runs. Send a file with sftp, or import one with `rollcall import`.')
  // They are no runs yet, but whoever looks for one of them looks here.
  if (waits !== null) terminal.say(`${waits}.`)
  return EXIT.done
}

export async function showRun(
  { terminal, config }: Context,
  id: string,
  { json }: { json: boolean },
): Promise<number> {
  const run = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.run(id))
  await terminal.data(json ? jsonText(run) : await runText(run, terminal))
  return EXIT.done
}

export interface UndoOptions {
  readonly id: string
  readonly reason?: string
  readonly yes: boolean
  readonly json: boolean
}

/** Shows what taking the run back would do; with a yes, does it and shows what came of it. */
export async function undoRun(
  { terminal, config }: Context,
  { id, reason, yes, json }: UndoOptions,
): Promise<number> {
  if (!yes) {
    const preview = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.undoPreview(id))
    await terminal.data(json ? jsonText(preview) : undoText(preview, terminal))
    terminal.say(`Nothing was written. Take it back with \`rollcall runs undo ${id} --yes\`.`)
    return EXIT.held
  }
  const run = await withSession({ config, terminal, needs: 'work' }, async (session) => {
    const { id: undoing } = await session.door.undo(id, {
      by: whoAmI(),
      ...(reason === undefined ? {} : { reason }),
    })
    return await followRun(session, undoing, terminal)
  })
  await terminal.data(json ? jsonText(run) : await runText(run, terminal))
  return exitCodeOf(run)
}

export async function reportRun(
  { terminal, config }: Context,
  id: string,
  format: ReportFormat,
): Promise<number> {
  await withSession({ config, terminal, needs: 'look' }, async ({ door }) => {
    if (format === 'text') return await terminal.data(await runText(await door.run(id), terminal))
    for await (const chunk of door.report(id, format)) await terminal.data(chunk)
  })
  return EXIT.done
}

const COLUMNS: readonly Column<Run>[] = [
  { header: 'Run', cell: (run) => run.id },
  { header: 'Received (UTC)', cell: (run) => run.receivedAt.slice(0, 19).replace('T', ' ') },
  { header: 'Account', cell: (run) => run.account ?? '' },
  { header: 'State', cell: (run, colors) => inStateColor(run.state, colors) },
  { header: 'Rows', align: 'right', cell: ({ counts }) => number(counts.read) },
  { header: 'New', align: 'right', cell: ({ counts }) => number(counts.created) },
  { header: 'Updated', align: 'right', cell: ({ counts }) => number(counts.updated) },
  { header: 'Left out', align: 'right', cell: ({ counts }) => number(counts.rejected + counts.held) },
  { header: 'File', cell: (run) => shortened(printable(run.fileName)) },
]

const FILE_NAME_MAX = 40

function shortened(name: string): string {
  const signs = [...name]
  return signs.length <= FILE_NAME_MAX ? name : `${signs.slice(0, FILE_NAME_MAX - 1).join('')}…`
}

function number(count: number): string {
  return count.toLocaleString('en-US')
}

const GOOD: readonly RunState[] = ['succeeded', 'duplicate', 'dry_run']
const BAD: readonly RunState[] = ['rejected', 'failed']
const MINDED: readonly RunState[] = ['held', 'succeeded_with_errors']

function inStateColor(state: RunState, colors: Colors): string {
  if (GOOD.includes(state)) return colors.green(state)
  if (BAD.includes(state)) return colors.red(state)
  return MINDED.includes(state) ? colors.yellow(state) : state
}
