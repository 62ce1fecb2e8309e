/**
 * The rejects file: the rows that were left out or wait, as they were sent, with what is wrong at their end. It is
 * made to be corrected and sent back: `Import …` columns are ignored on the way in, and every cell means what it
 * meant. A row with the wrong number of cells keeps the wrong number, so that it is refused again until mended.
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
}

export interface Rejects {
  readonly header: readonly string[]
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
    for await (const { row, cells } of rejects.rows) {
      const [plan] = await planned.at(row)
      if (plan?.action !== 'reject' && plan?.action !== 'hold') continue
      const words = wordsOf(plan.codes, await issues.at(row))
      text += layout.line(cells, [row, inOneCell(words.codes), words.messages.join(' ')])
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
  line(cells: readonly string[], added: readonly (string | number)[]): string
}

/** A file that is itself a corrected rejects file brings the added columns with it; they are not added twice. */
function layoutOf({ header, delimiter }: Pick<Rejects, 'header' | 'delimiter'>): Layout {
  const kept = header.map((name) => !headerKey(name).startsWith(RESERVED_PREFIX))
  const own = (cells: readonly string[]): string[] => cells.filter((_, at) => kept[at] === true)
  const width = own(header).length + ADDED.length
  return {
    header: csvLine([...own(header).map(asSent), ...ADDED], delimiter),
    line: (cells, added) => {
      if (cells.length === header.length) return csvLine([...own(cells).map(asSent), ...added], delimiter)
      const ragged = [...cells.map(asSent), ...added]
      // By chance as long as a whole row: one cell more, or it would be taken with its cells in wrong columns.
      return csvLine(ragged.length === width ? [...ragged, ''] : ragged, delimiter)
    },
  }
}

/**
 * A cell that means the same once it is written: the writer puts an apostrophe before what looks like a formula,
 * so one that stands there already is taken away. Space before a formula means nothing and might hide it.
 */
function asSent(cell: string): string {
  return unguardFormula(cell.replace(/^\s+(?=['=+\-@\uff1d\uff0b\uff0d\uff20])/, ''))
}
