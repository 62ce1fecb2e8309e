/** The few places where the two engines are written differently. Everything else is one SQL. */
import { type ColumnDataType, type Kysely, SqliteAdapter } from 'kysely'

export type Engine = 'sqlite' | 'postgres'

/** Names of the column types that are not called the same on both engines. */
export interface ColumnTypes {
  readonly bigint: ColumnDataType
  readonly bytes: ColumnDataType
}

export const COLUMN_TYPES: Readonly<Record<Engine, ColumnTypes>> = {
  sqlite: { bigint: 'integer', bytes: 'blob' },
  postgres: { bigint: 'bigint', bytes: 'bytea' },
}

/** Which engine a database URL names: `postgres://…`, or `sqlite:` and a path, or just a path. */
export function engineOf(url: string): Engine {
  return /^postgres(ql)?:\/\//.test(url) ? 'postgres' : 'sqlite'
}

/** The engine under an open database, or under a transaction on it. */
export function engineOfDb<T>(db: Kysely<T>): Engine {
  return db.getExecutor().adapter instanceof SqliteAdapter ? 'sqlite' : 'postgres'
}
