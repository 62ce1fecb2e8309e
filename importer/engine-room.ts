/** What runs behind the door: worker threads, the timers that keep their leases, and the word when a run moves. */
import { EventEmitter, once } from 'node:events'
import { masterKeyPath } from '../keys/vault.ts'
import type { Run } from '../schemas/run.ts'
import { type Clock, SYSTEM_CLOCK } from './clock.ts'
import type { Engine } from './db/dialect.ts'
import type { Db } from './db/open.ts'
import type { RunRow } from './db/tables.ts'
import { ImportError } from './errors.ts'
import type { ImporterLog, ImporterOptions } from './options.ts'
import * as ledger from './run/ledger.ts'
import { runObject } from './run/run-object.ts'
import { isResting } from './run/state.ts'
import { Workers } from './run/workers.ts'
import type { Progress } from './types.ts'

const RENEW_MS = 10_000
/** The workers look for themselves this often: for a run whose rest is over, or that another node left. */
const LOOK_MS = 2_000
const SILENT: ImporterLog = { info: () => {}, warn: () => {}, error: () => {} }

/** The database, the workers and the clock that everything behind the door shares. */
export class EngineRoom {
  readonly db: Db
  readonly engine: Engine
  readonly clock: Clock
  readonly log: ImporterLog
  readonly options: ImporterOptions
  readonly #closeDatabase: () => Promise<void>
  readonly #changes = new EventEmitter().setMaxListeners(0)
  readonly #progress = new Map<string, Progress>()
  readonly #timers: NodeJS.Timeout[] = []
  #workers: Workers | null = null
  #closing: Promise<void> | null = null

  constructor(options: ImporterOptions, db: Db, engine: Engine, closeDatabase: () => Promise<void>) {
    this.options = options
    this.db = db
    this.engine = engine
    this.#closeDatabase = closeDatabase
    this.clock = options.clock ?? SYSTEM_CLOCK
    this.log = options.log ?? SILENT
  }

  get secretFile(): string {
    return this.options.secretFile ?? masterKeyPath(this.options.dataDir)
  }

  /** Starts the workers. Runs that this node held when it last ended are free again. */
  async start(): Promise<void> {
    const { databaseUrl, dataDir, nodeId, clock, workers = 2 } = this.options
    await ledger.releaseAll(this.db, nodeId)
    const nowMs = clock === undefined ? null : clock.now().getTime()
    const pool = new Workers(
      { databaseUrl, dataDir, secretFile: this.secretFile, nodeId, nowMs },
      {
        onProgress: (run, progress) => void this.#progress.set(run, progress),
        onChange: (run) => this.changed(run),
        onDeath: (run) => this.#freeAfterDeath(run),
        log: (level, fields, text) => this.log[level](fields, text),
      },
    )
    await pool.start(workers)
    this.#workers = pool
    this.every(RENEW_MS, () => ledger.renew(this.db, nodeId, pool.claimed, this.clock.now()))
    this.every(LOOK_MS, async () => pool.wakeAll())
    pool.wakeAll()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** The row of a run. Throws `RUN_UNKNOWN`. */
  async row(id: string): Promise<RunRow> {
    const row = await ledger.find(this.db, id)
    if (!row) throw new ImportError('RUN_UNKNOWN', { id })
    return row
  }

  progressOf(id: string): Progress | null {
    return this.#progress.get(id) ?? null
  }

  /** There is work, and everybody who waits for the run must hear that it moved. */
  wake(run: string): void {
    this.#workers?.wake()
    this.changed(run)
  }

  changed(run: string): void {
    this.#progress.delete(run)
    this.#changes.emit(run)
  }

  /** Waits until the run rests and its reports lie there. */
  async settled(id: string): Promise<Run> {
    for (;;) {
      const row = await this.row(id)
      // A report that failed as often as it may is tried again now and then; nobody should have to wait for it.
      const isReported =
        row.report_due === 0 || (row.attempts >= ledger.ATTEMPTS_MAX && row.lease_owner === null)
      if (isResting(row.state) && isReported) return await runObject(this.db, row)
      // Another node, or another process, may move the run without a word to us; so look now and then as well.
      const signal = AbortSignal.timeout(500)
      await once(this.#changes, id, { signal }).catch(() => {})
    }
  }

  /** Does the task again and again until the door closes. */
  every(ms: number, task: () => Promise<unknown>): void {
    const timer = setInterval(() => this.background(task()), ms)
    timer.unref()
    this.#timers.push(timer)
  }

  /** For what nobody waits for: the next time around tries again, so a failure is told and no more. */
  background(task: Promise<unknown>): void {
    task.catch((error: unknown) => {
      this.log.warn({ kind: error instanceof Error ? error.name : 'unknown' }, 'background task failed')
    })
  }

  #freeAfterDeath(run: string | null): void {
    this.log.error({ run }, 'a worker thread died; its run is tried again')
    if (run === null) return
    this.background(
      this.db
        .updateTable('run')
        .set({ lease_owner: null, lease_until: null })
        .where('id', '=', run)
        .where('lease_owner', '=', this.options.nodeId)
        .execute(),
    )
  }

  async #close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#workers?.stop()
    await this.#closeDatabase()
  }
}
