/**
 * A new host key, announced before it is used: every client refuses a server whose key has changed, so its
 * fingerprint has to reach the customers first. The next key lies beside the one in use, with the day for which the
 * change is planned; the old one is kept, so that a change can be taken back.
 */
import { link, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ImportError, problemOf } from '../schemas/errors.ts'
import { type Ed25519Key, Ed25519Problem, newEd25519Key, readEd25519Key } from './ed25519.ts'
import { hostKeyPath, openHostKey, readKeyFile, syncDirectory, unreadable, writeKeyFile } from './host-key.ts'

/** What a person is told of a host key. */
export interface ShownHostKey {
  /** `SHA256:…` */
  readonly fingerprint: string
  /** For a `known_hosts` file, without a host name. */
  readonly publicKeyLine: string
}

export interface HostKeys {
  readonly current: ShownHostKey
  readonly next: (ShownHostKey & { readonly plannedFor: string }) | null
}

/** Both keys. Throws `HOST_KEY_UNREADABLE`. */
export async function hostKeys(dataDir: string): Promise<HostKeys> {
  const current = shown(await openHostKey(dataDir))
  const next = await openNextHostKey(dataDir)
  return { current, next: next && { ...shown(next), plannedFor: plannedFor(next) } }
}

/** Makes the next key. Throws `HOST_KEY_NEXT` where there is one already. */
export async function makeNextHostKey(dataDir: string, day: string): Promise<HostKeys> {
  if ((await openNextHostKey(dataDir)) !== null) {
    throw new ImportError('HOST_KEY_NEXT', {
      problem: 'there is a next one already, and customers may have it',
    })
  }
  await openHostKey(dataDir)
  // The day is the key's comment: one file, which is there in full or not at all.
  await writeKeyFile(nextPath(dataDir), newEd25519Key(`rollcall-from-${day}`).privateKey)
  return await hostKeys(dataDir)
}

/** Puts the next key in the place of the one in use. Throws `HOST_KEY_NEXT` where there is none. */
export async function rotateHostKey(dataDir: string, now: Date): Promise<Ed25519Key> {
  const next = await openNextHostKey(dataDir)
  if (next === null) throw new ImportError('HOST_KEY_NEXT', { problem: 'there is no next one yet' })
  const path = hostKeyPath(dataDir)
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '')
  try {
    // A second name first: at no moment is there no key, for which a start would make a new one.
    await link(path, `${path}.until-${stamp}`)
    await rename(nextPath(dataDir), path)
    await syncDirectory(dirname(path))
  } catch (error) {
    throw new ImportError('HOST_KEY_NEXT', { problem: problemOf(error) }, { cause: error })
  }
  return next
}

/** The next key, private half included; null where there is none. Throws `HOST_KEY_UNREADABLE`. */
export async function openNextHostKey(dataDir: string): Promise<(Ed25519Key & { comment: string }) | null> {
  const path = nextPath(dataDir)
  try {
    const text = await readKeyFile(path)
    if (text === null) return null
    const key = readEd25519Key(text)
    return { ...key, comment: key.publicKeyLine.split(' ')[2] ?? '' }
  } catch (error) {
    throw error instanceof Ed25519Problem ? unreadable(path, error.message) : error
  }
}

function plannedFor({ comment }: { comment: string }): string {
  return /\d{4}-\d\d-\d\d$/.exec(comment)?.[0] ?? ''
}

function shown({ fingerprint, publicKeyLine }: Ed25519Key): ShownHostKey {
  return { fingerprint, publicKeyLine }
}

function nextPath(dataDir: string): string {
  return `${hostKeyPath(dataDir)}.next`
}
