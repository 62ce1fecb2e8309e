/** The commands that give out the roster. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { named } from './arguments.ts'

interface ExportFlags {
  account?: string
  includeDeactivated?: true
  asOf?: string
  output?: string
}

export function addRoster(program: Command, act: Act): void {
  withExamples(
    program
      .command('export')
      .description('Print the roster as CSV, in the layout that an import takes.')
      .option('--account <slug>', 'whose people')
      .option('--include-deactivated', 'deactivated people as well')
      .option('--as-of <moment>', 'as it was at the end of a day (YYYY-MM-DD), or after a run (its id)')
      .option('--output <file>', 'write to a file, readable by its owner only')
      .action(
        act(async ({ context }, options: ExportFlags) =>
          (await import('../export.ts')).exportRoster(context(), {
            ...options,
            account: named(options.account),
            includeDeactivated: options.includeDeactivated === true,
          }),
        ),
      ),
    'rollcall export --account acme --output roster.csv',
    'rollcall export --account acme --as-of 2026-01-31',
  )
}
