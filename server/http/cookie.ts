/**
 * The cookie that holds a session. With https its name begins with `__Host-`, which browsers accept only from this
 * very host and over https. Without (`http://localhost`, or a server nobody gave a public address with https) it
 * cannot be marked so, and has a plain name.
 */
import { deleteCookie, setCookie } from 'hono/cookie'
import type { Http } from './http.ts'
import type { HttpContext } from './route.ts'

export function cookieName({ isSecure }: Pick<Http, 'isSecure'>): string {
  return isSecure ? '__Host-rollcall' : 'rollcall'
}

export function giveSession(http: Http, c: HttpContext, secret: string): void {
  setCookie(c, cookieName(http), secret, {
    ...{ path: '/', httpOnly: true, secure: http.isSecure },
    // Lax, not Strict: a link in a mail must find its reader signed in.
    sameSite: 'Lax',
  })
}

export function takeSession(http: Http, c: HttpContext): void {
  deleteCookie(c, cookieName(http), { path: '/', secure: http.isSecure })
}
