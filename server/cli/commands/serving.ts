/** The commands that serve: for good, or for show. */
import { type Command, Option } from 'commander'
import { CONNECTOR_KINDS, type ConnectorKind } from '../../../schemas/hris/connection.ts'
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
      .addOption(
        new Option('--connect <system>', 'show a connection instead, to a simulated HRIS').choices(
          CONNECTOR_KINDS,
        ),
      )
      .action(
        act(async ({ terminal }, options: { once?: true; connect?: ConnectorKind }) => {
          const once = options.once === true
          const { connect: kind } = options
          if (kind === undefined) return (await import('../demo.ts')).demo(terminal, { once })
          return (await import('../demo-connect.ts')).demoConnect(terminal, { kind, once })
        }),
      ),
    'rollcall demo',
    'rollcall demo --once',
    'rollcall demo --connect justworks --once',
  )
}
