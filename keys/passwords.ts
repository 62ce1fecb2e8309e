/**
 * Passwords of accounts, for customers whose software knows nothing else. There is none unless an operator sets one.
 */
import type { Kysely } from 'kysely'
import { createPasswordVerifier, hashPassword } from './password-hash.ts'
import { mustBeStrong, PASSWORD_BYTES_MAX } from './password-rules.ts'
import type { SftpPasswordTable } from './tables.ts'

/** The table that this module reads; the whole database fits. */
export interface PasswordTables {
  sftp_password: SftpPasswordTable
}

/** What a good password proves: it ends with the password, so that a login can be asked later whether it still holds. */
export interface PasswordProof {
  readonly accountId: string
  readonly setAt: string
}

export interface Passwords {
  /** Sets or replaces the account's password. Throws `PASSWORD_WEAK`. */
  set(account: { readonly id: string; readonly slug: string }, password: string): Promise<void>
  /** False when there was none. */
  turnOff(accountId: string): Promise<boolean>
  /** Whether any account has one. */
  isAnySet(): Promise<boolean>
  /**
   * Takes as long for an account without a password, and for none at all. `busy` says nothing about the password: too
   * many others wait.
   */
  verify(accountId: string | null, password: string): Promise<PasswordProof | 'busy' | null>
  /** Of these the ones that still hold. */
  stillGood(proofs: readonly PasswordProof[]): Promise<PasswordProof[]>
  /** Writes down that it was used. */
  touch(accountId: string): Promise<void>
}

/** `db` may hold any further tables. */
export function createPasswords<T extends PasswordTables>(deps: {
  db: Kysely<T>
  now: () => Date
}): Passwords {
  // Kysely is invariant in its tables; this module uses only the one it names.
  const db = deps.db as unknown as Kysely<PasswordTables>
  const now = () => deps.now().toISOString()
  const verifier = createPasswordVerifier()

  async function find(accountId: string): Promise<SftpPasswordTable | undefined> {
    return await db
      .selectFrom('sftp_password')
      .selectAll()
      .where('account_id', '=', accountId)
      .executeTakeFirst()
  }

  return {
    async set({ id, slug }, password) {
      mustBeStrong(password, [slug])
      const hash = await hashPassword(password)
      const row = { account_id: id, hash, set_at: now(), last_used_at: null }
      await db
        .insertInto('sftp_password')
        .values(row)
        .onConflict((on) => on.column('account_id').doUpdateSet(row))
        .execute()
    },

    async turnOff(accountId) {
      const { numDeletedRows } = await db
        .deleteFrom('sftp_password')
        .where('account_id', '=', accountId)
        .executeTakeFirstOrThrow()
      return numDeletedRows > 0n
    },

    async isAnySet() {
      return (await db.selectFrom('sftp_password').select('account_id').limit(1).execute()).length > 0
    },

    async verify(accountId, password) {
      // A name that no account has is looked up like any other.
      const stored = await find(accountId ?? '')
      const isLong = Buffer.byteLength(password) > PASSWORD_BYTES_MAX
      const verdict = await verifier.verify(isLong ? '' : password, stored?.hash ?? null)
      if (verdict === 'busy') return 'busy'
      return verdict === 'good' && stored ? { accountId: stored.account_id, setAt: stored.set_at } : null
    },

    async stillGood(proofs) {
      if (proofs.length === 0) return []
      const ids = [...new Set(proofs.map(({ accountId }) => accountId))]
      const rows = await db
        .selectFrom('sftp_password')
        .select(['account_id', 'set_at'])
        .where('account_id', 'in', ids)
        .execute()
      const setAt = new Map(rows.map((row) => [row.account_id, row.set_at]))
      return proofs.filter((proof) => setAt.get(proof.accountId) === proof.setAt)
    },

    async touch(accountId) {
      await db
        .updateTable('sftp_password')
        .set({ last_used_at: now() })
        .where('account_id', '=', accountId)
        .execute()
    },
  }
}
