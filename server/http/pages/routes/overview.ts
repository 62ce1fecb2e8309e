/** How an account is doing: in words, and in charts. */
import { accountRoute, type Route } from '../../route.ts'
import { chartsPage } from '../charts.ts'
import { accountPage } from '../frame.ts'
import { overviewPage } from '../overview.ts'
import { CHARTS } from '../words/charts.ts'
import { OVERVIEW } from '../words/overview.ts'
import { mayDecide } from './imports.ts'

const LATEST = 6

export const OVERVIEW_ROUTES: readonly Route[] = [
  accountRoute(
    { method: 'GET', path: '/a/:account', needs: 'viewer', summary: 'whether everything is fine' },
    async (given) => {
      const { slug } = given.account
      const { insight } = given.http
      const data = {
        ...{ slug, overview: await insight.overview(slug) },
        latest: (await insight.runs(slug, { limit: LATEST })).runs,
        mayImport: mayDecide(given),
        connections: await given.door.hris.list(slug),
      }
      return await accountPage(given, { title: OVERVIEW.title, section: 'overview' }, overviewPage(data))
    },
  ),
  accountRoute(
    {
      method: 'GET',
      path: '/a/:account/charts',
      needs: 'viewer',
      summary: 'people, imports and columns as charts',
    },
    async (given) => {
      const { slug, timezone } = given.account
      const trends = await given.http.insight.trends(slug)
      const facts = { title: CHARTS.title, section: 'charts' } as const
      return await accountPage(given, facts, chartsPage({ slug, trends, timezone }))
    },
  ),
]
