/**
 * The delimiter of a file, and where its header is. Both are read off the first rows: a delimiter counts for what
 * it makes of the header, known names first. A header that stands below other rows is reported, never used.
 */
import { COLUMNS, headerKey, NAMED_DEMOGRAPHICS } from '../../schemas/columns.ts'
import type { RawRecord } from './reading.ts'
import { Scanner } from './scan.ts'

export interface Sniffed {
  readonly delimiter: string
  /** Bytes before the first row that are no row: Excel's `sep=;`. */
  readonly skip: number
  /** Line of the likely header, where it is not the first row that says anything. */
  readonly headerLine: number | null
}

const DELIMITERS = [',', ';', '\t', '|'] as const
/** Titles are no longer than this. */
const ROWS_LOOKED_AT = 20

/** Looks at the beginning of a text; `isWhole` where there is no more of it. */
export function sniff(head: Buffer, isWhole: boolean, fixed?: string): Sniffed {
  const declared = /^"?sep=([,;\t|])"?(?:\r\n|\n|\r)/i.exec(head.toString('latin1', 0, 16))
  const skip = declared?.[0].length ?? 0
  const text = head.subarray(skip)
  const delimiter = fixed ?? declared?.[1] ?? bestDelimiter(text, isWhole)
  return { delimiter, skip, headerLine: titleAbove(text, isWhole, delimiter, skip > 0 ? 2 : 1) }
}

/** The delimiter under which the first row names the most columns, then the one that makes the most cells. */
function bestDelimiter(text: Buffer, isWhole: boolean): string {
  const scores = DELIMITERS.map((delimiter) => {
    const [first] = rowsOf(text, isWhole, delimiter, 1)
    return { delimiter, known: knownNames(first), cells: first?.cells.length ?? 0 }
  })
  scores.sort((a, b) => b.known - a.known || b.cells - a.cells)
  return scores[0]?.delimiter ?? ','
}

function titleAbove(text: Buffer, isWhole: boolean, delimiter: string, line: number): number | null {
  const first = rowsOf(text, isWhole, delimiter, line)
  if (first[0] === undefined || namesIdentifier(first[0])) return null
  const others = DELIMITERS.filter((other) => other !== delimiter)
  const tried = [first, ...others.map((other) => rowsOf(text, isWhole, other, line))]
  return tried.map((rows) => headerBelow(rows, first[0])).find((found) => found !== null) ?? null
}

/** The line of a row that reads like a header, below a first row that does not. */
export function headerBelow(rows: readonly RawRecord[], first = rows.find(saysAnything)): number | null {
  if (first === undefined || namesIdentifier(first)) return null
  const looked = rows.slice(0, ROWS_LOOKED_AT)
  const likely = looked.find((row) => row.line > first.line && namesIdentifier(row) && knownNames(row) >= 2)
  return likely?.line ?? null
}

/** The first rows that say anything, as far as they can be read. */
function rowsOf(text: Buffer, isWhole: boolean, delimiter: string, line: number): RawRecord[] {
  const scanner = new Scanner({ delimiter, line })
  const rows: RawRecord[] = []
  scanner.push(text, rows)
  // A first row so long that not all of it is here is looked at as far as it goes.
  if (isWhole || rows.length === 0) scanner.end(rows)
  return rows.values().filter(saysAnything).take(ROWS_LOOKED_AT).toArray()
}

function saysAnything({ cells }: RawRecord): boolean {
  return cells.some((cell) => /[\p{L}\p{N}]/u.test(cell))
}

function knownNames(row: RawRecord | undefined): number {
  return row?.cells.filter((cell) => KNOWN.has(headerKey(cell))).length ?? 0
}

function namesIdentifier({ cells }: RawRecord): boolean {
  return cells.some((cell) => IDENTIFIERS.has(headerKey(cell)))
}

const IDENTIFIERS = new Set(
  COLUMNS.filter(({ field }) => field === 'employeeId' || field === 'email')
    .flatMap(namesOf)
    .map(headerKey),
)

const KNOWN = new Set(
  [
    ...COLUMNS.flatMap(namesOf),
    ...Object.entries(NAMED_DEMOGRAPHICS).flatMap(([label, names]) => [label, ...names]),
  ].map(headerKey),
)

function namesOf({ header, aliases }: { header: string; aliases: readonly string[] }): string[] {
  return [header, ...aliases]
}
