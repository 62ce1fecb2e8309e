/** Many rows at once mean exactly what one at a time would, on both engines. */
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Columns, insertRows, isAnyOf, updateRows, withoutIndexes } from '../../../importer/db/bulk.ts'
import { openDatabase } from '../../../importer/db/open.ts'
import type { RunIssueTable } from '../../../importer/db/tables.ts'
import { databaseOn, ENGINES, type EngineName } from '../../support/engines.ts'

const COLUMNS: Columns<'run_issue'> = {
  ...{ account_id: 'text', run_id: 'text', seq: 'integer', code: 'text', severity: 'text', line: 'integer' },
  ...{ row: 'integer', column: 'text', field: 'text', header: 'text', value: 'text', params: 'text' },
}

const ODD = [
  '',
  'NULL',
  'null',
  '{}',
  '{"a","b"}',
  'a,b',
  '"',
  "'",
  '\\',
  '\\\\"',
  ' spaced ',
  'a\nb',
  '🦊 é ǆ',
  '1',
  '01',
]

function issue(seq: number, value: string | null): RunIssueTable {
  const place = { line: seq % 3 === 0 ? null : seq, row: -seq, column: null, field: 'Name', header: value }
  return { account_id: 'a', run_id: 'r', seq, code: 'X', severity: 'info', ...place, value, params: '{}' }
}

async function openOn(engine: EngineName) {
  const { db, close } = await openDatabase(await databaseOn(engine))
  onTestFinished(close)
  const stored = () => db.selectFrom('run_issue').selectAll().orderBy('seq').execute()
  return { db, stored }
}

describe.each(ENGINES)('on %s', (engine) => {
  test('whatever the values, what is inserted comes back', async () => {
    const { db, stored } = await openOn(engine)
    const rows = [null, ...ODD].map((value, at) => issue(at + 1, value))
    await insertRows(db, 'run_issue', COLUMNS, rows)
    expect(await stored()).toEqual(rows)
  })

  test('no rows are no statement; thousands are one', async () => {
    const { db, stored } = await openOn(engine)
    await insertRows(db, 'run_issue', COLUMNS, [])
    await updateRows(db, 'run_issue', COLUMNS, { set: ['value'], by: ['seq'] }, [])
    expect(await stored()).toEqual([])
    const rows = Array.from({ length: 5_000 }, (_, at) => issue(at + 1, `v${at}`))
    await insertRows(db, 'run_issue', COLUMNS, rows)
    expect(await stored()).toEqual(rows)
  })

  test('an update changes the columns it names in the rows it names', async () => {
    const { db, stored } = await openOn(engine)
    const rows = [1, 2, 3].map((seq) => issue(seq, 'old'))
    await insertRows(db, 'run_issue', COLUMNS, rows)
    const which = { set: ['value', 'line'], by: ['account_id', 'run_id', 'seq'] } as const
    const key = { account_id: 'a', run_id: 'r' }
    await updateRows(db, 'run_issue', COLUMNS, which, [
      { ...key, seq: 1, value: 'new', line: null },
      { ...key, seq: 3, value: null, line: 7 },
      { ...key, run_id: 'other', seq: 2, value: 'not mine', line: 9 },
    ])
    expect(await stored()).toEqual([
      { ...rows[0], value: 'new', line: null },
      rows[1],
      { ...rows[2], value: null, line: 7 },
    ])
  })

  test('a row that is there already is an error, and none of the others is kept, in a transaction or without', async () => {
    const { db, stored } = await openOn(engine)
    await insertRows(db, 'run_issue', COLUMNS, [issue(2, 'first')])
    const rows = [1, 2, 3].map((seq) => issue(seq, 'x'))
    await expect(insertRows(db, 'run_issue', COLUMNS, rows)).rejects.toThrow(/unique/i)
    const within = db.transaction().execute((trx) => insertRows(trx, 'run_issue', COLUMNS, rows))
    await expect(within).rejects.toThrow(/unique/i)
    expect(await stored()).toHaveLength(1)
  })

  test('one of any number of values is found, text as text and numbers as numbers', async () => {
    const { db } = await openOn(engine)
    await insertRows(
      db,
      'run_issue',
      COLUMNS,
      ODD.map((value, at) => issue(at + 1, value)),
    )
    const find = async (column: string, kind: 'text' | 'integer', values: (string | number)[]) =>
      (
        await db
          .selectFrom('run_issue')
          .select('seq')
          .where(isAnyOf(db, column, kind, values))
          .orderBy('seq')
          .execute()
      ).map(({ seq }) => seq)
    expect(await find('value', 'text', ODD)).toHaveLength(ODD.length)
    expect(await find('value', 'text', ['1', 'nobody'])).toEqual([ODD.indexOf('1') + 1])
    expect(await find('seq', 'integer', [3, 1, 99])).toEqual([1, 3])
    expect(await find('seq', 'integer', [])).toEqual([])
  })

  test('indexes that are made anew are the same ones, also when the writing fails', async () => {
    const { db } = await openOn(engine)
    const catalogue = async () =>
      engine === 'postgres'
        ? (
            await sql`select indexname as name, indexdef as sql from pg_indexes where tablename = 'employee' order by 1`.execute(
              db,
            )
          ).rows
        : (
            await sql`select name, sql from sqlite_master where type = 'index' and tbl_name = 'employee' order by 1`.execute(
              db,
            )
          ).rows
    const before = await catalogue()
    expect(before.length).toBeGreaterThan(5)
    const during = await db
      .transaction()
      .execute(async (trx) => await withoutIndexes(trx, 'employee', async () => 7))
    expect(during).toBe(7)
    expect(await catalogue()).toEqual(before)
    const failing = db.transaction().execute((trx) =>
      withoutIndexes(trx, 'employee', async () => {
        throw new Error('cut')
      }),
    )
    await expect(failing).rejects.toThrow('cut')
    expect(await catalogue()).toEqual(before)
  })
})
