/** The commands about the master key. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'

export function addSecrets(program: Command, act: Act): void {
  const secrets = program.command('secrets').description('The master key that seals stored secrets.')
  withExamples(
    secrets
      .command('show')
      .description('Show which keys there are and how much is sealed with each; never a key.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }) => (await import('../secrets.ts')).showSecrets(context(), { json })),
      ),
    'rollcall secrets show',
  )
  withExamples(
    secrets
      .command('rotate')
      .description('Make a new key and seal everything anew; goes on with a change that was cut off.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }) => (await import('../secrets.ts')).rotateSecrets(context(), { json })),
      ),
    'rollcall secrets rotate',
  )
}
