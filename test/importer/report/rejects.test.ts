/** The rejects file: made to be corrected and sent back. */
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type RejectedLine, type Rejects, rejectsFile } from '../../../importer/report/rejects.ts'
import { wordsOf } from '../../../importer/report/row-words.ts'
import type { CellResult } from '../../../importer/table/cell.ts'
import { demographicReader } from '../../../importer/table/values.ts'
import { collect } from './collect.ts'
import { rowIssue } from './sample-runs.ts'

test('holds the rows that were left out or wait, as they were sent, with what is wrong', async () => {
  expect(
    await textOf({
      header: ['Name', 'Employee Id', 'Note'],
      rows: [
        sent(1, 'Ada', '1', ''),
        sent(2, 'Bob', '', 'a,b'),
        sent(3, 'Cy', '3', ''),
        sent(4, 'Di "D"', '4', ''),
      ],
      planned: [[rejected(2, 'ROW_NO_IDENTIFIER')], [{ ...rejected(3), action: 'update' }, held(4)]],
      issues: [rowIssue('W_SPACES', 1), rowIssue('W_SPACES', 2), rowIssue('ROW_NO_IDENTIFIER', 2)],
    }),
  ).toMatchInlineSnapshot(`
    "Name,Employee Id,Note,Import Row,Import Codes,Import Messages
    Bob,,"a,b",2,ROW_NO_IDENTIFIER; W_SPACES,"The row has no Employee Id and no Email, so nobody can tell who is meant. Email: line breaks and runs of spaces became one space."
    "Di ""D""",4,,4,ID_SWAPPED,The Employee Id belongs to one person and the Email to another; the row waits.
    "
  `)
})

test('keeps the delimiter of the file, and the byte order mark that spreadsheets go by', async () => {
  const text = await textOf({
    header: ['Name', 'Ort'],
    rows: [sent(1, 'Jörg; Müller', 'Köln, Deutz')],
    planned: [[rejected(1)]],
    delimiter: ';',
    hasBom: true,
  })
  expect(text).toBe(
    '\ufeffName;Ort;Import Row;Import Codes;Import Messages\n"Jörg; Müller";Köln, Deutz;1;;\n',
  )
})

describe('of a text file', () => {
  const HEADER = '"Name";Email; "Team ""A"""'
  const ROWS: [name: string, row: string][] = [
    ['quotes that were not needed, and spaces', '"Ada"; ada ;" x "'],
    ['quotes within a cell', '5" pipe;a"b;"he said ""no"""'],
    ['a delimiter, a comma and line breaks within quotes', '"a;b";"c,d";"e\r\nf\ng"'],
    ['what a spreadsheet would run', "=1+1;'+2;@x"],
    ['nothing at all', ';;'],
    ['letters beyond ASCII', 'Jörg 李;\u00a0;e\u0301'],
  ]

  test.each(ROWS)('header and cells stay byte for byte as they were sent: %s', async (_, row) => {
    const chunks = await collect(
      rejectsFile({
        ...EMPTY,
        delimiter: ';',
        header: asRaw(HEADER),
        rows: [{ row: 1, ...asRaw(row) }],
        planned: [[rejected(1, 'VAL_EMAIL')]],
      }),
    )
    expect(chunks.join('')).toBe(
      `${HEADER};Import Row;Import Codes;Import Messages\n${row};1;VAL_EMAIL;${MESSAGE}\n`,
    )
  })

  test('columns that the last rejects file added are taken out of the bytes, and nothing else is', async () => {
    const chunks = await collect(
      rejectsFile({
        ...EMPTY,
        header: asRaw('"Import Row",Name,"import codes"," Email "'),
        rows: [{ row: 1, ...asRaw('7,"A, B","x ""y""", e ') }],
        planned: [[rejected(1, 'VAL_EMAIL')]],
      }),
    )
    expect(chunks.join('')).toBe(
      `Name," Email ",Import Row,Import Codes,Import Messages\n"A, B", e ,1,VAL_EMAIL,${MESSAGE}\n`,
    )
  })

  test('whatever a file holds, cut at its delimiters it is the same cells', async () => {
    const cell = fc.string({ unit: fc.constantFrom(...[...'",;\nab= ']), maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 6 }), async (cells) => {
        const row = cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')
        const header = cells.map((_, at) => `Column ${at}`)
        const chunks = await collect(
          rejectsFile({
            ...EMPTY,
            header: asRaw(header.join(',')),
            rows: [{ row: 1, cells, raw: Buffer.from(row) }],
            planned: [[rejected(1)]],
          }),
        )
        const [, again = []] = recordsOf(chunks.join(''))
        expect(again.slice(0, -3)).toEqual(cells)
      }),
    )
  })
})

describe('sent back as it is', () => {
  test('every cell means what it meant, formulas and apostrophes too, and none runs in a spreadsheet', async () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom(...[...' \'=+-@\t\u00a0x1,"\n']), maxLength: 6 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 2, maxLength: 5 }), async (cells) => {
        const header = cells.map((_, at) => `Column ${at}`)
        const text = await textOf({ header, rows: [sent(1, ...cells)], planned: [[rejected(1)]] })
        const [, row = []] = recordsOf(text)
        expect(row.slice(0, -3).map(meaning)).toEqual(cells.map(meaning))
        for (const one of row) expect(one).not.toMatch(/^[\s]*[=+\-@]/)
      }),
    )
  })

  test('a row with a cell too few or too many is refused again', async () => {
    const header = ['Name', 'Employee Id', 'Import Row', 'Import Codes', 'Import Messages']
    for (let length = 1; length <= 9; length++) {
      if (length === header.length) continue
      const rows = [sent(1, ...Array.from({ length }, (_, at) => `cell ${at}`))]
      const [names = [], row = []] = recordsOf(
        await textOf({ header, rows, planned: [[rejected(1, 'ROW_RAGGED')]] }),
      )
      expect(row.length, `${length} cells`).not.toBe(names.length)
    }
  })

  test('and rejected once more, it has the columns of the report once, with what is wrong now', async () => {
    const once = await textOf({
      header: ['Name', 'Email'],
      rows: [sent(7, 'Ada', 'ada')],
      planned: [[rejected(7, 'ROW_NO_IDENTIFIER')]],
    })
    const [header = [], row = []] = recordsOf(once)
    const twice = await textOf({
      header,
      rows: [sent(1, ...row)],
      planned: [[rejected(1, 'ROW_NAME_REQUIRED')]],
    })
    const [names, again] = recordsOf(twice)
    expect(names).toEqual(['Name', 'Email', 'Import Row', 'Import Codes', 'Import Messages'])
    expect(again?.slice(0, 4)).toEqual(['Ada', 'ada', '1', 'ROW_NAME_REQUIRED'])
  })
})

test('a header that looks like a formula does not run in a spreadsheet', async () => {
  const text = await textOf({ header: ['Name', '=cmd|x'] })
  expect(text).toBe("Name,'=cmd|x,Import Row,Import Codes,Import Messages\n")
})

test('a large file comes in pieces', async () => {
  const rows = Array.from({ length: 5_000 }, (_, at) => sent(at + 1, 'x'.repeat(50), 'y'))
  const chunks = await collect(
    rejectsFile({
      ...EMPTY,
      header: { cells: ['Name', 'Note'] },
      rows,
      planned: [rows.map(({ row }) => rejected(row))],
    }),
  )
  expect(chunks.length).toBeGreaterThan(3)
  expect(recordsOf(chunks.join(''))).toHaveLength(5_001)
})

type SentFile = Omit<Partial<Rejects>, 'header'> & { header?: string[] }

const EMPTY: Rejects = { header: { cells: [] }, delimiter: ',', rows: [], planned: [], issues: [] }

const MESSAGE = wordsOf(['VAL_EMAIL'], []).messages.join(' ')

/** A record as the reader hands it over. */
function asRaw(text: string): { cells: string[]; raw: Buffer } {
  const delimiter = text.includes(';') ? ';' : ','
  const [cells = []] = parse(text, { delimiter, relax_quotes: true, trim: true, record_delimiter: '\u0000' })
  return { cells, raw: Buffer.from(text) }
}

function sent(row: number, ...cells: string[]) {
  return { row, cells }
}

function rejected(row: number, ...codes: RejectedLine['codes']): RejectedLine {
  return { row, action: 'reject', codes }
}

function held(row: number): RejectedLine {
  return { row, action: 'hold', codes: ['ID_SWAPPED'] }
}

async function textOf({ header = [], ...more }: SentFile): Promise<string> {
  return (await collect(rejectsFile({ ...EMPTY, ...more, header: { cells: header } }))).join('')
}

function recordsOf(text: string): string[][] {
  return parse(text, { relax_column_count: true, bom: true, record_delimiter: '\n' })
}

/** What an import makes of the cell. */
function meaning(cell: string): CellResult {
  const result: CellResult = { value: undefined, problem: null, note: null }
  READER.read(cell, result)
  return result
}

const READER = demographicReader('Note')
