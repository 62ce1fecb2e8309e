/**
 * Customers' SFTP keys. A key belongs to one account; a revoked one stays in the list, so that a log from last
 * year can still be read, until the same key is added again.
 */
import type { Kysely } from 'kysely'
import { ImportError } from '../schemas/errors.ts'
import { parseNetworks } from './networks.ts'
import { parsePublicKey } from './public-key.ts'
import type { SftpKeyTable } from './tables.ts'

/** The tables that a keyring reads; the whole database fits. */
export interface KeyringTables {
  sftp_key: SftpKeyTable
  account: { id: string; slug: string }
}

/** A key as lists show it. */
export interface SftpKey {
  readonly accountId: string
  readonly slug: string
  readonly fingerprint: string
  readonly type: string
  readonly comment: string
  readonly addedAt: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
  /** From where it may be used; empty for everywhere. */
  readonly networks: readonly string[]
}

/** A key that may log in now. */
export interface LoginKey {
  readonly fingerprint: string
  readonly type: string
  readonly blob: Buffer
  readonly expiresAt: string | null
  readonly networks: readonly string[]
}

export interface NewKeyOptions {
  readonly expiresAt?: Date
  /** Addresses and networks with commas between. */
  readonly networks?: string
}

export interface Keyring {
  /** Adds one line of a `.pub` file. Throws `KEY_INVALID`, `KEY_WEAK`, `KEY_PRIVATE`, `KEY_EXISTS`, `NETWORK_INVALID`. */
  add(
    account: { readonly id: string; readonly slug: string },
    line: Uint8Array | string,
    options?: NewKeyOptions,
  ): Promise<SftpKey>
  /** Oldest first; of all accounts when none is named. */
  list(accountId?: string): Promise<SftpKey[]>
  /**
   * Ends a key's use, at once or at a later time, so that the old and the new one overlap; again is no error.
   * Throws `KEY_UNKNOWN`.
   */
  revoke(fingerprint: string, at?: Date): Promise<SftpKey>
  /** Keys of the account that are neither revoked nor expired. */
  forLogin(accountId: string): Promise<LoginKey[]>
  /** Of these keys the ones that may still be used. */
  stillGood(fingerprints: readonly string[]): Promise<Set<string>>
  /** Writes down that the key was used, to the minute. */
  touch(fingerprint: string): Promise<void>
}

/** A scheduler that logs in ten times a second must not make the disk sync ten times a second for it. */
const TOUCH_MS = 60_000

/** `db` may hold any further tables. */
export function createKeyring<T extends KeyringTables>(deps: { db: Kysely<T>; now: () => Date }): Keyring {
  // Kysely is invariant in its tables; this module uses only the two it names.
  const db = deps.db as unknown as Kysely<KeyringTables>
  const now = () => deps.now().toISOString()

  return {
    async add(account, line, options = {}) {
      const key = parsePublicKey(line)
      const row: SftpKeyTable = {
        account_id: account.id,
        fingerprint: key.fingerprint,
        type: key.type,
        blob: key.blob.toString('base64'),
        comment: key.comment,
        added_at: now(),
        expires_at: options.expiresAt?.toISOString() ?? null,
        revoked_at: null,
        last_used_at: null,
        networks: parseNetworks(options.networks ?? '').join(','),
      }
      if (!(await insert(db, row)) && !(await replaceRevoked(db, row))) throw await inUse(db, key.fingerprint)
      return { ...shown(row), slug: account.slug }
    },

    list: (accountId) => select(db, accountId === undefined ? {} : { accountId }),

    async revoke(fingerprint, at) {
      await db
        .updateTable('sftp_key')
        .set(at === undefined ? { revoked_at: now() } : { expires_at: at.toISOString() })
        .where('fingerprint', '=', fingerprint)
        .where('revoked_at', 'is', null)
        .execute()
      const [key] = await select(db, { fingerprint })
      if (!key) throw new ImportError('KEY_UNKNOWN', { fingerprint })
      return key
    },

    async forLogin(accountId) {
      const rows = await db
        .selectFrom('sftp_key')
        .select(['fingerprint', 'type', 'blob', 'expires_at', 'networks'])
        .where('account_id', '=', accountId)
        .where('revoked_at', 'is', null)
        .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', now())]))
        .orderBy('added_at')
        .execute()
      return rows.map(({ fingerprint, type, blob, expires_at, networks }) => ({
        ...{ fingerprint, type, blob: Buffer.from(blob, 'base64') },
        ...{ expiresAt: expires_at, networks: listed(networks) },
      }))
    },

    async stillGood(fingerprints) {
      if (fingerprints.length === 0) return new Set()
      const rows = await db
        .selectFrom('sftp_key')
        .select('fingerprint')
        .where('fingerprint', 'in', [...new Set(fingerprints)])
        .where('revoked_at', 'is', null)
        .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', now())]))
        .execute()
      return new Set(rows.map(({ fingerprint }) => fingerprint))
    },

    async touch(fingerprint) {
      const at = deps.now()
      const longAgo = new Date(at.getTime() - TOUCH_MS).toISOString()
      await db
        .updateTable('sftp_key')
        .set({ last_used_at: at.toISOString() })
        .where('fingerprint', '=', fingerprint)
        .where((on) => on.or([on('last_used_at', 'is', null), on('last_used_at', '<', longAgo)]))
        .execute()
    },
  }
}

async function insert(db: Kysely<KeyringTables>, row: SftpKeyTable): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('sftp_key')
    .values(row)
    .onConflict((on) => on.doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** A revoked key may be added again, also to another account: whoever adds it says that it is good. */
async function replaceRevoked(db: Kysely<KeyringTables>, row: SftpKeyTable): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sftp_key')
    .set(row)
    .where('fingerprint', '=', row.fingerprint)
    .where('revoked_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

async function inUse(db: Kysely<KeyringTables>, fingerprint: string): Promise<ImportError> {
  const [key] = await select(db, { fingerprint })
  return new ImportError('KEY_EXISTS', { fingerprint, slug: key?.slug ?? '?' })
}

async function select(
  db: Kysely<KeyringTables>,
  only: { accountId?: string; fingerprint?: string },
): Promise<SftpKey[]> {
  let query = db
    .selectFrom('sftp_key')
    .innerJoin('account', 'account.id', 'sftp_key.account_id')
    .selectAll('sftp_key')
    .select('account.slug')
    .orderBy('sftp_key.added_at')
    .orderBy('sftp_key.fingerprint')
  if (only.accountId !== undefined) query = query.where('sftp_key.account_id', '=', only.accountId)
  if (only.fingerprint !== undefined) query = query.where('sftp_key.fingerprint', '=', only.fingerprint)
  const rows = await query.execute()
  return rows.map((row) => ({ ...shown(row), slug: row.slug }))
}

function shown(row: SftpKeyTable): Omit<SftpKey, 'slug'> {
  return {
    accountId: row.account_id,
    fingerprint: row.fingerprint,
    type: row.type,
    comment: row.comment,
    addedAt: row.added_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    networks: listed(row.networks),
  }
}

function listed(networks: string): string[] {
  return networks === '' ? [] : networks.split(',')
}
