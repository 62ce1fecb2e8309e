/** What working on a run needs, and how it is given up. */
import type { Clock } from '../clock.ts'
import type { Engine } from '../db/dialect.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import type { Progress } from '../types.ts'
import { ATTEMPTS_MAX } from './ledger.ts'

export interface WorkContext {
  readonly db: Db
  readonly engine: Engine
  readonly dataDir: string
  /** File with the master key of the vault. */
  readonly secretFile: string
  readonly clock: Clock
  /** The node; its claims are its own again when it restarts. */
  readonly owner: string
  readonly isStopping: () => boolean
  readonly onClaim: (run: string | null) => void
  readonly onProgress: (run: string, progress: Progress) => void
  /** The run moved to another state. */
  readonly onChange: (run: string) => void
  readonly log: (level: 'info' | 'warn' | 'error', fields: Record<string, unknown>, text: string) => void
}

/** The work is given up at a safe place because the server stops; it is done again after the next start. */
export class Stopping extends Error {}

/** Every claim counts as a try, so what kills its worker comes to an end as well. */
export function refusePoison({ attempts }: RunRow): void {
  if (attempts > ATTEMPTS_MAX) throw new ImportError('RUN_FAILED', { kind: 'crash', attempts: ATTEMPTS_MAX })
}
