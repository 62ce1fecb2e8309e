/** What the control socket is asked about messages the calendar and what is kept, where it works and where it does not. */
import type { Door } from '../../server/control/door.ts'
import type { LIFECYCLE_METHODS } from '../../server/control/lifecycle-methods.ts'
import type { OUTBOX_METHODS } from '../../server/control/outbox-methods.ts'
import type { RETENTION_METHODS } from '../../server/control/retention-methods.ts'

type Call = (door: Door, mine: { readonly account: string }) => unknown
type Name = keyof (typeof OUTBOX_METHODS & typeof LIFECYCLE_METHODS & typeof RETENTION_METHODS)
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
]
