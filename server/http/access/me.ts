/** What people do about themselves: sessions, password, second factor. */
import { toString as qrCode } from 'qrcode'
import { ImportError } from '../../../importer/errors.ts'
import type { Enrolment } from '../../../keys/people/second-factor.ts'
import { formOf } from '../guard.ts'
import { enrolPage, mePage } from '../pages/me.ts'
import { statusOf } from '../problem.ts'
import { type Answer, ownRoute, type Route, type SignedIn } from '../route.ts'

export const ME_ROUTES: readonly Route[] = [
  ownRoute({ method: 'GET', path: '/me', summary: 'oneself: sessions, password, second factor' }, (given) =>
    show(given, null),
  ),
  ownRoute({ method: 'POST', path: '/me/password', summary: 'changes one’s password' }, async (given) => {
    const { former = '', password = '' } = await formOf(given.c)
    const { http, viewer } = given
    return await orSay(given, async () => {
      http.signInLimit(`password ${viewer.id}`)
      await http.people.changePassword(viewer.id, former, password)
      // Whoever knew the old one is out.
      await http.sessions.endOthers(viewer.id, viewer.session)
      await note(given, 'password.change')
    })
  }),
  ownRoute(
    { method: 'POST', path: '/me/sessions/:id/end', summary: 'ends one of one’s sessions' },
    async (given) => {
      await given.http.sessions.end(given.viewer.id, given.c.req.param('id') ?? '')
      await note(given, 'session.end')
      return given.c.redirect('/me', 303)
    },
  ),
  ownRoute(
    { method: 'GET', path: '/me/second-factor', summary: 'sets up a second factor' },
    async (given) => await enrol(given, await given.http.secondFactor.begin(await self(given)), null),
  ),
  ownRoute({ method: 'POST', path: '/me/second-factor', summary: 'turns it on' }, turnOn),
  ownRoute(
    { method: 'POST', path: '/me/second-factor/off', summary: 'turns it off, by a code' },
    async (given) => {
      const { code = '' } = await formOf(given.c)
      return await orSay(given, async () => {
        given.http.signInLimit(`code ${given.viewer.id}`)
        await given.http.secondFactor.check(given.viewer.id, code)
        await given.http.secondFactor.off(given.viewer.id)
        await note(given, 'second-factor.off')
      })
    },
  ),
]

async function turnOn(given: SignedIn): Promise<Answer> {
  const { http, viewer, c } = given
  const { sealed = '', code = '' } = await formOf(c)
  const user = await self(given)
  // A second phone does not push the first one out without its word.
  if (user.hasSecondFactor) return c.redirect('/me', 303)
  await mustBeOurs(http.secondFactor.again(user, sealed))
  try {
    http.signInLimit(`code ${viewer.id}`)
    await http.secondFactor.confirm(viewer.id, sealed, code)
  } catch (error) {
    if (!(error instanceof ImportError) || error.code !== 'CODE_WRONG') throw error
    return await enrol(given, await http.secondFactor.again(user, sealed), error)
  }
  await note(given, 'second-factor.on')
  return c.redirect('/me', 303)
}

/** What a form carries back and cannot be opened is no secret of ours; nothing is wrong with the vault. */
async function mustBeOurs(opening: Promise<Enrolment>): Promise<void> {
  await opening.catch((error: unknown) => {
    if (error instanceof ImportError && error.code === 'SECRET_UNREADABLE')
      throw new ImportError('FORM_STALE')
    throw error
  })
}

/** Does it and shows the page again; what was wrong stands above it. */
async function orSay(given: SignedIn, work: () => Promise<void>): Promise<Answer> {
  try {
    await work()
    return given.c.redirect('/me', 303)
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    return await show(given, error)
  }
}

async function show(given: SignedIn, problem: ImportError | null): Promise<Answer> {
  const { c, http, viewer } = given
  const [user, sessions] = await Promise.all([self(given), http.sessions.list(viewer.id)])
  return await c.html(mePage({ viewer, user, sessions, problem }), problem === null ? 200 : statusOf(problem))
}

async function enrol(given: SignedIn, made: Enrolment, problem: ImportError | null): Promise<Answer> {
  const qrSvg = await qrCode(made.uri, { type: 'svg', margin: 2, width: 240 })
  const view = { viewer: given.viewer, secret: made.secret, sealed: made.sealed, qrSvg, problem }
  return await given.c.html(enrolPage(view), problem === null ? 200 : statusOf(problem))
}

function self({ http, viewer }: SignedIn) {
  return http.people.find(viewer.id)
}

async function note({ http, viewer, c }: SignedIn, action: string): Promise<void> {
  await http.audit.record({
    account: null,
    actor: viewer.actor,
    action,
    object: '',
    request: c.get('requestId'),
  })
}
