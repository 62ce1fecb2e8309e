/**
 * How an account spells the values of its demographics. Two that differ only in case are one value, and the first
 * spelling stays: this is where it is remembered from one file to the next.
 */
import type { Transaction } from 'kysely'
import type { Db } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'
import type { Change } from '../plan/diff.ts'
import { isDemographicKey } from '../plan/person.ts'
import { SPELLINGS_OF_LABEL_MAX, spellingKey } from '../table/joiner.ts'

const ROWS_A_STATEMENT = 500

/** Every remembered spelling of an account, with the label it belongs to. */
export async function knownSpellings(
  db: Db,
  accountId: string,
): Promise<{ readonly label: string; readonly value: string }[]> {
  return await db
    .selectFrom('demographic_value')
    .innerJoin('demographic', (join) =>
      join
        .onRef('demographic.account_id', '=', 'demographic_value.account_id')
        .onRef('demographic.id', '=', 'demographic_value.demographic_id'),
    )
    .select(['demographic.label', 'demographic_value.value'])
    .where('demographic_value.account_id', '=', accountId)
    .execute()
}

interface NotedRow {
  /** null for a new person. */
  readonly version: number | null
  readonly creation: { readonly values: Readonly<Record<string, string>> }
  readonly changes: readonly Change[]
}

/** Remembers the spellings of what is applied, in the same transaction; call `finish` after the last of it. */
export class SpellingsWriter {
  readonly #trx: Transaction<Tables>
  readonly #accountId: string
  /** Demographic -> what is remembered of it already, or given up. */
  readonly #known: Map<number, Set<string>>
  /** Values as they are written that were looked at: most come again. */
  readonly #noted = new Map<string, Set<string>>()
  #fresh: Tables['demographic_value'][] = []

  private constructor(trx: Transaction<Tables>, accountId: string, known: Map<number, Set<string>>) {
    this.#trx = trx
    this.#accountId = accountId
    this.#known = known
  }

  static async open(trx: Transaction<Tables>, accountId: string): Promise<SpellingsWriter> {
    const rows = await trx
      .selectFrom('demographic_value')
      .select(['demographic_id', 'key'])
      .where('account_id', '=', accountId)
      .execute()
    const known = new Map<number, Set<string>>()
    for (const { demographic_id, key } of rows) {
      const keys = known.get(demographic_id) ?? new Set()
      known.set(demographic_id, keys.add(key))
    }
    return new SpellingsWriter(trx, accountId, known)
  }

  /** What a row of the plan gives a person, new or known. */
  note(row: NotedRow): void {
    if (row.version === null) {
      const { values } = row.creation
      for (const key in values) if (isDemographicKey(key)) this.#noteValue(key, values[key] ?? '')
      return
    }
    for (const [key, , after] of row.changes) {
      if (after !== null && isDemographicKey(key)) this.#noteValue(key, after)
    }
  }

  /** Writes what has gathered, once it is worth a statement. */
  async flush(): Promise<void> {
    if (this.#fresh.length >= ROWS_A_STATEMENT) await this.finish()
  }

  async finish(): Promise<void> {
    const rows = this.#fresh
    this.#fresh = []
    for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
      await this.#trx
        .insertInto('demographic_value')
        .values(rows.slice(at, at + ROWS_A_STATEMENT))
        .onConflict((on) => on.doNothing())
        .execute()
    }
  }

  #noteValue(of: string, value: string): void {
    const noted = this.#noted.get(of) ?? new Set<string>()
    if (noted.has(value)) return
    const demographicId = Number(of.slice(1))
    const keys = this.#known.get(demographicId) ?? new Set<string>()
    this.#known.set(demographicId, keys)
    if (keys.size >= SPELLINGS_OF_LABEL_MAX) return
    this.#noted.set(of, noted.add(value))
    const key = spellingKey(value)
    if (keys.has(key)) return
    keys.add(key)
    this.#fresh.push({ account_id: this.#accountId, demographic_id: demographicId, key, value })
  }
}
