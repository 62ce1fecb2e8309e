/** Employees: the list, one of them, the export, merging two, erasing one. */
import { ImportError } from '../../../../importer/errors.ts'
import type { Edit, Employee } from '../../../../importer/types.ts'
import { COLUMNS, CORE_FIELDS } from '../../../../schemas/columns.ts'
import { includes } from '../../../../schemas/people.ts'
import { formOf } from '../../guard.ts'
import { statusOf } from '../../problem.ts'
import { accountRoute, type InAccount, type Route } from '../../route.ts'
import { download } from '../download.ts'
import { employeePage } from '../employee.ts'
import { erasedPage, erasePage, mergePage } from '../employee-acts.ts'
import { editPage } from '../employee-edit.ts'
import { employeesPage, peopleChoiceOf } from '../employees.ts'
import { accountPage } from '../frame.ts'
import { notice } from '../parts.ts'
import { EMPLOYEES } from '../words/employees.ts'
import { mayDecide } from './imports.ts'

const AT = '/a/:account/employees'
const SECTION = { section: 'employees' } as const

export const EMPLOYEE_ROUTES: readonly Route[] = [
  accountRoute({ method: 'GET', path: AT, needs: 'viewer', summary: 'employees' }, (given) =>
    list(given, given.c.req.query(), given.c.req.queries('columns') ?? []),
  ),
  // A name must not stand in the address of a page.
  accountRoute(
    { method: 'POST', path: AT, needs: 'viewer', summary: 'employees that are searched for' },
    async (given) => {
      const columns = (await given.c.req.formData()).getAll('columns').map(String)
      return await list(given, await formOf(given.c), columns)
    },
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/export`, needs: 'data_admin', summary: 'the roster as CSV' },
    async ({ c, account, door }) => {
      const { include, asOf = '' } = await formOf(c)
      const options = { includeDeactivated: include === 'deactivated', ...(asOf && { asOf }) }
      const fileName = `${account.slug}-employees${asOf && `-${asOf}`}.csv`
      return await download(
        c,
        { fileName, type: 'text/csv; charset=utf-8' },
        door.exportRoster(account.slug, options),
      )
    },
  ),
  accountRoute(
    { method: 'GET', path: `${AT}/:person`, needs: 'viewer', summary: 'one person' },
    async (given) => {
      const asOf = given.c.req.query('asOf') || undefined
      return await personPage(given, await personOf(given, asOf))
    },
  ),
  accountRoute(
    {
      method: 'POST',
      path: `${AT}/:person/edit`,
      needs: 'data_admin',
      summary: 'what correcting a person by hand would do; and does it',
    },
    edit,
  ),
  accountRoute(
    {
      method: 'POST',
      path: `${AT}/:person/unpin`,
      needs: 'data_admin',
      summary: 'lets files write a field again',
    },
    async (given) => {
      const { c, account, door } = given
      const { field = '' } = await formOf(c)
      await door.fields.unpin(account.slug, await keyOf(given), field)
      return c.redirect(`/a/${account.slug}/employees/${c.req.param('person')}`, 303)
    },
  ),
  accountRoute(
    {
      method: 'POST',
      path: `${AT}/:person/merge`,
      needs: 'data_admin',
      summary: 'what merging two records would do; and does it',
    },
    merge,
  ),
  accountRoute(
    {
      method: 'GET',
      path: `${AT}/:person/erase`,
      needs: 'account_admin',
      summary: 'what erasing a person would take away',
    },
    async (given) => {
      const { account, door, viewer } = given
      const person = await personOf(given)
      const erasure = await door.erasePreview(account.slug, await keyOf(given))
      const data = { slug: account.slug, person, erasure, csrf: viewer.csrf }
      return await accountPage(given, { title: EMPLOYEES.person.erase.title, ...SECTION }, erasePage(data))
    },
  ),
  accountRoute(
    {
      method: 'POST',
      path: `${AT}/:person/erase`,
      needs: 'account_admin',
      summary: 'erases a person for good',
    },
    erase,
  ),
]

async function list(
  given: InAccount,
  asked: Readonly<Record<string, string>>,
  columns: readonly string[],
): Promise<Response> {
  const { c, http, account, door, viewer } = given
  const labels = await door.labels(account.slug)
  const choice = peopleChoiceOf(asked, columns, labels)
  const page = await http.insight.people(account.slug, choice)
  const data = { slug: account.slug, page, choice, labels, csrf: viewer.csrf, mayExport: mayDecide(given) }
  return await c.html(await accountPage(given, { title: EMPLOYEES.title, ...SECTION }, employeesPage(data)))
}

/** People are named by their numbers in addresses: an Employee Id or Email has no place there. */
async function keyOf({ c, http, account }: InAccount): Promise<string> {
  const number = c.req.param('person') ?? ''
  if (!/^\d{1,9}$/.test(number)) throw new ImportError('EMPLOYEE_UNKNOWN', { slug: account.slug, when: '' })
  return await http.insight.keyOf(account.slug, Number(number))
}

async function personOf(given: InAccount, asOf?: string): Promise<Employee> {
  const { account, door } = given
  return await door.employee(account.slug, await keyOf(given), asOf === undefined ? {} : { asOf })
}

async function personPage(given: InAccount, person: Employee, problem?: ImportError): Promise<Response> {
  const { c, account, viewer, role } = given
  const data = {
    ...{ slug: account.slug, person, csrf: viewer.csrf },
    ...{ mayChange: mayDecide(given), mayErase: includes(role, 'account_admin') },
    fields: [...EDITABLE, ...(await given.door.labels(account.slug))],
  }
  const body = [
    problem === undefined ? null : notice('bad', problem.message, problem.fix),
    employeePage(data),
  ]
  const facts = { title: EMPLOYEES.person.values, ...SECTION }
  return await c.html(await accountPage(given, facts, body), problem === undefined ? 200 : statusOf(problem))
}

const EDITABLE = COLUMNS.filter(({ field }) => CORE_FIELDS.some((one) => one === field)).map(
  ({ header }) => header,
)

/** First shown, then, when it is meant, done. */
async function edit(given: InAccount): Promise<Response> {
  const { c, account, door, viewer } = given
  const { field = '', value = '', pin, until = '', reason = '', sure } = await formOf(c)
  const wish: Edit = {
    values: [{ field, value: value.trim() }],
    pin: pin === 'yes' ? { until: until || null } : null,
  }
  const key = await keyOf(given)
  try {
    if (sure === 'yes') {
      const word = { by: viewer.name, ...(reason.trim() && { reason: reason.trim() }) }
      const run = await door.fields.edit(account.slug, key, wish, word)
      return c.redirect(`/a/${account.slug}/imports/${run.id}`, 303)
    }
    const preview = await door.fields.editPreview(account.slug, key, wish)
    const id = Number(c.req.param('person'))
    const facts = { title: EMPLOYEES.person.edit.title, ...SECTION }
    const body = editPage({ slug: account.slug, id, edit: wish, preview, csrf: viewer.csrf })
    return await c.html(await accountPage(given, facts, body))
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    return await personPage(given, await personOf(given), error)
  }
}

/** First shown, then, when it is meant, done. */
async function merge(given: InAccount): Promise<Response> {
  const { c, account, door, viewer } = given
  const { other = '', keep = '', sure, swap, reason = '' } = await formOf(c)
  const own = keep || (await keyOf(given))
  try {
    if (sure === 'yes') {
      const word = { by: viewer.name, ...(reason.trim() && { reason: reason.trim() }) }
      const run = await door.merge(account.slug, own, other.trim(), word)
      return c.redirect(`/a/${account.slug}/imports/${run.id}`, 303)
    }
    const [first, second] = swap === 'yes' ? [other.trim(), own] : [own, other.trim()]
    const preview = await door.mergePreview(account.slug, first, second)
    const data = { slug: account.slug, id: Number(c.req.param('person')), preview, csrf: viewer.csrf }
    const facts = { title: EMPLOYEES.person.merge.title, ...SECTION }
    return await c.html(await accountPage(given, facts, mergePage(data)))
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    return await personPage(given, await personOf(given), error)
  }
}

async function erase(given: InAccount): Promise<Response> {
  const { c, account, door, viewer } = given
  const { word = '' } = await formOf(c)
  const key = await keyOf(given)
  const { slug } = account
  const facts = { title: EMPLOYEES.person.erase.title, ...SECTION }
  if (word.trim().toLowerCase() !== EMPLOYEES.person.erase.confirmWord) {
    const erasure = await door.erasePreview(slug, key)
    const data = { slug, person: await personOf(given), erasure, csrf: viewer.csrf, isMistyped: true }
    return await c.html(await accountPage(given, facts, erasePage(data)), 422)
  }
  const erasure = await door.erase(slug, key)
  return await c.html(await accountPage(given, facts, erasedPage({ slug, erasure })))
}
