/** Who asks: a person with a session, or a program with a token. */
import { createHash } from 'node:crypto'
import { getCookie } from 'hono/cookie'
import { ImportError } from '../../importer/errors.ts'
import type { Role, Token, User } from '../../schemas/people.ts'
import { senderOf } from './address.ts'
import { cookieName } from './cookie.ts'
import type { Http } from './http.ts'
import type { HttpContext } from './route.ts'

export interface Viewer {
  readonly kind: 'person' | 'token'
  /** Of the person or the token; two with one name are two. */
  readonly id: string
  /** What people call them: a name, or the name of the token. */
  readonly name: string
  /** As the audit log has it: an address, or the token's name. */
  readonly actor: string
  readonly isOperator: boolean
  readonly roles: User['roles']
  readonly mayWrite: boolean
  /** For the hidden field `csrf` of every form; null for a token, which needs none. */
  readonly csrf: string | null
  /** Id of the session; null for a token. */
  readonly session: string | null
}

/** Who sent a request; null for nobody that we know. Throws `SIGN_IN_NEEDED` for a token that is not good. */
export async function viewerOf(http: Http, c: HttpContext): Promise<Viewer | null> {
  const authorization = c.req.header('authorization')
  // A proxy in front may ask for a password of its own, which then stands in the same place.
  if (authorization !== undefined && /^bearer\b/i.test(authorization))
    return await byToken(http, c, authorization)
  const secret = getCookie(c, cookieName(http))
  return secret === undefined ? null : await bySession(http, secret)
}

/** What a viewer may do in an account (slug); null for nothing at all. */
export function roleOf(viewer: Pick<Viewer, 'isOperator' | 'roles'>, account: string): Role | null {
  if (viewer.isOperator) return 'operator'
  return viewer.roles.find((one) => one.account === account)?.role ?? null
}

/** What a form of this session must send along. Made from the secret, which no other site can read. */
export function csrfOf(secret: string): string {
  return createHash('sha256').update(`form of ${secret}`).digest('base64url')
}

async function bySession(http: Http, secret: string): Promise<Viewer | null> {
  const session = await http.sessions.find(secret)
  if (session === null || session.stage !== 'full') return null
  const user = await http.people.find(session.userId)
  return {
    ...{ kind: 'person', id: user.id, name: user.name, actor: user.email },
    ...{ isOperator: user.isOperator, roles: user.roles, mayWrite: true },
    ...{ csrf: csrfOf(secret), session: session.id },
  }
}

async function byToken(http: Http, c: HttpContext, authorization: string): Promise<Viewer> {
  const secret = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  const token = secret === undefined ? null : await http.tokens.find(secret)
  if (token === null) {
    // Guessing is hopeless, and still no reason to let it go on.
    http.signInLimit(senderOf(http, c))
    throw new ImportError('SIGN_IN_NEEDED')
  }
  return viewerOfToken(token)
}

function viewerOfToken({ id, name, account, role, access, ending }: Token): Viewer {
  return {
    ...{ kind: 'token', id, name, actor: `token ${name} (…${ending})` },
    isOperator: account === null && role === 'operator',
    // A token for the whole server that is no operator's is not made.
    roles: account === null || role === 'operator' ? [] : [{ account, role }],
    ...{ mayWrite: access === 'write', csrf: null, session: null },
  }
}
