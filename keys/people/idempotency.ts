/**
 * First answers to requests that name an idempotency key, kept for a day, so that who sends one again gets the same. An
 * answer may hold a secret that is shown once, or a person; so they are sealed.
 */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { ImportError } from '../../schemas/errors.ts'
import type { Vault } from '../vault.ts'
import type { PeopleTables } from './tables.ts'

const answerSchema = z.object({
  status: z.int(),
  type: z.string().nullable(),
  location: z.string().nullable(),
  body: z.string(),
})
export type KeptAnswer = z.output<typeof answerSchema>

const DAY_MS = 24 * 60 * 60_000
/** Nobody answers for so long: whoever began was ended in the middle, and the request may be tried again. */
const ANSWERING_MS = 10 * 60_000

export interface Asked {
  /** Whose key it is: id of a token or a person. */
  readonly owner: string
  readonly key: string
  /** Hash of method, path and query. */
  readonly request: string
}

export interface Idempotency {
  /**
   * Null: it is new, and whoever asked now answers it. Otherwise the answer of before, with the hash of the body it
   * was for. Throws `KEY_REUSED` where the key was used for another request, `KEY_BUSY` while the first is answered.
   */
  begin(asked: Asked): Promise<{ readonly body: string; readonly answer: KeptAnswer } | null>
  keep(asked: Asked, body: string, answer: KeptAnswer): Promise<void>
  /** It came to nothing: the key is free again. */
  forget(asked: Asked): Promise<void>
}

/** `db` may hold any further tables. */
export function createIdempotency<T extends PeopleTables>(deps: {
  db: Kysely<T>
  vault: () => Promise<Vault>
  now: () => Date
}): Idempotency {
  // Kysely is invariant in its tables; this module uses only those it names.
  const db = deps.db as unknown as Kysely<PeopleTables>
  const opened = async (sealed: string, of: Pick<Asked, 'owner' | 'key'>) =>
    answerSchema.parse(JSON.parse((await deps.vault()).open(sealed, answerContext(of))))
  const ago = (ms: number) => new Date(deps.now().getTime() - ms).toISOString()

  return {
    async begin({ owner, key, request }) {
      await db
        .deleteFrom('idempotency')
        .where((is) =>
          is.or([
            is('at', '<=', ago(DAY_MS)),
            is.and([is('status', 'is', null), is('at', '<=', ago(ANSWERING_MS))]),
          ]),
        )
        .execute()
      const at = deps.now().toISOString()
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('idempotency')
        .values({ owner, key, request, body: null, status: null, answer: null, at })
        .onConflict((on) => on.columns(['owner', 'key']).doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows === 1n) return null
      const row = await db
        .selectFrom('idempotency')
        .selectAll()
        .where('owner', '=', owner)
        .where('key', '=', key)
        .executeTakeFirst()
      if (row !== undefined && row.request !== request) throw new ImportError('KEY_REUSED')
      if (row === undefined || row.answer === null) throw new ImportError('KEY_BUSY')
      return { body: row.body ?? '', answer: await opened(row.answer, { owner, key }) }
    },

    async keep({ owner, key }, body, answer) {
      const sealed = (await deps.vault()).seal(JSON.stringify(answer), answerContext({ owner, key }))
      await db
        .updateTable('idempotency')
        .set({ body, status: answer.status, answer: sealed })
        .where('owner', '=', owner)
        .where('key', '=', key)
        .execute()
    },

    async forget({ owner, key }) {
      await db.deleteFrom('idempotency').where('owner', '=', owner).where('key', '=', key).execute()
    },
  }
}

export function answerContext({ owner, key }: Pick<Asked, 'owner' | 'key'>): string {
  return `answer to ${owner} under ${key}`
}
