/** A database URL in, a migrated database out. The only place that knows which engine it is. */
import { Kysely, sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from 'kysely/migration'
import { ImportError, problemOf } from '../errors.ts'
import { COLUMN_TYPES, type Engine, engineOf } from './dialect.ts'
import * as spine from './migrations/0001-spine.ts'
import * as sftpLogin from './migrations/0002-sftp-login.ts'
import * as reading from './migrations/0003-reading.ts'
import * as guards from './migrations/0004-guards.ts'
import * as undo from './migrations/0005-undo.ts'
import * as review from './migrations/0006-review.ts'
import * as erased from './migrations/0007-erased.ts'
import * as missing from './migrations/0008-missing.ts'
import * as demographics from './migrations/0009-demographics.ts'
import * as snapshot from './migrations/0010-snapshot.ts'
import * as ownership from './migrations/0011-ownership.ts'
import * as outbox from './migrations/0012-outbox.ts'
import * as lifecycle from './migrations/0013-lifecycle.ts'
import * as duplicates from './migrations/0014-duplicates.ts'
import * as people from './migrations/0015-people.ts'
import * as connections from './migrations/0016-connections.ts'
import * as mappingVersions from './migrations/0017-mapping-versions.ts'
import { postgresDialect } from './postgres.ts'
import { openSqlite, SqliteDialect } from './sqlite.ts'
import type { Tables } from './tables.ts'

export type Db = Kysely<Tables>

export interface OpenDatabase {
  readonly db: Db
  readonly engine: Engine
  close(): Promise<void>
}

/** In order; never edited after a release. */
const MIGRATIONS = {
  '0001-spine': spine,
  '0002-sftp-login': sftpLogin,
  '0003-reading': reading,
  '0004-guards': guards,
  '0005-undo': undo,
  '0006-review': review,
  '0007-erased': erased,
  '0008-missing': missing,
  '0009-demographics': demographics,
  '0010-snapshot': snapshot,
  '0011-ownership': ownership,
  '0012-outbox': outbox,
  '0013-lifecycle': lifecycle,
  '0014-duplicates': duplicates,
  '0015-people': people,
  '0016-connections': connections,
  '0017-mapping-versions': mappingVersions,
} as const

/**
 * Opens and brings the schema up to date. `connections` bounds PostgreSQL's pool; SQLite has one.
 * Throws `DATABASE_UNREACHABLE`, `DATABASE_NOT_DURABLE`, `DATABASE_NEWER`.
 */
export async function openDatabase(
  url: string,
  options: { connections?: number } = {},
): Promise<OpenDatabase> {
  const engine = engineOf(url)
  const dialect =
    engine === 'postgres'
      ? await postgresDialect(url, options.connections ?? 5)
      : new SqliteDialect(openSqlite(url.replace(/^sqlite:(\/\/)?/, '')))
  const db = new Kysely<Tables>({ dialect })
  try {
    await migrate(db, engine)
  } catch (error) {
    await db.destroy()
    if (error instanceof ImportError) throw error
    throw new ImportError('DATABASE_UNREACHABLE', { problem: problemOf(error) }, { cause: error })
  }
  return { db, engine, close: () => db.destroy() }
}

async function migrate(db: Db, engine: Engine): Promise<void> {
  const types = COLUMN_TYPES[engine]
  const migrations: Record<string, Migration> = {}
  for (const [name, migration] of Object.entries(MIGRATIONS)) {
    migrations[name] = { up: (trx) => migration.up(trx, types) }
  }
  const applied = await appliedMigrations(db)
  for (const name of applied) {
    if (!Object.hasOwn(migrations, name)) throw new ImportError('DATABASE_NEWER', { migration: name })
  }
  // Most starts, and every worker's, find nothing to do, and must not take the write lock to learn it.
  if (applied.length === Object.keys(migrations).length) return
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

async function appliedMigrations(db: Db): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some((table) => table.name === DEFAULT_MIGRATION_TABLE)) return []
  const { rows } = await sql<{
    name: string
  }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(db)
  return rows.map((row) => row.name)
}
