/**
 * The file with the master keys. Mostly it holds one, as 32 bytes in base64. While the key is being changed, and for
 * good after that, it is a ring: every key that still opens something, the newest of which seals, and of those that are
 * gone only what their marks were made with. It is only ever replaced as a whole, so that no kill leaves half of it.
 */
import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { ImportError, problemOf } from '../schemas/errors.ts'

export interface MasterKey {
  /** Stands in front of what it sealed, and gives nothing of the key away. */
  readonly id: string
  readonly bytes: Buffer
  /** ISO 8601, UTC; null for the first one. */
  readonly since: string | null
}

export interface KeyRing {
  /** Oldest first; the last one seals. Never empty. */
  readonly keys: readonly MasterKey[]
  /** What marks were made with under keys that are gone. A mark cannot be made anew, so these stay. */
  readonly formerMarkKeys: readonly Buffer[]
}

const KEY_BYTES = 32

const bytesSchema = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === KEY_BYTES)
const ringSchema = z.strictObject({
  rollcallKeys: z.literal(1),
  keys: z.array(z.strictObject({ key: bytesSchema, since: z.iso.datetime().nullable() })).min(1),
  formerMarkKeys: z.array(bytesSchema),
})

/** Null where there is no such file. Throws `SECRET_UNREADABLE`. */
export async function readRing(path: string): Promise<KeyRing | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw unreadable(path, problemOf(error))
  })
  if (text === null) return null
  const { mode } = await stat(path)
  // A key that others on the machine could read may have been copied by them.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw unreadable(path, 'its permissions are too open, it must be readable by its owner only (chmod 600)')
  const single = Buffer.from(text.trim(), 'base64')
  if (text.startsWith('{')) return ringOf(path, text)
  if (single.length !== KEY_BYTES) throw unreadable(path, 'it does not hold 32 bytes in base64')
  return { keys: [masterKey(single, null)], formerMarkKeys: [] }
}

/** On the disk before anything is sealed with it; leaves alone what is there. Throws `SECRET_UNREADABLE`. */
export async function createRing(path: string): Promise<void> {
  await written(path, `${randomBytes(KEY_BYTES).toString('base64')}\n`, async (part) => {
    // Never over a key that is there: what was sealed with it would be lost. Of several at once, one is first.
    await link(part, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  })
}

/** Whoever calls this must be the only one. Throws `SECRET_UNREADABLE`. */
export async function replaceRing(path: string, { keys, formerMarkKeys }: KeyRing): Promise<void> {
  const ring: z.input<typeof ringSchema> = {
    rollcallKeys: 1,
    keys: keys.map(({ bytes, since }) => ({ key: bytes.toString('base64'), since })),
    formerMarkKeys: formerMarkKeys.map((key) => key.toString('base64')),
  }
  // Where the path is a link, the file that it leads to is replaced.
  const target = await realpath(path).catch((error: unknown) => {
    throw unreadable(path, problemOf(error))
  })
  await written(target, `${JSON.stringify(ring, null, 2)}\n`, (part) => rename(part, target))
}

export function newMasterKey(since: Date): MasterKey {
  return masterKey(randomBytes(KEY_BYTES), since.toISOString())
}

/** A key of its own for each purpose. */
export function derived(master: Buffer, purpose: 'rollcall secrets at rest' | 'rollcall marks'): Buffer {
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), purpose, KEY_BYTES))
}

export function unreadable(path: string, problem: string): ImportError {
  return new ImportError('SECRET_UNREADABLE', { path, problem })
}

function masterKey(bytes: Buffer, since: string | null): MasterKey {
  const hash = createHash('sha256').update('rollcall master key id').update(bytes).digest('hex')
  return { id: hash.slice(0, 8), bytes, since }
}

function ringOf(path: string, text: string): KeyRing {
  const ring = ringSchema.safeParse(parsed(text))
  // What zod says could hold a part of a key.
  if (!ring.success) throw unreadable(path, 'it is damaged, or of a newer version')
  const { keys, formerMarkKeys } = ring.data
  return { keys: keys.map(({ key, since }) => masterKey(key, since)), formerMarkKeys }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Writes a file beside the path, has it put in place, and makes both last. */
async function written(path: string, text: string, place: (part: string) => Promise<void>): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(part, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await place(part)
    const folder = await open(dirname(path), 'r')
    await folder.sync().finally(() => folder.close())
  } catch (error) {
    throw unreadable(path, problemOf(error))
  } finally {
    await rm(part, { force: true })
  }
}
