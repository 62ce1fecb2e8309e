/** The commands that give out the roster. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { named } from './arguments.ts'

export function addRoster(program: Command, act: Act): void {
  withExamples(
    program
      .command('export')
      .description('Print the roster as CSV, in the layout that an import takes.')
      .option('--account <slug>', 'whose people')
      .option('--include-deactivated', 'deactivated people as well')
      .option('--output <file>', 'write to a file, readable by its owner only')
      .action(
        act(async ({ context }, options: { account?: string; includeDeactivated?: true; output?: string }) =>
          (await import('../export.ts')).exportRoster(context(), {
            ...options,
            account: named(options.account),
            includeDeactivated: options.includeDeactivated === true,
          }),
        ),
      ),
    'rollcall export --account acme --output roster.csv',
  )
}
