/** The table of the PGP keys, for kysely. Times are ISO 8601 text in UTC. */

export interface PgpKeyTable {
  account_id: string
  /** Upper-case hex. */
  fingerprint: string
  kind: 'own' | 'sender'
  user_id: string
  /** Armored. */
  public_key: string
  /** Armored, sealed by the vault; null for a sender's key. */
  private_key: string | null
  added_at: string
  expires_at: string | null
  revoked_at: string | null
}
