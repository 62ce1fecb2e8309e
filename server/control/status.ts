/** Facts about the database and what waits, for `doctor` and for whoever asks a running server. */
import { type Kysely, sql } from 'kysely'
import type { Importer } from '../../importer/types.ts'
import type { Intake } from '../intake.ts'
import type { Status, WaitingFile } from './door.ts'

type DatabaseStatus = Status['database']

/** Version and durability as the engine itself tells them. */
export async function databaseStatus<T>(
  db: Kysely<T>,
  engine: DatabaseStatus['engine'],
): Promise<DatabaseStatus> {
  return engine === 'sqlite' ? await sqliteStatus(db) : await postgresStatus(db)
}

/** Files that no list of runs shows yet, by the names of their accounts. */
export async function waitingFiles(
  intake: Pick<Intake, 'heldBack'>,
  importer: Pick<Importer, 'listAccounts'>,
): Promise<WaitingFile[]> {
  const files = intake.heldBack()
  if (files.length === 0) return []
  const slugs = new Map((await importer.listAccounts()).map(({ id, slug }) => [id, slug]))
  return files.map(({ delivery: { accountId, source, fileName, receivedAt }, wants, until }) => ({
    ...{ account: slugs.get(accountId) ?? accountId, source, fileName, wants },
    ...{ since: receivedAt, until: until.toISOString() },
  }))
}

async function sqliteStatus<T>(db: Kysely<T>): Promise<DatabaseStatus> {
  const { rows } = await sql<{ version: string; now: string }>`
    select sqlite_version() as version, strftime('%Y-%m-%dT%H:%M:%fZ', 'now') as now`.execute(db)
  const journal = await pragma(db, 'journal_mode')
  const synchronous = (await pragma(db, 'synchronous')) === '2' ? 'full' : 'less than full'
  return {
    engine: 'sqlite',
    version: rows[0]?.version ?? '',
    durability: { journal_mode: journal, synchronous },
    isDurable: journal === 'wal' && synchronous === 'full',
    now: rows[0]?.now ?? '',
  }
}

async function pragma<T>(db: Kysely<T>, name: 'journal_mode' | 'synchronous'): Promise<string> {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)
  return String(rows[0]?.[name])
}

async function postgresStatus<T>(db: Kysely<T>): Promise<DatabaseStatus> {
  const { rows } = await sql<Record<'version' | 'now' | 'fsync' | 'commit' | 'pages', string>>`
    select current_setting('server_version') as version, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages,
      to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now`.execute(db)
  const [row] = rows
  return {
    engine: 'postgres',
    version: row?.version ?? '',
    durability: {
      fsync: row?.fsync ?? '',
      synchronous_commit: row?.commit ?? '',
      full_page_writes: row?.pages ?? '',
    },
    isDurable: row?.fsync === 'on' && row.commit !== 'off' && row.pages === 'on',
    now: row?.now ?? '',
  }
}
