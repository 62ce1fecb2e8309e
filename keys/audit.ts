/**
 * Who did what and when. Each entry's hash covers the one before, so that none can be changed, taken out or put in
 * between without a trace; a head that was written down elsewhere also proves that none was cut off at the end. Never
 * holds a value of a cell.
 */
import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { AuditEntry, AuditPage, AuditPlace, AuditVerdict } from '../schemas/people.ts'
import type { AuditTable, PeopleTables } from './people/tables.ts'

export interface NewAuditEntry {
  /** Slug; null for what concerns the whole server. */
  readonly account: string | null
  /** Who: an address, a token's name, `command line (…)`. */
  readonly actor: string
  /** What: `run.approve`, `sign-in`. */
  readonly action: string
  /** What it was done to: an id, a fingerprint, a name of a source. */
  readonly object: string
  /** Names, numbers and codes. */
  readonly details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>
  /** Id of the request. */
  readonly request?: string | null
}

export interface Audit {
  record(entry: NewAuditEntry): Promise<void>
  /** Newest first; of one account (slug), or everything. */
  list(account: string | null, place?: AuditPlace): Promise<AuditPage>
  /** Goes through all of it, from the first entry. */
  verify(): Promise<AuditVerdict>
}

const PAGE = 100
const VERIFY_AT_ONCE = 1_000

/** `db` may hold any further tables. */
export function createAudit<T extends PeopleTables>(deps: { db: Kysely<T>; now: () => Date }): Audit {
  // Kysely is invariant in its tables; this module uses only those it names.
  const db = deps.db as unknown as Kysely<PeopleTables>
  return {
    async record({ account, actor, action, object, details = {}, request = null }) {
      await db.transaction().execute(async (trx) => {
        // Whoever comes second waits here until the first has written.
        const head = await trx
          .updateTable('audit_head')
          .set((is) => ({ seq: is('seq', '+', 1) }))
          .where('id', '=', 1)
          .returning(['seq', 'hash'])
          .executeTakeFirstOrThrow()
        const found =
          account === null
            ? undefined
            : await trx.selectFrom('account').select('id').where('slug', '=', account).executeTakeFirst()
        const entry = {
          ...{
            seq: head.seq,
            account_id: found?.id ?? null,
            at: deps.now().toISOString(),
            actor,
            action,
            object,
          },
          ...{ details: JSON.stringify(details), request },
        }
        const hash = hashOf(entry, head.hash)
        await trx
          .insertInto('audit')
          .values({ ...entry, hash })
          .execute()
        await trx.updateTable('audit_head').set({ hash }).where('id', '=', 1).execute()
      })
    },

    async list(account, { before, limit = PAGE } = {}) {
      let query = db
        .selectFrom('audit')
        .leftJoin('account', 'account.id', 'audit.account_id')
        .selectAll('audit')
        .select('account.slug')
        .orderBy('audit.seq', 'desc')
        .limit(limit + 1)
      if (before !== undefined) query = query.where('audit.seq', '<', before)
      if (account !== null) query = query.where('account.slug', '=', account)
      const rows = await query.execute()
      const entries = rows.slice(0, limit).map(shown)
      return { entries, next: rows.length > limit ? (entries.at(-1)?.seq ?? null) : null }
    },

    async verify() {
      let [seq, hash] = [0, '']
      for (;;) {
        const rows = await db
          .selectFrom('audit')
          .selectAll()
          .where('seq', '>', seq)
          .orderBy('seq')
          .limit(VERIFY_AT_ONCE)
          .execute()
        for (const row of rows) {
          const isAsWritten = row.seq === seq + 1 && row.hash === hashOf(row, hash)
          if (!isAsWritten) return { entries: seq, head: hash, brokenAt: seq + 1 }
          ;({ seq, hash } = row)
        }
        if (rows.length < VERIFY_AT_ONCE) break
      }
      const head = await db.selectFrom('audit_head').selectAll().executeTakeFirstOrThrow()
      // An entry that was written meanwhile makes the head newer than what was read, never older.
      const isCut = head.seq > seq && !(await hasEntry(db, seq + 1))
      const isOther = head.seq === seq && head.hash !== hash
      return { entries: seq, head: hash, brokenAt: isCut || isOther ? seq + (isCut ? 1 : 0) : null }
    },
  }
}

async function hasEntry(db: Kysely<PeopleTables>, seq: number): Promise<boolean> {
  return (await db.selectFrom('audit').select('seq').where('seq', '=', seq).executeTakeFirst()) !== undefined
}

function hashOf(entry: Omit<AuditTable, 'hash'>, previous: string): string {
  const { seq, account_id, at, actor, action, object, details, request } = entry
  const text = JSON.stringify([previous, seq, account_id, at, actor, action, object, details, request])
  return createHash('sha256').update(text).digest('hex')
}

function shown(row: AuditTable & { slug: string | null }): AuditEntry {
  const { seq, at, actor, action, object, request, hash } = row
  // Written by `record` above.
  const details = JSON.parse(row.details) as AuditEntry['details']
  return { seq, at, account: row.slug, actor, action, object, details, request, hash }
}
