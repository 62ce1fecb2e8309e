/** Archives and workbooks for tests, made as programs make them, and then damaged as the world damages them. */
import { buffer } from 'node:stream/consumers'
import yazl from 'yazl'

/** A zip of these files; a name ending in `/` is a folder. */
export async function zipOf(
  files: readonly (readonly [name: string, content: string | Buffer])[],
): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [name, content] of files) {
    if (name.endsWith('/')) zip.addEmptyDirectory(name)
    else zip.addBuffer(Buffer.from(content), name, { mtime: new Date('2026-01-01T00:00:00Z') })
  }
  zip.end()
  return await buffer(zip.outputStream)
}

/** Where the table of contents begins in an archive, entry by entry. */
export function centralEntries(zip: Buffer): number[] {
  const found: number[] = []
  for (let at = zip.indexOf('PK\u0001\u0002'); at !== -1; at = zip.indexOf('PK\u0001\u0002', at + 4))
    found.push(at)
  return found
}

/** A cell as the XML of a sheet says it; null leaves it out. */
export type SheetCell = { readonly xml: string } | string | null

export interface WorkbookParts {
  readonly rows: readonly (readonly SheetCell[])[]
  readonly sharedStrings?: readonly string[]
  /** Format codes, from number 164 on; style `n` of a cell is the n-th, 0 is none. */
  readonly formats?: readonly string[]
  readonly startsIn1904?: boolean
  readonly otherSheets?: number
  /** Goes before every part that it names, or replaces it. */
  readonly parts?: Readonly<Record<string, string>>
}

/** A workbook with one sheet of these rows; a plain string becomes an inline string. */
export async function workbookOf(options: WorkbookParts): Promise<Buffer> {
  const { parts = {}, ...rest } = options
  return await zipOf(Object.entries({ ...workbookParts(rest), ...parts }))
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships'

function workbookParts(options: Omit<WorkbookParts, 'parts'>): Record<string, string> {
  const { rows, sharedStrings = [], formats = [], startsIn1904 = false, otherSheets = 0 } = options
  const more = Array.from({ length: otherSheets }, (_, index) => index + 2)
  const sheets = [1, ...more]
  const other = `${HEAD}<worksheet xmlns="${MAIN}"><sheetData/></worksheet>`
  return {
    '[Content_Types].xml': `${HEAD}<Types/>`,
    '_rels/.rels': `${HEAD}<Relationships xmlns="${PACKAGE}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr date1904="${startsIn1904 ? 1 : 0}"/><sheets>${sheets.map((n) => `<sheet name="S${n}" sheetId="${n}" r:id="s${n}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="${PACKAGE}">${sheets.map((n) => `<Relationship Id="s${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="t" Type="${OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="y" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': stylesXml(formats),
    'xl/sharedStrings.xml': `${HEAD}<sst xmlns="${MAIN}">${sharedStrings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    'xl/worksheets/sheet1.xml': `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${rows.map(rowXml).join('')}</sheetData></worksheet>`,
    ...Object.fromEntries(more.map((n) => [`xl/worksheets/sheet${n}.xml`, other])),
  }
}

function stylesXml(formats: readonly string[]): string {
  const codes = formats.map((code, n) => `<numFmt numFmtId="${164 + n}" formatCode="${escaped(code)}"/>`)
  const styles = [
    '<xf numFmtId="0"/>',
    ...formats.map((_, n) => `<xf numFmtId="${164 + n}"/>`),
    '<xf numFmtId="14"/>',
  ]
  return `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts>${codes.join('')}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>${styles.join('')}</cellXfs></styleSheet>`
}

function rowXml(cells: readonly SheetCell[], row: number): string {
  const written = cells.map((cell, column) => {
    if (cell === null) return ''
    if (typeof cell !== 'string') return cell.xml.replace('<c', `<c r="${letter(column)}${row + 1}"`)
    return `<c r="${letter(column)}${row + 1}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`
  })
  return `<row r="${row + 1}">${written.join('')}</row>`
}

function letter(column: number): string {
  return (column >= 26 ? letter(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
