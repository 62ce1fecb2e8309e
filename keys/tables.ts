/** The tables of this folder, for kysely. Times are ISO 8601 text in UTC. */

export interface SftpKeyTable {
  account_id: string
  /** `SHA256:…`; unique over all accounts, so that a key never opens two of them. */
  fingerprint: string
  type: string
  /** Base64 of the key as it travels over the wire. */
  blob: string
  comment: string
  added_at: string
  expires_at: string | null
  revoked_at: string | null
  last_used_at: string | null
  /** From where it may be used: addresses and networks with commas between, nothing for everywhere. */
  networks: string
}

export interface SftpPasswordTable {
  account_id: string
  /** In PHC form: `$argon2id$v=19$m=…`. */
  hash: string
  set_at: string
  last_used_at: string | null
}

export interface ConnectionSecretTable {
  account_id: string
  /** Name of the source. */
  source: string
  /** The connection's own key, sealed by the vault. */
  data_key: string
  /** JSON of `connectionSecretsSchema`, sealed under that key. */
  body: string
  version: number
  set_at: string
  /** Who renews them now, so that nobody else does. */
  lease_owner: string | null
  lease_until: string | null
}
