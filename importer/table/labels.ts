/**
 * The demographics of a file against those the account has: which labels are new, what the policy makes of them,
 * and a word about each that may have been meant otherwise.
 */
import { headerKey } from '../../schemas/headers.ts'
import type { IssueList } from './issue-list.ts'
import { type MappedColumn, type Mapping, meaningOf } from './mapping.ts'
import { similarLabel, suggestHeader } from './similar.ts'

export interface LabelRules {
  /** Labels the account has. */
  readonly known: ReadonlySet<string>
  /** What becomes of a label never seen before. */
  readonly policy: 'create' | 'ignore' | 'hold'
}

/** The labels that are new and not ignored, in order. Adds an issue for each, and for each that resembles another. */
export function newLabels(mapping: Mapping, { known, policy }: LabelRules, issues: IssueList): string[] {
  const fresh: string[] = []
  for (const column of mapping.columns) {
    if (column.target.kind !== 'demographic' || known.has(column.target.label)) continue
    const { label } = column.target
    const { place, header } = placeOf(column, mapping.line)
    if (policy === 'ignore') issues.add('HDR_IGNORED', place, { header })
    // Of a header that the source has mapped itself, somebody has said what it means.
    const suggestion = headerKey(header) === headerKey(label) ? suggestHeader(label) : null
    const similar = similarLabel(label, [...known, ...fresh])
    if (similar !== null) issues.add('W_DEMOGRAPHIC_SIMILAR', place, { header, other: similar })
    if (suggestion !== null && suggestion !== similar)
      issues.add('HDR_SUGGESTION', place, { header, suggestion })
    if (policy === 'ignore') continue
    issues.add(policy === 'hold' ? 'HDR_NEW_DEMOGRAPHIC' : 'HDR_CREATED_DEMOGRAPHIC', place, {
      header: label,
    })
    fresh.push(label)
  }
  return fresh
}

/** What the columns of the file mean, under their canonical names: to be kept, as `expected` for the next files. */
export function meaningsOf(mapping: Mapping): string[] {
  return mapping.columns.flatMap((column) => meaningOf(column) ?? [])
}

/** Of the columns of the last files, those that each of them had. */
export function expectedOf(lastFiles: readonly (readonly string[])[]): string[] {
  const [latest = [], ...older] = lastFiles
  return latest.filter((name) => older.every((names) => names.includes(name)))
}

/**
 * Compares the columns with those that the last files of the source had. Returns the ones that are gone; with
 * `hold` each of them is a reason to wait.
 */
export function columnsGone(
  mapping: Mapping,
  expected: readonly string[],
  policy: 'report' | 'hold',
  issues: IssueList,
): string[] {
  if (expected.length === 0) return []
  const present = new Set(meaningsOf(mapping))
  const gone = expected.filter((name) => !present.has(name))
  for (const name of gone) {
    const severity = policy === 'hold' ? 'hold' : 'info'
    issues.add(
      'HDR_MISSING_EXPECTED',
      { line: mapping.line, field: name, header: name },
      { header: name },
      severity,
    )
  }
  for (const column of mapping.columns) {
    const name = meaningOf(column)
    if (name === null || expected.includes(name)) continue
    const { place, header } = placeOf(column, mapping.line)
    issues.add('HDR_NEW_COLUMN', place, { header })
  }
  return gone
}

function placeOf({ letter, header }: MappedColumn, line: number) {
  return { place: { line, column: letter, header }, header }
}
