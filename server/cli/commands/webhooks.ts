/** The commands about webhooks. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { named } from './arguments.ts'

export function addWebhooks(program: Command, act: Act): void {
  const webhook = program
    .command('webhook')
    .description(
      'Tell other programs by HTTP what happens (Standard Webhooks); numbers of runs and people only.',
    )
  withExamples(
    webhook
      .command('add <url>')
      .description('Add an endpoint. Prints the secret that signs what is sent, this once.')
      .option('--account <slug>', 'about whose people')
      .option('--on <types>', 'with commas between, for example run.held,employee.* (default: everything)')
      .option('--json', 'print it as JSON')
      .action(
        act(async ({ context, json }, url: string, { account, on }: { account?: string; on?: string }) =>
          (await import('../webhooks.ts')).addWebhook(context(), {
            ...{ account: named(account), url, json },
            ...(on === undefined ? {} : { types: on.split(',').map((one) => one.trim()) }),
          }),
        ),
      ),
    'rollcall webhook add https://example.com/rollcall --account acme --on run.held,employee.*',
  )
  withExamples(
    webhook
      .command('list')
      .description('List the endpoints.')
      .option('--account <slug>', 'of one customer only')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, given: { account?: string }) =>
          (await import('../webhooks.ts')).listWebhooks(context(), { ...given, json }),
        ),
      ),
    'rollcall webhook list',
  )
  addOne(webhook, act)
  addDeliveries(webhook, act)
}

function addOne(webhook: Command, act: Act): void {
  withExamples(
    webhook
      .command('remove <id>')
      .description('Send nothing there any more.')
      .action(
        act(async ({ context }, id: string) => (await import('../webhooks.ts')).removeWebhook(context(), id)),
      ),
    'rollcall webhook remove wh0123456789abcdef',
  )
  withExamples(
    webhook
      .command('rotate <id>')
      .description('Make a new secret; for a day the one before signs as well.')
      .option('--json', 'print it as JSON')
      .action(
        act(async ({ context, json }, id: string) =>
          (await import('../webhooks.ts')).rotateWebhook(context(), id, { json }),
        ),
      ),
    'rollcall webhook rotate wh0123456789abcdef',
  )
}

function addDeliveries(webhook: Command, act: Act): void {
  withExamples(
    webhook
      .command('deliveries [message]')
      .description('List what was sent; with a message, every try to deliver it and what was answered.')
      .option('--account <slug>', 'of one customer only')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, message: string | undefined, { account }: { account?: string }) =>
          (await import('../webhooks.ts')).listDeliveries(context(), {
            ...(account === undefined ? {} : { account }),
            ...(message === undefined ? {} : { message }),
            json,
          }),
        ),
      ),
    'rollcall webhook deliveries --account acme',
    'rollcall webhook deliveries 01m7zftbe3ftfb2d',
  )
  withExamples(
    webhook
      .command('resend <message>')
      .description('Send a message again, also one that was taken; under the same id.')
      .action(
        act(async ({ context }, message: string) =>
          (await import('../webhooks.ts')).resend(context(), message),
        ),
      ),
    'rollcall webhook resend 01m7zftbe3ftfb2d',
  )
}
