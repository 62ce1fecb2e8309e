/** The tables of people who sign in, for kysely. Times are ISO 8601 text in UTC; secrets are only kept as hashes. */
import type { Access, AccountRole } from '../../schemas/people.ts'

export interface WebUserTable {
  id: string
  /** Lower case; unique. */
  email: string
  name: string
  /** 0 or 1. */
  is_operator: number
  /** In PHC form; null until the person has chosen one. */
  password_hash: string | null
  /** Sealed by the vault; null without a second factor. */
  totp_secret: string | null
  /** The last step whose code was used: each is good once. */
  totp_step: number | null
  created_at: string
  last_sign_in_at: string | null
}

export interface WebRoleTable {
  account_id: string
  user_id: string
  role: AccountRole
}

/** A link that is good once. */
export interface WebLinkTable {
  hash: string
  /** Whose password it lets set; null: it makes the first operator. */
  user_id: string | null
  created_at: string
  expires_at: string
}

export interface WebSessionTable {
  hash: string
  user_id: string
  /** `code`: the password was right, the second factor is still to come. */
  stage: 'code' | 'full'
  created_at: string
  seen_at: string
  address: string
  agent: string
}

export interface ApiTokenTable {
  /** Null: the whole server. */
  account_id: string | null
  id: string
  hash: string
  /** Its last four signs, to tell one from another. */
  ending: string
  name: string
  role: AccountRole | 'operator'
  access: Access
  created_by: string
  created_at: string
  expires_at: string
  revoked_at: string | null
  last_used_at: string | null
}

export interface AuditTable {
  /** 1, 2, 3, … without gaps. */
  seq: number
  account_id: string | null
  at: string
  actor: string
  action: string
  object: string
  /** JSON object. */
  details: string
  /** Id of the request, where it came over HTTP. */
  request: string | null
  /** SHA-256 over the hash before and everything above. */
  hash: string
}

export interface AuditHeadTable {
  id: number
  seq: number
  hash: string
}

/** First answers, kept for whoever sends the same request again. */
export interface IdempotencyTable {
  owner: string
  key: string
  /** Hash of what was asked, without the body. */
  request: string
  /** Hash of the body; null while the first one is being answered. */
  body: string | null
  status: number | null
  /** JSON, sealed by the vault; null while the first one is being answered. */
  answer: string | null
  at: string
}

/** All of them; the whole database fits. */
export interface PeopleTables {
  account: { id: string; slug: string; name: string }
  web_user: WebUserTable
  web_role: WebRoleTable
  web_link: WebLinkTable
  web_session: WebSessionTable
  api_token: ApiTokenTable
  audit: AuditTable
  audit_head: AuditHeadTable
  idempotency: IdempotencyTable
}
