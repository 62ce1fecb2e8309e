/** What only SQLite has to prove: that it keeps what it confirms, and that waiting for it stops nobody. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { type Db, openDatabase } from '../../../importer/db/open.ts'
import { openSqlite } from '../../../importer/db/sqlite.ts'
import { temporaryFolder } from '../../support/engines.ts'

async function open(path: string): Promise<Db> {
  const { db, close } = await openDatabase(path)
  onTestFinished(close)
  return db
}

const account = (id: string) => ({ id, slug: id, name: id, timezone: 'UTC', created_at: '' })
const slugs = async (db: Db) =>
  (await db.selectFrom('account').select('slug').orderBy('slug').execute()).map(({ slug }) => slug)

test('every opening is in WAL mode and fully durable, not only the first', () => {
  const path = join(temporaryFolder(), 'a.db')
  for (let opening = 1; opening <= 3; opening++) {
    const database = openSqlite(path)
    const settings = ['synchronous', 'journal_mode', 'foreign_keys'].map((name) =>
      database.pragma(name, { simple: true }),
    )
    database.close()
    expect(settings).toEqual([2, 'wal', 1])
  }
})

test('the library would be less durable the second time if it were not told', () => {
  const path = join(temporaryFolder(), 'a.db')
  openSqlite(path).close()
  const plain = new Database(path)
  const synchronous = plain.pragma('synchronous', { simple: true })
  plain.close()
  expect(synchronous).toBe(1)
})

test('a transaction that reads first may still write, although somebody else has written meanwhile', async () => {
  const path = join(temporaryFolder(), 'a.db')
  const [one, other] = [await open(path), await open(path)]
  await one.insertInto('account').values(account('first')).execute()
  let beside: Promise<unknown> = Promise.resolve()
  await one.transaction().execute(async (trx) => {
    const { count } = await trx
      .selectFrom('account')
      .select((of) => of.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    beside = other.insertInto('account').values(account('beside')).execute()
    await delay(1)
    await trx
      .insertInto('account')
      .values(account(`after-${count}`))
      .execute()
  })
  await beside
  expect(await slugs(one)).toEqual(['after-1', 'beside', 'first'])
})

test('who waits for a busy database leaves the thread to others, and is served in the end', async () => {
  const path = join(temporaryFolder(), 'a.db')
  const [one, other] = [await open(path), await open(path)]
  let isServed = false
  let beside: Promise<unknown> = Promise.resolve()
  let longestMs = 0
  await one.transaction().execute(async (trx) => {
    await trx.insertInto('account').values(account('holder')).execute()
    beside = other
      .insertInto('account')
      .values(account('waiter'))
      .execute()
      .then(() => {
        isServed = true
      })
    // The timer is the somebody else of this thread.
    for (let tick = 0; tick < 60; tick++) {
      const before = performance.now()
      await delay(5)
      longestMs = Math.max(longestMs, performance.now() - before)
    }
    expect(isServed).toBe(false)
  })
  await beside
  expect(await slugs(one)).toEqual(['holder', 'waiter'])
  // The library alone would stand still for seconds.
  expect(longestMs).toBeLessThan(500)
})

test('a database may be opened while somebody writes to it for a while', async () => {
  const path = join(temporaryFolder(), 'a.db')
  const writer = await open(path)
  await writer.transaction().execute(async (trx) => {
    await trx.insertInto('account').values(account('writing')).execute()
    expect(await slugs(await open(path))).toEqual([])
  })
})

test('a read-only transaction sees one state of the database from start to end', async () => {
  const path = join(temporaryFolder(), 'a.db')
  const [reader, writer] = [await open(path), await open(path)]
  await reader
    .transaction()
    .setAccessMode('read only')
    .execute(async (trx) => {
      expect(await slugs(trx)).toEqual([])
      await writer.insertInto('account').values(account('later')).execute()
      expect(await slugs(trx)).toEqual([])
    })
  expect(await slugs(reader)).toEqual(['later'])
})

test('rows can be streamed', async () => {
  const db = await open(join(temporaryFolder(), 'a.db'))
  for (const id of ['a', 'b', 'c']) await db.insertInto('account').values(account(id)).execute()
  const found: string[] = []
  for await (const { slug } of db.selectFrom('account').select('slug').orderBy('slug').stream(2))
    found.push(slug)
  expect(found).toEqual(['a', 'b', 'c'])
})

test('statements without end do not pile up', async () => {
  const db = await open(join(temporaryFolder(), 'a.db'))
  for (let shape = 0; shape < 450; shape++) {
    const { rows } = await sql<{ n: number }>`select ${sql.lit(shape)} as n`.execute(db)
    expect(rows).toEqual([{ n: shape }])
  }
})

test('a full disk is an error that leaves the database as it was', async () => {
  const path = join(temporaryFolder(), 'a.db')
  const db = await open(path)
  await db.insertInto('account').values(account('before')).execute()
  // The nearest thing to a full disk that needs no disk of its own: the database may not grow.
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
  await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count ?? 0)}`.execute(db)
  const growing = db.transaction().execute(async (trx) => {
    for (let at = 0; at < 1_000; at++) {
      await trx
        .insertInto('account')
        .values({ ...account(`growing-${at}`), name: 'x'.repeat(1_000) })
        .execute()
    }
  })
  await expect(growing).rejects.toMatchObject({ code: 'SQLITE_FULL' })
  expect(await slugs(db)).toEqual(['before'])
})
