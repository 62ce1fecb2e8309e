/** What opening a database promises, on both engines. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../../importer/db/open.ts'
import { ENGINES, emptyDatabaseOn, temporaryFolder } from '../../support/engines.ts'
import { startPostgres } from '../../support/postgres.ts'

async function open(url: string): Promise<OpenDatabase> {
  const opened = await openDatabase(url)
  onTestFinished(opened.close)
  return opened
}

const account = { id: 'a', slug: 'acme', name: 'Acme', timezone: 'UTC', created_at: '2026-01-01T00:00:00Z' }

describe.each(ENGINES)('a database on %s', (engine) => {
  test('is made when it is first opened, and is the same when it is opened again', async () => {
    const url = await emptyDatabaseOn(engine)
    const first = await openDatabase(url)
    await first.db.insertInto('account').values(account).execute()
    await first.close()
    const { db } = await open(url)
    expect(await db.selectFrom('account').selectAll().execute()).toEqual([
      { ...account, position: 0, next_person: 1, next_demographic: 1 },
    ])
  })

  test('may be opened by several at once, also the first time', async () => {
    const url = await emptyDatabaseOn(engine)
    const opened = await Promise.all([open(url), open(url), open(url)])
    for (const { db } of opened) expect(await db.selectFrom('account').selectAll().execute()).toEqual([])
  })

  test('whose first start was cut in two is as if it had never begun', async () => {
    const url = await emptyDatabaseOn(engine)
    const opened = await open(url)
    const tables = async () => (await opened.db.introspection.getTables()).map(({ name }) => name)
    // A start that cannot end: in the middle of its work it meets a table that should not be there.
    for (const name of await tables())
      await sql`drop table ${sql.table(name)} ${sql.raw(engine === 'postgres' ? 'cascade' : '')}`.execute(
        opened.db,
      )
    await sql`delete from kysely_migration`.execute(opened.db)
    await sql`create table sftp_key (in_the_way integer)`.execute(opened.db)
    await expect(openDatabase(url)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect(await tables()).toEqual(['sftp_key'])
    await sql`drop table sftp_key`.execute(opened.db)
    const { db } = await open(url)
    expect(await db.selectFrom('account').selectAll().execute()).toEqual([])
  })

  test('that a newer Rollcall has written is refused, and left as it is', async () => {
    const url = await emptyDatabaseOn(engine)
    const { db } = await open(url)
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')`.execute(db)
    await expect(openDatabase(url)).rejects.toMatchObject({
      code: 'DATABASE_NEWER',
      params: { migration: '9999-later' },
    })
  })

  test('keeps every change of a transaction or none', async () => {
    const { db } = await open(await emptyDatabaseOn(engine))
    const failed = db.transaction().execute(async (trx) => {
      await trx.insertInto('account').values(account).execute()
      await trx
        .insertInto('source')
        .values({ account_id: 'nobody', name: 's', kind: 'sftp', settings: '{}' })
        .execute()
    })
    await expect(failed).rejects.toThrow(/foreign key/i)
    expect(await db.selectFrom('account').selectAll().execute()).toEqual([])
  })

  test('keeps a query beside a transaction out of it', async () => {
    const { db } = await open(await emptyDatabaseOn(engine))
    let beside: Promise<unknown> = Promise.resolve()
    const failed = db.transaction().execute(async (trx) => {
      await trx.insertInto('account').values(account).execute()
      beside = db
        .insertInto('account')
        .values({ ...account, id: 'b', slug: 'beside' })
        .execute()
      throw new Error('rolled back')
    })
    await expect(failed).rejects.toThrow('rolled back')
    await beside
    expect(await db.selectFrom('account').select('slug').execute()).toEqual([{ slug: 'beside' }])
  })

  test('gives the same values back on either engine: numbers as numbers, bytes as bytes', async () => {
    const { db } = await open(await emptyDatabaseOn(engine))
    const key = { account_id: 'a', run_id: 'r' }
    const bytes = Buffer.from([0, 1, 255])
    await db
      .insertInto('run_rows')
      .values({ ...key, first_row: 1, lines: bytes, outcomes: bytes })
      .execute()
    const row = await db.selectFrom('run_rows').selectAll().executeTakeFirstOrThrow()
    expect([row.first_row, ...row.lines]).toEqual([1, 0, 1, 255])
    await db
      .insertInto('account')
      .values({ ...account, position: 2 ** 40 })
      .execute()
    const { position, count } = await db
      .selectFrom('account')
      .select((of) => ['position', of.fn.countAll<number>().as('count')])
      .groupBy('position')
      .executeTakeFirstOrThrow()
    expect([position, count]).toEqual([2 ** 40, 1])
  })

  test('that lost its connection or lock says so by an error, and the first error stays', async () => {
    const { db } = await open(await emptyDatabaseOn(engine))
    const twice = db.transaction().execute(async (trx) => {
      await trx.insertInto('account').values(account).execute()
      await trx.insertInto('account').values(account).execute()
    })
    await expect(twice).rejects.toThrow(/unique/i)
  })
})

describe('a database that cannot be used', () => {
  test.each([
    ['a folder that is not there', () => join(temporaryFolder(), 'no', 'such.db')],
    ['a file that is something else', () => garbage()],
    ['a folder', () => temporaryFolder()],
    ['a server that is not there', () => 'postgres://nobody@127.0.0.1:1/none'],
  ])('%s is refused with a reason', async (_, url) => {
    await expect(openDatabase(url())).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  })

  test('a PostgreSQL that confirms before it has written is refused', async () => {
    const url = new URL(await emptyDatabaseOn('postgres'))
    url.searchParams.set('options', '-c synchronous_commit=off')
    await expect(openDatabase(url.href)).rejects.toMatchObject({
      code: 'DATABASE_NOT_DURABLE',
      params: { problem: 'synchronous_commit is off' },
    })
  })

  test('a PostgreSQL that never writes through to the disk is refused', async () => {
    const server = await startPostgres({ durable: true })
    onTestFinished(server.stop)
    const client = new pg.Client(server.url)
    await client.connect()
    await client.query('alter system set fsync = off')
    await client.query('select pg_reload_conf()')
    await client.end()
    const refused = { code: 'DATABASE_NOT_DURABLE', params: { problem: 'fsync is off' } }
    // The server reloads its settings in its own time.
    await expect
      .poll(() => openDatabase(server.url).then(close, (error: unknown) => error))
      .toMatchObject(refused)
  })
})

async function close(opened: OpenDatabase): Promise<void> {
  await opened.close()
}

function garbage(): string {
  const path = join(temporaryFolder(), 'garbage.db')
  writeFileSync(path, 'this is no database, however long one looks at it. '.repeat(100))
  return path
}
