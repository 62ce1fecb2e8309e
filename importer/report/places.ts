/** What of a group of issues is shown, in every rendering alike: each different sentence once, and where it holds. */
import type { IssueGroup, IssuePlace, IssueVariant } from './issue-groups.ts'
import { listed, number } from './wording.ts'

export interface Sentence {
  readonly message: string
  /** Other headers of which the same sentence is true. */
  readonly likewise: readonly string[]
  /** The column, where it is one for all places and the sentence does not name it; else empty. */
  readonly column: string
  /** The first few rows. */
  readonly rows: readonly IssuePlace[]
  /** How many rows there are besides. */
  readonly more: number
}

export interface Sentences {
  readonly shown: readonly Sentence[]
  /** Issues behind none of the sentences shown. */
  readonly untold: number
}

/** Different sentences shown of one code. */
const VARIANTS = 3

/** The sentences of a group with their places. */
export function sentencesOf({ variants, total, severity, isOnePerHeader }: IssueGroup): Sentences {
  const [first, ...others] = variants
  if (first && isOnePerHeader) {
    const likewise = others.map(({ places, message }) => `"${places[0]?.header ?? message}"`)
    return { shown: [{ ...sentenceOf(first, 1), likewise }], untold: 0 }
  }
  const some = variants.slice(0, VARIANTS)
  // Of one sentence the whole total is known; of several, only how often each stands among the issues listed.
  const shown = some.map((variant) => sentenceOf(variant, variants.length === 1 ? total : variant.count))
  const told = some.reduce((sum, { count }) => sum + count, 0)
  // The total of a hold counts rows, not sentences.
  return { shown, untold: variants.length < 2 || severity === 'hold' ? 0 : total - told }
}

/** `Column G: row 5 (line 6), row 9 (line 10) and 3 more; looks like "99/99/9999"`. */
export function placesText({ likewise, column, rows, more }: Sentence): string {
  if (likewise.length > 0) return `Likewise: ${listed(likewise)}.`
  if (rows.length === 0) return column
  const where = listed([...rows.map(rowText), ...(more > 0 ? [`${number(more)} more`] : [])])
  return (column === '' ? where.replace(/^r/, 'R') : `${column}: ${where}`) + looksLike(rows)
}

/** Two different shapes at most; a long one says nothing. */
function looksLike(rows: readonly IssuePlace[]): string {
  const shapes = new Set(
    rows.flatMap(({ shape }) => (shape !== null && shape.length < 30 ? [`"${shape}"`] : [])),
  )
  return shapes.size > 0 ? `; looks like ${[...shapes].slice(0, 2).join(' or ')}` : ''
}

function sentenceOf({ message, places }: IssueVariant, total: number): Sentence {
  const rows = places.filter((place) => place.row !== null)
  const more = rows.length > 0 ? Math.max(0, total - rows.length) : 0
  return { message, likewise: [], column: columnOf(places, message), rows, more }
}

function columnOf(places: readonly IssuePlace[], message: string): string {
  const [first] = places
  if (first?.column == null || places.some(({ column }) => column !== first.column)) return ''
  if (message.toLowerCase().includes(`column ${first.column.toLowerCase()} `)) return ''
  const isNamed = first.header === null || first.header === first.field || message.includes(first.header)
  return isNamed ? `Column ${first.column}` : `Column ${first.column} "${first.header}"`
}

function rowText({ row, line }: IssuePlace): string {
  // No-break spaces: a row and its line stay together.
  const text = line === null ? `row ${number(row ?? 0)}` : `row ${number(row ?? 0)} (line ${number(line)})`
  return text.replaceAll(' ', '\u00a0')
}
