/**
 * A route: what it answers, and to whom. There is no way to serve anything over HTTP without saying who may have it,
 * and a handler is called only after that was checked: it never looks at rights itself, and cannot forget to.
 */
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Account } from '../../importer/types.ts'
import type { Role } from '../../schemas/people.ts'
import type { Door } from '../control/door.ts'
import type { Http } from './http.ts'
import type { Upload } from './upload.ts'
import type { Viewer } from './viewer.ts'

export interface HttpEnv {
  Bindings: Partial<HttpBindings>
  Variables: { requestId: string }
}
export type HttpContext = Context<HttpEnv>

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
/** What stands for a page: what the `html` tag makes; or a whole answer, such as a redirect. */
export type Answer = Response | HtmlEscapedString | Promise<HtmlEscapedString>

/**
 * How the account of a request is found: its slug is a part of the path (`:account`), a field of the query, or it is
 * the account of the run that the path names (`:id`).
 */
export type AccountBy = 'path' | 'query' | 'run'

/** Who may have it. Somebody without any role in an account hears that there is no such account. */
export type Access =
  | { readonly needs: 'nobody' }
  /** Anybody who is signed in, or a token: it is about themselves. */
  | { readonly needs: 'anybody' }
  | { readonly needs: 'operator' }
  | { readonly needs: Exclude<Role, 'operator'>; readonly accountBy: AccountBy }

export interface RouteFacts {
  readonly method: Method
  /** In Hono's way: `/a/:account/imports/:id`. */
  readonly path: string
  readonly kind: 'page' | 'api' | 'file'
  readonly access: Access
  /** What it is for, in one line of the README. */
  readonly summary: string
  /** `upload`: the body is a file of any size, and is read as it comes in. Otherwise it is small. */
  readonly body?: 'upload'
}

/** What every handler has. */
export interface Given {
  readonly c: HttpContext
  readonly http: Http
}

export interface SignedIn extends Given {
  readonly viewer: Viewer
  /** The importer and the keys, by hand of this viewer: what is done through it is written down as theirs. */
  readonly door: Door
  /** The file that comes in, where the route takes one. */
  readonly upload: () => Promise<Upload>
}

export interface InAccount extends SignedIn {
  readonly account: Account
  readonly role: Role
}

export interface Route extends RouteFacts {
  readonly handle: (given: InAccount) => Answer | Promise<Answer>
}

type Facts = Omit<RouteFacts, 'access' | 'kind'> & { readonly kind?: RouteFacts['kind'] }

/** For everybody. */
export function openRoute(facts: Facts, handle: (given: Given) => Answer | Promise<Answer>): Route {
  return { kind: 'page', ...facts, access: { needs: 'nobody' }, handle }
}

/** For who is signed in, about themselves. */
export function ownRoute(facts: Facts, handle: (given: SignedIn) => Answer | Promise<Answer>): Route {
  return { kind: 'page', ...facts, access: { needs: 'anybody' }, handle }
}

/** For operators. */
export function serverRoute(facts: Facts, handle: (given: SignedIn) => Answer | Promise<Answer>): Route {
  return { kind: 'page', ...facts, access: { needs: 'operator' }, handle }
}

/** For who has a role in the account. */
export function accountRoute(
  facts: Facts & { readonly needs: Exclude<Role, 'operator'>; readonly accountBy?: AccountBy },
  handle: (given: InAccount) => Answer | Promise<Answer>,
): Route {
  const { needs, accountBy = 'path', ...rest } = facts
  return { kind: 'page', ...rest, access: { needs, accountBy }, handle }
}
