/** How the importer is opened, and what is had then. */

import type { Clock } from './clock.ts'
import type { Hris } from './connections/types.ts'
import type { Engine } from './db/dialect.ts'
import type { Db } from './db/open.ts'
import type { Insight } from './insight-types.ts'
import type { Chores, Importer, Mailroom } from './types.ts'

/** Where the importer tells what happens; pino fits. */
export interface ImporterLog {
  info(fields: Record<string, unknown>, text: string): void
  warn(fields: Record<string, unknown>, text: string): void
  error(fields: Record<string, unknown>, text: string): void
}

export interface ImporterOptions {
  /** `postgres://…`, or a path to a SQLite file. */
  readonly databaseUrl: string
  readonly dataDir: string
  /** Names this process among those that share a database; the same again after a restart. */
  readonly nodeId: string
  readonly clock?: Clock
  /** Worker threads. */
  readonly workers?: number
  /** File with the master key of the vault; default in the data directory. */
  readonly secretFile?: string
  readonly log?: ImporterLog
  /** Lets connections reach this machine and its own network, as simulators need it. */
  readonly hrisMayBePrivate?: boolean
}

export interface ImporterHandle extends Importer, AsyncDisposable {
  readonly db: Db
  readonly engine: Engine
  /** For whoever carries messages out of the house. */
  readonly mailroom: Mailroom
  /** Connections: sources that Rollcall asks for their people itself. */
  readonly hris: Hris
  /** Lists and charts, for pages. */
  readonly insight: Insight
  /** For whoever follows the clock. */
  readonly chores: Chores
  /** Takes up what a former process left and begins to work. Without it the importer only reads and enters. */
  start(): Promise<void>
  /** Stops at a safe place, within ten seconds. What is not finished goes on after the next start. */
  close(): Promise<void>
}
