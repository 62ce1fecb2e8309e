/** Coming in and going out: sign-in, sign-out, and the link by which a password is chosen. */

import { getCookie } from 'hono/cookie'
import { ImportError } from '../../../importer/errors.ts'
import type { User } from '../../../schemas/people.ts'
import { addressOf } from '../address.ts'
import { cookieName, giveSession, takeSession } from '../cookie.ts'
import { formOf } from '../guard.ts'
import type { Http } from '../http.ts'
import { signInPage, welcomePage } from '../pages/sign-in.ts'
import { statusOf } from '../problem.ts'
import { type HttpContext, openRoute, ownRoute, type Route } from '../route.ts'

export const ACCESS_ROUTES: readonly Route[] = [
  openRoute({ method: 'GET', path: '/sign-in', summary: 'the form to sign in by' }, async ({ c, http }) =>
    signInPage({
      ...{ next: ownPath(c.req.query('next')), email: '', problem: null },
      isEmpty: await http.people.isEmpty(),
    }),
  ),
  openRoute({ method: 'POST', path: '/sign-in', summary: 'signs in' }, signIn),
  ownRoute({ method: 'POST', path: '/sign-out', summary: 'signs out' }, async ({ c, http, viewer }) => {
    await http.sessions.close(getCookie(c, cookieName(http)) ?? '')
    takeSession(http, c)
    await http.audit.record({ ...aboutSignIn(c), actor: viewer.actor, action: 'sign-out' })
    return c.redirect('/sign-in', 303)
  }),
  openRoute(
    { method: 'GET', path: '/welcome/:secret', summary: 'the form to choose a password by, from a link' },
    async ({ c, http }) => {
      const { user } = await http.people.linkOf(c.req.param('secret') ?? '')
      return welcomePage({ action: c.req.path, user, given: { email: '', name: '' }, problem: null })
    },
  ),
  openRoute({ method: 'POST', path: '/welcome/:secret', summary: 'uses such a link, once' }, welcome),
]

async function signIn({ c, http }: { c: HttpContext; http: Http }): Promise<Response> {
  const { email = '', password = '', next } = await formOf(c)
  http.signInLimit(addressOf(http, c))
  try {
    const user = await http.people.verify(email, password)
    if (user === 'busy') throw new ImportError('TOO_MANY_REQUESTS', { seconds: 5 })
    if (user === null) throw new ImportError('SIGN_IN_FAILED')
    await letIn(http, c, user, 'sign-in')
    return c.redirect(ownPath(next), 303)
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    if (error.code === 'SIGN_IN_FAILED')
      await http.audit.record({
        // What was typed is not written down: it may be a password in the wrong field.
        ...{ ...aboutSignIn(c), actor: 'somebody', action: 'sign-in.refused' },
        details: { address: addressOf(http, c) },
      })
    const view = { next: ownPath(next), email, problem: error, isEmpty: await http.people.isEmpty() }
    return await c.html(signInPage(view), statusOf(error))
  }
}

async function welcome({ c, http }: { c: HttpContext; http: Http }): Promise<Response> {
  const secret = c.req.param('secret') ?? ''
  const { email = '', name = '', password = '' } = await formOf(c)
  http.signInLimit(addressOf(http, c))
  const { user } = await http.people.linkOf(secret)
  try {
    const welcomed = await http.people.useLink(secret, { email, name, password })
    await letIn(http, c, welcomed, user === null ? 'setup' : 'password.choose')
    return c.redirect('/', 303)
  } catch (error) {
    if (!(error instanceof ImportError) || error.code === 'LINK_SPENT') throw error
    const view = { action: c.req.path, user, given: { email, name }, problem: error }
    return await c.html(welcomePage(view), statusOf(error))
  }
}

/** A new session for a new sign-in: a secret that somebody planted before is worth nothing. */
async function letIn(http: Http, c: HttpContext, user: User, action: string): Promise<void> {
  const former = getCookie(c, cookieName(http))
  if (former !== undefined) await http.sessions.close(former)
  const from = { address: addressOf(http, c), agent: c.req.header('user-agent') ?? '' }
  giveSession(http, c, await http.sessions.open(user.id, { ...from, stage: 'full' }))
  await http.audit.record({
    ...{ ...aboutSignIn(c), actor: user.email, action },
    details: { address: from.address },
  })
}

function aboutSignIn(c: HttpContext) {
  return { account: null, object: '', request: c.get('requestId') }
}

/** A path of this server; anything else that a link may name is the first page. */
function ownPath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(next) ? next : '/'
}
