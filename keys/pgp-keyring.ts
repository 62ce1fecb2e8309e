/**
 * PGP keys of an account: ours, for which its senders encrypt, with the private part sealed in the vault; and the
 * senders', by which their signatures are proved.
 */
import type { Kysely } from 'kysely'
import { generateKey, type Key, readKey, readPrivateKey } from 'openpgp'
import { ImportError } from '../schemas/errors.ts'
import type { PgpKeyTable } from './pgp-table.ts'
import type { Vault } from './vault.ts'

/** The tables that the keyring reads; the whole database fits. */
export interface PgpKeyringTables {
  pgp_key: PgpKeyTable
  account: { id: string; slug: string }
}

/** `own`: files are encrypted for it. `sender`: files are signed with it. */
export type PgpKeyKind = 'own' | 'sender'

/** A key as lists show it. */
export interface PgpKey {
  readonly slug: string
  /** Upper-case hex. */
  readonly fingerprint: string
  readonly kind: PgpKeyKind
  readonly userId: string
  readonly addedAt: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  /** Armored; to be given to senders where it is ours. */
  readonly publicKey: string
}

type Owner = { readonly id: string; readonly slug: string }

export interface PgpKeyring {
  /** Makes a key of ours for this account. */
  create(account: Owner): Promise<PgpKey>
  /** Adds a sender's public key, or a private key of ours that has no passphrase. Throws `PGP_KEY_INVALID`. */
  add(account: Owner, armored: string): Promise<PgpKey>
  /** Oldest first; of all accounts when none is named. */
  list(accountId?: string): Promise<PgpKey[]>
  /** Throws `PGP_KEY_UNKNOWN`. */
  find(fingerprint: string): Promise<PgpKey>
  /** Ends a key's use: files for it, or signed with it, are no longer taken. Throws `PGP_KEY_UNKNOWN`. */
  revoke(fingerprint: string): Promise<PgpKey>
  /** Armored keys of the account that are in use. */
  forReading(
    accountId: string,
  ): Promise<{ readonly decryptionKeys: readonly string[]; readonly verificationKeys: readonly string[] }>
}

/** The vault is asked for only when a private key is made or used. */
export function createPgpKeyring<T extends PgpKeyringTables>(deps: {
  db: Kysely<T>
  vault: () => Promise<Vault>
  now: () => Date
}): PgpKeyring {
  // Kysely is invariant in its tables; this module uses only the two it names.
  const db = deps.db as unknown as Kysely<PgpKeyringTables>
  const { vault, now } = deps

  async function keep(account: Owner, key: Key, privateKey: string | null): Promise<PgpKey> {
    const fingerprint = key.getFingerprint().toUpperCase()
    const expires = await key.getExpirationTime()
    const sealed =
      privateKey === null ? null : (await vault()).seal(privateKey, pgpContext(account.id, fingerprint))
    const row: PgpKeyTable = {
      account_id: account.id,
      fingerprint,
      kind: privateKey === null ? 'sender' : 'own',
      user_id: key.getUserIDs()[0] ?? '',
      public_key: key.toPublic().armor(),
      private_key: sealed,
      added_at: now().toISOString(),
      expires_at: expires instanceof Date ? expires.toISOString() : null,
      revoked_at: null,
    }
    const { account_id, fingerprint: _, ...values } = row
    // Adding it again puts a revoked one back to use, and a renewed one in the place of the old.
    await db
      .insertInto('pgp_key')
      .values(row)
      .onConflict((on) => on.columns(['account_id', 'fingerprint']).doUpdateSet(values))
      .execute()
    return shown({ ...row, slug: account.slug })
  }

  /** Kept as a sender's, it would lose its private half, and with it every file that is encrypted for it. */
  async function refuseOurOwn(accountId: string, key: Key): Promise<void> {
    const ours = await db
      .selectFrom('pgp_key')
      .select('fingerprint')
      .where('account_id', '=', accountId)
      .where('fingerprint', '=', key.getFingerprint().toUpperCase())
      .where('kind', '=', 'own')
      .executeTakeFirst()
    if (ours)
      throw invalid('it is the key of this server, for which senders encrypt; give the key they sign with')
  }

  return {
    async create(account) {
      const userIDs = { name: `Rollcall for ${account.slug}` }
      // Read by every PGP program of the last ten years; the newer form of the curve is not.
      const made = await generateKey({
        type: 'ecc',
        curve: 'curve25519Legacy',
        userIDs,
        date: now(),
        format: 'object',
      })
      return await keep(account, made.privateKey, made.privateKey.armor())
    },

    async add(account, armored) {
      if (!armored.includes('PRIVATE KEY BLOCK')) {
        const key = await publicKeyOf(armored)
        await refuseOurOwn(account.id, key)
        return await keep(account, key, null)
      }
      const key = await readPrivateKey({ armoredKey: armored }).catch(refuse)
      if (!key.isDecrypted())
        throw invalid('it is locked with a passphrase; export it without one, or let Rollcall make a key')
      return await keep(account, key, armored)
    },

    list: (accountId) => select(db, accountId === undefined ? {} : { accountId }),

    find: (fingerprint) => find(db, asWritten(fingerprint)),

    async revoke(fingerprint) {
      const wanted = asWritten(fingerprint)
      await db
        .updateTable('pgp_key')
        .set({ revoked_at: now().toISOString() })
        .where('fingerprint', '=', wanted)
        .where('revoked_at', 'is', null)
        .execute()
      return await find(db, wanted)
    },

    async forReading(accountId) {
      const rows = await db
        .selectFrom('pgp_key')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('revoked_at', 'is', null)
        .orderBy('added_at')
        .execute()
      const own = rows.filter(({ kind }) => kind === 'own')
      const opened = own.length === 0 ? null : await vault()
      const decryptionKeys = own.flatMap(({ private_key, fingerprint }) =>
        private_key === null || opened === null
          ? []
          : opened.open(private_key, pgpContext(accountId, fingerprint)),
      )
      const verificationKeys = rows
        .filter(({ kind }) => kind === 'sender')
        .map(({ public_key }) => public_key)
      return { decryptionKeys, verificationKeys }
    },
  }
}

async function publicKeyOf(armoredKey: string): Promise<Key> {
  const key = await readKey({ armoredKey }).catch(refuse)
  return key.toPublic()
}

function refuse(): never {
  throw invalid('it is not an armored key block, or is damaged')
}

function invalid(problem: string): ImportError {
  return new ImportError('PGP_KEY_INVALID', { problem })
}

/** What a sealed private key belongs to. */
export function pgpContext(accountId: string, fingerprint: string): string {
  return `pgp_key/${accountId}/${fingerprint}`
}

/** Programs show fingerprints in groups, and some in lower case. */
function asWritten(fingerprint: string): string {
  return fingerprint.replaceAll(/\s/g, '').toUpperCase()
}

async function find(db: Kysely<PgpKeyringTables>, fingerprint: string): Promise<PgpKey> {
  const [key] = await select(db, { fingerprint })
  if (!key) throw new ImportError('PGP_KEY_UNKNOWN', { fingerprint: fingerprint.slice(0, 64) })
  return key
}

async function select(
  db: Kysely<PgpKeyringTables>,
  only: { accountId?: string; fingerprint?: string },
): Promise<PgpKey[]> {
  let query = db
    .selectFrom('pgp_key')
    .innerJoin('account', 'account.id', 'pgp_key.account_id')
    .selectAll('pgp_key')
    .select('account.slug')
    .orderBy('pgp_key.added_at')
  if (only.accountId !== undefined) query = query.where('pgp_key.account_id', '=', only.accountId)
  if (only.fingerprint !== undefined) query = query.where('pgp_key.fingerprint', '=', only.fingerprint)
  return (await query.execute()).map(shown)
}

function shown(row: PgpKeyTable & { slug: string }): PgpKey {
  return {
    slug: row.slug,
    fingerprint: row.fingerprint,
    kind: row.kind,
    userId: row.user_id,
    addedAt: row.added_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    publicKey: row.public_key,
  }
}
