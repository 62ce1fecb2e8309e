/**
 * How much room there is: for an account, whose unfinished uploads and kept files together have a bound, and on the
 * disk, of which a reserve stays free for the database and the reports. Room is taken before bytes are written and
 * given back when they go, so that one customer's upload is refused in time and nobody else's fails.
 */
import { lstat, readdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { deliveryDir, ID_PATTERN } from '../../importer/importer.ts'
import type { Logger } from '../log.ts'
import { failed, type Refusal } from './refusal.ts'

/** The room that one unfinished upload takes. */
export interface Hold {
  /** Takes room for a file of so many bytes, or says why there is none. To become smaller is never refused. */
  resize(bytes: number): Refusal | null
  /** The file has become a delivery: it takes its room from now on as one that is kept. */
  keep(): void
  release(): void
}

/** What is left for an account. */
export interface Room {
  readonly bytesMax: number
  readonly bytesLeft: number
  readonly filesMax: number
  readonly filesLeft: number
}

/**
 * Removes something of the account that nobody waits for; null where there is nothing. Its room is free at once, its
 * bytes on the disk when the promise resolves.
 */
export type GiveWay = () => Promise<void> | null

export interface Space {
  /** Room for one more upload, for which others may have to give way. Throws a `Refusal` where there is none. */
  hold(accountId: string, giveWay: GiveWay): Promise<Hold>
  /** Room for an upload that is there already, whatever the bounds say. */
  adopt(accountId: string, bytes: number, giveWay: GiveWay): Hold
  room(accountId: string): Promise<Room>
}

export interface SpaceDeps {
  readonly dataDir: string
  readonly log: Logger
  readonly limits: {
    readonly accountBytesMax: number
    readonly accountFilesMax: number
    readonly diskReserveBytes: number
  }
  /** Bytes free on the disk; default what the file system says. */
  readonly freeBytes?: () => Promise<number>
}

interface Usage {
  heldBytes: number
  heldFiles: number
  keptBytes: number
  keptFiles: number
  /** When the kept files were counted, on the process' clock; null while they never were. */
  countedMs: number | null
  counting: Promise<void> | null
}

/** Kept files go without our hearing of it, so they are counted again: while there is room … */
const COUNT_MS = 5 * 60_000
/** … and before anybody is refused. */
const RECOUNT_MS = 2_000
const MEASURE_MS = 250
const STATS_AT_ONCE = 64

export function createSpace(deps: SpaceDeps): Space {
  const { limits, dataDir, log } = deps
  const disk = createDisk(deps)
  const usages = new Map<string, Usage>()

  function of(accountId: string): Usage {
    const known = usages.get(accountId)
    if (known) return known
    const counted = { keptBytes: 0, keptFiles: 0, countedMs: null, counting: null }
    const usage: Usage = { heldBytes: 0, heldFiles: 0, ...counted }
    usages.set(accountId, usage)
    return usage
  }

  function count(accountId: string, usage: Usage): Promise<void> {
    usage.counting ??= countKept(deliveryDir(dataDir, accountId))
      .then(({ bytes, files }) => {
        usage.keptBytes = bytes
        usage.keptFiles = files
        usage.countedMs = performance.now()
      })
      .finally(() => {
        usage.counting = null
      })
    return usage.counting
  }

  async function counted(accountId: string, hasEnough: (usage: Usage) => boolean): Promise<Usage> {
    const usage = of(accountId)
    const age = usage.countedMs === null ? Number.POSITIVE_INFINITY : performance.now() - usage.countedMs
    const isAmple = usage.countedMs !== null && hasEnough(usage)
    if (age < (isAmple ? COUNT_MS : RECOUNT_MS)) return usage
    const counting = count(accountId, usage)
    // Nobody who has room waits for thousands of files to be looked at.
    if (isAmple) counting.catch((error: unknown) => log.warn({ err: error }, 'files could not be counted'))
    else await counting
    return usage
  }

  const bytesLeft = (usage: Usage) => limits.accountBytesMax - usage.heldBytes - usage.keptBytes
  const filesLeft = (usage: Usage) => limits.accountFilesMax - usage.heldFiles - usage.keptFiles
  const hasRoom = (usage: Usage) => bytesLeft(usage) > 0 && filesLeft(usage) > 0

  function makeRoom(usage: Usage, bytes: number, giveWay: GiveWay): void {
    while (bytes > bytesLeft(usage)) {
      const given = giveWay()
      if (given === null) return
      given.catch((error: unknown) => log.warn({ err: error }, 'a cut upload could not be removed'))
    }
  }

  function newHold(accountId: string, usage: Usage, first: number, giveWay: GiveWay): Hold {
    let bytes = first
    let isOver = false
    usage.heldFiles += 1
    usage.heldBytes += first
    return {
      resize(wanted) {
        const more = wanted - bytes
        if (isOver) return null
        makeRoom(usage, more, giveWay)
        const refusal = more <= 0 ? null : more > bytesLeft(usage) ? noAccountSpace(limits) : disk.take(more)
        if (refusal) {
          // For the next one: files may have been removed since they were counted.
          void counted(accountId, () => false).catch(() => {})
          return refusal
        }
        usage.heldBytes += more
        bytes = wanted
        return null
      },
      keep() {
        if (isOver) return
        this.release()
        usage.keptBytes += bytes
        usage.keptFiles += 1
      },
      release() {
        if (isOver) return
        isOver = true
        usage.heldBytes -= bytes
        usage.heldFiles -= 1
      },
    }
  }

  return {
    async hold(accountId, giveWay) {
      const usage = await counted(accountId, hasRoom)
      for (let isGiven = true; isGiven && !(hasRoom(usage) && (await disk.check()) === null); ) {
        const given = giveWay()
        await given
        isGiven = given !== null
      }
      if (bytesLeft(usage) <= 0) throw noAccountSpace(limits)
      if (filesLeft(usage) <= 0) throw noAccountFiles(limits)
      const refusal = await disk.check()
      if (refusal) throw refusal
      return newHold(accountId, usage, 0, giveWay)
    },

    adopt: (accountId, bytes, giveWay) => newHold(accountId, of(accountId), bytes, giveWay),

    async room(accountId) {
      const usage = await counted(accountId, hasRoom)
      return {
        bytesMax: limits.accountBytesMax,
        bytesLeft: Math.max(0, Math.min(bytesLeft(usage), await disk.left())),
        filesMax: limits.accountFilesMax,
        filesLeft: Math.max(0, filesLeft(usage)),
      }
    },
  }
}

interface Disk {
  check(): Promise<Refusal | null>
  take(bytes: number): Refusal | null
  left(): Promise<number>
}

function createDisk({ dataDir, limits, log, freeBytes = () => freeBytesOf(dataDir) }: SpaceDeps): Disk {
  let left = Number.POSITIVE_INFINITY
  let measuredMs = Number.NEGATIVE_INFINITY
  let measuring: Promise<void> | null = null
  let isShort = false

  function measure(): Promise<void> {
    if (performance.now() - measuredMs < MEASURE_MS) return Promise.resolve()
    measuring ??= freeBytes()
      .then((free) => {
        left = free - limits.diskReserveBytes
        measuredMs = performance.now()
        tell()
      })
      .finally(() => {
        measuring = null
      })
    return measuring
  }

  /** Once for each time, not for every file. */
  function tell(): void {
    if (isShort === left <= 0) return
    isShort = left <= 0
    if (isShort)
      log.error({ reserve: limits.diskReserveBytes }, 'the disk is nearly full: uploads are refused')
    else log.info('the disk has room again: uploads are taken')
  }

  return {
    async check() {
      // Where there was none, every moment may bring some.
      if (left <= 0) measuredMs = Number.NEGATIVE_INFINITY
      await measure()
      return left > 0 ? null : noDisk()
    },
    take(bytes) {
      // For the writes after this one: none of them can wait for the answer.
      void measure().catch(() => {})
      if (bytes > left) {
        // What was given back meanwhile is not in our count: the next one asks the disk itself.
        measuredMs = Number.NEGATIVE_INFINITY
        return noDisk()
      }
      left -= bytes
      return null
    },
    async left() {
      await measure()
      return left
    },
  }
}

async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

async function countKept(directory: string): Promise<{ bytes: number; files: number }> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => ID_PATTERN.test(name))
  let bytes = 0
  for (let at = 0; at < names.length; at += STATS_AT_ONCE) {
    const some = names.slice(at, at + STATS_AT_ONCE).map((name) => lstat(join(directory, name)))
    for (const found of await Promise.allSettled(some)) {
      if (found.status === 'fulfilled') bytes += found.value.size
    }
  }
  return { bytes, files: names.length }
}

function noAccountSpace({ accountBytesMax }: SpaceDeps['limits']): Refusal {
  return failed(
    `the account's space on this server, ${accountBytesMax} bytes, is used up; ask its operator for more`,
  )
}

function noAccountFiles({ accountFilesMax }: SpaceDeps['limits']): Refusal {
  return failed(
    `the account has ${accountFilesMax} files on this server, which is all it may; ask its operator`,
  )
}

function noDisk(): Refusal {
  return failed('the server is short of disk space and takes no file at the moment; try again later')
}
