/** The field mapping of a connection: rehearsed before it is used, kept by version. */
import { ImportError } from '../../../../importer/errors.ts'
import { formOf } from '../../guard.ts'
import { accountRoute, type InAccount, type Route } from '../../route.ts'
import { changeOfForm, type MappingData, mappingPage } from '../connection-mapping.ts'
import { accountPage } from '../frame.ts'
import { FieldProblem } from '../setting-fields.ts'
import { CONNECTIONS } from '../words/connections.ts'
import { nameOf, obstacleOf } from './connections.ts'
import { mayDecide } from './imports.ts'

const { mapping: WORDS } = CONNECTIONS
const AT = '/a/:account/connections/:connection/mapping'
const admin = { needs: 'data_admin' } as const

export const CONNECTION_MAPPING_ROUTES: readonly Route[] = [
  accountRoute(
    { method: 'GET', path: AT, needs: 'viewer', summary: 'what the fields of a connection become' },
    (given) => show(given, {}),
  ),
  accountRoute(
    { method: 'POST', path: AT, ...admin, summary: 'rehearses another mapping, as a version not in force' },
    async (given) => {
      const { c, account, door, viewer } = given
      const form = await formOf(c)
      try {
        const change = changeOfForm(form, await door.hris.mappings(account.slug, nameOf(given)))
        if (change === null)
          return await show(given, { given: form, obstacle: { title: WORDS.same, text: '' } })
        const reason = form['reason']?.trim() || null
        const proposal = { change, by: viewer.name, reason }
        return await show(given, {
          impact: await door.hris.proposeMapping(account.slug, nameOf(given), proposal),
        })
      } catch (error) {
        return await show(given, { given: form, obstacle: problemOf(error) })
      }
    },
  ),
  // Asking the system may renew a token, so it is more than a look.
  accountRoute(
    { method: 'POST', path: `${AT}/fields`, ...admin, summary: 'asks the system which fields there are' },
    async (given) => {
      const form = await formOf(given.c)
      try {
        const asked = await given.door.hris.mappable(given.account.slug, nameOf(given))
        return await show(given, { given: form, asked })
      } catch (error) {
        return await show(given, { given: form, obstacle: problemOf(error) })
      }
    },
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/use`, ...admin, summary: 'puts a version of the mapping in force' },
    (given) =>
      changed(given, (version) => given.door.hris.useMapping(given.account.slug, nameOf(given), version)),
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/revert`, ...admin, summary: 'goes back to a version of the mapping' },
    (given) =>
      changed(given, (to) => {
        const goingBack = { to, by: given.viewer.name, reason: null }
        return given.door.hris.revertMapping(given.account.slug, nameOf(given), goingBack)
      }),
  ),
]

async function changed(given: InAccount, change: (version: number) => Promise<unknown>): Promise<Response> {
  const { c, account } = given
  try {
    await change(Number((await formOf(c))['version'] ?? Number.NaN) || 0)
  } catch (error) {
    return await show(given, { obstacle: problemOf(error) })
  }
  return c.redirect(`/a/${account.slug}/connections/${nameOf(given)}/mapping`, 303)
}

type More = Partial<Pick<MappingData, 'asked' | 'impact' | 'given' | 'obstacle'>>

async function show(given: InAccount, more: More): Promise<Response> {
  const { c, account, door, viewer } = given
  const data = {
    ...{ slug: account.slug, csrf: viewer.csrf, mayChange: mayDecide(given) },
    connection: await door.hris.show(account.slug, nameOf(given)),
    versions: await door.hris.mappings(account.slug, nameOf(given)),
    ...{ asked: null, impact: null, given: null, obstacle: null, ...more },
  }
  const facts = { title: WORDS.title, section: 'sources' } as const
  return c.html(await accountPage(given, facts, mappingPage(data)), data.obstacle === null ? 200 : 422)
}

function problemOf(error: unknown) {
  if (error instanceof FieldProblem) return { title: error.message, text: '' }
  if (error instanceof ImportError) return obstacleOf(error)
  throw error
}
