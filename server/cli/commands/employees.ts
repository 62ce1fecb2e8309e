/** The commands about one person. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { named, wholeNumber } from './arguments.ts'
import { addCorrections } from './corrections.ts'

interface ShowFlags {
  account?: string
  asOf?: string
  history?: true
}

interface MergeFlags {
  account?: string
  reason?: string
  yes?: true
}

interface DuplicatesFlags {
  account?: string
  after?: string
  limit?: number
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
  addCorrections(employee, act)
  withExamples(
    employee
      .command('merge <keep> <other>')
      .description(
        'Show what making one person of two would do; with --yes, do it. `runs undo` takes it back.',
      )
      .option('--account <slug>', 'whose people')
      .option('--reason <text>', 'why, for whoever reads it later')
      .option('-y, --yes', 'do it')
      .option('--json', 'print what would happen, or the run, as JSON')
      .action(
        act(async ({ context, json }, keep: string, other: string, options: MergeFlags) =>
          (await import('../merge.ts')).mergeEmployees(context(), {
            ...options,
            ...{ keep, other, account: named(options.account), yes: options.yes === true, json },
          }),
        ),
      ),
    'rollcall employee merge 0042 ada.old@example.com --account acme',
  )
  withExamples(
    employee
      .command('duplicates')
      .description('List records that are likely one person: the same name and date of birth or start date.')
      .option('--account <slug>', 'whose people')
      .option('--after <place>', 'go on behind this pair')
      .option('--limit <count>', 'how many at most (default: 100)', wholeNumber)
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, { account, ...place }: DuplicatesFlags) =>
          (await import('../duplicates.ts')).listDuplicates(context(), {
            ...place,
            ...{ account: named(account), json },
          }),
        ),
      ),
    'rollcall employee duplicates --account acme',
  )
  withExamples(
    employee
      .command('keep-apart <one> <other>')
      .description('Say that two records are two people: they are not listed as duplicates again.')
      .option('--account <slug>', 'whose people')
      .action(
        act(async ({ context }, one: string, other: string, options: { account?: string }) =>
          (await import('../duplicates.ts')).keepApart(context(), {
            ...{ account: named(options.account), one, other },
          }),
        ),
      ),
    'rollcall employee keep-apart 0042 0815 --account acme',
  )
  withExamples(
    employee
      .command('erase <key>')
      .description(
        'Show what there is of a person; with --yes, erase it for good, with the files that name them.',
      )
      .option('--account <slug>', 'whose person')
      .option('-y, --yes', 'erase it; nothing brings it back')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, key: string, options: { account?: string; yes?: true }) =>
          (await import('../erase.ts')).eraseEmployee(context(), {
            ...{ key, account: named(options.account), yes: options.yes === true, json },
          }),
        ),
      ),
    'rollcall employee erase ada@example.com --account acme',
  )
}
