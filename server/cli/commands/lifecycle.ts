/** The commands about the calendar. */
import { type Command, Option } from 'commander'
import { LIFECYCLE_KINDS, type LifecycleFilter } from '../../../schemas/lifecycle.ts'
import { type Act, withExamples } from '../action.ts'
import { day, named, wholeNumber } from './arguments.ts'

export function addLifecycle(program: Command, act: Act): void {
  const lifecycle = program
    .command('lifecycle')
    .description('What the calendar does to people: who starts, who leaves, and when.')
  withExamples(
    lifecycle
      .command('list')
      .description('List the dated events, the latest day first.')
      .option('--account <slug>', 'of whose people')
      .addOption(new Option('--kind <kind>', 'of one kind only').choices(LIFECYCLE_KINDS))
      .option('--from <day>', 'from this day on, YYYY-MM-DD', day)
      .option('--to <day>', 'up to this day, YYYY-MM-DD', day)
      .option('--limit <count>', 'how many at most (default: 100)', wholeNumber)
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, given: LifecycleFilter & { account?: string; json?: true }) => {
          const { account, json: _, ...filter } = given
          return (await import('../lifecycle.ts')).listLifecycle(context(), named(account), { filter, json })
        }),
      ),
    'rollcall lifecycle list --account acme',
    'rollcall lifecycle list --account acme --kind leaving --to 2027-01-31',
  )
}
