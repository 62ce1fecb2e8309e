/**
 * Who may log in: a customer's account by one of its public keys, or by its password where an operator gave it one.
 * Deny is the default; there is one place for each that says yes. Whether a user name exists shows neither in the
 * answer nor in its time.
 */
import { timingSafeEqual } from 'node:crypto'
import ssh2 from 'ssh2'
import type { Keyring, LoginKey } from '../../keys/keyring.ts'
import { isWithin } from '../../keys/networks.ts'
import type { PasswordProof, Passwords } from '../../keys/passwords.ts'
import { slugSchema } from '../../schemas/account.ts'
import type { Uploader } from './upload.ts'

/** A public key that a client offers, without or with proof that it has the private half. */
export interface Attempt {
  readonly userName: string
  /** Where the client is. */
  readonly address: string
  readonly keyType: string
  readonly keyBlob: Buffer
  readonly proof: { readonly signed: Buffer; readonly signature: Buffer } | null
  /** Hash named by the client; only RSA keys have a choice. */
  readonly hash: string | undefined
}

/** What somebody logged in with; a login ends when it does. */
export type Credential =
  | { readonly kind: 'key'; readonly fingerprint: string; readonly expiresAt: string | null }
  | { readonly kind: 'password'; readonly proof: PasswordProof }

/** `good`: logged in. `known`: such a key would do, now prove it. `busy`: nothing was judged, try again later. */
export type Verdict =
  | { readonly kind: 'good'; readonly login: Uploader; readonly credential: Credential }
  | { readonly kind: 'known' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'no' }

export interface AuthDeps {
  /** By slug; null where there is none. */
  readonly findAccount: (slug: string) => Promise<Uploader['account'] | null>
  readonly keyring: Pick<Keyring, 'forLogin'>
}

export interface PasswordAttempt {
  readonly userName: string
  readonly password: string
}

export interface PasswordAuthDeps {
  readonly findAccount: AuthDeps['findAccount']
  readonly passwords: Pick<Passwords, 'verify'>
}

/** The only source that takes files over SFTP today. */
const SOURCE = 'sftp'
/** No account has this id; its keys are looked up all the same. */
const NOBODY = ''
const NO: Verdict = { kind: 'no' }

/** Judges one attempt. */
export async function judge(deps: AuthDeps, attempt: Attempt): Promise<Verdict> {
  const account = await accountOf(deps, attempt.userName)
  const keys = await deps.keyring.forLogin(account?.id ?? NOBODY)
  const key = keys.filter((one) => isSameKey(one, attempt))[0]
  // A key in the wrong place is as good as no key: whoever copied it does not learn whether it is one.
  if (!account || !key || !isHashAllowed(attempt) || !isWithin(key.networks, attempt.address)) return NO
  if (attempt.proof === null) return { kind: 'known' }
  if (!isProven(key, attempt.proof, attempt.hash)) return NO
  const { fingerprint, expiresAt } = key
  return {
    kind: 'good',
    login: { account, source: SOURCE, sentBy: fingerprint },
    credential: { kind: 'key', fingerprint, expiresAt },
  }
}

/** Judges a password. The same is computed for a name that no account has, and for an account without a password. */
export async function judgePassword(deps: PasswordAuthDeps, attempt: PasswordAttempt): Promise<Verdict> {
  const account = await accountOf(deps, attempt.userName)
  const proof = await deps.passwords.verify(account?.id ?? null, attempt.password)
  if (proof === 'busy') return { kind: 'busy' }
  if (!account || proof === null || proof.accountId !== account.id) return NO
  return {
    kind: 'good',
    login: { account, source: SOURCE, sentBy: 'password' },
    credential: { kind: 'password', proof },
  }
}

/** The slug in a user name, for the log: what else people type there may be anybody's secret. */
export function slugOf(userName: string): string | null {
  const [slug = '', source = SOURCE, ...more] = userName.split('.')
  return more.length === 0 && source === SOURCE && slugSchema.safeParse(slug).success ? slug : null
}

async function accountOf(
  deps: Pick<AuthDeps, 'findAccount'>,
  userName: string,
): Promise<Uploader['account'] | null> {
  const slug = slugOf(userName)
  // A name that no account can have is looked up like any other.
  const found = await deps.findAccount(slug ?? 'no-such-account')
  return slug === null ? null : found
}

function isSameKey(key: LoginKey, attempt: Attempt): boolean {
  const isSameBlob = key.blob.length === attempt.keyBlob.length && timingSafeEqual(key.blob, attempt.keyBlob)
  return isSameBlob && key.type === attempt.keyType
}

/** RSA without a named hash is SHA-1. */
function isHashAllowed({ keyType, hash }: Attempt): boolean {
  return keyType === 'ssh-rsa' ? hash === 'sha256' || hash === 'sha512' : hash === undefined
}

function isProven(key: LoginKey, proof: NonNullable<Attempt['proof']>, hash: string | undefined): boolean {
  // The stored key, not the one that the client sent, though they are equal by now.
  const parsed = ssh2.utils.parseKey(`${key.type} ${key.blob.toString('base64')}`)
  if (parsed instanceof Error) return false
  // Exactly true: on some failures ssh2 returns an Error, which is truthy.
  return parsed.verify(proof.signed, proof.signature, hash) === true
}
