/** Workbooks: the first sheet as people see it, in bounded memory. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type SheetCell, type WorkbookParts, workbookOf, zipOf } from '../../support/archives.ts'
import { type Read, readBytes } from '../../support/reading.ts'

async function readWorkbook(options: WorkbookParts): Promise<Read> {
  return await readBytes(await workbookOf(options), { name: 'People.XLSX' })
}

/** What a cell of a sheet is read as. */
async function cellOf(xml: string, more: Omit<WorkbookParts, 'rows'> = {}): Promise<string | undefined> {
  const rows: SheetCell[][] = [
    ['Name', 'Email'],
    ['a', { xml }],
  ]
  const { cells, codes } = await readWorkbook({ rows, ...more })
  expect(codes).toEqual([])
  return cells[1]?.[1]
}

describe('a cell', () => {
  test.each([
    ['<c t="s"><v>1</v></c>', 'Zoë & co'],
    ['<c t="s"><v>2</v></c>', 'rich text'],
    ['<c t="inlineStr"><is><r><t>in</t></r><r><t xml:space="preserve"> line</t></r></is></c>', 'in line'],
    ['<c t="inlineStr"><is><t>東京</t><rPh><t>とうきょう</t></rPh></is></c>', '東京'],
    ['<c t="str"><f>A1</f><v>computed</v></c>', 'computed'],
    ['<c t="str"><f>A1</f><v></v></c>', ''],
    ['<c t="b"><v>1</v></c>', 'TRUE'],
    ['<c t="b"><v>0</v></c>', 'FALSE'],
    ['<c t="e"><v>#N/A</v></c>', '#N/A'],
    ['<c t="d"><v>2026-01-31</v></c>', '2026-01-31'],
    ['<c><v>123456</v></c>', '123456'],
    ['<c><v>0.10000000000000001</v></c>', '0.1'],
    ['<c><v>1E+5</v></c>', '100000'],
    ['<c><v>-7</v></c>', '-7'],
    ['<c/>', ''],
    ['<c><f>A1+1</f></c>', '#CALC!'],
    ['<c><f>A1+1</f><v>3</v></c>', '3'],
  ])('%s says %j', async (xml, text) => {
    const sharedStrings = [
      '<t>first</t>',
      '<t>Zoë &amp; co</t>',
      '<r><t>rich</t></r><r><t> text</t></r><rPh><t>aid</t></rPh>',
    ]
    expect(await cellOf(xml, { sharedStrings })).toBe(text)
  })

  test('of more digits than a sheet keeps says that they are not sure', async () => {
    expect(await cellOf('<c><v>1234567890123450</v></c>')).toBe('1.23456789012345E+15')
  })

  test.each([
    ['yyyy\\-mm\\-dd', '45000', '2023-03-15'],
    ['d. mmmm yyyy', '45000', '2023-03-15'],
    ['[$-407]d/m/yy;@', '45000', '2023-03-15'],
    ['dd.mm.yyyy hh:mm', '45000.5', '2023-03-15T12:00:00'],
    ['yyyy-mm-dd', '1', '1900-01-01'],
    ['yyyy-mm-dd', '59', '1900-02-28'],
    ['yyyy-mm-dd', '61', '1900-03-01'],
    ['yyyy-mm-dd', '2958465', '9999-12-31'],
    ['hh:mm', '0.75', '18:00:00'],
    ['[h]:mm', '0.5', '12:00:00'],
    ['000000', '123', '000123'],
    ['00000;-00000', '42', '00042'],
    ['0.00', '5', '5'],
    ['"dmy" 0', '5', '5'],
    ['[Red]0', '5', '5'],
    ['#,##0 "days"', '45000', '45000'],
    ['General', '45000', '45000'],
  ])('in the format %s shows %s as %s', async (code, value, text) => {
    expect(await cellOf(`<c s="1"><v>${value}</v></c>`, { formats: [code] })).toBe(text)
  })

  test('in a date format that every workbook knows is a date', async () => {
    expect(await cellOf('<c s="1"><v>45000</v></c>')).toBe('2023-03-15')
  })

  test('of a workbook that counts from 1904 is the day it shows', async () => {
    expect(await cellOf('<c s="1"><v>43538</v></c>', { startsIn1904: true })).toBe('2023-03-15')
  })
})

describe('the rows of a sheet', () => {
  test('keep their numbers, fill up to the header, and are blank where nothing stands between two', async () => {
    const rows = [[], ['Name', 'Employee Id', 'Email', null], [null, null], ['a'], [null, '2', null, 'extra']]
    const { records } = await readWorkbook({ rows })
    expect(records).toEqual([
      { line: 2, cells: ['Name', 'Employee Id', 'Email'] },
      { line: 3, cells: ['', '', ''] },
      { line: 4, cells: ['a', '', ''] },
      { line: 5, cells: ['', '2', '', 'extra'] },
    ])
  })

  test('may leave out the references of cells and rows', async () => {
    const sheet =
      '<worksheet><sheetData><row><c t="inlineStr"><is><t>Email</t></is></c></row><row><c><v>7</v></c></row></sheetData></worksheet>'
    const { records } = await readWorkbook({ rows: [], parts: { 'xl/worksheets/sheet1.xml': sheet } })
    expect(records).toEqual([
      { line: 1, cells: ['Email'] },
      { line: 2, cells: ['7'] },
    ])
  })

  test('of a title above the header are passed on; blank ones are not', async () => {
    const { records, codes } = await readWorkbook({ rows: [[' '], ['Email'], ['x']] })
    expect(codes).toEqual([])
    expect(records.map(({ line }) => line)).toEqual([2, 3])
  })

  test('of a title are reported with the row of the header', async () => {
    const { issues, records } = await readWorkbook({
      rows: [['Report of May'], [], ['Name', 'Email'], ['a', 'b']],
    })
    expect(issues).toMatchObject([{ code: 'HDR_TITLE_ROW', line: 3 }])
    expect(records).toEqual([])
  })

  test('of many people come in batches, with texts beyond what is kept in memory', async () => {
    const count = 70_000
    const sharedStrings = Array.from({ length: count }, (_, n) => `<t>${'person '.repeat(40)}${n}</t>`)
    const rows = sharedStrings.map((_, n): SheetCell[] => [
      { xml: `<c t="s"><v>${n}</v></c>` },
      { xml: `<c t="s"><v>${(n * 7_919) % count}</v></c>` },
    ])
    const { cells, codes } = await readWorkbook({ rows, sharedStrings })
    expect(codes).toEqual([])
    expect(cells).toHaveLength(count)
    const numbers = cells.map((row) => row.map((cell) => Number(cell.slice(cell.lastIndexOf(' ')))))
    expect(numbers.every(([a, b], n) => a === n && b === (n * 7_919) % count)).toBe(true)
  })

  test('of an empty sheet are none', async () => {
    expect((await readWorkbook({ rows: [] })).codes).toEqual(['FILE_EMPTY'])
  })
})

describe('a workbook', () => {
  test('says that it has more sheets than the first', async () => {
    const { issues, cells } = await readWorkbook({ rows: [['Email'], ['x']], otherSheets: 2 })
    expect(issues).toMatchObject([{ code: 'FILE_OTHER_SHEETS', severity: 'info', params: { sheets: 2 } }])
    expect(cells).toHaveLength(2)
  })

  test('begins with the first sheet that can be seen', async () => {
    const workbook =
      '<workbook xmlns:r="r"><sheets><sheet name="a" state="hidden" r:id="s2"/><sheet name="b" r:id="s1"/></sheets></workbook>'
    const read = await readWorkbook({
      rows: [['Email'], ['x']],
      otherSheets: 1,
      parts: { 'xl/workbook.xml': workbook },
    })
    expect(read.cells).toEqual([['Email'], ['x']])
    expect(read.codes).toEqual([])
  })

  test.each([
    ['is no workbook', { '_rels/.rels': '<Relationships/>', 'xl/workbook.xml': '' }],
    ['ends too early', { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row><c><v>1</v></c></row>' }],
    ['has tags that do not fit', { 'xl/worksheets/sheet1.xml': '<worksheet><row></c></worksheet>' }],
    [
      'defines entities',
      { 'xl/worksheets/sheet1.xml': '<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>' },
    ],
    [
      'names a text that is not there',
      { 'xl/worksheets/sheet1.xml': '<worksheet><row><c t="s"><v>9</v></c></row></worksheet>' },
    ],
    [
      'has rows in disorder',
      { 'xl/worksheets/sheet1.xml': '<worksheet><row r="2"/><row r="1"/></worksheet>' },
    ],
    [
      'has a cell beyond any sheet',
      { 'xl/worksheets/sheet1.xml': '<worksheet><row><c r="ZZZ1"><v>1</v></c></row></worksheet>' },
    ],
    [
      'has a text longer than any',
      {
        'xl/worksheets/sheet1.xml': `<worksheet><row><c t="inlineStr"><is><t>${randomBytes(2_000_000).toString('base64')}</t></is></c></row></worksheet>`,
      },
    ],
    ['is not UTF-8', { 'xl/sharedStrings.xml': '\u0000' }],
  ])('that %s is refused', async (_, parts: Record<string, string>) => {
    const { codes } = await readWorkbook({ rows: [['Email'], ['x']], parts })
    expect(codes).toEqual(['FILE_ARCHIVE'])
  })

  test('that is another kind of document is refused', async () => {
    const zip = await zipOf([['word/document.xml', '<document/>']])
    const { issues } = await readBytes(zip, { name: 'people.xlsx' })
    expect(issues).toMatchObject([{ code: 'FILE_ARCHIVE' }])
    expect(issues[0]?.params['problem']).toContain('no Excel workbook')
  })

  test('that unpacks to more than a hundred times its size is stopped', async () => {
    const sheet = `<worksheet><sheetData>${'<row></row>'.repeat(3_000_000)}</sheetData></worksheet>`
    const { codes } = await readWorkbook({ rows: [], parts: { 'xl/worksheets/sheet1.xml': sheet } })
    expect(codes).toEqual(['FILE_ARCHIVE'])
  })
})
