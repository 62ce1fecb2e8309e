/** The messages: which are due, who tries one, what came of it. */
import { sql } from 'kysely'
import {
  CHANNELS,
  type Channel,
  type Message,
  type MessageFilter,
  messageSchema,
} from '../../schemas/notify.ts'
import type { Db } from '../db/open.ts'
import { ImportError } from '../errors.ts'
import type { ToSend, Verdict } from './types.ts'

/** How long whoever took a message has it alone. Longer than any try may last. */
export const LEASE_MS = 120_000
/** How long a message is tried. */
export const LIFE_MS = 3 * 86_400_000
const FIRST_REST_MS = 30_000
const REST_MS_MAX = 6 * 3_600_000

/** Takes messages that are due, the longest waiting first. */
export async function take(db: Db, channel: Channel, count: number, now: Date): Promise<ToSend[]> {
  const due = await db
    .selectFrom('outbox')
    .select(['account_id', 'id', 'attempts'])
    .where('state', '=', 'waiting')
    .where('channel', '=', channel)
    .where('due_at', '<=', now.toISOString())
    .orderBy('due_at')
    .orderBy('id')
    .limit(count)
    .execute()
  const taken: ToSend[] = []
  for (const { account_id, id, attempts } of due) {
    const { numUpdatedRows } = await db
      .updateTable('outbox')
      // Whoever dies over it leaves it to be tried again by somebody else.
      .set({ attempts: attempts + 1, due_at: new Date(now.getTime() + LEASE_MS).toISOString() })
      .where('account_id', '=', account_id)
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      // Another node may have been first.
      .where('attempts', '=', attempts)
      .executeTakeFirst()
    if (numUpdatedRows === 1n) taken.push(await toSend(db, account_id, id))
  }
  return taken
}

async function toSend(db: Db, accountId: string, id: string): Promise<ToSend> {
  const row = await db
    .selectFrom('outbox')
    .innerJoin('account', 'account.id', 'outbox.account_id')
    .selectAll('outbox')
    .select(['account.slug', 'account.name', 'account.timezone'])
    .where('outbox.account_id', '=', accountId)
    .where('outbox.id', '=', id)
    .executeTakeFirstOrThrow()
  return {
    ...{ id, type: row.type, run: row.run_id, at: row.at, target: row.target, attempts: row.attempts },
    account: { id: accountId, slug: row.slug, name: row.name, timezone: row.timezone },
    channel: channelOf(row.channel),
    data: JSON.parse(row.data),
    createdAt: row.created_at,
  }
}

/** Writes down what came of a try, unless somebody else has taken the message since. */
export async function settle(
  db: Db,
  { id, account, attempts, createdAt }: Pick<ToSend, 'id' | 'account' | 'attempts' | 'createdAt'>,
  given: Verdict,
  { now, random }: { readonly now: Date; readonly random: () => number },
): Promise<void> {
  const verdict = overdue(given, createdAt, now)
  const done_at = verdict.kind === 'later' ? null : now.toISOString()
  const state = ({ sent: 'sent', later: 'waiting', dead: 'dead' } as const)[verdict.kind]
  const problem = verdict.kind === 'sent' ? null : verdict.problem
  const due = verdict.kind === 'later' ? { due_at: nextTry(attempts, verdict.restMs, now, random) } : {}
  await db
    .updateTable('outbox')
    .set({ state, done_at, problem, ...due })
    .where('account_id', '=', account.id)
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .where('attempts', '=', attempts)
    .execute()
}

function overdue(verdict: Verdict, createdAt: string, now: Date): Verdict {
  if (verdict.kind !== 'later' || now.getTime() - Date.parse(createdAt) < LIFE_MS) return verdict
  return { kind: 'dead', problem: verdict.problem }
}

/** Longer from try to try, and never all at the same moment. */
function nextTry(attempts: number, restMs: number | undefined, now: Date, random: () => number): string {
  const rest = restMs ?? Math.min(REST_MS_MAX, FIRST_REST_MS * 3 ** (attempts - 1))
  return new Date(now.getTime() + Math.round(rest * (0.75 + random() / 2))).toISOString()
}

/** Newest first. */
export async function listMessages(
  db: Db,
  filter: Omit<MessageFilter, 'account'> & { accountId?: string },
): Promise<Message[]> {
  let query = db
    .selectFrom('outbox')
    .innerJoin('account', 'account.id', 'outbox.account_id')
    .leftJoin('webhook_endpoint as endpoint', (join) =>
      join
        .onRef('endpoint.account_id', '=', 'outbox.account_id')
        .onRef('endpoint.id', '=', 'outbox.target')
        .on('outbox.channel', '=', 'webhook'),
    )
    .selectAll('outbox')
    .select(['account.slug', sql<string>`coalesce(endpoint.url, outbox.target)`.as('address')])
    .orderBy('outbox.id', 'desc')
    .limit(filter.limit ?? 50)
  if (filter.accountId !== undefined) query = query.where('outbox.account_id', '=', filter.accountId)
  if (filter.state !== undefined) query = query.where('outbox.state', '=', filter.state)
  if (filter.channel !== undefined) query = query.where('outbox.channel', '=', filter.channel)
  if (filter.id !== undefined) query = query.where('outbox.id', '=', filter.id)
  return (await query.execute()).map((row) =>
    messageSchema.parse({
      ...{ id: row.id, account: row.slug, channel: row.channel, type: row.type, run: row.run_id },
      ...{ target: row.address, state: row.state, attempts: row.attempts, createdAt: row.created_at },
      ...{ dueAt: row.state === 'waiting' ? row.due_at : null, doneAt: row.done_at, problem: row.problem },
    }),
  )
}

/** Makes a message due now, with a whole life before it. Throws `MESSAGE_UNKNOWN`, `MESSAGE_SENT`. */
export async function retry(db: Db, id: string, now: Date): Promise<Message> {
  const at = now.toISOString()
  await dueAgain(db, id, at).where('state', '<>', 'sent').execute()
  const [message] = await listMessages(db, { id })
  if (message === undefined) throw new ImportError('MESSAGE_UNKNOWN', { id })
  if (message.state === 'sent') throw new ImportError('MESSAGE_SENT', { id })
  return message
}

/** The same for a webhook's message that was taken as well: receivers know it by its id. Throws `MESSAGE_UNKNOWN`. */
export async function resend(db: Db, id: string, now: Date): Promise<Message> {
  await dueAgain(db, id, now.toISOString()).where('channel', '=', 'webhook').execute()
  const [message] = await listMessages(db, { id, channel: 'webhook' })
  if (message === undefined) throw new ImportError('MESSAGE_UNKNOWN', { id })
  return message
}

function dueAgain(db: Db, id: string, at: string) {
  return db
    .updateTable('outbox')
    .set({ state: 'waiting', due_at: at, created_at: at, done_at: null })
    .where('id', '=', id)
}

function channelOf(text: string): Channel {
  const channel = CHANNELS.find((one) => one === text)
  if (channel === undefined) throw new Error(`a message has the channel ${text}`)
  return channel
}
