/** What waits for a person, a plan to look through, and the decision about it. */
import { ImportError } from '../../../../importer/errors.ts'
import type { PlanFilter, PlanPart, Run } from '../../../../importer/types.ts'
import { COLUMNS } from '../../../../schemas/columns.ts'
import { planFilterSchema } from '../../../../schemas/plan.ts'
import { formOf } from '../../guard.ts'
import { statusOf } from '../../problem.ts'
import { accountRoute, type InAccount, type Route } from '../../route.ts'
import { accountPage } from '../frame.ts'
import { planMark, planPage } from '../plan.ts'
import { reviewPage } from '../review.ts'
import { REVIEW } from '../words/review.ts'
import { mayDecide, runOf } from './imports.ts'

const AT = '/a/:account/imports/:id'

export const REVIEW_ROUTES: readonly Route[] = [
  accountRoute(
    { method: 'GET', path: '/a/:account/review', needs: 'viewer', summary: 'imports that wait for a person' },
    async (given) => {
      const { slug } = given.account
      const runs = await given.http.insight.runs(slug, { states: ['held'], limit: 200 })
      const facts = { title: REVIEW.title, section: 'review' } as const
      return await accountPage(given, facts, reviewPage({ slug, runs }))
    },
  ),
  accountRoute(
    {
      method: 'GET',
      path: `${AT}/plan`,
      needs: 'viewer',
      summary: 'what an import would do, or did, row by row',
    },
    (given) => showPlan(given, given.c.req.query()),
  ),
  // A person may be asked for, whose address must not stand in that of a page.
  accountRoute(
    { method: 'POST', path: `${AT}/plan`, needs: 'viewer', summary: 'the same, of one person' },
    async (given) => showPlan(given, await formOf(given.c)),
  ),
  accountRoute(
    {
      method: 'POST',
      path: `${AT}/decide`,
      needs: 'data_admin',
      summary: 'approves an import, or a part, or discards it',
    },
    decide,
  ),
]

interface Problem {
  readonly title: string
  readonly text: string
  readonly status?: ReturnType<typeof statusOf>
}

async function showPlan(
  given: InAccount,
  asked: Readonly<Record<string, string>>,
  problem?: Problem,
): Promise<Response> {
  const { c, account, door, viewer } = given
  const run = await runOf(given)
  const { after: from = '', ...rest } = asked
  const after = /^\d{1,8}$/.test(from) ? Number(from) : 0
  const { filter, problem: unfit } = filterOf(rest)
  const found = await door.plan(run.id, filter, { after }).catch((error: unknown) => {
    // A filter that means nothing shows nothing, and says why.
    if (!(error instanceof ImportError) || error.code !== 'PLAN_CHOICE_INVALID') throw error
    return { run: run.id, rows: [], next: null, error }
  })
  const said =
    problem ?? unfit ?? ('error' in found ? { title: found.error.message, text: found.error.fix } : undefined)
  const data = {
    ...{ slug: account.slug, run, page: found, filter, after },
    fields: [...COLUMNS.map(({ header }) => header), ...(await door.labels(account.slug))],
    ...{ csrf: viewer.csrf, mayDecide: mayDecide(given) },
    ...(said === undefined ? {} : { problem: said }),
  }
  const facts = { title: run.fileName, section: run.state === 'held' ? 'review' : 'imports' } as const
  return await c.html(await accountPage(given, facts, planPage(data)), said?.status ?? 200)
}

/** What is left empty is not asked for. */
function filterOf(given: Readonly<Record<string, string>>): { filter: PlanFilter; problem?: Problem } {
  const said = Object.keys(planFilterSchema.shape).flatMap((name) => {
    const value = given[name]?.trim()
    return value ? [[name, value] as const] : []
  })
  const parsed = planFilterSchema.safeParse(Object.fromEntries(said))
  if (parsed.success) return { filter: parsed.data }
  return { filter: {}, problem: { title: REVIEW.noMatch, text: parsed.error.issues[0]?.message ?? '' } }
}

async function decide(given: InAccount): Promise<Response> {
  const { c, account, door, viewer } = given
  const run = await runOf(given)
  const at = `/a/${account.slug}/imports/${run.id}`
  // A second click, or somebody was quicker: the page of the run says what was decided.
  if (run.state !== 'held') return c.redirect(at, 303)
  const form = await formOf(c)
  if (form['mark'] !== planMark(run)) return await anew(given, REVIEW.changed, REVIEW.changedText)
  const reason = form['reason']?.trim().slice(0, 500)
  const word = { by: viewer.name, ...(reason && { reason }) }
  try {
    if (form['verdict'] === 'discard') await door.discard(run.id, word)
    else await door.approve(run.id, { ...word, ...(await partOf(given, form, run)) })
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    return await anew(given, error.message, error.fix, statusOf(error))
  }
  return c.redirect(at, 303)
}

async function anew(given: InAccount, title: string, text: string, status: Problem['status'] = 409) {
  return await showPlan(given, {}, { title, text, status })
}

/** Nothing where all of it is meant. Throws `PLAN_CHOICE_INVALID` where nothing was selected. */
async function partOf(
  { c }: InAccount,
  form: Readonly<Record<string, string>>,
  { counts }: Run,
): Promise<{ part?: PlanPart }> {
  const rest = form['rest'] === 'discard' ? 'discard' : 'hold'
  if (form['verdict'] === 'picked') {
    const rows = (await c.req.formData()).getAll('row').filter((one) => /^\d{1,8}$/.test(String(one)))
    const filter = planFilterSchema.safeParse({ rows: rows.join(',') })
    if (!filter.success) throw new ImportError('PLAN_CHOICE_INVALID', { problem: REVIEW.nothingPicked })
    return { part: { filter: filter.data, rest } }
  }
  if (form['verdict'] !== 'filter') return {}
  const asked = Object.entries(form).flatMap(([name, value]) =>
    name.startsWith('filter_') ? [[name.slice('filter_'.length), value] as const] : [],
  )
  const { filter } = filterOf(Object.fromEntries(asked))
  const isAll = Object.keys(filter).length === 0 || counts.created + counts.updated === 0
  return isAll ? {} : { part: { filter, rest } }
}
