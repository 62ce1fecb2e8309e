import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { createDatabase, startPostgres } from './postgres.ts'

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('the tests talk to a real PostgreSQL', async () => {
  const [row] = await query(inject('postgresUrl'), 'select version()')
  expect(row).toEqual({ version: expect.stringMatching(/^PostgreSQL 18\./) })
})

test('two databases know nothing of each other, and a dropped one is gone', async () => {
  const [one, other] = await Promise.all([createDatabase(), createDatabase()])
  await query(one.url, 'create table only_here (id int)')
  await expect(query(other.url, 'select * from only_here')).rejects.toMatchObject({ code: '42P01' })
  expect(await query(other.url, `select tablename from pg_tables where schemaname = 'public'`)).toEqual([])
  await Promise.all([one.drop(), other.drop()])
  await expect(query(one.url, 'select 1')).rejects.toMatchObject({ code: '3D000' })
})

test('a database is dropped although someone is still connected to it', async () => {
  const database = await createDatabase()
  const lingering = new pg.Client(database.url)
  const dropped = new Promise((resolve) => lingering.on('error', resolve))
  await lingering.connect()
  await database.drop()
  await expect(dropped).resolves.toMatchObject({ code: '57P01' })
})

test('a durable server of its own writes through to the disk, and is gone once stopped', async () => {
  const server = await startPostgres({ durable: true })
  const settings = ['fsync', 'synchronous_commit', 'full_page_writes']
  const rows = await query(
    server.url,
    `select name, setting from pg_settings where name in ('${settings.join(`','`)}')`,
  )
  await server.stop()
  expect(rows).toHaveLength(settings.length)
  for (const row of rows) expect(row).toMatchObject({ setting: 'on' })
  await expect(query(server.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})
