/**
 * The SSH host key: how customers' clients know that they talk to this server. Made once, on the first start;
 * never again, because every client refuses to talk to a server whose key has changed.
 */
import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ImportError, problemOf } from '../schemas/errors.ts'
import { type Ed25519Key, Ed25519Problem, newEd25519Key, readEd25519Key } from './ed25519.ts'

export interface HostKey extends Ed25519Key {
  /** True on the start that made it: the moment to show the fingerprint to a person. */
  readonly created: boolean
}

/** Where the host key lies. */
export function hostKeyPath(dataDir: string): string {
  return join(dataDir, 'keys', 'ssh_host_ed25519_key')
}

/** Reads the host key, or makes it where there is none. Throws `HOST_KEY_UNREADABLE`. */
export async function openHostKey(dataDir: string): Promise<HostKey> {
  const path = hostKeyPath(dataDir)
  try {
    const existing = await readKeyFile(path)
    if (existing !== null) return { ...readEd25519Key(existing), created: false }
    const key = newEd25519Key('rollcall')
    await writeKeyFile(path, key.privateKey)
    return { ...key, created: true }
  } catch (error) {
    if (error instanceof Ed25519Problem) throw unreadable(path, error.message)
    if (error instanceof ImportError) throw error
    throw unreadable(path, problemOf(error))
  }
}

/** The text of a private key file; null where there is none. Throws `HOST_KEY_UNREADABLE`. */
export async function readKeyFile(path: string): Promise<string | null> {
  const file = await openIfThere(path)
  if (file === null) return null
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw unreadable(path, 'it is not a file')
    // As OpenSSH does: a key that others on the machine could read may have been copied by them.
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(4, '0')
      throw unreadable(
        path,
        `its permissions ${mode} are too open, it must be readable by its owner only (chmod 600)`,
      )
    }
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/** Only an empty place means that a key may be made: any other failure hides one that exists. */
async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    // Without waiting: a pipe in this place must not hang the start.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT' && !(await isLink(path)))
      return null
    throw error
  }
}

/** A link that leads nowhere: the volume with the key is not there yet. */
async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

/** Writes a private key so that it is there in full or not at all. */
export async function writeKeyFile(path: string, text: string): Promise<void> {
  const directory = dirname(path)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const temporary = `${path}.new`
  // Left over from a start that was cut off before the rename; it was never in use.
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncDirectory(directory)
  // The folder itself may be new as well.
  await syncDirectory(dirname(directory))
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

export function unreadable(path: string, problem: string): ImportError {
  return new ImportError('HOST_KEY_UNREADABLE', { path, problem })
}
