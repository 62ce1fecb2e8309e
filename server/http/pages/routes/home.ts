/** The way in: the accounts, the choice of colours, and what pages load. */
import { setCookie } from 'hono/cookie'
import { ImportError } from '../../../../importer/errors.ts'
import { formOf } from '../../guard.ts'
import { openRoute, ownRoute, type Route, type SignedIn, serverRoute } from '../../route.ts'
import { accountsPage } from '../accounts.ts'
import { assetAt } from '../assets.ts'
import { accountsFor, ownPage, THEME_COOKIE } from '../frame.ts'
import { THEMES } from '../shell.ts'
import { OVERVIEW } from '../words/overview.ts'

const YEAR_S = 31_536_000

export const HOME_ROUTES: readonly Route[] = [
  ownRoute(
    { method: 'GET', path: '/', summary: 'the accounts that one may see, or the only one' },
    async (given) => {
      const accounts = await accountsFor(given)
      const [only] = accounts
      if (accounts.length === 1 && only !== undefined) return given.c.redirect(`/a/${only.slug}`, 303)
      return await accountList(given)
    },
  ),
  ownRoute({ method: 'GET', path: '/accounts', summary: 'the accounts that one may see' }, (given) =>
    accountList(given),
  ),
  serverRoute({ method: 'POST', path: '/accounts', summary: 'adds an account' }, async (given) => {
    const { slug = '', name = '', timezone = '' } = await formOf(given.c)
    const account = { slug, ...(name.trim() && { name }), ...(timezone.trim() && { timezone }) }
    try {
      await given.door.addAccount(account)
    } catch (error) {
      if (!(error instanceof ImportError)) throw error
      return await given.c.html(await accountList(given, { slug, name, timezone, problem: error }), 422)
    }
    return given.c.redirect(`/a/${slug}`, 303)
  }),
  ownRoute(
    { method: 'POST', path: '/theme', summary: 'keeps the choice of colours' },
    async ({ c, http }) => {
      const { theme, back = '/' } = await formOf(c)
      const value = THEMES.find((one) => one === theme) ?? 'auto'
      setCookie(c, THEME_COOKIE, value, {
        ...{ path: '/', httpOnly: true, secure: http.isSecure, sameSite: 'Lax', maxAge: YEAR_S },
      })
      // Only a path of ours: no other place is ever gone to.
      return c.redirect(/^\/(?![/\\])[\w./-]*$/.test(back) ? back : '/', 303)
    },
  ),
  openRoute(
    {
      method: 'GET',
      path: '/assets/:hash/:name',
      kind: 'file',
      summary: 'style, script and type of the pages',
    },
    ({ c }) => {
      const asset = assetAt(c.req.path)
      if (asset === undefined) throw new ImportError('NO_SUCH_PAGE')
      c.header('cache-control', `public, max-age=${YEAR_S}, immutable`)
      c.header('vary', 'accept-encoding')
      const takesBrotli = /\bbr\b/.test(c.req.header('accept-encoding') ?? '')
      if (asset.brotli === null || !takesBrotli)
        return c.body(asset.bytes, 200, { 'content-type': asset.type })
      return c.body(asset.brotli, 200, { 'content-type': asset.type, 'content-encoding': 'br' })
    },
  ),
]

async function accountList(given: SignedIn, draft?: Parameters<typeof accountsPage>[0]['draft']) {
  const { viewer } = given
  const data = {
    accounts: await accountsFor(given),
    isOperator: viewer.isOperator,
    csrf: viewer.csrf,
    ...(draft === undefined ? {} : { draft }),
  }
  return await ownPage(given, { title: OVERVIEW.accounts }, accountsPage(data))
}
