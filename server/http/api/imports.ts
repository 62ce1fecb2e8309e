/** Imports: files handed in, what they would do or did, and a person's word on them. */
import { z } from 'zod'
import type { ReportFormat } from '../../../importer/types.ts'
import { PLAN_ACTIONS, planPartSchema, rowsTextSchema } from '../../../schemas/plan.ts'
import { RUN_STATES } from '../../../schemas/run.ts'
import { API, type Endpoint, endpoint, textResponse } from './endpoint.ts'
import { Issues, Plan, Progress, pageOf, placeOf, placeQuery, Run, RunLines, UndoPreview } from './shapes.ts'

const tag = 'Imports'
const look = { needs: 'viewer', accountBy: 'run' } as const
const decide = { needs: 'data_admin', accountBy: 'run' } as const
const reason = z.object({ reason: z.string().max(1_000).exactOptional() })

const deliveryQuery = z.object({
  mode: z.enum(['partial', 'full']).default('partial').describe('`full`: the file names everybody.'),
  dryRun: z.stringbool().default(false).describe('`true`: the same checks, and nothing is applied.'),
  fileName: z.string().min(1).max(255).exactOptional().describe('Its ending says what it is.'),
})

export const IMPORT_ENDPOINTS: readonly Endpoint[] = [
  endpoint(
    {
      ...{ method: 'POST', path: '/imports', access: { needs: 'data_admin', accountBy: 'query' }, tag },
      summary: 'hands in a file, as the body (`text/csv`) or as a field of a form; it is worked on at once',
      ...{ query: deliveryQuery, answer: Run, status: 202, takesFile: true },
    },
    async ({ c, door, account, viewer, query, upload }) => {
      const { fileName, bytes } = await upload()
      const run = await door.deliver(
        {
          ...{ account: account.slug, fileName: query.fileName ?? fileName ?? 'upload.csv' },
          ...{ importType: query.mode, mode: query.dryRun ? 'dry_run' : 'apply', sentBy: viewer.name },
        },
        bytes,
      )
      c.header('location', `${API}/imports/${run.id}`)
      return run
    },
  ),
  endpoint(
    {
      ...{ method: 'GET', path: '/imports', access: { needs: 'viewer', accountBy: 'query' }, tag },
      ...{ summary: 'imports, newest first', answer: RunLines },
      query: placeQuery.extend({
        state: z.enum(RUN_STATES).exactOptional(),
        source: z.string().exactOptional(),
      }),
    },
    async ({ http, account, query: { cursor, limit, state, source } }) => {
      const states = state === undefined ? undefined : [state]
      const { runs, next } = await http.insight.runs(account.slug, { before: cursor, limit, states, source })
      return pageOf(
        runs.map(({ tone: _, ...line }) => line),
        next,
      )
    },
  ),
  endpoint(
    {
      method: 'GET',
      path: '/imports/{id}',
      access: look,
      tag,
      summary: 'one import: counts, holds, issues',
      answer: Run,
    },
    ({ door, param }) => door.run(param('id')),
  ),
  endpoint(
    {
      method: 'GET',
      path: '/imports/{id}/progress',
      access: look,
      tag,
      summary: 'how far it has come',
      answer: Progress,
    },
    async ({ door, param }) => {
      const { state } = await door.run(param('id'))
      return { state, phase: null, done: 0, total: 0, ...(await door.progress(param('id'))) }
    },
  ),
  endpoint(
    {
      method: 'GET',
      path: '/imports/{id}/issues',
      access: look,
      tag,
      summary: 'what was remarked, in order',
      query: placeQuery,
      answer: Issues,
    },
    async ({ door, param, query: { cursor, limit = 100 } }) => {
      const { issues } = await door.run(param('id'))
      const from = placeOf(cursor)
      return pageOf(issues.slice(from, from + limit), from + limit < issues.length ? from + limit : null)
    },
  ),
  endpoint(
    {
      ...{ method: 'GET', path: '/imports/{id}/plan', access: look, tag, answer: Plan },
      summary: 'what it would do to whom, or did, row by row',
      query: placeQuery.extend({
        action: z.enum(PLAN_ACTIONS).exactOptional(),
        code: z.string().exactOptional(),
        field: z.string().exactOptional(),
        rows: rowsTextSchema.exactOptional(),
      }),
    },
    async ({ door, param, query: { cursor, limit, ...filter } }) => {
      const place = {
        ...(cursor === undefined ? {} : { after: placeOf(cursor) }),
        ...(limit === undefined ? {} : { limit }),
      }
      const page = await door.plan(param('id'), filter, place)
      return { ...page, next: page.next === null ? null : String(page.next) }
    },
  ),
  report('report.csv', 'csv', 'text/csv; charset=utf-8', 'every row and what became of it'),
  report('report.txt', 'text', 'text/plain; charset=utf-8', 'the summary as text'),
  report('report.html', 'html', 'text/html; charset=utf-8', 'the summary as a page of its own'),
  report(
    'rejects.csv',
    'rejects',
    'text/csv',
    'the rejected rows as they were sent, with the reasons',
    'data_admin',
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/imports/{id}/approve', access: decide, tag, answer: Run },
      summary: 'approves exactly what was shown, or a part of it',
      body: reason.extend({ part: planPartSchema.exactOptional() }),
      current: ({ door, c }) => door.run(c.req.param('id') ?? ''),
    },
    ({ door, param, body, viewer }) => door.approve(param('id'), { ...body, by: viewer.name }),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/imports/{id}/discard', access: decide, tag, answer: Run },
      ...{ summary: 'puts it away; nothing of it is applied', body: reason },
      current: ({ door, c }) => door.run(c.req.param('id') ?? ''),
    },
    ({ door, param, body, viewer }) => door.discard(param('id'), { ...body, by: viewer.name }),
  ),
  endpoint(
    {
      method: 'GET',
      path: '/imports/{id}/undo',
      access: look,
      tag,
      summary: 'what taking it back would do now',
      answer: UndoPreview,
    },
    ({ door, param }) => door.undoPreview(param('id')),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/imports/{id}/undo', access: decide, tag, answer: Run, status: 202 },
      ...{ summary: 'takes it back, as an import of its own, which is answered', body: reason },
    },
    ({ door, param, body, viewer }) => door.undo(param('id'), { ...body, by: viewer.name }),
  ),
]

function report(
  name: string,
  format: ReportFormat,
  type: string,
  summary: string,
  needs: 'viewer' | 'data_admin' = 'viewer',
): Endpoint {
  return endpoint(
    {
      ...{ method: 'GET', path: `/imports/{id}/${name}`, access: { needs, accountBy: 'run' }, tag, summary },
      answer: { text: type.split(';', 1)[0] ?? type },
    },
    ({ c, door, param }) =>
      textResponse(c, door.report(param('id'), format), { type, fileName: `${param('id')}-${name}` }),
  )
}
