/** People who may be there twice, who starts and leaves, and who is logged in by SFTP. */
import { ImportError } from '../../../../importer/errors.ts'
import type { LifecycleKind } from '../../../../schemas/lifecycle.ts'
import { formOf } from '../../guard.ts'
import { accountRoute, type InAccount, type Route, serverRoute } from '../../route.ts'
import { accountPage, ownPage } from '../frame.ts'
import { liveConnectionsPage } from '../live-connections.ts'
import { datesPage, duplicatesPage } from '../roster-views.ts'
import { ROSTER } from '../words/roster.ts'
import { mayDecide } from './imports.ts'

const AT = '/a/:account'
const SECTION = { section: 'employees' } as const
const PAIRS = 50
const EVENTS_MAX = 500
const DAY_MS = 86_400_000
const DAYS_BACK = 30
const DAYS_AHEAD = 60
const COMING: readonly LifecycleKind[] = ['upcoming', 'leaving']

export const ROSTER_ROUTES: readonly Route[] = [
  accountRoute(
    { method: 'GET', path: `${AT}/duplicates`, needs: 'viewer', summary: 'people who may be there twice' },
    async (given) => {
      const { c, account, door, viewer } = given
      const after = /^\d{1,9}-\d{1,9}$/.exec(c.req.query('after') ?? '')?.[0]
      const place = { limit: PAIRS, ...(after === undefined ? {} : { after }) }
      const page = await door.duplicates(account.slug, place)
      const data = { slug: account.slug, page, csrf: viewer.csrf, mayChange: mayDecide(given) }
      return await accountPage(given, { title: ROSTER.duplicates.title, ...SECTION }, duplicatesPage(data))
    },
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/duplicates/apart`, needs: 'data_admin', summary: 'says that two are two' },
    async (given) => {
      const { c, account, door, viewer } = given
      const { one = '', other = '' } = await formOf(c)
      const [first, second] = [await keyOf(given, one), await keyOf(given, other)]
      await door.keepApart(account.slug, first, second, { by: viewer.name })
      return c.redirect(`/a/${account.slug}/duplicates`, 303)
    },
  ),
  accountRoute(
    { method: 'GET', path: `${AT}/dates`, needs: 'viewer', summary: 'who starts and leaves' },
    async (given) => {
      const { http, account, door } = given
      const dayAt = (days: number) => dayIn(account.timezone, new Date(http.now().getTime() + days * DAY_MS))
      const today = dayAt(0)
      const of = { limit: EVENTS_MAX }
      const ahead = await door.lifecycle.events(account.slug, { ...of, from: today, to: dayAt(DAYS_AHEAD) })
      const back = await door.lifecycle.events(account.slug, { ...of, from: dayAt(-DAYS_BACK), to: today })
      const data = {
        slug: account.slug,
        coming: ahead.filter(({ kind, day }) => COMING.includes(kind) && day > today).reverse(),
        past: back.filter(({ kind }) => !COMING.includes(kind)),
      }
      return await accountPage(given, { title: ROSTER.dates.title, ...SECTION }, datesPage(data))
    },
  ),
  serverRoute({ method: 'GET', path: '/connections', summary: 'who is logged in by SFTP' }, async (given) => {
    const page = liveConnectionsPage(await given.door.connections(), given.viewer.csrf)
    return await ownPage(given, { title: ROSTER.connections.title }, page)
  }),
  serverRoute(
    { method: 'POST', path: '/connections/:id/end', summary: 'ends an SFTP connection' },
    async ({ c, door }) => {
      const id = c.req.param('id') ?? ''
      await door.endConnection(/^\d{1,15}$/.test(id) ? Number(id) : -1)
      return c.redirect('/connections', 303)
    },
  ),
]

/** People are named by their numbers in forms, as in addresses. */
async function keyOf({ http, account }: InAccount, number: string): Promise<string> {
  if (!/^\d{1,9}$/.test(number)) throw new ImportError('EMPLOYEE_UNKNOWN', { slug: account.slug, when: '' })
  return await http.insight.keyOf(account.slug, Number(number))
}

/** YYYY-MM-DD as it is there. */
function dayIn(timeZone: string, at: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at)
}
