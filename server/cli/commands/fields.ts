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
}

function ofField(command: Command): Command {
  return command
    .option('--account <slug>', 'whose field')
    .option('-y, --yes', 'set it')
    .option('--json', 'print JSON')
}
