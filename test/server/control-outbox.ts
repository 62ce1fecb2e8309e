/** What the control socket is asked about messages, their secrets, the calendar and what is kept, where it works and where it does not. */

import type { Webhook } from '../../schemas/webhook.ts'
import type { Door } from '../../server/control/door.ts'
import type { LIFECYCLE_METHODS } from '../../server/control/lifecycle-methods.ts'
import type { OUTBOX_METHODS } from '../../server/control/outbox-methods.ts'
import type { RETENTION_METHODS } from '../../server/control/retention-methods.ts'
import type { SECRETS_METHODS } from '../../server/control/secrets-door.ts'
import type { WEBHOOK_METHODS } from '../../server/control/webhook-door.ts'

type Call = (door: Door, mine: { readonly account: string }) => unknown
type Name = keyof (typeof OUTBOX_METHODS &
  typeof WEBHOOK_METHODS &
  typeof SECRETS_METHODS &
  typeof LIFECYCLE_METHODS &
  typeof RETENTION_METHODS)
const address = 'hr@example.com'

export const OUTBOX_CALLS: [name: Name, does: string, call: Call][] = [
  [
    'outbox.setRecipient',
    'a new one',
    ({ outbox }, { account }) => outbox.setRecipient(account, { address }),
  ],
  [
    'outbox.setRecipient',
    'no address',
    ({ outbox }, { account }) => outbox.setRecipient(account, { address: 'hr' }),
  ],
  [
    'outbox.setRecipient',
    'no topic',
    ({ outbox }, { account }) => outbox.setRecipient(account, { address, topics: ['birthdays'] }),
  ],
  ['outbox.recipients', 'of an account', ({ outbox }, { account }) => outbox.recipients(account)],
  ['outbox.recipients', 'of an unknown one', ({ outbox }) => outbox.recipients('nobody')],
  [
    'outbox.removeRecipient',
    'one that is there',
    ({ outbox }, { account }) => outbox.removeRecipient(account, address),
  ],
  [
    'outbox.removeRecipient',
    'one that is not',
    ({ outbox }, { account }) => outbox.removeRecipient(account, 'nobody@example.com'),
  ],
  ['outbox.messages', 'of an account', ({ outbox }, { account }) => outbox.messages({ account, limit: 5 })],
  ['outbox.retry', 'an unknown one', ({ outbox }) => outbox.retry('none')],
  ['lifecycle.events', 'of an account', ({ lifecycle }, { account }) => lifecycle.events(account, {})],
  ['lifecycle.events', 'of an unknown one', ({ lifecycle }) => lifecycle.events('nobody', { kind: 'left' })],
  [
    'retention.set',
    'a good one',
    ({ retention }, { account }) => retention.set(account, { rows: 60 }, { by: 'Kim' }),
  ],
  [
    'retention.set',
    'a bad one',
    ({ retention }, { account }) => retention.set(account, { rows: -1 }, { by: 'Kim' }),
  ],
  ['retention.settings', 'of an account', ({ retention }, { account }) => retention.settings(account)],
  ['retention.preview', 'of an account', ({ retention }, { account }) => retention.preview(account)],
  ['retention.run', 'of an account', ({ retention }, { account }) => retention.run(account)],
  ['lifecycle.feeds', 'of an account', ({ lifecycle }, { account }) => lifecycle.feeds(account)],
  ['lifecycle.feeds', 'of an unknown one', ({ lifecycle }) => lifecycle.feeds('nobody')],
  ['outbox.resend', 'an unknown one', ({ outbox }) => outbox.resend('none')],
  ['outbox.attempts', 'of an unknown one', ({ outbox }) => outbox.attempts('none')],
  ['webhooks.add', 'no address', ({ webhooks }, { account }) => webhooks.add(account, { url: 'x' })],
  [
    'webhooks.add',
    'one',
    async ({ webhooks }, { account }) => unnamed(await webhooks.add(account, { url: 'https://example.com' })),
  ],
  [
    'webhooks.list',
    'of an account',
    async ({ webhooks }, { account }) => (await webhooks.list(account)).map(unnamed),
  ],
  ['secrets.show', 'with something sealed', ({ secrets }) => secrets.show()],
  // The second of the two finds that the first has made the key.
  ['secrets.rotate', 'begun or gone on with', async ({ secrets }) => (await secrets.rotate()).after],
  [
    'webhooks.rotate',
    'one',
    async ({ webhooks }, { account }) =>
      unnamed(await webhooks.rotate((await webhooks.list(account))[0]?.id ?? '')),
  ],
  [
    'webhooks.remove',
    'one',
    async ({ webhooks }, { account }) => webhooks.remove((await webhooks.list(account))[0]?.id ?? ''),
  ],
  ['webhooks.remove', 'an unknown one', ({ webhooks }) => webhooks.remove('none')],
]

/** Without what differs from webhook to webhook by its nature. */
function unnamed(webhook: Webhook): object {
  return { ...webhook, id: '', secret: '' }
}
