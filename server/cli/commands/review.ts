/** The commands by which a person looks at what a run would do, and says what is to become of it. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { PlanFilter, PlanPart } from '../../../importer/types.ts'
import { PLAN_ACTIONS, PLAN_PAGE_MAX, rowsTextSchema } from '../../../schemas/plan.ts'
import { type Act, withExamples } from '../action.ts'
import { UsageError } from '../failure.ts'
import { wholeNumber } from './arguments.ts'

interface PlanFlags extends PlanFilter {
  after?: number
  limit?: number
}

type ApproveFlags = PlanFilter & { reason?: string; rest: PlanPart['rest'] }

export function addReview(runs: Command, act: Act): void {
  withExamples(
    withFilter(runs.command('plan <id>'))
      .description('Look through what a run would do, or did: whom it concerns, each value before and after.')
      .option('--after <row>', 'go on behind this row', wholeNumber)
      .option('--limit <count>', `rows at most (default: 50, at most ${PLAN_PAGE_MAX})`, wholeNumber)
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, id: string, { after, ...flags }: PlanFlags) => {
          // `runs` has the flag as well, and then takes it.
          const limit = upTo(PLAN_PAGE_MAX, runs.opts<PlanFlags>().limit)
          const place = {
            ...(after === undefined ? {} : { after }),
            ...(limit === undefined ? {} : { limit }),
          }
          const given = { id, filter: filterOf(flags), place, json }
          return (await import('../review.ts')).showPlan(context(), given)
        }),
      ),
    'rollcall runs plan 01m7zftbe3ftfb2d',
    'rollcall runs plan 01m7zftbe3ftfb2d --code GUARD_MASS_LEAVERS',
    'rollcall runs plan 01m7zftbe3ftfb2d --action update --field Email --limit 200 --after 120',
  )
  withExamples(
    withFilter(runs.command('approve <id>'))
      .description('Let a held run apply exactly what it shows: all of it, or the rows that are named.')
      .addOption(
        new Option('--rest <what>', 'what becomes of the other rows: they wait in a run of their own, or not')
          .choices(['hold', 'discard'])
          .default('hold'),
      )
      .option('--reason <text>', 'why, for whoever reads it later')
      .option('--json', 'print the run as JSON')
      .action(
        act(async ({ context, json }, id: string, { reason, rest, ...flags }: ApproveFlags) => {
          const filter = filterOf(flags)
          const isPart = Object.keys(filter).length > 0
          return (await import('../review.ts')).decideRun(context(), {
            ...{ id, verdict: 'approve', json },
            ...(reason === undefined ? {} : { reason }),
            ...(isPart ? { part: { filter, rest } } : {}),
          })
        }),
      ),
    'rollcall runs approve 01m7zftbe3ftfb2d --reason "checked with HR"',
    'rollcall runs approve 01m7zftbe3ftfb2d --rows 3,7-20',
    'rollcall runs approve 01m7zftbe3ftfb2d --action create --rest discard',
  )
  withExamples(
    runs
      .command('discard <id>')
      .description('Put a held run away; nothing of it is applied.')
      .option('--reason <text>', 'why, for whoever reads it later')
      .option('--json', 'print the run as JSON')
      .action(
        act(async ({ context, json }, id: string, options: { reason?: string }) =>
          (await import('../review.ts')).decideRun(context(), { ...options, id, verdict: 'discard', json }),
        ),
      ),
    'rollcall runs discard 01m7zftbe3ftfb2d --reason "wrong file"',
  )
}

function withFilter(command: Command): Command {
  return command
    .addOption(new Option('--action <action>', 'only rows that do this').choices(PLAN_ACTIONS))
    .option('--code <code>', 'only rows that this guard or issue is about')
    .option('--field <header>', 'only rows that change this field')
    .option('--person <id or email>', 'only the row about this person')
    .option('--rows <rows>', 'only these rows, for example 3,7-20', rowsText)
}

function filterOf({ action, code, field, person, rows }: PlanFilter): PlanFilter {
  return {
    ...(action === undefined ? {} : { action }),
    ...(code === undefined ? {} : { code }),
    ...(field === undefined ? {} : { field }),
    ...(person === undefined ? {} : { person }),
    ...(rows === undefined ? {} : { rows }),
  }
}

function rowsText(text: string): string {
  const rows = rowsTextSchema.safeParse(text.replaceAll(' ', ''))
  if (rows.success) return rows.data
  throw new InvalidArgumentError('Write row numbers such as 3,7-20.')
}

function upTo(most: number, count: number | undefined): number | undefined {
  if (count === undefined || count <= most) return count
  throw new UsageError(`A page has at most ${most} rows.`, 'Go on with --after, or use --json and a script.')
}
