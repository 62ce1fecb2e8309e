/** Who is told of an account by mail. */
import type { Kysely, Selectable } from 'kysely'
import {
  DEFAULT_TOPICS,
  type NewRecipient,
  newRecipientSchema,
  type Recipient,
  recipientSchema,
  type Topic,
} from '../../schemas/notify.ts'
import type { NotifyRecipientTable } from '../db/tables/outbox.ts'
import type { Tables } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import type { Account } from '../types.ts'

/**
 * Addresses that hear of the topic: those that were set, and the account's administrators who sign in, as if they had
 * been added without saying of what. An address that was set hears of what was set.
 */
export async function recipientsOf(db: Kysely<Tables>, accountId: string, topic: Topic): Promise<string[]> {
  const rows = await rowsOf(db, accountId)
  const set = rows.filter(({ topics }) => topics.split(' ').includes(topic)).map(({ address }) => address)
  if (!DEFAULT_TOPICS.includes(topic)) return set
  const isSet = new Set(rows.map(({ address }) => address.toLowerCase()))
  const administrators = await administratorsOf(db, accountId)
  return [...set, ...administrators.filter((address) => !isSet.has(address.toLowerCase()))]
}

async function administratorsOf(db: Kysely<Tables>, accountId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('web_role')
    .innerJoin('web_user', 'web_user.id', 'web_role.user_id')
    .select('web_user.email')
    .where('web_role.account_id', '=', accountId)
    .where('web_role.role', '=', 'account_admin')
    .orderBy('web_user.email')
    .execute()
  return rows.map(({ email }) => email)
}

export async function listRecipients(db: Kysely<Tables>, account: Account): Promise<Recipient[]> {
  return (await rowsOf(db, account.id)).map((row) => toRecipient(account, row))
}

/** Throws `RECIPIENT_INVALID`. */
export async function setRecipient(
  db: Kysely<Tables>,
  account: Account,
  given: NewRecipient,
  now: Date,
): Promise<Recipient> {
  const parsed = newRecipientSchema.safeParse(given)
  if (!parsed.success)
    throw new ImportError('RECIPIENT_INVALID', { problem: parsed.error.issues[0]?.message ?? 'not valid' })
  const { address, topics } = parsed.data
  const row = {
    ...{ account_id: account.id, address, added_at: now.toISOString() },
    topics: [...new Set(topics)].join(' '),
  }
  await db
    .insertInto('notify_recipient')
    .values(row)
    .onConflict((on) => on.columns(['account_id', 'address']).doUpdateSet({ topics: row.topics }))
    .execute()
  return toRecipient(account, row)
}

/** Throws `RECIPIENT_UNKNOWN`. */
export async function removeRecipient(db: Kysely<Tables>, account: Account, address: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('notify_recipient')
      .where('account_id', '=', account.id)
      .where('address', '=', address)
      .executeTakeFirst()
    if (numDeletedRows !== 1n) throw new ImportError('RECIPIENT_UNKNOWN', { slug: account.slug })
    await trx
      .deleteFrom('outbox')
      .where('account_id', '=', account.id)
      .where('target', '=', address)
      .where('state', '<>', 'sent')
      .execute()
  })
}

async function rowsOf(db: Kysely<Tables>, accountId: string): Promise<Selectable<NotifyRecipientTable>[]> {
  return await db
    .selectFrom('notify_recipient')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('address')
    .execute()
}

function toRecipient(
  { slug }: Account,
  row: Omit<Selectable<NotifyRecipientTable>, 'account_id'>,
): Recipient {
  const { address, topics, added_at } = row
  return recipientSchema.parse({ account: slug, address, topics: topics.split(' '), addedAt: added_at })
}
