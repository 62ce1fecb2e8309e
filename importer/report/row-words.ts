/**
 * What is said about one row, gathered from the two places that know it: the plan has all codes of a row, the list
 * of issues has their sentences, but of each code only the first thousand.
 */
import { ISSUES, type IssueCode } from '../../schemas/issues.ts'
import type { Issue, Severity } from '../../schemas/run.ts'
import { describeBare, weight } from './issue-groups.ts'
import { shown } from './wording.ts'

/** An issue as far as a row's report tells it. */
export type RowIssue = Pick<Issue, 'row' | 'severity' | 'message' | 'fix'> & { readonly code: string }

export interface RowWords {
  /** The worst. */
  readonly severity: Severity | null
  readonly codes: readonly string[]
  readonly messages: readonly string[]
  readonly fixes: readonly string[]
}

const NO_WORDS: RowWords = { severity: null, codes: [], messages: [], fixes: [] }

/** Worst first, everything once. */
export function wordsOf(codes: readonly IssueCode[], issues: readonly RowIssue[]): RowWords {
  if (codes.length === 0 && issues.length === 0) return NO_WORDS
  const told = new Set(issues.map((issue) => issue.code))
  const untold = codes.filter((code) => !told.has(code)).map(bare)
  const all = [...issues, ...untold].sort((a, b) => weight(a.severity) - weight(b.severity))
  return {
    severity: all[0]?.severity ?? null,
    codes: unique(all.map((issue) => issue.code)),
    messages: unique(all.map((issue) => shown(issue.message))),
    fixes: unique(all.map((issue) => shown(issue.fix))),
  }
}

function bare(code: IssueCode): Omit<RowIssue, 'row'> {
  return { code, severity: ISSUES[code].severity, ...describeBare(code) }
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}

/** Names of lists in one cell. */
export function inOneCell(items: readonly string[]): string {
  return items.join('; ')
}
