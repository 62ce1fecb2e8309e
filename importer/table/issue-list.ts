/**
 * Collects what is wrong with a file. Everything is counted; of each code only the first `KEEP` are kept, so a
 * file in which every row is wrong costs no more memory than any other. Never holds the value of a cell, only its
 * shape.
 */
import { ISSUES, type IssueCode } from '../../schemas/issues.ts'
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

/** Longest shape that is kept, in characters. */
const SHAPE_MAX = 40

/**
 * The shape of a value: letters as `a` or `A`, digits as `9`, signs as they are, what nobody sees as `␣`. Tells
 * much about an error and nothing about a person.
 */
export function shapeOf(cell: string): string {
  // By characters, not halves of them; no more than needed of a cell that may be long.
  const characters = Array.from(cell.slice(0, 2 * SHAPE_MAX + 2))
  const shape = characters.slice(0, SHAPE_MAX).join('').replace(/./gsu, shapeOfCharacter)
  return characters.length > SHAPE_MAX ? `${shape}…` : shape
}

function shapeOfCharacter(sign: string): string {
  if (/\p{N}/u.test(sign)) return '9'
  if (/\p{Lu}/u.test(sign)) return 'A'
  if (/[\p{L}\p{M}]/u.test(sign)) return 'a'
  // Control characters, marks of direction and of zero width, halves of characters, and characters nobody defined.
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(sign) ? '␣' : sign
}
