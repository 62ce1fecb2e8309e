/** The commands that serve: for good, or for show. */
import type { Command } from 'commander'
import { SETTINGS } from '../../settings.ts'
import { type Act, withExamples } from '../action.ts'

export function addServing(program: Command, act: Act): void {
  const serve = program
    .command('serve')
    .description('Start the server: SFTP, health pages, workers.')
    .action(act(async ({ context }) => (await import('../serve.ts')).serve(context())))
  for (const { flag, key, description } of SETTINGS) {
    if (flag !== null && key !== 'data') serve.option(flag, description)
  }
  withExamples(serve, 'rollcall serve', 'rollcall serve --data /var/lib/rollcall --sftp-port 22')

  withExamples(
    program
      .command('demo')
      .description(
        'Show a whole import in a throw-away directory, with invented people and a real SFTP upload.',
      )
      .option('--once', 'end after the summary')
      .action(
        act(async ({ terminal }, options: { once?: true }) =>
          (await import('../demo.ts')).demo(terminal, { once: options.once === true }),
        ),
      ),
    'rollcall demo',
    'rollcall demo --once',
  )
}
