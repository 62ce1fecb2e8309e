/**
 * The one place that says "a complete file exists". Whatever way a file came, it ends in a delivery on the disk
 * with a receipt beside it, and from there in the ledger. The OK that a sender sees waits for the disk, never for
 * the ledger: a file without a row is found by the sweep, at every start and every minute.
 */
import * as nodeFs from 'node:fs/promises'
import type { Account, Delivery, Importer } from '../importer/types.ts'
import type { PartNote } from '../schemas/part-note.ts'
import { createDropFolders } from './intake/drop-folders.ts'
import type { DurableFs } from './intake/durable-files.ts'
import { createFiling, type Route } from './intake/filing.ts'
import { createLedgerQueue } from './intake/ledger-queue.ts'
import { createPartFiles, type PartFile, type PausedPart, type WaitingPart } from './intake/part-files.ts'
import { createProofs, type HeldBack } from './intake/proofs.ts'
import { createReconcile } from './intake/reconcile.ts'
import type { Logger } from './log.ts'

export { dropDir } from './intake/drop-folders.ts'
export type { DurableFs } from './intake/durable-files.ts'
export type { Route } from './intake/filing.ts'
export type { PartFile, PausedPart, WaitingPart } from './intake/part-files.ts'
export type { HeldBack } from './intake/proofs.ts'
export { isTemporaryName } from './intake/temporary-names.ts'

export interface IntakeDeps {
  readonly dataDir: string
  readonly importer: Pick<
    Importer,
    'enter' | 'unknownDeliveries' | 'listAccounts' | 'deliveryRules' | 'checkSidecar'
  >
  readonly log: Logger
  readonly now: () => Date
  /** Default one minute; null leaves the sweeps after the first to somebody else's clock. */
  readonly sweepMs?: number | null
  /** How long a file in a drop folder must stand still; default 2 s. */
  readonly stableMs?: number
  /**
   * The disk answered an fsync with an I/O error. What it has kept is unknown from here on, and asking again may
   * wrongly say yes: the process should stop taking files and be started anew.
   */
  readonly onDiskFault?: (error: unknown) => void
  /** Default `node:fs/promises`. */
  readonly fs?: DurableFs
}

export interface Intake {
  /** Clears what a former process left, then sweeps and watches. Before the first upload. */
  start(): Promise<void>
  /** Opens a hidden part file for an upload. */
  begin(route: Route): Promise<PartFile>
  /** Brings the bytes written so far to the disk. */
  sync(part: PartFile): Promise<void>
  /** Makes the bytes durable and closes them, without delivering: the name is still a temporary one. */
  pause(part: PartFile): Promise<PausedPart>
  /** Lets a paused file outlive the process: its sender may go on with it after a restart. */
  keep(part: PausedPart, note: PartNote): Promise<void>
  /** Ends that: called before the bytes change. */
  forget(part: PausedPart): Promise<void>
  /** What former processes kept, oldest first; each is handed out once, to whoever goes on with it. */
  takeWaiting(): WaitingPart[]
  resume(part: PausedPart): Promise<PartFile>
  /** Resolves when the delivery will survive a power cut. If it rejects, nothing was delivered and the part is gone. */
  complete(part: PartFile, fileName: string, sentBy: string): Promise<Delivery>
  abandon(part: PartFile | PausedPart): Promise<void>
  /** Makes and watches a new account's drop folders now; the sweep would do so within a minute. */
  addAccount(account: Pick<Account, 'id' | 'slug'>): Promise<void>
  /** Drop folders, and deliveries that the ledger does not know. Resolves when everything found was tried. */
  sweep(): Promise<void>
  /** Files that came and wait for the one that says they are complete, in the order of arrival. */
  heldBack(): HeldBack[]
  /** Ends watching and sweeping; waits for what is under way. */
  stop(): Promise<void>
}

const SWEEP_MS = 60_000
const STABLE_MS = 2_000

export function createIntake(deps: IntakeDeps): Intake {
  const { dataDir, importer, now } = deps
  const log = deps.log.child({ part: 'intake' })
  const fs = deps.fs ?? nodeFs
  const filing = createFiling({ dataDir, fs, now })
  const parts = createPartFiles({ dataDir, fs, now, filing })
  const queue = createLedgerQueue({ importer, log })
  const proofs = createProofs({ dataDir, importer, log, now, enter: queue.add, entered: queue.drain })
  const reconcile = createReconcile({ dataDir, importer, log, isUnderWay: filing.isUnderWay })
  const stableMs = deps.stableMs ?? STABLE_MS
  const drop = createDropFolders({
    dataDir,
    filing,
    parts,
    log,
    stableMs,
    onDelivery: admit,
    onError: reportFault,
  })
  let waiting: WaitingPart[] = []
  let timer: NodeJS.Timeout | undefined
  let sweeping: Promise<void> | undefined

  /** The sender's OK does not wait for this. */
  function admit(delivery: Delivery): void {
    proofs.admit(delivery).catch((error: unknown) => {
      log.error(
        { run: delivery.id, err: error },
        'a delivery could not be entered; the next start tries again',
      )
    })
  }

  async function sweepOnce(): Promise<void> {
    await drop.open(await importer.listAccounts())
    await drop.sweep()
    let found = 0
    for (const delivery of await reconcile.unknown()) if (await proofs.admit(delivery)) found += 1
    await proofs.expire()
    if (found > 0) log.warn({ deliveries: found }, 'files were found that the ledger did not know')
    await queue.drain()
  }

  function sweep(): Promise<void> {
    sweeping ??= sweepOnce().finally(() => {
      sweeping = undefined
    })
    return sweeping
  }

  function sweepByItself(): void {
    sweep().catch((error: unknown) => log.error({ err: error }, 'the sweep failed; it is tried again'))
  }

  async function reporting<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      reportFault(error)
      throw error
    }
  }

  function reportFault(error: unknown): void {
    if (error instanceof Error && 'code' in error && error.code === 'EIO') deps.onDiskFault?.(error)
  }

  return {
    async start() {
      const recovered = await parts.recover()
      waiting = recovered.waiting
      if (recovered.removed > 0)
        log.warn({ parts: recovered.removed }, 'unfinished uploads of a former process were removed')
      await reconcile.removeLoneReceipts()
      await sweep()
      const { sweepMs = SWEEP_MS } = deps
      if (sweepMs !== null) timer = setInterval(sweepByItself, sweepMs)
    },

    begin: parts.begin,
    sync: (part) => reporting(part.handle.sync()),
    pause: (part) => reporting(parts.pause(part)),
    keep: (part, note) => reporting(parts.keep(part, note)),
    forget: (part) => reporting(parts.forget(part)),
    takeWaiting: () => waiting.splice(0),
    resume: parts.resume,
    abandon: parts.abandon,

    async complete(part, fileName, sentBy) {
      const delivery = await reporting(parts.complete(part, fileName, sentBy))
      const { account } = part.route
      log.info({ run: delivery.id, account: account.slug, size: delivery.size, sentBy }, 'a file has arrived')
      log.debug({ run: delivery.id, fileName }, 'its name')
      // The sender's OK does not wait for the ledger, which may be busy with a long import.
      admit(delivery)
      return delivery
    },

    addAccount: (account) => drop.open([account]),
    sweep,
    heldBack: proofs.waiting,

    async stop() {
      clearInterval(timer)
      await drop.stop()
      await sweeping?.catch(() => {})
      await queue.drain()
    },
  }
}
