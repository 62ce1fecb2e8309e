/** The commands about how long things are kept. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { named } from './arguments.ts'

interface Flags {
  account?: string
}

export function addRetention(program: Command, act: Act): void {
  const retention = program
    .command('retention')
    .description(
      'How long delivered files, rows and reports are kept. People, history and the list of runs stay.',
    )
  const ofAccount = (command: Command) =>
    command.option('--account <slug>', 'of which customer').option('--json', 'print JSON')
  withExamples(
    ofAccount(retention.command('show').description('Show how many days each is kept.')).action(
      act(async ({ context, json }, { account }: Flags) =>
        (await import('../retention.ts')).showRetention(context(), { account: named(account), json }),
      ),
    ),
    'rollcall retention show --account acme',
  )
  withExamples(
    ofAccount(
      retention
        .command('set <settings...>')
        .description('Change it: name=days, or name= for the default; hold=true removes nothing for now.'),
    ).action(
      act(async ({ context, json }, words: string[], { account }: Flags) =>
        (await import('../retention.ts')).setRetention(context(), { account: named(account), json, words }),
      ),
    ),
    'rollcall retention set files=7 rows=30 --account acme',
    'rollcall retention set hold=true --account acme',
  )
  for (const [name, does, isPreview] of ROUNDS) {
    withExamples(
      ofAccount(retention.command(name).description(does)).action(
        act(async ({ context, json }, { account }: Flags) =>
          (await import('../retention.ts')).removeOld(context(), {
            account: named(account),
            json,
            isPreview,
          }),
        ),
      ),
      `rollcall retention ${name} --account acme`,
    )
  }
}

const ROUNDS = [
  ['preview', 'Tell what is old enough to be removed; removes nothing.', true],
  ['run', 'Remove it now. A running server does so by itself.', false],
] as const
