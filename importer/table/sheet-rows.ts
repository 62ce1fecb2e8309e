/** Gathers the rows of a sheet from its XML. */
import type { RawRecord } from './reading.ts'
import { Unreadable } from './reading.ts'
import { type NumberStyle, numberText } from './sheet-values.ts'
import type { StringTable } from './string-table.ts'
import type { XmlHandler } from './xml.ts'

/** As many columns, and rows, as a sheet can have. */
const COLUMNS_MAX = 16_384
const ROWS_MAX = 1_048_576
const NO_STYLE: NumberStyle = { kind: 'plain' }
/** A formula whose result nobody ever computed: the value is not known, and must not be taken for blank. */
const NOT_COMPUTED = '#CALC!'

export class SheetRows implements XmlHandler {
  readonly #look: { readonly styles: readonly NumberStyle[]; readonly startsIn1904: boolean }
  readonly #strings: StringTable
  #rows: RawRecord[] = []
  #width: number | null = null
  #line = 0
  /** The last row in which something stood. */
  #lastLine = 0
  #cells: string[] = []

  // Of the cell being read.
  #column = -1
  #type = 'n'
  #style: NumberStyle = NO_STYLE
  #text = ''
  #hasFormula = false
  #isText = false
  #isAid = false

  constructor(look: { styles: readonly NumberStyle[]; startsIn1904: boolean }, strings: StringTable) {
    this.#look = look
    this.#strings = strings
  }

  /** The rows since the last call. */
  take(): RawRecord[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'row') this.#openRow(attributes['r'])
    else if (name === 'c') this.#openCell(attributes)
    else if (name === 'f') this.#hasFormula = true
    else if (name === 'rPh') this.#isAid = true
    this.#isText = name === 'v' || (name === 't' && !this.#isAid)
  }

  text(text: string): void {
    if (this.#isText) this.#text += text
  }

  close(name: string): void {
    this.#isText = false
    if (name === 'rPh') this.#isAid = false
    else if (name === 'c') this.#closeCell()
    else if (name === 'row') this.#closeRow()
  }

  #openRow(number: string | undefined): void {
    const line = number === undefined ? this.#line + 1 : Number(number)
    if (!Number.isSafeInteger(line) || line <= this.#line || line > ROWS_MAX) damaged()
    this.#line = line
    this.#cells = []
    this.#column = -1
  }

  #openCell({ r, t, s }: Readonly<Record<string, string>>): void {
    this.#column = r === undefined ? this.#column + 1 : columnOf(r)
    if (this.#column < 0 || this.#column >= COLUMNS_MAX) damaged()
    this.#type = t ?? 'n'
    this.#style = this.#look.styles[Number(s ?? 0)] ?? NO_STYLE
    this.#text = ''
    this.#hasFormula = false
  }

  #closeCell(): void {
    const value = this.#value()
    if (value === '') return
    while (this.#cells.length < this.#column) this.#cells.push('')
    this.#cells[this.#column] = value
  }

  #value(): string {
    if (this.#text === '' && this.#hasFormula && this.#type !== 'str') return NOT_COMPUTED
    switch (this.#type) {
      case 's':
        return this.#text === '' ? '' : (this.#strings.get(Number(this.#text)) ?? damaged())
      case 'b':
        return this.#text === '' ? '' : this.#text === '0' ? 'FALSE' : 'TRUE'
      case 'n':
        return numberText(this.#text, this.#style, this.#look.startsIn1904)
      default:
        return this.#text
    }
  }

  /**
   * Rows in which nothing stands count once another one follows: sheets keep thousands of them below the last for
   * their looks.
   */
  #closeRow(): void {
    const cells = this.#cells
    if (cells.length === 0) return
    this.#fillGap()
    // Until the header there may be rows with nothing but blanks; the first other one sets the width.
    this.#width ??= cells.every((cell) => cell.trim() === '') ? null : cells.length
    while (cells.length < (this.#width ?? 0)) cells.push('')
    this.#rows.push({ line: this.#line, cells })
    this.#lastLine = this.#line
  }

  #fillGap(): void {
    if (this.#width === null) return
    const cells = new Array<string>(this.#width).fill('')
    for (let line = this.#lastLine + 1; line < this.#line; line++) this.#rows.push({ line, cells })
  }
}

/** `BC12` -> 54. */
function columnOf(reference: string): number {
  const letters = /^[A-Z]{1,3}/i.exec(reference)?.[0].toUpperCase() ?? ''
  let column = 0
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64
  return column - 1
}

function damaged(): never {
  throw new Unreadable('FILE_ARCHIVE', { problem: 'it is damaged' })
}
