/** Imports: their list, one of them, sending one, its reports, and taking it back. */
import { ImportError } from '../../../../importer/errors.ts'
import { REPORT_FORMATS, type ReportFormat, type Run } from '../../../../importer/types.ts'
import { includes } from '../../../../schemas/people.ts'
import { templateCsv } from '../../../../schemas/template.ts'
import { formOf } from '../../guard.ts'
import { accountRoute, type InAccount, type Route } from '../../route.ts'
import { download } from '../download.ts'
import { accountPage } from '../frame.ts'
import { isWorking } from '../parts.ts'
import { runPage } from '../run.ts'
import { progressPart } from '../run-progress.ts'
import { runQueryOf, runsPage } from '../runs.ts'
import { undoPage } from '../undo.ts'
import { uploadPage } from '../upload.ts'
import { IMPORTS } from '../words/imports.ts'

const AT = '/a/:account/imports'
const viewer = { needs: 'viewer' } as const
const admin = { needs: 'data_admin' } as const

export const IMPORT_ROUTES: readonly Route[] = [
  accountRoute({ method: 'GET', path: AT, ...viewer, summary: 'imports, newest first' }, async (given) => {
    const { c, http, account, door } = given
    const { query, ...chosen } = runQueryOf(c.req.query())
    const data = {
      slug: account.slug,
      chosen,
      runs: await http.insight.runs(account.slug, query),
      sources: (await door.sources(account.slug)).map(({ name }) => name),
      mayImport: mayDecide(given),
    }
    return await accountPage(given, { title: IMPORTS.title, section: 'imports' }, runsPage(data))
  }),
  accountRoute(
    { method: 'GET', path: `${AT}/new`, ...admin, summary: 'the form to import a file by hand' },
    (given) => uploadForm(given),
  ),
  accountRoute(
    { method: 'POST', path: AT, ...admin, body: 'upload', summary: 'takes a file to import' },
    async (given) => {
      const { account, viewer: by, door } = given
      const { fileName, fields, bytes } = await given.upload()
      if (fileName === null || fileName === '')
        return await uploadForm(given, { title: IMPORTS.upload.noFile, text: IMPORTS.upload.formats })
      const run = await door.deliver(
        {
          ...{ account: account.slug, fileName, sentBy: by.name },
          importType: fields['importType'] === 'full' ? 'full' : 'partial',
          // Whatever a form forgot to say changes nothing.
          mode: fields['mode'] === 'apply' ? 'apply' : 'dry_run',
        },
        bytes,
      )
      return given.c.redirect(`/a/${account.slug}/imports/${run.id}`, 303)
    },
  ),
  accountRoute(
    {
      method: 'GET',
      path: '/a/:account/template.csv',
      ...viewer,
      summary: 'the template of the account',
    },
    async ({ c, account, door }) => {
      const text = templateCsv(await door.labels(account.slug))
      return c.body(text, 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${account.slug}-template.csv"`,
      })
    },
  ),
  accountRoute({ method: 'GET', path: `${AT}/:id`, ...viewer, summary: 'one import' }, async (given) => {
    const { account, door } = given
    const run = await runOf(given)
    const isMoving = isWorking(run.state)
    const data = {
      ...{ slug: account.slug, run },
      progress: isMoving ? await door.progress(run.id) : null,
      mayDecide: mayDecide(given),
    }
    const facts = {
      title: run.fileName,
      section: 'imports',
      ...(isMoving ? { refreshSeconds: 3 } : {}),
    } as const
    return await accountPage(given, facts, runPage(data))
  }),
  accountRoute(
    {
      method: 'GET',
      path: `${AT}/:id/progress`,
      ...viewer,
      summary: 'how far an import has come, as a part of its page',
    },
    async (given) => {
      const { c, account, door } = given
      const run = await runOf(given)
      if (isWorking(run.state))
        return progressPart({ slug: account.slug, run, progress: await door.progress(run.id) })
      // It is over: the whole page says what came of it.
      c.header('hx-refresh', 'true')
      return c.body(null, 200)
    },
  ),
  // Rows as they were sent hold what is never read of them, so fewer people may have them than the other reports.
  accountRoute(
    {
      method: 'GET',
      path: `${AT}/:id/report/rejects`,
      ...admin,
      summary: 'the rejected rows of an import as they were sent, to keep',
    },
    (given) => report(given, 'rejects'),
  ),
  accountRoute(
    {
      method: 'GET',
      path: `${AT}/:id/report/:format`,
      ...viewer,
      summary: 'a report of an import, to keep',
    },
    async (given) => {
      const format = REPORT_FORMATS.find((one) => one === given.c.req.param('format'))
      if (format === undefined || format === 'rejects') throw new ImportError('NO_SUCH_PAGE')
      return await report(given, format)
    },
  ),
  accountRoute(
    { method: 'GET', path: `${AT}/:id/undo`, ...admin, summary: 'what taking an import back would do' },
    async (given) => {
      const { account, door, viewer: by } = given
      const run = await runOf(given)
      const data = { slug: account.slug, run, preview: await door.undoPreview(run.id), csrf: by.csrf }
      return await accountPage(given, { title: IMPORTS.undo.title, section: 'imports' }, undoPage(data))
    },
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/:id/undo`, ...admin, summary: 'takes an import back' },
    async (given) => {
      const { c, account, door, viewer: by } = given
      const run = await runOf(given)
      const { reason = '' } = await formOf(c)
      const undoing = await door.undo(run.id, {
        by: by.name,
        ...(reason.trim() && { reason: reason.trim() }),
      })
      return c.redirect(`/a/${account.slug}/imports/${undoing.id}`, 303)
    },
  ),
]

const FILES: Readonly<Record<ReportFormat, readonly [ending: string, type: string]>> = {
  json: ['report.json', 'application/json'],
  csv: ['rows.csv', 'text/csv; charset=utf-8'],
  rejects: ['rejects.csv', 'text/csv; charset=utf-8'],
  html: ['report.html', 'text/html; charset=utf-8'],
  text: ['report.txt', 'text/plain; charset=utf-8'],
}

async function report(given: InAccount, format: ReportFormat): Promise<Response> {
  const { id } = await runOf(given)
  const [ending, type] = FILES[format]
  return await download(given.c, { fileName: `${id}-${ending}`, type }, given.door.report(id, format))
}

/** The run of the address, where it is the account's. */
export async function runOf({ c, http, account }: InAccount): Promise<Run> {
  return await http.insight.run(account.slug, c.req.param('id') ?? '')
}

export function mayDecide({ role }: InAccount): boolean {
  return includes(role, 'data_admin')
}

async function uploadForm(given: InAccount, problem?: { title: string; text: string }): Promise<Response> {
  const { c, account, viewer: by } = given
  const mode = c.req.query('mode') === 'apply' ? 'apply' : 'dry_run'
  const data = {
    slug: account.slug,
    csrf: by.csrf,
    mode,
    ...(problem === undefined ? {} : { problem }),
  } as const
  const facts = { title: IMPORTS.upload.title, section: 'imports' } as const
  return await c.html(await accountPage(given, facts, uploadPage(data)), problem === undefined ? 200 : 422)
}
