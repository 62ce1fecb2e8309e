/** `import`: one file from start to end, through the same intake as every other. */
import { ImportError } from '../../importer/errors.ts'
import type { Run } from '../../importer/types.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { followRun } from './follow.ts'
import { openInput } from './input.ts'
import { exitCodeOf } from './outcome.ts'
import { runText } from './run-text.ts'
import { type Session, withSession } from './session.ts'
import type { Terminal } from './terminal.ts'

export interface ImportOptions {
  readonly account: string
  readonly mode: 'partial' | 'full'
  readonly dryRun: boolean
  readonly yes: boolean
  readonly name?: string
  readonly json: boolean
}

/** The roster may change under a plan while others import; each approval is of the plan as it then stands. */
const APPROVALS_MAX = 5

export async function importFile(
  { terminal, config }: Context,
  path: string,
  options: ImportOptions,
): Promise<number> {
  const input = await openInput(terminal, path, options.name)
  const run = await withSession({ config, terminal, needs: 'work' }, async (session) => {
    // Asked first, so that a wrong name is known before a big file travels.
    await session.door.account(options.account)
    const { id } = await session.door.deliver(
      {
        account: options.account,
        fileName: input.fileName,
        importType: options.mode,
        mode: options.dryRun ? 'dry_run' : 'apply',
        sentBy: whoAmI(),
      },
      input.bytes(),
    )
    const settled = await followRun(session, id, terminal, `The file is safe as run ${id}.`)
    return options.yes ? await approveWhatWaits(session, settled, terminal) : settled
  })
  await terminal.data(options.json ? jsonText(run) : await runText(run, terminal))
  return exitCodeOf(run)
}

async function approveWhatWaits(session: Session, settled: Run, terminal: Terminal): Promise<Run> {
  let run = settled
  for (let tries = 0; run.state === 'held' && tries < APPROVALS_MAX; tries++) {
    terminal.say(`Approved although it waited: ${run.holds.map(({ code }) => code).join(', ')}.`)
    await session.door.approve(run.id, { by: whoAmI(), reason: 'import --yes' }).catch(ignoreReplanned)
    run = await followRun(session, run.id, terminal)
  }
  return run
}

function ignoreReplanned(error: unknown): void {
  if (!(error instanceof ImportError && error.code === 'ROSTER_CHANGED')) throw error
}
