/**
 * SQLite under kysely. Three things its stock dialect does not do: every write transaction starts IMMEDIATE (a
 * deferred one that reads first fails at once when another connection commits in between, whatever the busy
 * timeout says); a busy database is waited for without blocking the event loop; and FULL durability is set on
 * every open, since the library's build falls back to NORMAL on a database that is in WAL mode already.
 */

import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely'
import { ImportError, problemOf } from '../errors.ts'
import { isRepeated } from './bulk.ts'

/** How long opening may wait inside SQLite, in milliseconds: another connection may just be recovering the journal. */
const OPEN_MS = 5_000
/** How long one statement may wait inside SQLite, in milliseconds: it blocks its thread there. */
const BLOCK_MS = 1
/** How long a statement is tried again, with the thread free in between, before the busy error rises. */
const PATIENCE_MS = 60_000
/** Pages of the journal after which they go into the database: 16 MB, so that a large import writes each page seldom. */
const CHECKPOINT_PAGES = 4_000
/** What one very large import leaves of the journal file. */
const JOURNAL_BYTES_KEPT = 64 * 1024 ** 2
/** Versions below had a bug that could damage a database with two connections in WAL mode. */
const VERSION_MIN = [3, 51, 3] as const

/** Opens the file and asserts that what it confirms survives a power cut. Throws `DATABASE_*` errors. */
export function openSqlite(path: string): Database.Database {
  let database: Database.Database | undefined
  try {
    database = new Database(path, { timeout: OPEN_MS })
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    database.pragma('cache_size = -32768')
    database.pragma('temp_store = FILE')
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    database.pragma(`journal_size_limit = ${JOURNAL_BYTES_KEPT}`)
    database.pragma(`busy_timeout = ${BLOCK_MS}`)
  } catch (error) {
    database?.close()
    throw new ImportError('DATABASE_UNREACHABLE', { problem: problemOf(error) }, { cause: error })
  }
  const problem = durabilityProblem(database, path)
  if (problem !== null) {
    database.close()
    throw new ImportError('DATABASE_NOT_DURABLE', { problem })
  }
  return database
}

function durabilityProblem(database: Database.Database, path: string): string | null {
  const synchronous = database.pragma('synchronous', { simple: true })
  if (synchronous !== 2) return `PRAGMA synchronous is ${synchronous}, not FULL`
  const journal = database.pragma('journal_mode', { simple: true })
  if (journal !== 'wal' && path !== ':memory:') return `PRAGMA journal_mode is ${journal}, not WAL`
  const version = String(database.prepare('select sqlite_version()').pluck().get()).split('.').map(Number)
  for (const [place, least] of VERSION_MIN.entries()) {
    const part = version[place] ?? 0
    if (part > least) return null
    if (part < least) return `SQLite ${version.join('.')} is older than ${VERSION_MIN.join('.')}`
  }
  return null
}

/** The kysely dialect over one open connection; closes it when kysely is destroyed. */
export class SqliteDialect implements Dialect {
  readonly #database: Database.Database

  constructor(database: Database.Database) {
    this.#database = database
  }

  createDriver(): Driver {
    return new SqliteDriver(this.#database)
  }
  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler()
  }
  createAdapter(): SqliteAdapter {
    return new TransactionalAdapter()
  }
  createIntrospector(...args: Parameters<Dialect['createIntrospector']>): SqliteIntrospector {
    return new SqliteIntrospector(args[0])
  }
}

/** kysely takes SQLite for unable to roll back a change of the schema; a start that is cut in two would leave half of one. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class SqliteDriver implements Driver {
  readonly #database: Database.Database
  readonly #connection: SqliteConnection

  constructor(database: Database.Database) {
    this.#database = database
    this.#connection = new SqliteConnection(database)
  }

  async init(): Promise<void> {}

  // kysely hands the single connection to one caller at a time: the adapter says there is only one.
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }
  async releaseConnection(): Promise<void> {}

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const begin = settings.accessMode === 'read only' ? 'begin deferred' : 'begin immediate'
    await connection.executeQuery(CompiledQuery.raw(begin))
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite may have rolled back by itself (disk full); a second rollback would hide the first error.
    if (this.#database.inTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }
  async destroy(): Promise<void> {
    this.#database.close()
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: Database.Database
  readonly #statements = new Map<string, Database.Statement>()

  constructor(database: Database.Database) {
    this.#database = database
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const deadline = performance.now() + PATIENCE_MS
    for (;;) {
      try {
        return this.#run<R>(query)
      } catch (error) {
        const isBusy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
        if (!isBusy || performance.now() > deadline) throw error
        await delay(5 + Math.random() * 20)
      }
    }
  }

  #run<R>(query: CompiledQuery): QueryResult<R> {
    const statement = this.#prepare(query.sql)
    if (isRepeated(query)) return this.#runAll(statement, query.rows)
    // kysely types parameters as unknown; what reaches here are the strings, numbers, nulls and bytes of our tables
    const parameters = query.parameters as SqlValue[]
    if (statement.reader) return { rows: statement.all(parameters) as R[] }
    const { changes, lastInsertRowid } = statement.run(parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  #runAll<R>(statement: Database.Statement, rows: readonly (readonly unknown[])[]): QueryResult<R> {
    const run = (): number => {
      let changes = 0
      for (const row of rows) changes += statement.run(row as SqlValue[]).changes // rows of our tables, as in #run
      return changes
    }
    // All of them or none, as one statement would.
    const changes = this.#database.inTransaction ? run() : this.#database.transaction(run).immediate()
    return { rows: [], numAffectedRows: BigInt(changes) }
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    // Bounded: statements that differ in their number of rows would otherwise pile up.
    if (this.#statements.size >= 200) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize = 500): AsyncIterableIterator<QueryResult<R>> {
    // A statement of its own: one from the cache may not run twice at a time.
    const statement = this.#database.prepare(query.sql)
    let rows: R[] = []
    for (const row of statement.iterate(query.parameters as SqlValue[])) {
      rows.push(row as R)
      if (rows.length < chunkSize) continue
      yield { rows }
      rows = []
    }
    if (rows.length > 0) yield { rows }
  }
}

type SqlValue = string | number | null | Uint8Array
