/**
 * The rejects file: the rows that were left out or wait, byte for byte as they were sent, with what is wrong at their
 * end. It is made to be corrected and sent back: `Import …` columns are ignored on the way in. A row with the wrong
 * number of cells keeps the wrong number, so that it is refused again until mended. Of a workbook it is the same text
 * as CSV.
 */
import { headerKey, RESERVED_PREFIX } from '../../schemas/headers.ts'
import { unguardFormula } from '../table/formula.ts'
import { csvLine } from './csv-line.ts'
import { eachOf, RowCursor, type Stream } from './row-order.ts'
import type { PlannedLine } from './row-report.ts'
import { inOneCell, type RowIssue, wordsOf } from './row-words.ts'

/** A row as it was sent. */
export interface SentRow {
  readonly row: number
  readonly cells: readonly string[]
  /** The record as it was sent, in UTF-8, without its line end; none of a workbook. */
  readonly raw?: Uint8Array
}

export interface Rejects {
  readonly header: Omit<SentRow, 'row'>
  /** Columns that must not be given back, by their place. */
  readonly isRedacted?: readonly boolean[]
  /** The file's own delimiter. */
  readonly delimiter: string
  /** The file began with a byte order mark: without it, a spreadsheet would misread the letters of the copy. */
  readonly hasBom?: boolean
  /** The rows of the file in order; those that were taken are passed over. */
  readonly rows: Stream<SentRow>
  /** The plan's rows with the actions `reject` and `hold`, in order, in batches. */
  readonly planned: Stream<readonly RejectedLine[]>
  /** The issues that were kept, by row. */
  readonly issues: Stream<RowIssue>
}

export type RejectedLine = Pick<PlannedLine, 'row' | 'codes'> & { readonly action: string }

const ADDED = ['Import Row', 'Import Codes', 'Import Messages'] as const
/** Characters a chunk, about. */
const CHUNK = 64 * 1024

/** The rejects file as chunks of CSV. */
export async function* rejectsFile(rejects: Rejects): AsyncGenerator<string> {
  const layout = layoutOf(rejects)
  const planned = new RowCursor(eachOf(rejects.planned))
  const issues = new RowCursor(rejects.issues)
  let text = (rejects.hasBom === true ? '\ufeff' : '') + layout.header
  try {
    for await (const sent of rejects.rows) {
      const { row } = sent
      const [plan] = await planned.at(row)
      if (plan?.action !== 'reject' && plan?.action !== 'hold') continue
      const words = wordsOf(plan.codes, await issues.at(row))
      text += layout.line(sent, [row, inOneCell(words.codes), words.messages.join(' ')])
      if (text.length < CHUNK) continue
      yield text
      text = ''
    }
    if (text !== '') yield text
  } finally {
    await planned.close()
    await issues.close()
  }
}

interface Layout {
  readonly header: string
  line(sent: Omit<SentRow, 'row'>, added: readonly (string | number)[]): string
}

/** A file that is itself a corrected rejects file brings the added columns with it; they are not added twice. */
function layoutOf({
  header,
  delimiter,
  isRedacted = [],
}: Pick<Rejects, 'header' | 'delimiter' | 'isRedacted'>): Layout {
  const kept = header.cells.map(
    (name, at) => !headerKey(name).startsWith(RESERVED_PREFIX) && isRedacted[at] !== true,
  )
  const hidesSome = isRedacted.includes(true)
  const own = (cells: readonly string[]): string[] => cells.filter((_, at) => kept[at] === true)
  const width = own(header.cells).length + ADDED.length
  const lineOf = (sent: readonly string[], added: readonly (string | number)[]): string =>
    sent.join(delimiter) + delimiter + csvLine(added, delimiter)
  return {
    header: lineOf(own(writtenCells(header, delimiter)), ADDED),
    line: (sent, added) => {
      const written = writtenCells(sent, delimiter)
      if (written.length === header.cells.length) return lineOf(own(written), added)
      // Nobody can tell which cell stands in which column.
      const cells = hidesSome ? written.map(() => '') : written
      // By chance as long as a whole row: one cell more, or it would be taken with its cells in wrong columns.
      return lineOf(cells, cells.length + added.length === width ? [...added, ''] : added)
    },
  }
}

/** The cells with their quotes, as they were sent; those of a workbook as a CSV has them. */
function writtenCells({ cells, raw }: Omit<SentRow, 'row'>, delimiter: string): string[] {
  if (raw === undefined) return cells.map((cell) => csvLine([asSent(cell)], delimiter).replace(/\r?\n$/, ''))
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8')
  const written: string[] = []
  let from = 0
  for (const end of cellEnds(text, delimiter)) {
    written.push(text.slice(from, end))
    from = end + 1
  }
  return written
}

/** Where each cell of a record ends. A quote opens only at the start of a cell. */
function* cellEnds(text: string, delimiter: string): Generator<number> {
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === '"') {
      at++
      while (at < text.length && (text[at] !== '"' || text[at + 1] === '"')) at += text[at] === '"' ? 2 : 1
    }
    const end = text.indexOf(delimiter, at)
    at = end === -1 ? text.length : end
    yield at
  }
}

/**
 * A cell that means the same once it is written: the writer puts an apostrophe before what looks like a formula,
 * so one that stands there already is taken away. Space before a formula means nothing and might hide it.
 */
function asSent(cell: string): string {
  return unguardFormula(cell.replace(/^\s+(?=['=+\-@\uff1d\uff0b\uff0d\uff20])/, ''))
}
