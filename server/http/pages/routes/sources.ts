/** Sources: how they are, their settings, and setting up SFTP. */
import { ImportError } from '../../../../importer/errors.ts'
import type { Source, SourceOverview } from '../../../../importer/types.ts'
import { includes } from '../../../../schemas/people.ts'
import { formOf } from '../../guard.ts'
import { accountRoute, type InAccount, type Route } from '../../route.ts'
import { accountPage } from '../frame.ts'
import { changeOf, FieldProblem } from '../setting-fields.ts'
import { firstFile, setupPage } from '../sftp-setup.ts'
import { sourcePage, sourceSettingsPage, sourcesPage } from '../source.ts'
import { SOURCES } from '../words/sources.ts'

const AT = '/a/:account/sources'
const FACTS = { title: SOURCES.title, section: 'sources' } as const

export const SOURCE_ROUTES: readonly Route[] = [
  accountRoute(
    { method: 'GET', path: AT, needs: 'viewer', summary: 'where people come from' },
    async (given) => {
      const { http, account, door } = given
      const known = await door.sources(account.slug)
      const { sources } = await http.insight.overview(account.slug)
      const rows = sources.flatMap((overview) => {
        const source = known.find(({ name }) => name === overview.name)
        return source === undefined ? [] : [{ source, overview }]
      })
      return await accountPage(
        given,
        FACTS,
        sourcesPage({ slug: account.slug, sources: rows, connections: await door.hris.list(account.slug) }),
      )
    },
  ),
  accountRoute(
    { method: 'GET', path: `${AT}/:source`, needs: 'viewer', summary: 'one source' },
    async (given) => {
      const { http, account } = given
      const { source, overview } = await sourceOf(given)
      const runs = await http.insight.runs(account.slug, { source: source.name, limit: 20 })
      return await accountPage(given, FACTS, sourcePage({ slug: account.slug, source, overview, runs }))
    },
  ),
  accountRoute(
    { method: 'GET', path: `${AT}/:source/settings`, needs: 'viewer', summary: 'the settings of a source' },
    (given) => settings(given),
  ),
  accountRoute(
    {
      method: 'POST',
      path: `${AT}/:source/settings`,
      needs: 'account_admin',
      summary: 'changes the settings of a source',
    },
    async (given) => {
      const { c, account, door } = given
      const form = await formOf(c)
      try {
        await door.setSource(account.slug, nameOf(given), changeOf(form))
      } catch (error) {
        const problem = problemOf(error)
        return await settings(given, { given: form, problem })
      }
      return c.redirect(`/a/${account.slug}/sources/${nameOf(given)}/settings?saved=1`, 303)
    },
  ),
  accountRoute(
    {
      method: 'GET',
      path: `${AT}/:source/setup`,
      needs: 'viewer',
      summary: 'setting up SFTP: address, key, first file',
    },
    async (given) => {
      const { http, account, door, viewer } = given
      const { source } = await sourceOf(given)
      if (source.kind !== 'sftp') throw new ImportError('NO_SUCH_PAGE')
      const data = {
        ...{ slug: account.slug, source, csrf: viewer.csrf, now: http.now() },
        address: await addressOf(given, source),
        keys: await door.listKeys(account.slug),
        first: await firstRun(given),
        mayChange: isAdmin(given),
      }
      return await accountPage(given, FACTS, setupPage(data))
    },
  ),
  accountRoute(
    {
      method: 'GET',
      path: `${AT}/:source/first`,
      needs: 'viewer',
      summary: 'whether the first file has come, as a part of a page',
    },
    async (given) => {
      const { source } = await sourceOf(given)
      return firstFile({ slug: given.account.slug, source, first: await firstRun(given) })
    },
  ),
]

export function isAdmin({ role }: InAccount): boolean {
  return includes(role, 'account_admin')
}

function nameOf({ c }: InAccount): string {
  return c.req.param('source') ?? ''
}

async function sourceOf(given: InAccount): Promise<{ source: Source; overview: SourceOverview }> {
  const { http, account, door } = given
  const source = await door.source(account.slug, nameOf(given))
  const overview = (await http.insight.overview(account.slug)).sources.find(
    ({ name }) => name === source.name,
  )
  if (overview === undefined)
    throw new ImportError('SOURCE_UNKNOWN', { slug: account.slug, name: source.name })
  return { source, overview }
}

async function firstRun(given: InAccount) {
  const { http, account } = given
  return (await http.insight.runs(account.slug, { source: nameOf(given), limit: 1 })).runs[0] ?? null
}

/** An account with several SFTP sources names the one in its user name. */
async function addressOf({ c, http, account, door }: InAccount, source: Source) {
  const { sftp } = await door.status()
  if (sftp === null) return null
  const host = new URL(http.publicUrl ?? c.req.url).hostname
  const user = source.name === 'sftp' ? account.slug : `${account.slug}.${source.name}`
  return { host, port: sftp.port, user, fingerprint: sftp.fingerprint }
}

type Draft = NonNullable<Parameters<typeof sourceSettingsPage>[0]['draft']>

async function settings(given: InAccount, draft?: Draft): Promise<Response> {
  const { c, account, door, viewer } = given
  const source = await door.source(account.slug, nameOf(given))
  const data = {
    ...{ slug: account.slug, source, csrf: viewer.csrf, mayChange: isAdmin(given), draft },
    isSaved: draft === undefined && c.req.query('saved') === '1',
  }
  return await c.html(
    await accountPage(given, FACTS, sourceSettingsPage(data)),
    draft === undefined ? 200 : 422,
  )
}

function problemOf(error: unknown): Draft['problem'] {
  if (error instanceof FieldProblem) return { title: error.message, text: '' }
  if (error instanceof ImportError && error.code === 'SOURCE_INVALID')
    return { title: error.message, text: error.fix }
  throw error
}
