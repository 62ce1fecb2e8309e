/** PostgreSQL under kysely: the same values as SQLite gives, and a refusal to run where commits could be lost. */
import { PostgresDialect } from 'kysely'
import pg from 'pg'
import { ImportError, problemOf } from '../errors.ts'

/** int8: PostgreSQL's counts and our bigint columns. All stay far below 2^53. */
const INT8 = 20

/** Connects, checks durability, and gives the dialect over a pool of `max` connections. */
export async function postgresDialect(url: string, max: number): Promise<PostgresDialect> {
  const types = new pg.TypeOverrides()
  types.setTypeParser(INT8, Number)
  const pool = new pg.Pool({ connectionString: url, max, types, application_name: 'rollcall' })
  // An idle connection that the server cuts must not end the process; the next query reports what is wrong.
  pool.on('error', () => {})
  try {
    await assertDurable(pool)
  } catch (error) {
    await pool.end()
    if (error instanceof ImportError) throw error
    throw new ImportError('DATABASE_UNREACHABLE', { problem: problemOf(error) }, { cause: error })
  }
  return new PostgresDialect({ pool })
}

async function assertDurable(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ fsync: string; commit: string }>(
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
  )
  for (const [setting, value] of Object.entries({
    fsync: rows[0]?.fsync,
    synchronous_commit: rows[0]?.commit,
  })) {
    if (value === 'off') throw new ImportError('DATABASE_NOT_DURABLE', { problem: `${setting} is off` })
  }
}
