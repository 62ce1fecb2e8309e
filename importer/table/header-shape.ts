/** Whether the first line is a header at all, or a title, or already the first person. */
import { isBlank } from '../../schemas/cell-text.ts'

export type HeaderShape = 'header' | 'title' | 'person'

/** A title has few words in few cells, and more cells beside it. */
const TITLE_CELLS = 2

/** Asked only of a line that names no identifier: one that does is a header, whatever else stands in it. */
export function shapeOfHeader(cells: readonly string[]): HeaderShape {
  if (cells.some(isPersonal)) return 'person'
  const filled = cells.filter((cell) => !isBlank(cell)).length
  return filled > 0 && filled <= TITLE_CELLS && cells.length > filled + 1 ? 'title' : 'header'
}

/** An e-mail address or a day: values, never names of columns. */
function isPersonal(cell: string): boolean {
  const text = cell.trim()
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) || /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/.test(text)
}
