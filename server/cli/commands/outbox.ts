/** The commands about messages that are to leave the house. */
import { type Command, Option } from 'commander'
import { MESSAGE_STATES, type MessageFilter } from '../../../schemas/notify.ts'
import { type Act, withExamples } from '../action.ts'
import { wholeNumber } from './arguments.ts'

export function addOutbox(program: Command, act: Act): void {
  const outbox = program
    .command('outbox')
    .description('Mails and webhooks: what waits, what was taken, what was given up.')
  withExamples(
    outbox
      .command('list')
      .description('List the messages, the newest first.')
      .option('--account <slug>', 'of one customer only')
      .addOption(new Option('--state <state>', 'in one state only').choices(MESSAGE_STATES))
      .option('--limit <count>', 'how many at most (default: 50)', wholeNumber)
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, filter: MessageFilter) =>
          (await import('../outbox.ts')).listMessages(context(), filter, { json }),
        ),
      ),
    'rollcall outbox list',
    'rollcall outbox list --state dead --account acme',
  )
  withExamples(
    outbox
      .command('retry <id>')
      .description('Try a message again that waits or was given up; the server does so within seconds.')
      .option('--json', 'print the message as JSON')
      .action(
        act(async ({ context, json }, id: string) =>
          (await import('../outbox.ts')).retryMessage(context(), id, { json }),
        ),
      ),
    'rollcall outbox retry 01m7zftbe3ftfb2d',
  )
}
