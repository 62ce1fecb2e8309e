/**
 * Secrets at rest: sealed with AES-256-GCM under a key that is derived, for each purpose, from a master key. The
 * master keys lie in a file of their own, never in the database, so that a copy of the database alone opens nothing.
 * What a secret belongs to is part of the seal: moved to another account or row, it does not open.
 */
import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { createRing, derived, type KeyRing, readRing, unreadable } from './key-ring.ts'
import { opened, sealed } from './seal.ts'

/** To be opened anew for each use: the master key may have been changed since the last one. */
export interface Vault {
  /** Of the key that seals. */
  readonly keyId: string
  /** `context` says what the secret is and whose; the same must be given to open it. */
  seal(secret: string, context: string): string
  /** Throws `SECRET_UNREADABLE` where the master key, the context or the bytes are not the same. */
  open(sealed: string, context: string): string
  /** The same for the same text, context and master key, and tells neither. */
  mark(text: string, context: string): string
  /** The same with each master key that there ever was, so that what was marked long ago is known again. */
  marks(text: string, context: string): string[]
}

const FORMAT = 'v1'

/** What everything sealed under a key begins with. */
export function sealPrefix(keyId: string): string {
  return `${FORMAT}.${keyId}.`
}

/** Where the master key lies when nothing else is set. */
export function masterKeyPath(dataDir: string): string {
  return join(dataDir, 'keys', 'master.key')
}

/** Opens the vault, and makes its master key where there is none and it may. Throws `SECRET_UNREADABLE`. */
export async function openVault(path: string, options: { mayCreate: boolean }): Promise<Vault> {
  const ring = await readRing(path)
  if (ring !== null) return vaultOf(ring, path)
  if (!options.mayCreate) throw unreadable(path, 'it is not there')
  await createRing(path)
  // Another process may have been first; what lies there now is what counts for both.
  const made = await readRing(path)
  if (made === null) throw unreadable(path, 'it could not be written')
  return vaultOf(made, path)
}

function vaultOf({ keys, formerMarkKeys }: KeyRing, path: string): Vault {
  const newest = keys.at(-1)
  if (newest === undefined) throw new Error('a ring without keys')
  const sealing = derived(newest.bytes, 'rollcall secrets at rest')
  const marking = (key: Buffer, text: string, context: string) =>
    createHmac('sha256', key).update(`${context}\0${text}`, 'utf8').digest('base64url')
  const markKeyOf = ({ bytes }: { bytes: Buffer }) => derived(bytes, 'rollcall marks')
  return {
    keyId: newest.id,
    mark: (text, context) => marking(markKeyOf(newest), text, context),
    marks: (text, context) =>
      [...formerMarkKeys, ...keys.map(markKeyOf)].map((key) => marking(key, text, context)),
    seal: (secret, context) => `${sealPrefix(newest.id)}${sealed(sealing, secret, context)}`,
    open(text, context) {
      const [format, sealedBy, body = ''] = text.split('.')
      if (format !== FORMAT) throw unreadable(path, 'a secret has a form that this version does not know')
      const master = keys.find(({ id }) => id === sealedBy)
      if (master === undefined) throw unreadable(path, 'a secret was sealed with another master key')
      const secret = opened(derived(master.bytes, 'rollcall secrets at rest'), body, context)
      if (secret === null) throw unreadable(path, 'a secret is damaged, or belongs to something else')
      return secret
    },
  }
}
