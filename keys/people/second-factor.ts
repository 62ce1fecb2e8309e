/**
 * A second factor: six digits that change every half minute (TOTP, RFC 6238), from a secret that an app on the person's
 * phone has. Each code is good once, and the secret is sealed by the vault.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Kysely } from 'kysely'
import { ImportError } from '../../schemas/errors.ts'
import type { Vault } from '../vault.ts'
import type { PeopleTables } from './tables.ts'

const STEP_MS = 30_000
const DIGITS = 6
const SECRET_BYTES = 20
/** Clocks of phones differ: a code is taken one step early or late. */
const STEPS_AROUND = [0, -1, 1]
const ISSUER = 'Rollcall'

/** A secret that is not in use yet. */
export interface Enrolment {
  /** For people who type it. */
  readonly secret: string
  /** `otpauth://…`, for a QR code. */
  readonly uri: string
  /** To be handed back with the first code. */
  readonly sealed: string
}

export interface SecondFactor {
  begin(user: { readonly id: string; readonly email: string }): Promise<Enrolment>
  /** The same again, for a form that is shown once more. Throws `SECRET_UNREADABLE`. */
  again(user: { readonly id: string; readonly email: string }, sealed: string): Promise<Enrolment>
  /** Takes it into use when the first code fits. Throws `CODE_WRONG`. */
  confirm(userId: string, sealed: string, code: string): Promise<void>
  /** Throws `CODE_WRONG`. */
  check(userId: string, code: string): Promise<void>
  off(userId: string): Promise<void>
}

/** `db` may hold any further tables. The vault is asked for only when a secret is made or used. */
export function createSecondFactor<T extends PeopleTables>(deps: {
  db: Kysely<T>
  vault: () => Promise<Vault>
  now: () => Date
}): SecondFactor {
  // Kysely is invariant in its tables; this module uses only those it names.
  const db = deps.db as unknown as Kysely<PeopleTables>

  /** The step that a code is of; a wrong one is refused. */
  function stepOf(secret: string, code: string): number {
    const now = Math.floor(deps.now().getTime() / STEP_MS)
    const plain = Buffer.from(
      code
        .replace(/\s/g, '')
        .padEnd(DIGITS)
        .slice(0, DIGITS + 1),
    )
    const found = STEPS_AROUND.map((by) => now + by).find((step) => {
      const expected = Buffer.from(codeAt(fromBase32(secret), step))
      return plain.length === expected.length && timingSafeEqual(plain, expected)
    })
    if (found === undefined) throw new ImportError('CODE_WRONG')
    return found
  }

  return {
    async begin({ id, email }) {
      const secret = toBase32(randomBytes(SECRET_BYTES))
      return enrolment(email, secret, (await deps.vault()).seal(secret, pending(id)))
    },

    async again({ id, email }, sealed) {
      return enrolment(email, (await deps.vault()).open(sealed, pending(id)), sealed)
    },

    async confirm(userId, sealed, code) {
      const vault = await deps.vault()
      const secret = vault.open(sealed, pending(userId))
      const totp_step = stepOf(secret, code)
      const totp_secret = vault.seal(secret, factorContext(userId))
      await db.updateTable('web_user').set({ totp_secret, totp_step }).where('id', '=', userId).execute()
    },

    async check(userId, code) {
      const row = await db
        .selectFrom('web_user')
        .select('totp_secret')
        .where('id', '=', userId)
        .executeTakeFirst()
      if (!row?.totp_secret) throw new ImportError('CODE_WRONG')
      const step = stepOf((await deps.vault()).open(row.totp_secret, factorContext(userId)), code)
      // Of two who send one code at once, the second finds it used.
      const { numUpdatedRows } = await db
        .updateTable('web_user')
        .set({ totp_step: step })
        .where('id', '=', userId)
        .where('totp_step', '<', step)
        .executeTakeFirstOrThrow()
      if (numUpdatedRows !== 1n) throw new ImportError('CODE_WRONG')
    },

    async off(userId) {
      const nothing = { totp_secret: null, totp_step: null }
      await db.updateTable('web_user').set(nothing).where('id', '=', userId).execute()
    },
  }
}

/** The digits of a step (half minutes since 1970). */
export function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const hash = createHmac('sha1', secret).update(counter).digest()
  const at = (hash.at(-1) ?? 0) & 0xf
  const number = hash.readUInt32BE(at) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** As apps read it (RFC 4648, without padding). */
export function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((group) => BASE32[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
}

export function fromBase32(text: string): Buffer {
  const bits = [...text].map((sign) => BASE32.indexOf(sign).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

function enrolment(email: string, secret: string, sealed: string): Enrolment {
  const query = new URLSearchParams({ secret, issuer: ISSUER })
  return { secret, sealed, uri: `otpauth://totp/${ISSUER}:${encodeURIComponent(email)}?${query}` }
}

function pending(userId: string): string {
  return `second factor of ${userId}, not yet in use`
}

export function factorContext(userId: string): string {
  return `second factor of ${userId}`
}
