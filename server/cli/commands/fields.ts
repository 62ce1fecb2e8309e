/** The commands about who may write which field. */
import { type Command, Option } from 'commander'
import { WRITE_MODES } from '../../../schemas/ownership.ts'
import { type Act, withExamples } from '../action.ts'
import { named, wholeNumber } from './arguments.ts'

interface SetFlags {
  account?: string
  others?: string
  silentDays?: number
  yes?: true
}

export function addFields(program: Command, act: Act): void {
  const ownership = program
    .command('ownership')
    .description('Which source owns which field; what another one says of it is not taken.')
  withExamples(
    ownership
      .command('show')
      .description('Show who owns what, what every source may do now, and when it was last heard.')
      .option('--account <slug>', 'whose fields')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, { account }: { account?: string }) =>
          (await import('../ownership.ts')).showOwnership(context(), { account: named(account), json }),
        ),
      ),
    'rollcall ownership show --account acme',
  )
  withExamples(
    ofField(ownership.command('set <field> <sources...>'))
      .description(
        'Show what a field would be with these sources in order, each as source or source:mode; with --yes, set it. The first with `always` owns the field.',
      )
      .addOption(
        new Option('--others <mode>', 'what sources may do that are not named (default: never)').choices(
          WRITE_MODES,
        ),
      )
      .option('--silent-days <count>', 'the next writes when the owner was silent for so long', wholeNumber)
      .action(
        act(async ({ context, json }, field: string, sources: string[], options: SetFlags) =>
          (await import('../ownership.ts')).setOwnership(context(), {
            ...options,
            ...{ field, sources, account: named(options.account), yes: options.yes === true, json },
          }),
        ),
      ),
    'rollcall ownership set Email sftp manual --silent-days 14 --account acme --yes',
    'rollcall ownership set "Preferred Name" manual sftp:fillIfEmpty --account acme --yes',
  )
  withExamples(
    ofField(ownership.command('clear <field>'))
      .description('Let every source write a field again.')
      .action(
        act(async ({ context, json }, field: string, options: SetFlags) =>
          (await import('../ownership.ts')).setOwnership(context(), {
            ...{ field, sources: [], account: named(options.account), yes: options.yes === true, json },
          }),
        ),
      ),
    'rollcall ownership clear Email --account acme --yes',
  )
  addRedaction(program, act)
}

/** What an account keeps nothing of. */
function addRedaction(program: Command, act: Act): void {
  const redact = program
    .command('redact')
    .description(
      'Columns that are neither stored nor shown: dropped unread, and taken out of all that is kept.',
    )
  withExamples(
    redact
      .command('show')
      .description('Show what is redacted, and whether anything of it is still stored.')
      .option('--account <slug>', 'whose columns')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, { account }: { account?: string }) =>
          (await import('../redact.ts')).showRedaction(context(), { account: named(account), json }),
        ),
      ),
    'rollcall redact show --account acme',
  )
  for (const [verb, text] of [
    [
      'apply',
      'Show what is stored of these columns, and of what is redacted already; with --yes, redact them.',
    ],
    ['end', 'Let columns be read again; what is gone stays gone.'],
  ] as const) {
    withExamples(
      ofField(redact.command(verb === 'apply' ? 'apply [columns...]' : 'end <columns...>'))
        .description(text)
        .action(
          act(async ({ context, json }, columns: string[], options: { account?: string; yes?: true }) =>
            (await import('../redact.ts')).setRedaction(context(), {
              ...{ verb, columns, account: named(options.account), yes: options.yes === true, json },
            }),
          ),
        ),
      `rollcall redact ${verb} "Date of Birth" Gender --account acme --yes`,
    )
  }
}

function ofField(command: Command): Command {
  return command
    .option('--account <slug>', 'whose field')
    .option('-y, --yes', 'set it')
    .option('--json', 'print JSON')
}
