/**
 * The missing ledger: which file of a source named a person last. A file names nearly everybody, so a row for each would
 * cost as much as importing them; kept are the number of the file, four bytes a person, in chunks, and a row a file.
 * Nothing here changes anybody.
 */
import type { Kysely, Transaction } from 'kysely'
import type { MissingPage, MissingPlace } from '../../schemas/missing.ts'
import { isAnyOf } from '../db/bulk.ts'
import type { Tables } from '../db/tables.ts'

type Db = Kysely<Tables>

/** People a chunk. */
const CHUNK = 65_536

/** People as bits, by chunk. */
export class PeopleSet {
  readonly #chunks = new Map<number, Uint8Array>()

  add(person: number): void {
    const chunk = Math.floor(person / CHUNK)
    let bits = this.#chunks.get(chunk)
    if (bits === undefined) {
      bits = new Uint8Array(CHUNK / 8)
      this.#chunks.set(chunk, bits)
    }
    const at = person % CHUNK
    bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7))
  }

  chunks(): Iterable<[chunk: number, bits: Uint8Array]> {
    return this.#chunks.entries()
  }
}

/** Keeps with a plan whom its file names, until it is applied. */
export async function keepSeen(
  trx: Transaction<Tables>,
  { accountId, run }: { readonly accountId: string; readonly run: string },
  people: PeopleSet,
): Promise<void> {
  for (const [chunk, bits] of people.chunks()) {
    const row = { account_id: accountId, run_id: run, chunk, people: Buffer.from(bits) }
    await trx.insertInto('plan_seen').values(row).execute()
  }
}

export interface AppliedFile {
  readonly accountId: string
  readonly source: string
  readonly run: string
  /** ISO 8601, UTC. */
  readonly at: string
}

/** Takes a file that is being applied into the ledger. */
export async function noteSeen(trx: Transaction<Tables>, { accountId, source, run, at }: AppliedFile) {
  const of = { account_id: accountId, source }
  const number = (await filesOf(trx, accountId, source)) + 1
  await trx
    .insertInto('source_file')
    .values({ ...of, number, run_id: run, at })
    .execute()
  const seen = await trx
    .selectFrom('plan_seen')
    .select(['chunk', 'people'])
    .where('account_id', '=', accountId)
    .where('run_id', '=', run)
    .execute()
  for (const { chunk, people } of seen) {
    const files = (await chunkOf(trx, of, chunk)) ?? new Int32Array(CHUNK)
    for (let at = 0; at < CHUNK; at++) if ((people[at >> 3] ?? 0) & (1 << (at & 7))) files[at] = number
    const bytes = Buffer.from(files.buffer)
    await trx
      .insertInto('source_seen')
      .values({ ...of, chunk, files: bytes })
      .onConflict((on) => on.columns(['account_id', 'source', 'chunk']).doUpdateSet({ files: bytes }))
      .execute()
  }
  await trx.deleteFrom('plan_seen').where('account_id', '=', accountId).where('run_id', '=', run).execute()
}

async function filesOf(db: Db, accountId: string, source: string): Promise<number> {
  const { last } = await db
    .selectFrom('source_file')
    .select((of) => of.fn.max('number').as('last'))
    .where('account_id', '=', accountId)
    .where('source', '=', source)
    .executeTakeFirstOrThrow()
  return Number(last ?? 0)
}

async function chunkOf(
  db: Db,
  of: { account_id: string; source: string },
  chunk: number,
): Promise<Int32Array<ArrayBuffer> | null> {
  const row = await db
    .selectFrom('source_seen')
    .select('files')
    .where('account_id', '=', of.account_id)
    .where('source', '=', of.source)
    .where('chunk', '=', chunk)
    .executeTakeFirst()
  // Copied: a blob may start at an odd address, where an Int32Array may not.
  return row === undefined ? null : new Int32Array(Uint8Array.from(row.files).buffer)
}

export interface MissingQuestion extends MissingPlace {
  readonly accountId: string
  readonly source: string
  /** YYYY-MM-DD; who left before is not missed. */
  readonly today: string
}

/** Active people whom a file of the source named once, and the last ones did not; by their numbers. */
export async function missingPeople(
  db: Db,
  question: MissingQuestion,
): Promise<Pick<MissingPage, 'files' | 'people' | 'next'>> {
  const { accountId, source, limit = 100 } = question
  const files = await filesOf(db, accountId, source)
  const found: { person: Known; last: number }[] = []
  for await (const batch of absentees(db, question, files)) {
    found.push(...batch)
    if (found.length > limit) break
  }
  const some = found.slice(0, limit)
  const runs = await runsOf(db, question, [...new Set(some.flatMap(({ last }) => [last, last + 1]))])
  const people = some.map(({ person, last }) => ({
    ...person,
    absences: files - last,
    since: runs.get(last + 1)?.at ?? '',
    lastRun: runs.get(last)?.run_id ?? '',
    lastSeen: runs.get(last)?.at ?? '',
  }))
  return { files, people, next: found.length > limit ? (people.at(-1)?.id ?? null) : null }
}

interface Known {
  readonly id: number
  readonly name: string
  readonly employeeId: string | null
  readonly email: string | null
}

/** People a query. */
const BATCH = 1_000

async function* absentees(
  db: Db,
  { accountId, source, today, after = 0, filesMin = 1 }: MissingQuestion,
  files: number,
): AsyncGenerator<{ person: Known; last: number }[]> {
  const chunks = await db
    .selectFrom('source_seen')
    .select('chunk')
    .where('account_id', '=', accountId)
    .where('source', '=', source)
    .where('chunk', '>=', Math.floor(after / CHUNK))
    .orderBy('chunk')
    .execute()
  for (const { chunk } of chunks) {
    const lastOf = await chunkOf(db, { account_id: accountId, source }, chunk)
    let some: number[] = []
    for (const [at, last] of (lastOf ?? new Int32Array()).entries()) {
      const id = chunk * CHUNK + at
      if (last === 0 || files - last < filesMin || id <= after) continue
      some.push(id)
      if (some.length < BATCH) continue
      yield await present(some)
      some = []
    }
    if (some.length > 0) yield await present(some)

    async function present(ids: readonly number[]) {
      const rows = await db
        .selectFrom('employee')
        .select(['id', 'name', 'employee_id as employeeId', 'email'])
        .where('account_id', '=', accountId)
        .where(isAnyOf(db, 'id', 'integer', ids))
        .where('deactivated', '=', 0)
        .where((or) => or.or([or('end_date', 'is', null), or('end_date', '>', today)]))
        .orderBy('id')
        .execute()
      const ignored = await ignoredAmong(db, { accountId, source }, ids)
      return rows
        .map((person) => ({ person, last: lastOf?.[person.id % CHUNK] ?? 0 }))
        .filter(({ person, last }) => (ignored.get(person.id) ?? 0) < last)
    }
  }
}

/** Person -> the last file that named them when they were ignored: whoever came back and goes again is missed again. */
async function ignoredAmong(
  db: Db,
  { accountId, source }: { accountId: string; source: string },
  ids: readonly number[],
): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('missing_ignored')
    .select(['person_id', 'file'])
    .where('account_id', '=', accountId)
    .where('source', '=', source)
    .where(isAnyOf(db, 'person_id', 'integer', ids))
    .execute()
  return new Map(rows.map(({ person_id, file }) => [person_id, file]))
}

async function runsOf(
  db: Db,
  { accountId, source }: MissingQuestion,
  numbers: readonly number[],
): Promise<Map<number, { run_id: string; at: string }>> {
  if (numbers.length === 0) return new Map()
  const rows = await db
    .selectFrom('source_file')
    .select(['number', 'run_id', 'at'])
    .where('account_id', '=', accountId)
    .where('source', '=', source)
    .where(isAnyOf(db, 'number', 'integer', numbers))
    .execute()
  return new Map(rows.map((row) => [row.number, row]))
}

/** Leaves the person out of the list until the source has sent them again. False where the source never did. */
export async function ignoreMissing(
  db: Db,
  person: { readonly accountId: string; readonly source: string; readonly id: number },
  word: { readonly by: string; readonly at: string },
): Promise<boolean> {
  const { accountId: account_id, source, id } = person
  const chunk = await chunkOf(db, { account_id, source }, Math.floor(id / CHUNK))
  const file = chunk?.[id % CHUNK] ?? 0
  if (file === 0) return false
  await db
    .insertInto('missing_ignored')
    .values({ account_id, source, person_id: id, file, ...word })
    .onConflict((on) => on.columns(['account_id', 'source', 'person_id']).doUpdateSet({ file, ...word }))
    .execute()
  return true
}
