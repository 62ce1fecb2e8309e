/**
 * Employees. They are named by their number: an address or an id of theirs would stand in logs and histories if it
 * were part of a URL, so who knows only that asks with a body.
 */
import { z } from 'zod'
import { ImportError } from '../../../importer/errors.ts'
import type { Employee as Person } from '../../../importer/types.ts'
import { demographicLabelSchema } from '../../../schemas/demographic.ts'
import { duplicatePlaceSchema } from '../../../schemas/duplicate.ts'
import type { InAccount } from '../route.ts'
import { API, type Endpoint, endpoint, textResponse } from './endpoint.ts'
import * as shapes from './shapes.ts'

const tag = 'Employees'
const look = { needs: 'viewer', accountBy: 'query' } as const
const work = { needs: 'data_admin', accountBy: 'query' } as const
const answerFor = { needs: 'account_admin', accountBy: 'query' } as const
const asOf = z.object({ asOf: z.string().max(40).exactOptional().describe('A day, or the id of an import.') })
const key = z.string().min(1).max(320).describe('An Employee Id or Email.')
const pair = z.object({ keep: key, other: key })
const number = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : -1)

async function personOf(
  { http, door, account }: InAccount,
  id: string,
  options: { asOf?: string },
): Promise<Person> {
  const known = await http.insight.keyOf(account.slug, number(id))
  return await door.employee(account.slug, known, options)
}

export const EMPLOYEE_ENDPOINTS: readonly Endpoint[] = [
  endpoint(
    {
      ...{ method: 'GET', path: '/employees', access: look, tag, answer: shapes.Employees },
      summary: 'people, by their numbers',
      query: shapes.placeQuery.extend({
        status: z.enum(['active', 'upcoming', 'deactivated', 'former']).exactOptional(),
        import: z.string().exactOptional().describe('Only whom this import brought.'),
      }),
    },
    async ({ http, account, query: { cursor, limit, status, import: run } }) => {
      const after = cursor === undefined ? undefined : number(cursor)
      const page = await http.insight.people(account.slug, { after, limit, status, run })
      const lines = page.people.map((one) => ({ ...one, demographics: { ...one.demographics } }))
      return { ...shapes.pageOf(lines, page.next), isUnfinished: page.isUnfinished }
    },
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/employees/search', access: look, tag, answer: shapes.Employees },
      summary: 'people by a part of a name, Email or Employee Id',
      body: z.object({
        search: z.string().min(1).max(320),
        cursor: z.string().exactOptional(),
        limit: z.int().min(1).max(1_000).exactOptional(),
      }),
    },
    async ({ http, account, body: { search, cursor, limit } }) => {
      const after = cursor === undefined ? undefined : number(cursor)
      const page = await http.insight.people(account.slug, { search, after, limit })
      const lines = page.people.map((one) => ({ ...one, demographics: { ...one.demographics } }))
      return { ...shapes.pageOf(lines, page.next), isUnfinished: page.isUnfinished }
    },
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/employees/find', access: look, tag, answer: shapes.Employee },
      ...{ summary: 'one person, by an Employee Id or Email', body: asOf.extend({ key }) },
    },
    ({ door, account, body: { key: known, ...options } }) => door.employee(account.slug, known, options),
  ),
  endpoint(
    {
      method: 'GET',
      path: '/employees/{id}',
      access: look,
      tag,
      summary: 'one person, with where every value came from',
      query: asOf,
      answer: shapes.Employee,
    },
    ({ param, query, ...given }) => personOf(given, param('id'), query),
  ),
  endpoint(
    {
      method: 'GET',
      path: '/employees/{id}/history',
      access: look,
      tag,
      summary: 'every change of one person, the latest first',
      query: shapes.placeQuery,
      answer: shapes.History,
    },
    async ({ param, query: { cursor, limit = 100 }, ...given }) => {
      const { changes } = await personOf(given, param('id'), {})
      const from = shapes.placeOf(cursor)
      return shapes.pageOf(
        changes.slice(from, from + limit),
        from + limit < changes.length ? from + limit : null,
      )
    },
  ),
  endpoint(
    {
      ...{ method: 'GET', path: '/employees.csv', access: work, tag, answer: { text: 'text/csv' } },
      ...{ summary: 'the roster as a file that can be imported again' },
      query: asOf.extend({ includeDeactivated: z.stringbool().default(false) }),
    },
    ({ c, door, account, query }) =>
      textResponse(c, door.exportRoster(account.slug, query), {
        type: 'text/csv; charset=utf-8',
        fileName: `${account.slug}.csv`,
      }),
  ),
  endpoint(
    {
      method: 'POST',
      path: '/employees/merge-preview',
      access: work,
      tag,
      summary: 'what making one person of two would do',
      body: pair,
      answer: shapes.MergePreview,
    },
    ({ door, account, body }) => door.mergePreview(account.slug, body.keep, body.other),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/employees/merge', access: work, tag, answer: shapes.Run, status: 202 },
      ...{
        summary: 'makes one person of two, as an import of its own',
        body: pair.extend({ reason: z.string().max(1_000).exactOptional() }),
      },
    },
    ({ door, account, viewer, body: { keep, other, ...rest } }) =>
      door.merge(account.slug, keep, other, { ...rest, by: viewer.name }),
  ),
  endpoint(
    {
      method: 'POST',
      path: '/employees/erase-preview',
      access: answerFor,
      tag,
      summary: 'what there is of a person that would be erased',
      body: z.object({ key }),
      answer: shapes.Erasure,
    },
    ({ door, account, body }) => door.erasePreview(account.slug, body.key),
  ),
  endpoint(
    {
      method: 'POST',
      path: '/employees/erase',
      access: answerFor,
      tag,
      summary: 'erases a person for good',
      body: z.object({ key }),
      answer: shapes.Erasure,
    },
    ({ door, account, body }) => door.erase(account.slug, body.key),
  ),
  endpoint(
    {
      method: 'GET',
      path: '/duplicates',
      access: look,
      tag,
      summary: 'records that are likely one person',
      query: duplicatePlaceSchema.extend({ limit: shapes.placeQuery.shape.limit }),
      answer: shapes.Duplicates,
    },
    ({ door, account, query }) => door.duplicates(account.slug, query),
  ),
  endpoint(
    {
      method: 'POST',
      path: '/duplicates/keep-apart',
      access: work,
      tag,
      summary: 'says that two records are two people',
      body: z.object({ one: key, other: key }),
      answer: shapes.Done,
    },
    async ({ door, account, viewer, body }) => {
      await door.keepApart(account.slug, body.one, body.other, { by: viewer.name })
      return { done: true as const }
    },
  ),
  endpoint(
    {
      ...{ method: 'GET', path: '/missing', access: look, tag, answer: shapes.Missing },
      summary: 'people whom a source once sent and sends no more',
      query: shapes.placeQuery.extend({
        source: z.string().default('sftp'),
        filesMin: z.coerce.number().int().min(1).exactOptional(),
      }),
    },
    async ({ door, account, query: { source, cursor, ...place } }) => {
      const after = cursor === undefined ? {} : { after: Math.max(0, number(cursor)) }
      const page = await door.missing(account.slug, source, { ...place, ...after })
      return { ...page, next: page.next === null ? null : String(page.next) }
    },
  ),
  endpoint(
    {
      method: 'POST',
      path: '/missing/ignore',
      access: work,
      tag,
      summary: 'leaves a person out of that list until they are sent again',
      body: z.object({ source: z.string(), key }),
      answer: shapes.Done,
    },
    async ({ door, account, viewer, body }) => {
      await door.ignoreMissing(account.slug, body, { by: viewer.name })
      return { done: true as const }
    },
  ),
  endpoint(
    {
      method: 'GET',
      path: '/demographics',
      access: look,
      tag,
      summary: 'demographics, how full they are and who last sent them',
      answer: shapes.Demographics,
    },
    async ({ door, account }) => shapes.pageOf(await door.demographics(account.slug)),
  ),
  endpoint(
    {
      method: 'POST',
      path: '/demographics/rename',
      access: work,
      tag,
      summary: 'gives one another label',
      body: z.object({ from: demographicLabelSchema, to: demographicLabelSchema }),
      answer: shapes.Done,
    },
    async ({ door, account, body }) => {
      await door.renameDemographic(account.slug, body)
      return { done: true as const }
    },
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/demographics/merge', access: work, tag, answer: shapes.Run, status: 202 },
      summary: 'moves the values of one into another, as an import; `dryRun` only shows it',
      ...{
        query: z.object({ dryRun: z.stringbool().default(true) }),
        body: z.object({ from: demographicLabelSchema, into: demographicLabelSchema }),
      },
    },
    async ({ c, door, account, viewer, query, body }) => {
      const run = await door.deliver(
        {
          ...{ account: account.slug, fileName: 'merge of demographics.csv', sentBy: viewer.name },
          ...{ importType: 'partial', mode: query.dryRun ? 'dry_run' : 'apply' },
        },
        await started(door.demographicsMerge(account.slug, body)),
      )
      c.header('location', `${API}/imports/${run.id}`)
      return run
    },
  ),
  endpoint(
    {
      method: 'POST',
      path: '/demographics/delete',
      access: work,
      tag,
      summary: 'deletes one that nobody has a value in',
      body: z.object({ label: demographicLabelSchema }),
      answer: shapes.Done,
    },
    async ({ door, account, body }) => {
      await door.deleteDemographic(account.slug, body.label)
      return { done: true as const }
    },
  ),
]

/** As bytes; what is wrong from the start is said before anything is handed in. */
async function started(chunks: AsyncIterable<string>): Promise<AsyncIterable<Uint8Array>> {
  const rest = chunks[Symbol.asyncIterator]()
  const first = await rest.next()
  if (first.done === true) throw new ImportError('REQUEST_INVALID', { problem: 'there is nothing to move' })
  const begin = first.value
  return (async function* () {
    yield Buffer.from(begin)
    for (let next = await rest.next(); next.done !== true; next = await rest.next())
      yield Buffer.from(next.value)
  })()
}
