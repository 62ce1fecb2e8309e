/** The commands about who gets mails. */
import { type Command, InvalidArgumentError } from 'commander'
import { TOPICS } from '../../../schemas/notify.ts'
import { type Act, withExamples } from '../action.ts'
import { named } from './arguments.ts'

export function addNotify(account: Command, act: Act): void {
  const notify = account
    .command('notify')
    .description(
      'Who gets mails about what automated sources send. Nothing in them is about a single person.',
    )
    .option('--account <slug>', 'about whose people')
  withExamples(
    notify
      .command('add <address>')
      .description('Send mails there, or change what an address that is there hears of.')
      .option('--account <slug>', 'about whose people')
      .option(
        '--on <topics>',
        `with commas between: ${TOPICS.join(', ')} (default: held,failed,warning)`,
        topics,
      )
      .option('--json', 'print it as JSON')
      .action(
        act(async ({ context, json }, address: string, given: { on?: string[] }, command: Command) =>
          (await import('../notify.ts')).addRecipient(context(), {
            ...{ account: accountOf(command), address, json },
            ...(given.on === undefined ? {} : { topics: given.on }),
          }),
        ),
      ),
    'rollcall account notify add hr@example.com --account acme',
    'rollcall account notify add it@example.com --account acme --on held,failed,finished',
  )
  withExamples(
    notify
      .command('list')
      .description('List the addresses.')
      .option('--account <slug>', 'of which customer')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, _: unknown, command: Command) =>
          (await import('../notify.ts')).listRecipients(context(), { account: accountOf(command), json }),
        ),
      ),
    'rollcall account notify list --account acme',
  )
  withExamples(
    notify
      .command('remove <address>')
      .description('Send no more mails there, also none that wait.')
      .option('--account <slug>', 'about whose people')
      .action(
        act(async ({ context }, address: string, _: unknown, command: Command) =>
          (await import('../notify.ts')).removeRecipient(context(), {
            account: accountOf(command),
            address,
          }),
        ),
      ),
    'rollcall account notify remove hr@example.com --account acme',
  )
}

function topics(text: string): string[] {
  const given = text.split(',').map((word) => word.trim())
  if (given.every((word) => (TOPICS as readonly string[]).includes(word))) return given
  throw new InvalidArgumentError(`Use ${TOPICS.join(', ')}, with commas between.`)
}

/** It may stand before or behind the word. */
function accountOf(command: Command): string {
  return named(command.optsWithGlobals<{ account?: string }>().account)
}
