/** The commands about what came in and what became of it. */
import { type Command, Option } from 'commander'
import { REPORT_FORMATS, type ReportFormat } from '../../../importer/types.ts'
import { RUN_STATES, type RunState } from '../../../schemas/run.ts'
import { nearest } from '../../nearest.ts'
import { type Act, withExamples } from '../action.ts'
import { UsageError } from '../failure.ts'
import { wholeNumber } from './arguments.ts'
import { addReview } from './review.ts'

interface ListFlags {
  account?: string
  state?: RunState
  limit?: number
}

export function addRuns(program: Command, act: Act): void {
  const runs = program
    .command('runs')
    .description('What came in and what became of it. Without a command: the latest, newest first.')
    .option('--account <slug>', 'of one customer only')
    .addOption(new Option('--state <state>', 'in one state only').choices(RUN_STATES))
    .option('--limit <count>', 'how many at most (default: 50)', wholeNumber)
    .option('--json', 'print JSON')
    .argument('[command]')
    .action(
      act(async ({ context, json }, word: string | undefined, options: ListFlags) => {
        if (word !== undefined && word !== 'list') throw unknownWord(runs, word)
        return (await import('../runs.ts')).listRuns(context(), { ...options, json })
      }),
    )
  runs.usage('[options] [command]').configureHelp({ ...runs.configureHelp(), visibleArguments: () => [] })
  withExamples(runs, 'rollcall runs', 'rollcall runs --state held', 'rollcall runs show 01m7zftbe3ftfb2d')
  addRunCommands(runs, act)
}

function addRunCommands(runs: Command, act: Act): void {
  withExamples(
    runs
      .command('show <id>')
      .description('Show one run: its numbers, what was found, what to do next.')
      .option('--json', 'print the run as JSON')
      .action(
        act(async ({ context, json }, id: string) =>
          (await import('../runs.ts')).showRun(context(), id, { json }),
        ),
      ),
    'rollcall runs show 01m7zftbe3ftfb2d',
  )
  addReview(runs, act)
  withExamples(
    runs
      .command('undo <id>')
      .description('Show what taking a run back would restore and what stays, and why; with --yes, do it.')
      .option('--reason <text>', 'why, for whoever reads it later')
      .option('-y, --yes', 'take it back; it becomes a run, which can be undone as well')
      .option('--json', 'print what would happen, or the run, as JSON')
      .action(
        act(async ({ context, json }, id: string, options: { reason?: string; yes?: true }) =>
          (await import('../runs.ts')).undoRun(context(), {
            ...options,
            id,
            yes: options.yes === true,
            json,
          }),
        ),
      ),
    'rollcall runs undo 01m7zftbe3ftfb2d',
    'rollcall runs undo 01m7zftbe3ftfb2d --yes --reason "wrong file"',
  )
  withExamples(
    runs
      .command('report <id>')
      .description('Print the report of a run.')
      .addOption(new Option('--format <format>', 'what to print').choices(REPORT_FORMATS).default('text'))
      .action(
        act(async ({ context }, id: string, options: { format: ReportFormat }) =>
          (await import('../runs.ts')).reportRun(context(), id, options.format),
        ),
      ),
    'rollcall runs report 01m7zftbe3ftfb2d --format csv > report.csv',
    'rollcall runs report 01m7zftbe3ftfb2d --format rejects > to-correct.csv',
  )
}

/** `runs` alone lists, so commander takes a mistyped command for an argument. */
function unknownWord(runs: Command, word: string): UsageError {
  const meant = nearest(
    word,
    runs.commands.map((command) => command.name()),
  )
  const fix =
    meant === null
      ? `\`rollcall runs show ${word}\` shows one run.`
      : `Did you mean \`rollcall runs ${meant}\`?`
  return new UsageError(`Unknown command 'runs ${word}'.`, fix)
}
