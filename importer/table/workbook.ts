/** The parts of a workbook that say how its first sheet is to be read: which part it is, its formats, its calendar. */

import { Unreadable } from './reading.ts'
import { type NumberStyle, numberStyle } from './sheet-values.ts'
import { readXml, type XmlHandler } from './xml.ts'
import type { ZipEntry, ZipFound } from './zip.ts'

export interface Workbook {
  readonly sheet: ZipEntry
  readonly strings: ZipEntry | null
  /** By the number that a cell gives as its style. */
  readonly styles: readonly NumberStyle[]
  readonly startsIn1904: boolean
  /** Sheets that people can see, besides the first. */
  readonly otherSheets: number
}

/** Parts that are read as a whole; none of them grows with the people in the sheet. */
const PART_BYTES_MAX = 16 * 1024 * 1024

export async function openWorkbook(zip: ZipFound): Promise<Workbook> {
  const parts = new Map(zip.entries.map((entry) => [entry.name.replace(/^\//, '').toLowerCase(), entry]))
  const root = (await relations(parts.get('_rels/.rels'), '')).find(({ type }) => type === 'officeDocument')
  const path = root?.target ?? 'xl/workbook.xml'
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const { sheets, startsIn1904 } = await sheetsOf(parts.get(path.toLowerCase()))
  const related = await relations(
    parts.get(`${folder}_rels/${path.slice(folder.length)}.rels`.toLowerCase()),
    folder,
  )
  const visible = sheets.filter((sheet) => {
    const type = related.find(({ id }) => id === sheet.relation)?.type
    return !sheet.isHidden && (type === undefined || type === 'worksheet')
  })
  const partOf = (test: (one: Relation) => boolean): ZipEntry | undefined =>
    parts.get(related.find(test)?.target.toLowerCase() ?? '')
  const sheet = partOf(({ id }) => id === visible[0]?.relation)
  if (!sheet) throw new Unreadable('FILE_ARCHIVE', { problem: 'it has no sheet that can be seen' })
  return {
    sheet,
    strings: partOf(({ type }) => type === 'sharedStrings') ?? null,
    styles: await stylesOf(partOf(({ type }) => type === 'styles')),
    startsIn1904,
    otherSheets: visible.length - 1,
  }
}

interface Relation {
  readonly id: string
  /** Last word of its type. */
  readonly type: string
  /** Path within the archive. */
  readonly target: string
}

async function relations(part: ZipEntry | undefined, folder: string): Promise<Relation[]> {
  const found: Relation[] = []
  await readPart(part, {
    open: (name, { Id = '', Type = '', Target = '' }) => {
      if (name !== 'Relationship') return
      const target = Target.startsWith('/') ? Target.slice(1) : folder + Target
      found.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), target })
    },
  })
  return found
}

interface Sheet {
  readonly relation: string
  readonly isHidden: boolean
}

async function sheetsOf(part: ZipEntry | undefined): Promise<{ sheets: Sheet[]; startsIn1904: boolean }> {
  if (!part)
    throw new Unreadable('FILE_ARCHIVE', { problem: 'it is no Excel workbook, whatever its name says' })
  const sheets: Sheet[] = []
  let startsIn1904 = false
  await readPart(part, {
    open: (name, attributes) => {
      if (name === 'workbookPr') startsIn1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '')
      if (name !== 'sheet') return
      const relation = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? ''
      sheets.push({ relation, isHidden: (attributes['state'] ?? 'visible') !== 'visible' })
    },
  })
  return { sheets, startsIn1904 }
}

async function stylesOf(part: ZipEntry | undefined): Promise<NumberStyle[]> {
  const codes = new Map<number, string>()
  const styles: NumberStyle[] = []
  let isInCells = false
  await readPart(part, {
    open: (name, attributes) => {
      const id = Number(attributes['numFmtId'] ?? 0)
      if (name === 'numFmt') codes.set(id, attributes['formatCode'] ?? '')
      if (name === 'cellXfs') isInCells = true
      if (name === 'xf' && isInCells) styles.push(numberStyle(id, codes.get(id)))
    },
    close: (name) => {
      if (name === 'cellXfs') isInCells = false
    },
  })
  return styles
}

async function readPart(part: ZipEntry | undefined, handler: XmlHandler): Promise<void> {
  if (!part) return
  if (part.size > PART_BYTES_MAX) throw new Unreadable('FILE_ARCHIVE', { problem: 'it is damaged' })
  for await (const _ of readXml(part.read(), handler)) {
    // The handler has all it needs.
  }
}
