/**
 * The pages by which an HRIS is let in, and the address that webhooks come to. Whoever has the link of a consent may
 * not have an account here: the administrator of the HRIS need not be one of ours.
 */
import { getCookie, setCookie } from 'hono/cookie'
import type { Http } from './http.ts'
import { connectedPage, consentPageHtml, leavingPage } from './pages/connect.ts'
import { type HttpContext, openRoute, type Route } from './route.ts'

/** Where the HRIS sends people back to. */
export const CALLBACK = '/connect/callback'

export const CONNECT_ROUTES: readonly Route[] = [
  openRoute(
    {
      method: 'GET',
      path: CALLBACK,
      summary: 'where an HRIS sends people back to; the code in it counts once',
    },
    async ({ c, http }) => {
      const browser = getCookie(c, cookieName(http)) ?? null
      const connection = await http.hris.comeBack({ query: c.req.query(), browser })
      return connectedPage(connection)
    },
  ),
  openRoute(
    {
      method: 'GET',
      path: '/connect/:ticket',
      summary: 'what will be read from an HRIS, before somebody consents',
    },
    async ({ c, http }) => consentPageHtml(await http.hris.consentPage(c.req.param('ticket') ?? '')),
  ),
  openRoute(
    { method: 'POST', path: '/connect/:ticket', summary: 'the way to the consent page of the HRIS' },
    async ({ c, http }) => {
      const ticket = c.req.param('ticket') ?? ''
      const page = await http.hris.consentPage(ticket)
      const { url, browser } = await http.hris.leave(ticket, `${http.ownUrl()}${CALLBACK}`)
      giveCookie(http, c, browser)
      // A link, and no redirect: a form that leads to another site is what browsers are told to refuse.
      return leavingPage(page, url)
    },
  ),
  openRoute(
    {
      method: 'POST',
      path: '/hooks/:hook',
      kind: 'api',
      summary: 'webhooks of an HRIS: they make it be read soon',
    },
    async ({ c, http }) => {
      const body = await c.req.text()
      const answer = await http.hris.hook({ hook: c.req.param('hook') ?? '', headers: c.req.header(), body })
      if (answer === 'unknown') return c.json({ answer }, 404)
      return c.json({ answer }, answer === 'unsigned' ? 401 : 202)
    },
  ),
]

/** For an hour: as long as the link. Lax, since the way back comes from another site. */
function giveCookie(http: Http, c: HttpContext, browser: string): void {
  const options = {
    path: '/',
    httpOnly: true,
    secure: http.isSecure,
    sameSite: 'Lax',
    maxAge: 3_600,
  } as const
  setCookie(c, cookieName(http), browser, options)
}

function cookieName({ isSecure }: Pick<Http, 'isSecure'>): string {
  return isSecure ? '__Host-rollcall-connect' : 'rollcall-connect'
}
