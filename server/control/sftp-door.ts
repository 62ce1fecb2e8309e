/** What the command line can ask about SFTP: who may log in, who is logged in, and the server's own key. */
import { z } from 'zod'
import { ImportError } from '../../importer/errors.ts'
import type { Importer } from '../../importer/types.ts'
import type { Ed25519Key } from '../../keys/ed25519.ts'
import { openHostKey } from '../../keys/host-key.ts'
import {
  type HostKeys,
  hostKeys,
  makeNextHostKey,
  openNextHostKey,
  rotateHostKey,
} from '../../keys/host-key-rotation.ts'
import type { Keyring, SftpKey } from '../../keys/keyring.ts'
import type { Passwords } from '../../keys/passwords.ts'
import type { SftpServer } from '../sftp/listener.ts'

export const newKeyOptionsSchema = z.object({
  /** ISO 8601, UTC. */
  expiresAt: z.iso.datetime().exactOptional(),
  /** Addresses and networks with commas between. */
  networks: z.string().exactOptional(),
})
export type NewKeyGiven = z.output<typeof newKeyOptionsSchema>

const shownHostKey = z.object({ fingerprint: z.string(), publicKeyLine: z.string() })
export const hostKeysSchema = z.object({
  current: shownHostKey,
  /** `plannedFor`: YYYY-MM-DD. */
  next: shownHostKey.extend({ plannedFor: z.string() }).nullable(),
})

export const liveConnectionSchema = z.object({
  id: z.int(),
  account: z.string(),
  address: z.string(),
  /** ISO 8601, UTC. */
  since: z.string(),
  /** Fingerprint of the key, or `password`. */
  key: z.string(),
  /** What the client calls itself. */
  client: z.string(),
  bytesReceived: z.number(),
  bytesSent: z.number(),
  writing: z.array(z.object({ fileName: z.string(), bytes: z.number() })),
})
export type LiveConnection = z.output<typeof liveConnectionSchema>

export interface SftpDoor {
  /** Adds one line of a `.pub` file. */
  addKey(account: string, line: string, options?: NewKeyGiven): Promise<SftpKey>
  /** Of all accounts when none is named. */
  listKeys(account: string | null): Promise<SftpKey[]>
  /** At once, or at a time (ISO 8601). */
  revokeKey(fingerprint: string, at?: string): Promise<SftpKey>
  /** Sets the password that the account may log in with; null turns it off. False where there was none to turn off. */
  setPassword(account: string, password: string | null): Promise<boolean>
  /** Connections that are logged in; none where no server runs. */
  connections(): Promise<LiveConnection[]>
  /** Throws `CONNECTION_UNKNOWN`. */
  endConnection(id: number): Promise<LiveConnection>
  hostKeys(): Promise<HostKeys>
  /** Makes the next host key, planned for a day (YYYY-MM-DD). Throws `HOST_KEY_NEXT`. */
  makeNextHostKey(day: string): Promise<HostKeys>
  /** Shows the next host key from now on. Throws `HOST_KEY_NEXT`. */
  rotateHostKey(): Promise<HostKeys>
}

export interface SftpDoorDeps {
  readonly importer: Pick<Importer, 'account'>
  readonly keyring: Pick<Keyring, 'add' | 'list' | 'revoke'>
  readonly passwords: Pick<Passwords, 'set' | 'turnOff'>
  readonly dataDir: string
  /** Null in a command, which serves nobody. */
  readonly sftp: Pick<SftpServer, 'connections' | 'disconnect'> | null
  /** The keys after a change; `next` is null where none is planned. */
  readonly onHostKeys: (current: Ed25519Key, next: Ed25519Key | null) => void
}

export function createSftpDoor(deps: SftpDoorDeps): SftpDoor {
  const { importer, keyring, passwords, dataDir, sftp, onHostKeys } = deps
  const live = (): LiveConnection[] =>
    (sftp?.connections() ?? []).map((one) => ({ ...one, writing: [...one.writing] }))
  const tell = async () => onHostKeys(await openHostKey(dataDir), await openNextHostKey(dataDir))

  return {
    async addKey(slug, line, { expiresAt, networks } = {}) {
      const account = await importer.account(slug)
      return await keyring.add(account, line, {
        ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
        ...(networks === undefined ? {} : { networks }),
      })
    },
    listKeys: async (slug) => keyring.list(slug === null ? undefined : (await importer.account(slug)).id),
    revokeKey: (fingerprint, at) => keyring.revoke(fingerprint, at === undefined ? undefined : new Date(at)),

    async setPassword(slug, password) {
      const account = await importer.account(slug)
      if (password === null) return await passwords.turnOff(account.id)
      await passwords.set(account, password)
      return true
    },

    connections: async () => live(),
    async endConnection(id) {
      const connection = live().find((one) => one.id === id)
      if (!connection || !sftp?.disconnect(id)) throw new ImportError('CONNECTION_UNKNOWN', { id })
      return connection
    },

    hostKeys: () => hostKeys(dataDir),
    async makeNextHostKey(day) {
      const keys = await makeNextHostKey(dataDir, day)
      await tell()
      return keys
    },
    async rotateHostKey() {
      await rotateHostKey(dataDir, new Date())
      await tell()
      return await hostKeys(dataDir)
    },
  }
}
