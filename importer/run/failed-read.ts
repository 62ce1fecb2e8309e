/** A reading of people that failed, as a run: so that the history tells of it, and whoever gets mails, with what to do. */
import { NO_COUNTS } from '../../schemas/run.ts'
import type { Db } from '../db/open.ts'
import type { ImportError } from '../errors.ts'
import { recordRun } from '../outbox/record-event.ts'
import type { Delivery } from '../types.ts'

export interface FailedRead extends Pick<Delivery, 'id' | 'accountId' | 'source' | 'mode' | 'sentBy'> {
  /** ISO 8601, UTC. */
  readonly at: string
}

/** There is no file: what was read is not complete, so nothing of it was kept. */
export async function enterFailed(db: Db, read: FailedRead, error: ImportError): Promise<void> {
  const { id, accountId, source, mode, sentBy, at } = read
  await db.transaction().execute(async (trx) => {
    const run = await trx
      .insertInto('run')
      .values({
        ...{ id, account_id: accountId, source, mode, sent_by: sentBy },
        ...{ state: 'failed', import_type: 'full', file_name: '', size: 0, sha256: null, node: null },
        ...{ received_at: at, finished_at: at, counts: JSON.stringify(NO_COUNTS), holds: '[]' },
        ...{ issue_counts: '{}', plan: null, decided_by: null, reason: null },
        ...{ lease_owner: null, lease_until: null },
        error: JSON.stringify({ code: error.code, params: error.params }),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordRun(trx, run)
  })
}
