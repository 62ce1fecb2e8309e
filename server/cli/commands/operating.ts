/** The commands for whoever runs the server. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'

export function addOperating(program: Command, act: Act): void {
  withExamples(
    program
      .command('doctor')
      .description('Look whether everything here is as it should be.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ terminal, flags, json }) =>
          (await import('../doctor.ts')).doctor(terminal, flags, { json }),
        ),
      ),
    'rollcall doctor',
  )
  const config = program.command('config').description('Settings.')
  withExamples(
    config
      .command('show')
      .description('Show every setting as it stands; passwords are masked.')
      .option('--origin', 'and where each comes from')
      .option('--json', 'print JSON')
      .action(
        act(async ({ terminal, flags, json }, options: { origin?: true }) => {
          const shown = { origin: options.origin === true, json }
          return (await import('../config.ts')).showConfig(terminal, flags, shown)
        }),
      ),
    'rollcall config show --origin',
  )
  withExamples(
    config
      .command('check')
      .description('Say everything that is wrong with the settings.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ terminal, flags, json }) =>
          (await import('../config.ts')).checkConfig(terminal, flags, { json }),
        ),
      ),
    'rollcall config check',
  )
}
