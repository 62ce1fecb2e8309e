/**
 * The data directory: made on first use, readable by its owner only, and worked on by one process at a time. Whoever
 * works on it holds a lock that the operating system gives back when the process ends, however it ends: after a
 * `kill -9` there is nothing to clear away. (A process id alone proves nothing. It is used again, and in two
 * containers that share a volume both are number 1.)
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { ImportError, problemOf } from '../../importer/errors.ts'
import { removeSocket } from './socket.ts'

const holderSchema = z.object({
  pid: z.int(),
  kind: z.enum(['server', 'command']),
  /** Path of its control socket; null while there is none. */
  socket: z.string().nullable(),
})
/** Who works on a data directory. */
export type Holder = z.output<typeof holderSchema>

export interface DataDirLock extends Disposable {
  /** Tells others where the control socket is. */
  announce(socket: string | null): void
}

export interface LockOptions {
  readonly kind: Holder['kind']
  /** How long to wait for a command that is about to end; a server is not waited for. Default: not at all. */
  readonly patienceMs?: number
}

const DIRECTORY_MODE = 0o700
const FILE_MODE = 0o600
const NODE_ID = /^[A-Za-z0-9_.-]{1,64}$/

/** Makes the directory where there is none. */
export async function makeDataDir(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE })
  } catch (error) {
    throw unusable(directory, error)
  }
}

/** Whether there is one at all. */
export function isThere(directory: string): boolean {
  return existsSync(directory)
}

/** For commands that only look: a directory that is made by a slip of the pen would hide the right one. */
export async function requireDataDir(directory: string): Promise<void> {
  const found = await stat(directory).catch((error: unknown) => {
    throw unusable(directory, error)
  })
  if (!found.isDirectory()) throw unusable(directory, Object.assign(new Error(), { code: 'ENOTDIR' }))
}

/** Takes the lock, or throws `DATA_IN_USE`. */
export async function lockDataDir(
  directory: string,
  { kind, patienceMs = 0 }: LockOptions,
): Promise<DataDirLock> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const lock = tryLock(directory, kind)
    if (lock !== null) return lock
    const holder = holderOf(directory)
    if (holder?.kind === 'server' || performance.now() >= deadline) {
      throw new ImportError('DATA_IN_USE', { pid: holder?.pid ?? 'unknown', directory })
    }
    await delay(25)
  }
}

/** Takes the lock if nobody has it. */
export function tryLock(directory: string, kind: Holder['kind']): DataDirLock | null {
  const release = takeFileLock(directory)
  if (release === null) return null
  const killed = holderOf(directory)
  if (killed?.socket) removeSocket(directory, killed.socket)
  const announce = (socket: string | null) => writeHolder(directory, { pid: process.pid, kind, socket })
  announce(null)
  return {
    announce,
    [Symbol.dispose]() {
      rmSync(holderPath(directory), { force: true })
      release()
    },
  }
}

/** Who is at work on the directory; after a `kill -9`, who was. */
export function holderOf(directory: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(holderPath(directory), 'utf8')))
  } catch {
    return null
  }
}

/** The name of this node: the one it was given, or a random one that was made once. */
export async function nodeIdOf(directory: string, given: string | null): Promise<string> {
  if (given !== null) return given
  const path = join(directory, 'node-id')
  const known = (await readFile(path, 'utf8').catch(() => '')).trim()
  if (NODE_ID.test(known)) return known
  const made = `node-${randomBytes(6).toString('hex')}`
  const file = await open(path, 'w', FILE_MODE)
  try {
    await file.writeFile(`${made}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return made
}

/**
 * SQLite's own lock on an empty database, the one lock of the operating system that is at hand here: it ends with the
 * process and holds between containers.
 */
function takeFileLock(directory: string): (() => void) | null {
  let database: Database.Database | undefined
  try {
    database = new Database(join(directory, 'rollcall.lock'), { timeout: 0 })
    database.pragma('journal_mode = memory')
    database.exec('begin exclusive')
    return () => database?.close()
  } catch (error) {
    database?.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw unusable(directory, error)
  }
}

function writeHolder(directory: string, holder: Holder): void {
  const path = holderPath(directory)
  // In one step, so that nobody reads half of it.
  writeFileSync(`${path}.new`, JSON.stringify(holder), { mode: FILE_MODE })
  renameSync(`${path}.new`, path)
}

function holderPath(directory: string): string {
  return join(directory, 'running.json')
}

function unusable(directory: string, error: unknown): ImportError {
  const problem = problemOf(error)
  return new ImportError('CONFIG_INVALID', {
    problem: `the data directory ${directory} cannot be used (${problem})`,
    fix: 'Name the right one with --data or ROLLCALL_DATA; `rollcall serve` and `rollcall account add` make it.',
  })
}
