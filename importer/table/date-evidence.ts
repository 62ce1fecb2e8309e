/**
 * Finds the one form in which a whole column of dates was written. Proposes, never decides: a source must declare
 * the form before dates are read by it.
 */
import { DATE_MAX, DATE_MIN } from '../../schemas/columns.ts'
import { compileDatePattern, type DateMatcher, USUAL_PATTERNS } from '../../schemas/date-pattern.ts'
import { isCalendarDay } from './value-kinds.ts'

const MATCHERS = USUAL_PATTERNS.flatMap((pattern) => compileDatePattern(pattern) ?? [])

/** Collects cells of one column; memory and cost do not grow with the column. */
export class DateEvidence {
  /** Forms that every date so far has; null before the first. */
  #alive: readonly number[] | null = null

  add(cell: string): void {
    const text = cell.trim()
    const fitting = (this.#alive ?? ALL).filter((index) => fits(MATCHERS[index], text))
    if (fitting.length > 0) this.#alive = fitting
    // A cell that is no date in any form says nothing; one in another form says that no form holds for all.
    else if (this.#alive !== null && ALL.some((index) => fits(MATCHERS[index], text))) this.#alive = []
  }

  /** The only form that fits all dates, or null where none does or several do. */
  get pattern(): string | null {
    const [only, ...more] = this.#alive ?? []
    return only === undefined || more.length > 0 ? null : (USUAL_PATTERNS[only] ?? null)
  }
}

/** The form that the cells of a column prove, or null. Cells that can be read as they are need not be given. */
export function proposeDatePattern(cells: Iterable<string>): string | null {
  const evidence = new DateEvidence()
  for (const cell of cells) evidence.add(cell)
  return evidence.pattern
}

const ALL: readonly number[] = USUAL_PATTERNS.map((_, index) => index)

function fits(matcher: DateMatcher | undefined, text: string): boolean {
  const parts = matcher?.(text)
  if (!parts || !isCalendarDay(...parts)) return false
  const year = String(parts[0])
  return year >= DATE_MIN.slice(0, 4) && year <= DATE_MAX.slice(0, 4)
}
