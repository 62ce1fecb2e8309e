/** Secrets that we hand out and know again: 256 random bits, of which only the hash is kept. */
import { createHash, randomBytes } from 'node:crypto'

export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** Hex. A fast hash will do: nobody guesses 256 bits. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** An id that is no secret. */
export function newPublicId(): string {
  return randomBytes(9).toString('base64url').replace(/[-_]/g, '0')
}
