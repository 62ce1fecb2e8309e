/** Coming in and going out: sign-in, sign-out, and the link by which a password is chosen. */

import { getCookie } from 'hono/cookie'
import { ImportError } from '../../../importer/errors.ts'
import type { Stage } from '../../../keys/people/sessions.ts'
import type { User } from '../../../schemas/people.ts'
import { addressOf, senderOf } from '../address.ts'
import { cookieName, giveSession, takeSession } from '../cookie.ts'
import { formOf } from '../guard.ts'
import type { Http } from '../http.ts'
import { codePage } from '../pages/me.ts'
import { signInPage, welcomePage } from '../pages/sign-in.ts'
import { statusOf } from '../problem.ts'
import { type HttpContext, openRoute, ownRoute, type Route } from '../route.ts'
import { ME_ROUTES } from './me.ts'

export const ACCESS_ROUTES: readonly Route[] = [
  openRoute({ method: 'GET', path: '/sign-in', summary: 'the form to sign in by' }, async ({ c, http }) =>
    signInPage({
      ...{ next: ownPath(c.req.query('next')), email: '', problem: null },
      isEmpty: await http.people.isEmpty(),
    }),
  ),
  openRoute({ method: 'POST', path: '/sign-in', summary: 'signs in' }, signIn),
  openRoute({ method: 'GET', path: '/sign-in/code', summary: 'asks for the second factor' }, ({ c }) =>
    codePage({ next: ownPath(c.req.query('next')), problem: null }),
  ),
  openRoute({ method: 'POST', path: '/sign-in/code', summary: 'signs in by it' }, giveCode),
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
  ...ME_ROUTES,
]

async function signIn({ c, http }: { c: HttpContext; http: Http }): Promise<Response> {
  const { email = '', password = '', next } = await formOf(c)
  http.signInLimit(senderOf(http, c))
  try {
    const user = await http.people.verify(email, password)
    if (user === 'busy') throw new ImportError('TOO_MANY_REQUESTS', { seconds: 5 })
    if (user === null) throw new ImportError('SIGN_IN_FAILED')
    if (user.hasSecondFactor) {
      await openSession(http, c, user, 'code')
      return c.redirect(`/sign-in/code?next=${encodeURIComponent(ownPath(next))}`, 303)
    }
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

/** The second step: the session of the first becomes one of its own when the code is right. */
async function giveCode({ c, http }: { c: HttpContext; http: Http }): Promise<Response> {
  const { code = '', next } = await formOf(c)
  const session = await http.sessions.find(getCookie(c, cookieName(http)) ?? '')
  if (session === null || session.stage !== 'code') return c.redirect('/sign-in', 303)
  const user = await http.people.find(session.userId)
  try {
    // By person, since who has the password may come from anywhere.
    http.signInLimit(`code ${user.id}`)
    await http.secondFactor.check(user.id, code)
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    if (error.code === 'CODE_WRONG') {
      const details = { address: addressOf(http, c) }
      await http.audit.record({
        ...aboutSignIn(c),
        actor: user.email,
        action: 'second-factor.refused',
        details,
      })
    }
    return await c.html(codePage({ next: ownPath(next), problem: error }), statusOf(error))
  }
  await letIn(http, c, user, 'sign-in')
  return c.redirect(ownPath(next), 303)
}

async function welcome({ c, http }: { c: HttpContext; http: Http }): Promise<Response> {
  const secret = c.req.param('secret') ?? ''
  const { email = '', name = '', password = '' } = await formOf(c)
  http.signInLimit(senderOf(http, c))
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

async function letIn(http: Http, c: HttpContext, user: User, action: string): Promise<void> {
  await openSession(http, c, user, 'full')
  const details = { address: addressOf(http, c) }
  await http.audit.record({ ...aboutSignIn(c), actor: user.email, action, details })
}

/** A new session for every step: a secret that somebody planted before is worth nothing. */
async function openSession(http: Http, c: HttpContext, user: User, stage: Stage): Promise<void> {
  const former = getCookie(c, cookieName(http))
  if (former !== undefined) await http.sessions.close(former)
  const from = { address: addressOf(http, c), agent: c.req.header('user-agent') ?? '', stage }
  giveSession(http, c, await http.sessions.open(user.id, from))
}

function aboutSignIn(c: HttpContext) {
  return { account: null, object: '', request: c.get('requestId') }
}

/** A path of this server; anything else that a link may name is the first page. */
function ownPath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(next) ? next : '/'
}
