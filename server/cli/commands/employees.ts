/** The commands about one person. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { named } from './arguments.ts'

interface ShowFlags {
  account?: string
  asOf?: string
  history?: true
}

export function addEmployees(program: Command, act: Act): void {
  const employee = program
    .command('employee')
    .description('One person: what is known of them, and how it came.')
  withExamples(
    employee
      .command('show <key>')
      .description('Show a person, found by an Employee Id or Email, with where every value came from.')
      .option('--account <slug>', 'whose person')
      .option('--as-of <moment>', 'as they were at the end of a day (YYYY-MM-DD), or after a run (its id)')
      .option('--history', 'every change, the latest first')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, key: string, options: ShowFlags) =>
          (await import('../employees.ts')).showEmployee(context(), {
            ...options,
            ...{ key, account: named(options.account), history: options.history === true, json },
          }),
        ),
      ),
    'rollcall employee show ada@example.com --account acme',
    'rollcall employee show 0042 --account acme --as-of 2026-01-31',
  )
}
