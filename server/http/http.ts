/** What the pages and the API are made of; joined in `server/main.ts`. */

import type { Hris, Insight } from '../../importer/types.ts'
import type { Audit } from '../../keys/audit.ts'
import type { Idempotency } from '../../keys/people/idempotency.ts'
import type { People } from '../../keys/people/people.ts'
import type { SecondFactor } from '../../keys/people/second-factor.ts'
import type { Sessions } from '../../keys/people/sessions.ts'
import type { Tokens } from '../../keys/people/tokens.ts'
import type { Door } from '../control/door.ts'
import type { Logger } from '../log.ts'

/** Whether the server can do its work: each check's name, and what is wrong with it or null. */
export type Readiness = () => Promise<Readonly<Record<string, string | null>>>

export interface HttpDeps {
  readonly door: Door
  readonly people: People
  readonly sessions: Sessions
  readonly secondFactor: SecondFactor
  readonly tokens: Tokens
  readonly audit: Audit
  readonly idempotency: Idempotency
  readonly insight: Insight
  /** The consents of people who may have no account here, and webhooks. */
  readonly hris: Pick<Hris, 'consentPage' | 'leave' | 'comeBack' | 'hook'>
  /** Where this server is found, without a slash at the end; known once it listens. */
  readonly ownUrl: () => string
  readonly readiness: Readiness
  readonly log: Logger
  readonly now: () => Date
  readonly version: string
  /** Where people reach this server, without a slash at the end; null where nobody said. */
  readonly publicUrl: string | null
  /** Networks of proxies, whose word on where a request came from is believed. */
  readonly proxies: readonly string[]
  readonly limits?: Partial<HttpLimits>
}

export interface HttpLimits {
  /** Sign-ins from one address: so many at once, and one more each so often. */
  readonly signInBurst: number
  readonly signInEveryMs: number
  /** Requests of one who is signed in, of one token, or of one address without either. */
  readonly burst: number
  readonly everyMs: number
  /** Bytes of a body that is no file. */
  readonly bodyBytesMax: number
  /** Bytes of a file. */
  readonly fileBytesMax: number
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  signInBurst: 10,
  signInEveryMs: 15_000,
  burst: 600,
  everyMs: 50,
  bodyBytesMax: 1024 ** 2,
  fileBytesMax: 1024 ** 3,
}

export interface Http extends Omit<HttpDeps, 'limits'> {
  readonly limits: HttpLimits
  /** Whether people come by https, so that cookies may insist on it. */
  readonly isSecure: boolean
  /** May somebody try to sign in from there now? Throws `TOO_MANY_REQUESTS`. */
  readonly signInLimit: (key: string) => void
  /** Throws `TOO_MANY_REQUESTS`. */
  readonly requestLimit: (key: string) => void
}
