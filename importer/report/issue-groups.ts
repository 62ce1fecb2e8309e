/**
 * What was found in a file, grouped by cause: people mend causes, not rows. A group is one code of the catalogue;
 * within it each different sentence is kept once, with the first few places where it holds.
 */
import { ISSUES, type IssueCode, isIssueCode } from '../../schemas/issues.ts'
import { type Hold, type Issue, type Run, SEVERITIES, type Severity } from '../../schemas/run.ts'
import { describeCode } from './issue-text.ts'
import { shown } from './wording.ts'

/** Where something was found. Shapes of values may be told, values never are. */
export interface IssuePlace {
  readonly line: number | null
  readonly row: number | null
  readonly column: string | null
  readonly header: string | null
  readonly field: string | null
  /** Letters as `a`, digits as `9`. */
  readonly shape: string | null
}

/** One sentence, and where it holds. */
export interface IssueVariant {
  readonly message: string
  readonly places: readonly IssuePlace[]
  /** How many of the listed issues say this; there may be more that the run does not list. */
  readonly count: number
}

export interface IssueGroup {
  readonly code: string
  /** The worst; the same finding may weigh more in one column than in another. */
  readonly severity: Severity
  /** Some of it cost a row, some only a value. */
  readonly isMixed: boolean
  /** How often it was found in the whole file. */
  readonly total: number
  readonly variants: readonly IssueVariant[]
  /** The sentences differ in nothing but the header they name. */
  readonly isOnePerHeader: boolean
  /** Null where nothing needs doing. */
  readonly fix: string | null
}

/** Places kept of each sentence. */
const PLACES = 5

/** Every code of the run, worst first, then the most frequent first. */
export function issueGroups(run: Pick<Run, 'issues' | 'issueCounts'>): IssueGroup[] {
  const byCode = Map.groupBy(run.issues, (issue) => issue.code)
  const codes = new Set([...Object.keys(run.issueCounts), ...byCode.keys()])
  const groups = [...codes].map((code) => groupOf(code, byCode.get(code) ?? [], run.issueCounts[code] ?? 0))
  return groups.sort(
    (a, b) => weight(a.severity) - weight(b.severity) || b.total - a.total || (a.code < b.code ? -1 : 1),
  )
}

/** A hold as a group: why a run waits is told like everything else that was found. */
export function holdGroup(code: string, holds: readonly Hold[]): IssueGroup {
  const messages = [...new Set(holds.map((hold) => shown(hold.message)))]
  return {
    ...{ code, severity: 'hold', isMixed: false, total: holds.reduce((sum, hold) => sum + hold.rows, 0) },
    variants: messages.map((message) => ({ message, places: [], count: 1 })),
    isOnePerHeader: isOnePerHeader(code),
    fix: isIssueCode(code) ? shown(ISSUES[code].fix) : APPROVE_OR_DISCARD,
  }
}

/** 0 is the worst. */
export function weight(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}

/** What the catalogue says about a code when the numbers and names of its sentence were not kept. */
export function describeBare(code: IssueCode): { message: string; fix: string } {
  const { message, fix } = ISSUES[code]
  return describeCode(code, Object.fromEntries(placeholders(message + fix).map((name) => [name, '...'])))
}

const APPROVE_OR_DISCARD = 'Approve the run if this is right, discard it if the file is wrong.'
const NOTHING_TO_DO = 'Nothing needs doing.'

function groupOf(code: string, issues: readonly Issue[], counted: number): IssueGroup {
  const first = issues[0] ?? bareIssue(code)
  const variants = [...Map.groupBy(issues.length > 0 ? issues : [first], (issue) => issue.message).values()]
  return {
    code,
    severity: worstOf(issues) ?? first.severity,
    isMixed: ['row', 'cell'].every((one) => issues.some(({ severity }) => severity === one)),
    total: Math.max(counted, issues.length),
    variants: variants.map(variantOf),
    isOnePerHeader: isOnePerHeader(code),
    fix: first.fix === NOTHING_TO_DO ? null : shown(first.fix),
  }
}

function variantOf(issues: readonly Issue[]): IssueVariant {
  const places = issues.filter((issue) => issue.line !== null || issue.column !== null)
  // The end of a plan finds more about rows that were read long before.
  places.sort((a, b) => (a.row ?? 0) - (b.row ?? 0))
  return {
    message: shown(issues[0]?.message ?? ''),
    places: places.slice(0, PLACES).map(placeOf),
    count: issues.length,
  }
}

function placeOf({ severity, line, row, column, header, field, value }: Issue): IssuePlace {
  // What was read all the same needs no looking at.
  const shape = severity === 'info' ? null : shownOrNull(value)
  return { line, row, column, header: shownOrNull(header), field: shownOrNull(field), shape }
}

function shownOrNull(text: string | null): string | null {
  return text === null ? null : shown(text)
}

/** For a code that was counted, but of which the run lists nothing. */
function bareIssue(code: string): Issue {
  const nowhere = { line: null, row: null, column: null, field: null, header: null, value: null }
  if (isIssueCode(code)) return { ...nowhere, code, severity: ISSUES[code].severity, ...describeBare(code) }
  return { ...nowhere, code, severity: 'info', message: code, fix: NOTHING_TO_DO }
}

function worstOf(issues: readonly Issue[]): Severity | undefined {
  return SEVERITIES.find((severity) => issues.some((issue) => issue.severity === severity))
}

function isOnePerHeader(code: string): boolean {
  if (!isIssueCode(code)) return false
  const names = placeholders(ISSUES[code].message)
  return names.includes('header') && names.every((name) => name === 'header')
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
}
