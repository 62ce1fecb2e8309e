/** A run in one of the report formats, as chunks: gathers what the pure renderers need, streaming. */

import { access } from 'node:fs/promises'
import { cleanHeader } from '../../schemas/headers.ts'
import type { Issue, Run } from '../../schemas/run.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import { deliveryPath } from '../files.ts'
import { reportHtml } from '../report/html.ts'
import { describeIssue } from '../report/issue-text.ts'
import { reportJson } from '../report/json.ts'
import { rejectsFile, type SentRow } from '../report/rejects.ts'
import { labelsOf, type PersonKeys, rowReport } from '../report/row-report.ts'
import { reportText } from '../report/text.ts'
import { rosterLookup } from '../roster/lookup.ts'
import { encoderOf } from '../table/encode.ts'
import { unguardFormula } from '../table/formula.ts'
import { HeaderTable } from '../table/header-table.ts'
import { IssueList } from '../table/issue-list.ts'
import type { FileFormat } from '../table/reading.ts'
import { type RawRecord, readingLimits, readingOptions, readRecords } from '../table/records.ts'
import type { ReportFormat } from '../types.ts'
import { pgpKeysOf } from './pgp-keys.ts'
import { parsePlanFacts } from './plan-facts.ts'
import { issuesByRow } from './plan-issues.ts'
import { planRows, rowOutcomes } from './plan-store.ts'
import { redactionOf } from './redaction.ts'
import { isOwnSource, sourceOf } from './source.ts'

export interface RenderRequest {
  readonly db: Db
  readonly dataDir: string
  /** File with the master key of the vault: the delivered file may be encrypted. */
  readonly secretFile: string
  readonly now: Date
  readonly run: RunRow
  readonly object: Run
  readonly format: ReportFormat
  /** Whether a person's Employee Id and Email may stand in the row report. */
  readonly withValues: boolean
}

/**
 * Chunks of the report. `rejects` is in the encoding of the delivered file, which it needs: without it, it throws
 * `REPORT_GONE`.
 */
export async function* renderReport(request: RenderRequest): AsyncGenerator<string | Uint8Array> {
  const { run, format } = request
  if (run.rows_removed_at !== null && (format === 'csv' || format === 'rejects'))
    throw new ImportError('ROWS_GONE', { id: run.id })
  switch (format) {
    case 'json':
      return yield reportJson(request.object)
    case 'text':
      return yield reportText(request.object)
    case 'html':
      return yield reportHtml(request.object)
    case 'csv':
      return yield* rows(request)
    case 'rejects':
      return yield* rejects(request)
  }
}

async function* rows({ db, run, withValues }: RenderRequest): AsyncGenerator<string> {
  const key = { accountId: run.account_id, run: run.id }
  const labels = await rosterLookup(db, run.account_id).demographics()
  // Before it is applied, a new demographic has a number, but only the plan knows its label.
  const facts = parsePlanFacts(run.plan)
  for (const { id, label } of facts?.newDemographics ?? []) labels.set(label, id)
  yield* rowReport({
    run: run.id,
    rows: rowOutcomes(db, key),
    planned: planRows(db, key),
    issues: rowIssues(db, key),
    today: facts?.today ?? '',
    labelOf: labelsOf(labels),
    withValues,
    peopleOf: (ids) => keysOf(db, run.account_id, ids),
  })
}

async function* rejects({ db, dataDir, secretFile, run, now }: RenderRequest): AsyncGenerator<Uint8Array> {
  // What was asked for by a command has no rows that could be sent again.
  if (isOwnSource(run.source)) return
  const key = { accountId: run.account_id, run: run.id }
  const path = deliveryPath(dataDir, { accountId: run.account_id, id: run.id })
  await access(path).catch(() => {
    throw new ImportError('REPORT_GONE', { id: run.id })
  })
  const { settings } = await sourceOf(db, run)
  let format: Pick<FileFormat, 'kind' | 'delimiter' | 'hasBom' | 'encoding'> = {
    kind: 'csv',
    delimiter: ',',
    hasBom: false,
    encoding: 'utf-8',
  }
  const onFormat = (found: FileFormat): void => {
    format = found
  }
  // The file was read once before, so what is wrong with it is known; this list is thrown away.
  const keys = await pgpKeysOf({ db, accountId: run.account_id, settings, secretFile, now: () => now })
  const options = { ...readingOptions(settings), ...keys, onFormat, keepRaw: true }
  const batches = readRecords(
    { path, name: run.file_name },
    readingLimits(settings),
    new IssueList(),
    options,
  )
  const first = await batches.next()
  const [header, ...sent] = first.done === true ? [] : first.value
  if (!header) return
  const encode = encoderOf(format.encoding)
  const { body: redacted } = await redactionOf(db, run.account_id)
  const headers = new HeaderTable(settings.mapping, redacted)
  const isRedacted = header.cells.map((cell) => {
    const target = headers.targetOf(unguardFormula(cleanHeader(cell)))
    return target.kind === 'dropped' && target.because === 'redacted'
  })
  const text = rejectsFile({
    header,
    isRedacted,
    // A workbook has none: then the one that the source is known by, or the copy could not be sent back.
    delimiter: format.kind === 'xlsx' ? (options.delimiter ?? ',') : format.delimiter,
    hasBom: format.hasBom,
    rows: sentRows(sent, batches),
    planned: planRows(db, key, ['reject', 'hold']),
    issues: rowIssues(db, key),
  })
  for await (const chunk of text) yield encode(chunk)
}

async function* sentRows(
  first: readonly RawRecord[],
  rest: AsyncIterable<RawRecord[]>,
): AsyncGenerator<SentRow> {
  let row = 0
  for (const sent of first) yield { ...sent, row: ++row }
  for await (const batch of rest) {
    for (const sent of batch) yield { ...sent, row: ++row }
  }
}

async function* rowIssues(db: Db, key: { accountId: string; run: string }): AsyncGenerator<Issue> {
  for await (const batch of issuesByRow(db, key)) yield* batch.map(describeIssue)
}

async function keysOf(db: Db, accountId: string, ids: readonly number[]): Promise<Map<number, PersonKeys>> {
  const found = await db
    .selectFrom('employee')
    .select(['id', 'employee_id as employeeId', 'email'])
    .where('account_id', '=', accountId)
    .where('id', 'in', ids)
    .execute()
  return new Map(found.map(({ id, ...keys }) => [id, keys]))
}
