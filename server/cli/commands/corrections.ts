/** The commands by which one person says what is true of another. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { day, named } from './arguments.ts'

interface SetFlags {
  account?: string
  pin?: true
  until?: string
  reason?: string
  yes?: true
}

interface PinFlags extends Omit<SetFlags, 'pin'> {
  value?: string
}

/** `employee` is the command that these belong to. */
export function addCorrections(employee: Command, act: Act): void {
  withExamples(
    employee
      .command('set <key> <values...>')
      .description(
        'Show what correcting a person by hand would do; with --yes, do it. `runs undo` takes it back.',
      )
      .option('--account <slug>', 'whose person')
      .option('--pin', 'and let no source write these fields any more')
      .option('--until <day>', 'the last day on which they are pinned, YYYY-MM-DD', day)
      .option('--reason <text>', 'why, for whoever reads it later')
      .option('-y, --yes', 'do it')
      .option('--json', 'print what would happen, or the run, as JSON')
      .action(
        act(async ({ context, json }, key: string, words: string[], { pin, ...options }: SetFlags) =>
          (await import('../edit.ts')).editEmployee(context(), {
            ...options,
            ...{ key, words, isPinned: pin === true },
            ...{ account: named(options.account), yes: options.yes === true, json },
          }),
        ),
      ),
    'rollcall employee set 0042 Email=ada@example.com --account acme --yes',
    'rollcall employee set 0042 "Date of Birth=-" --account acme    the value comes from stdin',
    'rollcall employee set 0042 Team=__CLEAR__ --account acme',
  )
  withExamples(
    employee
      .command('pin <key> <field>')
      .description('Let no source write a field of a person; with --value, set it first, as `set` does.')
      .option('--account <slug>', 'whose person')
      .option('--value <value>', 'set it to this; - reads it from stdin')
      .option('--until <day>', 'the last day, YYYY-MM-DD (default: for good)', day)
      .option('--reason <text>', 'why it is set, for whoever reads it later')
      .option('-y, --yes', 'set the value')
      .option('--json', 'print what would happen, or the run, as JSON')
      .action(
        act(async ({ context, json }, key: string, field: string, options: PinFlags) =>
          (await import('../edit.ts')).pinEmployee(context(), {
            ...options,
            ...{ key, field, account: named(options.account), yes: options.yes === true, json },
          }),
        ),
      ),
    'rollcall employee pin 0042 "Preferred Name" --account acme --until 2026-12-31',
  )
  withExamples(
    employee
      .command('unpin <key> <field>')
      .description('Let the sources write it again.')
      .option('--account <slug>', 'whose person')
      .action(
        act(async ({ context }, key: string, field: string, { account }: { account?: string }) =>
          (await import('../edit.ts')).unpinEmployee(context(), { key, field, account: named(account) }),
        ),
      ),
    'rollcall employee unpin 0042 "Preferred Name" --account acme',
  )
}
