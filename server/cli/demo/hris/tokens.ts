/** Access tokens as the simulators hand them out. */
import { randomBytes } from 'node:crypto'

export interface Token {
  readonly scopes: readonly string[]
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export class Tokens {
  readonly #live = new Map<string, Token>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  grant(scopes: readonly string[], lifeMs: number): string {
    const token = randomBytes(24).toString('base64url')
    this.#live.set(token, { scopes, expiresAt: this.#now() + lifeMs })
    return token
  }

  /** Null where it never was one, is over or was revoked. */
  find(token: string | undefined): Token | null {
    const found = this.#live.get(token ?? '')
    return found !== undefined && found.expiresAt > this.#now() ? found : null
  }

  /** Null where it is none; afterwards it is none. */
  take(token: string | undefined): Token | null {
    const found = this.find(token)
    this.revoke(token)
    return found
  }

  revoke(token: string | undefined): void {
    this.#live.delete(token ?? '')
  }

  revokeAll(): void {
    this.#live.clear()
  }
}

/** The token of an `Authorization: Bearer` header. */
export function bearerOf(headers: Readonly<Record<string, string>>): string | undefined {
  return /^Bearer (\S+)$/.exec(headers['authorization'] ?? '')?.[1]
}
