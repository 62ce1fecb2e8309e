/** The commands about live SFTP connections. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { wholeNumber } from './arguments.ts'

export function addConnections(program: Command, act: Act): void {
  const connections = program
    .command('connections')
    .description('Who is logged in by SFTP, and what is being written. Without a command: the list.')
    .option('--json', 'print JSON')
    .action(
      act(async ({ context, json }) =>
        (await import('../connections.ts')).listConnections(context(), { json }),
      ),
    )
  withExamples(connections, 'rollcall connections', 'rollcall connections end 7')
  withExamples(
    connections
      .command('end')
      .description('End one connection. Its key still opens the next one.')
      .argument('<id>', 'as the list shows it', wholeNumber)
      .option('--json', 'print the connection as JSON')
      .action(
        act(async ({ context, json }, id: number) =>
          (await import('../connections.ts')).endConnection(context(), id, { json }),
        ),
      ),
    'rollcall connections end 7',
  )
}
