/**
 * Folders on this machine into which other programs put files: `<data>/drop/<slug>/inbox` and `…/test`. A file is
 * taken when it has stood still for a while, exactly once, whether the watcher or the sweep saw it first. The
 * watcher only makes it quick; the sweep makes it certain.
 *
 * Other users of the machine write here, so nothing is followed and nothing is believed: only a regular file with
 * one name is taken, and after the move it is checked that it is the file that was looked at.
 */
import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { watch } from 'chokidar'
import type { Account, Delivery } from '../../importer/types.ts'
import type { Logger } from '../log.ts'
import type { Filing, Route } from './filing.ts'
import type { PartFiles } from './part-files.ts'
import { isTemporaryName } from './temporary-names.ts'

export interface DropFolders {
  /** Makes and watches the folders of these accounts; again is no harm. */
  open(accounts: readonly Pick<Account, 'id' | 'slug'>[]): Promise<void>
  /** Looks at every file in every folder. */
  sweep(): Promise<void>
  /** Stops watching, and finishes what it is taking. */
  stop(): Promise<void>
}

export interface DropFoldersDeps {
  readonly dataDir: string
  readonly filing: Filing
  readonly parts: PartFiles
  readonly log: Logger
  /** How long a file must stand still before it counts as finished. */
  readonly stableMs: number
  readonly onDelivery: (delivery: Delivery) => void
  /** A file could not be taken; it is logged already. */
  readonly onError: (error: unknown) => void
}

/** Where an account's drop folders lie. */
export function dropDir(dataDir: string, slug: string, folder: 'inbox' | 'test'): string {
  return join(dataDir, 'drop', slug, folder)
}

/** The file in the place of the one that was looked at is another one; whoever put it there gets it back. */
class FileSwapped extends Error {}

const COMPLAINTS_MAX = 10_000
const COPY_BYTES = 1024 * 1024

interface Look {
  readonly mark: string
  readonly atMs: number
}

export function createDropFolders(deps: DropFoldersDeps): DropFolders {
  const { filing, parts, log, stableMs, onDelivery, onError } = deps
  const folders = new Map<string, Route>()
  const looks = new Map<string, Look>()
  const again = new Map<string, NodeJS.Timeout>()
  const complaints = new Set<string>()
  let last: Promise<void> = Promise.resolve()
  let isStopped = false

  const watcher = watch([], { depth: 0, followSymlinks: false, ignoreInitial: true, atomic: false })
  watcher.on('add', (path) => void inTurn(() => look(path)))
  watcher.on('change', (path) => void inTurn(() => look(path)))
  watcher.on('error', (error) =>
    log.warn({ err: error }, 'the watcher of the drop folders met an error; the sweep goes on'),
  )

  /** One look at a time: the watcher and the sweep can never take the same file. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    last = last.then(async () => {
      if (isStopped) return
      await work().catch((error: unknown) => log.error({ err: error }, 'a drop folder could not be read'))
    })
    return last
  }

  async function look(path: string): Promise<void> {
    const route = folders.get(dirname(path))
    if (!route || isTemporaryName(basename(path))) return
    // Node shows bytes that are not UTF-8 like this, and cannot open the file by that name.
    if (path.includes('\ufffd')) return complain(path, null, route, 'its name is not UTF-8')
    const stat = await lstat(path, { bigint: true }).catch(() => null)
    if (stat === null) return forget(path)
    const problem = problemWith(stat)
    if (problem !== null) return complain(path, stat, route, problem)
    if (!hasStoodStill(path, stat)) return lookAgainSoon(path)
    forget(path)
    await takeOrExplain(path, stat, route)
  }

  /** Still between two looks, or untouched for so long that one is enough. A renamed or copied file's own times say nothing, `ctime` does. */
  function hasStoodStill(path: string, stat: BigIntStats): boolean {
    const mark = markOf(stat)
    const before = looks.get(path)
    const nowMs = performance.now()
    if (before?.mark === mark) return nowMs - before.atMs >= stableMs
    looks.set(path, { mark, atMs: nowMs })
    return Date.now() - Number(stat.ctimeMs) >= stableMs * 2
  }

  function lookAgainSoon(path: string): void {
    if (again.has(path)) return
    const timer = setTimeout(() => {
      again.delete(path)
      void inTurn(() => look(path))
    }, stableMs + 50)
    again.set(path, timer)
  }

  function forget(path: string): void {
    looks.delete(path)
    clearTimeout(again.get(path))
    again.delete(path)
  }

  async function takeOrExplain(path: string, stat: BigIntStats, route: Route): Promise<void> {
    try {
      const delivery = await take(path, stat, route)
      log.info(
        { run: delivery.id, account: route.account.slug, size: delivery.size },
        'a file was taken from a drop folder',
      )
      onDelivery(delivery)
    } catch (error) {
      if (error instanceof FileSwapped || codeOf(error) === 'ENOENT') return lookAgainSoon(path)
      onError(error)
      complain(path, stat, route, 'cannot be taken', error)
    }
  }

  async function take(path: string, seen: BigIntStats, route: Route): Promise<Delivery> {
    // Not waiting, and not following: a pipe or a link may have come into this place since.
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      if (markOf(await handle.stat({ bigint: true })) !== markOf(seen)) throw new FileSwapped()
      await handle.sync()
      // Where the file is not ours this is not allowed; its folder will be ours alone.
      await handle.chmod(0o600).catch(() => {})
      const size = Number(seen.size)
      const file = { route, path, size, fileName: basename(path), sentBy: 'drop folder' }
      const verify = (moved: string) => mustBeSame(moved, seen)
      return await filing.file({ ...file, verify }).catch((error: unknown) => {
        if (codeOf(error) === 'EXDEV') return copyIn(handle, path, route, seen)
        throw error
      })
    } finally {
      await handle.close()
    }
  }

  /** For a drop folder on another file system. A crash between the last two steps delivers the file twice, never not at all. */
  async function copyIn(
    handle: FileHandle,
    path: string,
    route: Route,
    seen: BigIntStats,
  ): Promise<Delivery> {
    const part = await parts.begin(route)
    try {
      await copyBytes(handle, part.handle)
      if (markOf(await handle.stat({ bigint: true })) !== markOf(seen)) throw new FileSwapped()
    } catch (error) {
      await parts.abandon(part)
      throw error
    }
    const delivery = await parts.complete(part, basename(path), 'drop folder')
    await rm(path)
    return delivery
  }

  /** Once for each state of a file, not every minute. */
  function complain(
    path: string,
    stat: BigIntStats | null,
    route: Route,
    problem: string,
    error?: unknown,
  ): void {
    const key = [path, stat && markOf(stat), problem].join('\n')
    if (complaints.has(key)) return
    // Bounded, whatever another user of this machine does in the folder.
    if (complaints.size >= COMPLAINTS_MAX) complaints.clear()
    complaints.add(key)
    const facts = { account: route.account.slug, inode: stat && Number(stat.ino), problem }
    log.warn(error === undefined ? facts : { ...facts, err: error }, 'a file in a drop folder is left alone')
    log.debug({ ...facts, fileName: basename(path) }, 'its name')
  }

  async function openFolder(path: string, route: Route): Promise<void> {
    if (folders.has(path)) return
    // Whoever puts files here is another user; the operator grants the group.
    await mkdir(path, { recursive: true, mode: 0o770 })
    folders.set(path, route)
    watcher.add(path)
  }

  return {
    async open(accounts) {
      for (const { id, slug } of accounts) {
        const route = { account: { id, slug }, source: 'sftp', importType: 'partial' } as const
        await openFolder(dropDir(deps.dataDir, slug, 'inbox'), { ...route, mode: 'apply' })
        await openFolder(dropDir(deps.dataDir, slug, 'test'), { ...route, mode: 'dry_run' })
      }
    },

    async sweep() {
      for (const folder of folders.keys()) {
        await inTurn(async () => {
          for (const name of await readdir(folder)) await look(join(folder, name))
        })
      }
    },

    async stop() {
      isStopped = true
      for (const path of [...again.keys()]) forget(path)
      await watcher.close()
      await last
    },
  }
}

function problemWith(stat: BigIntStats): string | null {
  if (stat.isSymbolicLink()) return 'it is a link'
  if (!stat.isFile()) return 'it is not a regular file'
  return stat.nlink === 1n ? null : 'it has a second name (a hard link)'
}

async function copyBytes(from: FileHandle, to: FileHandle): Promise<void> {
  const buffer = Buffer.allocUnsafe(COPY_BYTES)
  for (let position = 0; ; ) {
    const { bytesRead } = await from.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) return
    await to.writeFile(buffer.subarray(0, bytesRead))
    position += bytesRead
  }
}

function markOf(stat: BigIntStats): string {
  return [stat.dev, stat.ino, stat.size, stat.mtimeNs].join(' ')
}

async function mustBeSame(path: string, seen: BigIntStats): Promise<void> {
  const stat = await lstat(path, { bigint: true })
  if (!stat.isFile() || stat.nlink !== 1n || markOf(stat) !== markOf(seen)) throw new FileSwapped()
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
