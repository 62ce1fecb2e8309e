/**
 * The row report: one line for each row of the file, in order, saying what became of it. Streams: the rows, the plan
 * and the issues are read side by side, and memory holds no more than one batch of them.
 */
import { type CoreField, headerOf } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import type { Severity } from '../../schemas/run.ts'
import type { Change } from '../plan/diff.ts'
import type { Outcome } from '../plan/outcomes.ts'
import type { ValueKey } from '../plan/person.ts'
import { csvLine } from './csv-line.ts'
import { eachOf, RowCursor, type Stream } from './row-order.ts'
import { inOneCell, type RowIssue, type RowWords, wordsOf } from './row-words.ts'

/** A row of the file. */
export interface FileRow {
  readonly row: number
  readonly line: number
  readonly outcome: Outcome
}

/** What the plan keeps of a row. */
export interface PlannedLine {
  readonly row: number
  readonly personId: number | null
  readonly matchedBy: 'employee_id' | 'email' | 'none'
  readonly changes: readonly Change[]
  /** Which values it changes, where that is known without them. */
  readonly keys?: readonly ValueKey[]
  readonly codes: readonly IssueCode[]
}

export interface PersonKeys {
  readonly employeeId: string | null
  readonly email: string | null
}

export interface RowReport {
  readonly run: string
  /** Every row of the file, in order. */
  readonly rows: Stream<FileRow>
  /** The plan's rows in order, in batches. */
  readonly planned: Stream<readonly PlannedLine[]>
  /** The issues that were kept, by row. */
  readonly issues: Stream<RowIssue>
  /** The day that counted as today when the plan was made, YYYY-MM-DD. */
  readonly today: string
  /** Header or label of a value. */
  readonly labelOf: (key: ValueKey) => string
  /** False leaves out the columns that hold values of people. */
  readonly withValues: boolean
  /** Asked for a batch of people at a time, and only with values. */
  readonly peopleOf: (ids: readonly number[]) => Promise<ReadonlyMap<number, PersonKeys>>
}

const NOTHING: readonly never[] = []
/** Rows that are merged, looked up and written together. */
const ROWS_A_CHUNK = 500

/** The report as chunks of CSV. */
export async function* rowReport(report: RowReport): AsyncGenerator<string> {
  yield csvLine(report.withValues ? COLUMNS : COLUMNS.filter((name) => !VALUE_COLUMNS.includes(name)))
  const planned = new RowCursor(eachOf(report.planned))
  const issues = new RowCursor(report.issues)
  try {
    let batch: MergedRow[] = []
    for await (const row of report.rows) {
      const [plan = null] = planned.mayHave(row.row) ? await planned.at(row.row) : NOTHING
      const found = issues.mayHave(row.row) ? await issues.at(row.row) : NOTHING
      batch.push({ row, plan, words: wordsOf(plan?.codes ?? NOTHING, found) })
      if (batch.length < ROWS_A_CHUNK) continue
      yield await textOf(batch, report)
      batch = []
    }
    if (batch.length > 0) yield await textOf(batch, report)
  } finally {
    await planned.close()
    await issues.close()
  }
}

/** Header of a core value, label of a demographic; a label that is not known is told by its number. */
export function labelsOf(demographics: ReadonlyMap<string, number>): (key: ValueKey) => string {
  const labels = new Map<ValueKey, string>([...demographics].map(([label, id]) => [`d${id}`, label]))
  return (key) => {
    const known = labels.get(key)
    if (known !== undefined) return known
    // What is not `d` and a number is a core field.
    const label = /^d\d+$/.test(key) ? `demographic ${key.slice(1)}` : headerOf(key as CoreField)
    labels.set(key, label)
    return label
  }
}

const COLUMNS = [
  'Import Run',
  'Import Line',
  'Import Row',
  'Import Action',
  'Import Person',
  'Employee Id',
  'Email',
  'Import Matched By',
  'Import Fields Changed',
  'Import Severity',
  'Import Codes',
  'Import Messages',
  'Import Fix',
]
const VALUE_COLUMNS = ['Employee Id', 'Email']

interface MergedRow {
  readonly row: FileRow
  readonly plan: PlannedLine | null
  readonly words: RowWords
}

async function textOf(batch: readonly MergedRow[], report: RowReport): Promise<string> {
  const ids = report.withValues ? batch.flatMap(({ plan }) => plan?.personId ?? []) : []
  const people = ids.length > 0 ? await report.peopleOf(ids) : NOBODY
  let text = ''
  for (const merged of batch) {
    const { plan, words } = merged
    text +=
      plan === null && words.codes.length === 0
        ? bareLine(merged, report)
        : csvLine(cellsOf(merged, report, people))
  }
  return text
}

/** Most rows of most files: nothing is changed and nothing is said. */
function bareLine({ row }: MergedRow, { run, withValues }: RowReport): string {
  return `${run},${row.line},${row.row},${ACTION_OF[row.outcome]},${withValues ? BARE_WITH_VALUES : BARE}`
}

const BARE = ',,,,,,\n'
const BARE_WITH_VALUES = `,,${BARE}`

const NOBODY: ReadonlyMap<number, PersonKeys> = new Map()

function cellsOf(
  { row, plan, words }: MergedRow,
  report: RowReport,
  people: ReadonlyMap<number, PersonKeys>,
): (string | number | null)[] {
  const person = plan?.personId == null ? undefined : people.get(plan.personId)
  const keys = report.withValues ? [keyOf('employeeId', plan, person), keyOf('email', plan, person)] : []
  return [
    ...[report.run, row.line, row.row, actionOf(row, plan, report.today), plan?.personId ?? null],
    ...keys,
    // The plan keeps no line of a row that changes nothing and has nothing to say, so who matched it is not known.
    plan?.matchedBy ?? null,
    plan === null ? '' : inOneCell(keysOf(plan).map((key) => report.labelOf(key))),
    severityOf(row.outcome, words),
    inOneCell(words.codes),
    words.messages.join(' '),
    words.fixes.join(' '),
  ]
}

function keysOf(plan: PlannedLine): readonly ValueKey[] {
  return plan.keys ?? plan.changes.map(([key]) => key)
}

/** As the row leaves it: what it changes goes before what the roster says, which a later run may have changed. */
function keyOf(
  key: keyof PersonKeys,
  plan: PlannedLine | null,
  person: PersonKeys | undefined,
): string | null {
  const change = plan?.changes.find((one) => one[0] === key)
  return change ? change[2] : (person?.[key] ?? null)
}

const ACTION_OF: Readonly<Record<Outcome, string>> = {
  blank: 'blank',
  rejected: 'reject',
  excluded: 'exclude',
  held: 'hold',
  created: 'create',
  updated: 'update',
  unchanged: 'unchanged',
  removed: 'remove',
}

function actionOf({ outcome }: FileRow, plan: PlannedLine | null, today: string): string {
  return (outcome === 'updated' && plan !== null && turnOf(plan, today)) || ACTION_OF[outcome]
}

/** What an update does to a person's status, in the plan's own order: an end date goes before the flag. */
function turnOf({ changes, codes }: PlannedLine, today: string): string | null {
  const [, endBefore = null, endAfter = null] = changes.find(([key]) => key === 'endDate') ?? []
  const [, , flag = null] = changes.find(([key]) => key === 'deactivated') ?? []
  const wasFormer = codes.includes('W_ALREADY_FORMER') || isOver(endBefore, today)
  if (!wasFormer && isOver(endAfter, today)) return 'former'
  if (codes.includes('W_ALREADY_FORMER')) return null
  if (flag === 'TRUE') return 'deactivate'
  return flag === 'FALSE' && !wasFormer ? 'reactivate' : null
}

function isOver(endDate: string | null, today: string): boolean {
  return endDate !== null && endDate <= today
}

/** A row that is left out or waits says so, whatever weight its issues have elsewhere. */
function severityOf(outcome: Outcome, { severity }: RowWords): Severity | null {
  if (outcome === 'rejected') return 'row'
  return outcome === 'held' ? 'hold' : severity
}
