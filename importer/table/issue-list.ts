/**
 * Collects what is wrong with a file. Everything is counted; of each code only the first `KEEP` are kept, so a
 * file in which every row is wrong costs no more memory than any other. Never holds the value of a cell, only its
 * shape.
 */
import { type IssueCode, ISSUES } from '../../schemas/issues.ts'
import type { Severity } from '../../schemas/run.ts'

/** How many issues of one code are kept with their place. */
export const KEEP = 1_000

/** Where an issue is: each part is null where it makes no sense. */
export interface Place {
  readonly line?: number | null
  readonly row?: number | null
  /** Letter of the column. */
  readonly column?: string | null
  /** Canonical name of the column. */
  readonly field?: string | null
  readonly header?: string | null
  /** The cell, of which only the shape is kept. */
  readonly cell?: string | null
}

/** An issue without its words: these come from the catalogue when it is shown. */
export interface FoundIssue {
  readonly code: IssueCode
  readonly severity: Severity
  readonly line: number | null
  readonly row: number | null
  readonly column: string | null
  readonly field: string | null
  readonly header: string | null
  readonly value: string | null
  readonly params: Readonly<Record<string, string | number>>
}

export class IssueList {
  readonly counts = new Map<IssueCode, number>()
  readonly severities = new Set<Severity>()
  #fresh: FoundIssue[] = []
  isTruncated = false

  /** Adds one issue. `severity` only where the place makes it weigh more or less than the catalogue says. */
  add(
    code: IssueCode,
    place: Place = {},
    params: Readonly<Record<string, string | number>> = {},
    severity: Severity = ISSUES[code].severity,
  ): void {
    const before = this.counts.get(code) ?? 0
    this.counts.set(code, before + 1)
    this.severities.add(severity)
    if (before >= KEEP) {
      this.isTruncated = true
      return
    }
    const { line = null, row = null, column = null, field = null, header = null, cell = null } = place
    this.#fresh.push({
      code,
      severity,
      line,
      row,
      column,
      field,
      header,
      value: cell === null ? null : shapeOf(cell),
      params: field === null ? params : { field, ...params },
    })
  }

  get isFatal(): boolean {
    return this.severities.has('fatal')
  }

  /** What was kept since the last call: the caller writes it away. */
  take(): FoundIssue[] {
    const fresh = this.#fresh
    this.#fresh = []
    return fresh
  }
}

/** Longest shape that is kept. */
const SHAPE_MAX = 40

/** The shape of a value: letters as `a` or `A`, digits as `9`, signs as they are. Tells much about an error and nothing about a person. */
export function shapeOf(cell: string): string {
  const cut = cell.length > SHAPE_MAX ? `${cell.slice(0, SHAPE_MAX)}…` : cell
  return (
    cut
      .replace(/\p{Nd}/gu, '9')
      .replace(/\p{Lu}/gu, 'A')
      .replace(/[\p{L}\p{M}]/gu, 'a')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: showing that they are there is the point
      .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '␣')
  )
}
