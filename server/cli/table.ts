/** Tables without lines: a dim header, two spaces between the columns, nothing else to look at. */
import Table from 'cli-table3'
import type { Colors } from './terminal.ts'

export interface Column<Row> {
  readonly header: string
  readonly align?: 'left' | 'right'
  readonly cell: (row: Row, colors: Colors) => string
}

const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '' },
  ...{ right: '', 'right-mid': '', middle: '  ' },
}

/** The rows as text, with a newline at the end. */
export function tableText<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  colors: Colors,
): string {
  const table = new Table({
    head: columns.map(({ header }) => colors.dim(header)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  for (const row of rows) table.push(columns.map(({ cell }) => cell(row, colors)))
  const lines = table.toString().split('\n')
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}
