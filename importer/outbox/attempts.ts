/** Tries to deliver a message by HTTP: what was answered, and when. */
import { type Attempt, attemptSchema } from '../../schemas/webhook.ts'
import type { Db } from '../db/open.ts'
import { ImportError } from '../errors.ts'
import type { ToSend } from './types.ts'

export async function recordAttempt(
  db: Db,
  { id, account, attempts }: Pick<ToSend, 'id' | 'account' | 'attempts'>,
  { at, status, problem, milliseconds }: Omit<Attempt, 'number'>,
): Promise<void> {
  await db
    .insertInto('webhook_attempt')
    .values({ account_id: account.id, message_id: id, number: attempts, at, status, problem, milliseconds })
    .onConflict((on) => on.doNothing())
    .execute()
}

/** The first one first. Throws `MESSAGE_UNKNOWN`. */
export async function listAttempts(db: Db, id: string): Promise<Attempt[]> {
  const message = await db.selectFrom('outbox').select('account_id').where('id', '=', id).executeTakeFirst()
  if (message === undefined) throw new ImportError('MESSAGE_UNKNOWN', { id })
  const rows = await db
    .selectFrom('webhook_attempt')
    .selectAll()
    .where('account_id', '=', message.account_id)
    .where('message_id', '=', id)
    .orderBy('number')
    .execute()
  return rows.map((row) => attemptSchema.parse(row))
}
