/**
 * Secrets at rest: sealed with AES-256-GCM under a key that is derived, for each purpose, from one master key. The
 * master key lies in a file of its own, never in the database, so that a copy of the database alone opens nothing.
 * What a secret belongs to is part of the seal: moved to another account or row, it does not open.
 */
import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ImportError, problemOf } from '../schemas/errors.ts'
import { opened, sealed } from './seal.ts'

export interface Vault {
  /** `context` says what the secret is and whose; the same must be given to open it. */
  seal(secret: string, context: string): string
  /** Throws `SECRET_UNREADABLE` where the master key, the context or the bytes are not the same. */
  open(sealed: string, context: string): string
  /** The same for the same text and context, and tells neither. */
  mark(text: string, context: string): string
}

const KEY_BYTES = 32
const FORMAT = 'v1'

/** Where the master key lies when nothing else is set. */
export function masterKeyPath(dataDir: string): string {
  return join(dataDir, 'keys', 'master.key')
}

/** Opens the vault, and makes its master key where there is none and it may. Throws `SECRET_UNREADABLE`. */
export async function openVault(path: string, options: { mayCreate: boolean }): Promise<Vault> {
  const master = await readMaster(path)
  if (master !== null) return vaultOf(master, path)
  if (!options.mayCreate) throw unreadable(path, 'it is not there')
  await writeMaster(path)
  // Another process may have been first; what lies there now is what counts for both.
  const made = await readMaster(path)
  if (made === null) throw unreadable(path, 'it could not be written')
  return vaultOf(made, path)
}

function vaultOf(master: Buffer, path: string): Vault {
  // Tells a wrong master key apart from a damaged secret, and gives nothing of the key away.
  const id = createHash('sha256').update('rollcall master key id').update(master).digest('hex').slice(0, 8)
  const key = Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), 'rollcall secrets at rest', KEY_BYTES))
  const markKey = Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), 'rollcall marks', KEY_BYTES))
  return {
    mark: (text, context) =>
      createHmac('sha256', markKey).update(`${context}\0${text}`, 'utf8').digest('base64url'),
    seal: (secret, context) => [FORMAT, id, sealed(key, secret, context)].join('.'),
    open(text, context) {
      const [format, sealedBy, body = ''] = text.split('.')
      if (format !== FORMAT) throw unreadable(path, 'a secret has a form that this version does not know')
      if (sealedBy !== id) throw unreadable(path, 'a secret was sealed with another master key')
      const secret = opened(key, body, context)
      if (secret === null) throw unreadable(path, 'a secret is damaged, or belongs to something else')
      return secret
    },
  }
}

async function readMaster(path: string): Promise<Buffer | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw unreadable(path, problemOf(error))
  })
  if (text === null) return null
  const { mode } = await stat(path)
  // A key that others on the machine could read may have been copied by them.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw unreadable(path, 'its permissions are too open, it must be readable by its owner only (chmod 600)')
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== KEY_BYTES) throw unreadable(path, 'it does not hold 32 bytes in base64')
  return key
}

/** On the disk before anything is sealed with it. */
async function writeMaster(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const part = `${path}.${randomBytes(6).toString('hex')}.part`
    const file = await open(part, 'wx', 0o600)
    try {
      await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await putInPlace(part, path)
  } catch (error) {
    throw unreadable(path, problemOf(error))
  }
}

/** Never over a key that is there: what was sealed with it would be lost. Of several at once, one is first. */
async function putInPlace(part: string, path: string): Promise<void> {
  try {
    await link(part, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    const folder = await open(dirname(path), 'r')
    await folder.sync().finally(() => folder.close())
  } finally {
    await rm(part, { force: true })
  }
}

function unreadable(path: string, problem: string): ImportError {
  return new ImportError('SECRET_UNREADABLE', { path, problem })
}
