/** Telling others what happened: what people may ask of it, and what whoever carries the messages needs. */

import type { Channel, Message, MessageFilter, NewRecipient, Recipient } from '../../schemas/notify.ts'
import type { Attempt } from '../../schemas/webhook.ts'

export interface Outbox {
  /** Who gets mails about the account, by address. Throws `ACCOUNT_UNKNOWN`. */
  recipients(account: string): Promise<Recipient[]>
  /** Adds an address, or changes what one that is there hears of. Throws `RECIPIENT_INVALID`. */
  setRecipient(account: string, recipient: NewRecipient): Promise<Recipient>
  /** What waits for them goes too. Throws `RECIPIENT_UNKNOWN`. */
  removeRecipient(account: string, address: string): Promise<null>
  /** Messages, the newest first. */
  messages(filter: MessageFilter): Promise<Message[]>
  /** Tries a message again, at once. Throws `MESSAGE_UNKNOWN`, `MESSAGE_SENT`. */
  retry(id: string): Promise<Message>
  /** Sends a webhook's message again, under the same id, also one that was taken. Throws `MESSAGE_UNKNOWN`. */
  resend(id: string): Promise<Message>
  /** Every try to deliver a webhook's message. Throws `MESSAGE_UNKNOWN`. */
  attempts(id: string): Promise<Attempt[]>
}

/** A message as whoever carries it takes it along. */
export interface ToSend {
  readonly id: string
  readonly account: {
    readonly id: string
    readonly slug: string
    readonly name: string
    readonly timezone: string
  }
  readonly channel: Channel
  /** A mail address, or the id of an endpoint. */
  readonly target: string
  readonly type: string
  readonly run: string | null
  /** When it happened; ISO 8601, UTC. */
  readonly at: string
  /** JSON; its shape depends on the type. */
  readonly data: unknown
  /** With this one. */
  readonly attempts: number
  readonly createdAt: string
}

/** What came of carrying it. A problem is a code or a few words of our own, never what the other side wrote. */
export type Verdict =
  | { readonly kind: 'sent' }
  | { readonly kind: 'later'; readonly problem: string; readonly restMs?: number }
  | { readonly kind: 'dead'; readonly problem: string }

export interface Mailroom {
  /** Writes the messages about what happened since the last time. Any number of nodes may do so at once. */
  spread(): Promise<void>
  /** Takes messages that are due; whoever took one has it alone for two minutes. */
  take(channel: Channel, count: number): Promise<ToSend[]>
  /** Throws nothing where somebody else has taken it since: their word counts then. */
  /** Keeps what an endpoint answered. */
  attempted(message: ToSend, attempt: Omit<Attempt, 'number'>): Promise<void>
  settle(message: Pick<ToSend, 'id' | 'account' | 'attempts' | 'createdAt'>, verdict: Verdict): Promise<void>
}
