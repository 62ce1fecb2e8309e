/**
 * Many rows at once, by statements whose text does not depend on how many there are: SQLite runs one prepared
 * statement a row, PostgreSQL takes an array a column. A statement with a placeholder for every value is compiled
 * anew for every number of rows, by kysely and by the engine, and its plans fill the statement cache: for 100,000
 * people that was a third of the time and half of the memory.
 */
import { CompiledQuery, type Insertable, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import { engineOfDb } from './dialect.ts'
import type { Tables } from './tables.ts'

type Kind = 'text' | 'integer' | 'bigint'
type Row = Readonly<Record<string, unknown>>

/** Every column of a table with its type: the whole list, so that none is forgotten. */
export type Columns<T extends keyof Tables> = { readonly [C in keyof Tables[T]]-?: Kind }

/** Inserts rows; those that are there already are an error. */
export async function insertRows<T extends keyof Tables>(
  db: Kysely<Tables>,
  table: T,
  columns: Columns<T>,
  rows: readonly Required<Insertable<Tables[T]>>[],
): Promise<void> {
  if (rows.length === 0) return
  const names = Object.keys(columns)
  const into = `insert into "${table}" (${quoted(names).join(', ')})`
  if (engineOfDb(db) === 'sqlite') {
    await db.executeQuery(
      repeated(`${into} values (${names.map(() => '?').join(', ')})`, valuesOf(rows, names)),
    )
    return
  }
  const arrays = `select * from unnest(${arrayTypes(columns, names).join(', ')})`
  await db.executeQuery(CompiledQuery.raw(`${into} ${arrays}`, arraysOf(rows, names)))
}

/** Sets some columns of rows that are found by others. */
export async function updateRows<T extends keyof Tables>(
  db: Kysely<Tables>,
  table: T,
  columns: Columns<T>,
  which: {
    readonly set: readonly (keyof Tables[T] & string)[]
    readonly by: readonly (keyof Tables[T] & string)[]
  },
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return
  const names = [...which.set, ...which.by]
  if (engineOfDb(db) === 'sqlite') {
    const set = which.set.map((name) => `"${name}" = ?`).join(', ')
    const by = which.by.map((name) => `"${name}" = ?`).join(' and ')
    await db.executeQuery(repeated(`update "${table}" set ${set} where ${by}`, valuesOf(rows, names)))
    return
  }
  const set = which.set.map((name) => `"${name}" = given."${name}"`).join(', ')
  const by = which.by.map((name) => `"${table}"."${name}" = given."${name}"`).join(' and ')
  const given = `unnest(${arrayTypes(columns, names).join(', ')}) as given (${quoted(names).join(', ')})`
  await db.executeQuery(
    CompiledQuery.raw(`update "${table}" set ${set} from ${given} where ${by}`, arraysOf(rows, names)),
  )
}

/**
 * Writes many rows into a table of SQLite with its indexes taken away and made anew at the end: sorted once, they cost a
 * fraction of what finding each row's place in each of them does. In one transaction, so nobody ever sees the table
 * without them. PostgreSQL would lock out everybody who reads; there nothing is taken away.
 */
export async function withoutIndexes<T>(
  trx: Kysely<Tables>,
  table: keyof Tables,
  write: () => Promise<T>,
): Promise<T> {
  if (engineOfDb(trx) !== 'sqlite') return await write()
  // Those of keys have no text: they stay.
  const { rows } = await sql<{ name: string; sql: string }>`select name, sql from sqlite_master
    where type = 'index' and tbl_name = ${table} and sql is not null`.execute(trx)
  for (const { name } of rows) await sql`drop index ${sql.id(name)}`.execute(trx)
  const result = await write()
  for (const index of rows) await sql.raw(index.sql).execute(trx)
  return result
}

/** `column in (…)`, for any number of values. */
export function isAnyOf(
  db: Kysely<Tables>,
  column: string,
  kind: 'text' | 'integer',
  values: readonly (string | number)[],
): RawBuilder<SqlBool> {
  return engineOfDb(db) === 'sqlite'
    ? sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`
    : sql<SqlBool>`${sql.ref(column)} = any(${values}::${sql.raw(kind)}[])`
}

/** One statement to be run once a row of values: the SQLite driver knows how. */
export interface RepeatedQuery extends CompiledQuery {
  readonly rows: readonly (readonly unknown[])[]
}

export function isRepeated(query: CompiledQuery): query is RepeatedQuery {
  return 'rows' in query
}

function repeated(text: string, rows: RepeatedQuery['rows']): RepeatedQuery {
  return { ...CompiledQuery.raw(text), rows }
}

function quoted(names: readonly string[]): string[] {
  return names.map((name) => `"${name}"`)
}

function valuesOf(rows: readonly Row[], names: readonly string[]): unknown[][] {
  return rows.map((row) => names.map((name) => row[name]))
}

function arraysOf(rows: readonly Row[], names: readonly string[]): unknown[][] {
  return names.map((name) => rows.map((row) => row[name]))
}

function arrayTypes(columns: Readonly<Record<string, Kind>>, names: readonly string[]): string[] {
  return names.map((name, at) => `$${at + 1}::${columns[name]}[]`)
}
