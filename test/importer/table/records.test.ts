/** Whole files through the reader: what is read, where it stood, and what is said about what cannot be read. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { IssueList } from '../../../importer/table/issue-list.ts'
import { RECORD_BYTES_MAX } from '../../../importer/table/judge.ts'
import { DEFAULT_LIMITS, readRecords } from '../../../importer/table/records.ts'
import { readBytes } from '../../support/reading.ts'

const HEADER = 'Name,Employee Id,Email'

describe('the delimiter', () => {
  test.each([',', ';', '\t', '|'])('%j is told from the header', async (delimiter) => {
    const text = `Name,Employee Id,Email\nÁda,1,a@example.com\n`.replaceAll(',', delimiter)
    const { cells, format } = await readBytes(text)
    expect(cells[1]).toEqual(['Áda', '1', 'a@example.com'])
    expect(format?.delimiter).toBe(delimiter)
  })

  test('is the one that makes known columns, whatever else the header holds more of', async () => {
    const { cells } = await readBytes('Employee Id;Email;Notes, remarks, and, so, on\n1;a@example.com;x\n')
    expect(cells[1]).toEqual(['1', 'a@example.com', 'x'])
  })

  test('is not looked for within quotes', async () => {
    const { cells } = await readBytes('"a;b;c;d",Personnel Number\n1,2\n')
    expect(cells).toEqual([
      ['a;b;c;d', 'Personnel Number'],
      ['1', '2'],
    ])
  })

  test('is the one that a source fixes', async () => {
    const { cells } = await readBytes('Email,x|Employee Id\n1,2|3\n', { delimiter: '|' })
    expect(cells).toEqual([
      ['Email,x', 'Employee Id'],
      ['1,2', '3'],
    ])
  })

  test('is the one that a first line of Excel names, which is no row', async () => {
    const { records } = await readBytes('sep=;\r\nEmail;Name, first and last\r\na@example.com;A, B\r\n')
    expect(records).toEqual([
      { line: 2, cells: ['Email', 'Name, first and last'] },
      { line: 3, cells: ['a@example.com', 'A, B'] },
    ])
  })
})

describe('lines', () => {
  test.each([
    ['CRLF', '\r\n'],
    ['LF', '\n'],
    ['CR', '\r'],
  ])('may end in %s', async (_, eol) => {
    const { records } = await readBytes([HEADER, 'a,1,', 'b,2,'].join(eol))
    expect(records.map(({ line, cells }) => [line, ...cells])).toEqual([
      [1, 'Name', 'Employee Id', 'Email'],
      [2, 'a', '1', ''],
      [3, 'b', '2', ''],
    ])
  })

  test('may end in all of them, and are counted as an editor counts them', async () => {
    const { records } = await readBytes(`${HEADER}\r\na,1,\r"b\r\nc\rd",2,\n\ne,3,\n`)
    expect(records.map(({ line }) => line)).toEqual([1, 2, 3, 6, 7])
  })

  test('that are blank above the header are passed over; below it they are rows', async () => {
    const { records } = await readBytes(`\n , ,\n${HEADER}\n\na,1,\n`)
    expect(records.map(({ line, cells }) => [line, cells.length])).toEqual([
      [3, 3],
      [4, 1],
      [5, 3],
    ])
  })

  test('of another width than the header are given out as they are', async () => {
    const { cells } = await readBytes(`${HEADER}\na\na,b,c,d\n`)
    expect(cells.slice(1)).toEqual([['a'], ['a', 'b', 'c', 'd']])
  })
})

describe('a file that says nothing', () => {
  test.each(['', '\n', '\ufeff', ' \r\n\t\n', ',,,\n,,,\n', '\n'.repeat(100_000)])(
    '%# is empty',
    async (text) => {
      const { records, codes } = await readBytes(text)
      expect(codes).toEqual(['FILE_EMPTY'])
      expect(records).toEqual([])
    },
  )
})

describe('a title above the header', () => {
  test.each([
    ['a title', 'Employees, as of May 2026\nName,Employee Id,Email\n', 2],
    ['several lines with blanks', 'Report\n\nprinted by X,,\n,,\nName,Employee Id,Email\n', 5],
    ['another delimiter than the header', 'Employees, May, 2026, all\nName;Employee Id;Email\na;1;b\n', 2],
    ['a quoted header of another delimiter', 'Employees, May\n"Name";"Employee Id";"Email"\n', 2],
    ['a title of two lines in quotes', '"Employees\nof ACME"\nName,Employee Id,Email\n', 3],
  ])('is reported with the line of the header: %s', async (_, text, line) => {
    const { records, issues } = await readBytes(text)
    expect(issues).toMatchObject([{ code: 'HDR_TITLE_ROW', line, severity: 'fatal' }])
    expect(records).toEqual([])
  })

  test.each([
    ['a header of several lines', '"Employee\nId",Name,Email\n1,a,b\n'],
    ['people called like columns', 'Employee Id,Title\n1,Email\n2,Name\n'],
    ['a header without any known name', 'Personalnummer,Vorname\n1,Ada\n'],
  ])('is not seen in %s', async (_, text) => {
    expect((await readBytes(text)).codes).toEqual([])
  })
})

describe('a quote', () => {
  test.each([
    ['on the last line', `${HEADER}\na,1,"b`, 2],
    ['far above', `${HEADER}\na,"1,x\n${'b,2,y\n'.repeat(50)}`, 2],
    ['below other lines of its record', `${HEADER}\n"a\r\nb","c\rd\ne","f\ng`, 5],
    ['with text behind its end', `${HEADER}\n"ok","x\ny"z,3\n`, 2],
    ['closed by the opening one of a later row', `${HEADER}\nx,"1,\ny,"2",\n`, 2],
    ['in the header', '"Name,Email\na,b\n', 1],
  ])('that is not closed is found by the line on which it opens: %s', async (_, text, line) => {
    const { issues } = await readBytes(text)
    expect(issues).toMatchObject([{ code: 'FILE_PARSE', line, params: { opened: line } }])
  })

  test('that is never closed costs no more memory than a record may have', async () => {
    const text = `${HEADER}\na,1,"${'x'.repeat(2 * RECORD_BYTES_MAX)}\n`
    const { records, issues } = await readBytes(text)
    expect(records).toHaveLength(1)
    expect(issues).toMatchObject([{ code: 'FILE_PARSE', line: 2 }])
  })

  test('within a cell that is not quoted is a sign like any other', async () => {
    const { cells } = await readBytes(`${HEADER}\n5" pipe,a"b",""\n`)
    expect(cells[1]).toEqual(['5" pipe', 'a"b"', ''])
  })
})

test('a row without end is not waited for', async () => {
  const { codes, records } = await readBytes(`${HEADER}\n${'x,'.repeat(RECORD_BYTES_MAX)}\n`)
  expect(codes).toEqual(['FILE_ROW_SIZE'])
  expect(records).toHaveLength(1)
})

describe('a quoted cell that may have swallowed people', () => {
  const wide = 'Name,Employee Id,Email,Team\n'

  test.each([
    ['more than five lines', `${wide}a,1,x,"1\n2\n3\n4\n5\n6"\n`, 2, 'D'],
    ['two rows', `${wide}a,1,x,"b,2,y,Blue\nc,3,z,Red\nd"\n`, 2, 'D'],
    ['the end of one row and the beginning of the next', `${wide}a,"1,x,Red\nb,2",y,Blue\n`, 2, 'B'],
    ['a person of two columns', `Name,Email\n"Ada,a@example.com\nCy",c@example.com\n`, 2, 'A'],
    ['a person behind the mail', `Name,Email\nAda,"a@example.com\nCy,c@example.com"\n`, 2, 'B'],
    ['a person of three columns', `Employee Id,Email,Note\n1,a@x,"hello\n2,b@x,x"\n`, 2, 'C'],
    ['a person with a quoted mail', `Name,Email\n"Ada,""a@example.com""\nCy",c@example.com\n`, 2, 'A'],
    ['a person between semicolons', `Name;Email\n"Ada;a@example.com\nCy";c@example.com\n`, 2, 'A'],
    ['two rows of two columns', `Email,Team\nx,"Blue\ny,Red\nz,Green"\n`, 2, 'B'],
  ])('holds the run: %s', async (_, text, line, column) => {
    const { issues, holds, records } = await readBytes(text)
    expect(issues).toMatchObject([{ code: 'FILE_SUSPECT_QUOTE', severity: 'hold', line, column }])
    expect(holds).toMatchObject([{ code: 'FILE_SUSPECT_QUOTE', rows: 1, params: { line } }])
    expect(records).toHaveLength(2)
  })

  test.each([
    ['an address of five lines', `${wide}a,1,x,"Quay House\n1 Road\nLeeds\nLS1\nUK"\n`],
    ['an address with commas', `${wide}a,1,x,"Quay House,\n1 Road, Leeds"\n`],
    ['an address with a comma in a file of two columns', 'Email,Address\nx,"1 Road,\nLeeds"\n'],
    ['a note that tells a mail', `Email,Note\nx,"Works from home, mostly\nor mail a@example.com"\n`],
    ['a mail within a sentence', `Email,Note\nx,"On leave, ask a@example.com\nor the desk"\n`],
    ['a mail and a comma in one line', `Email,Note\nx,"Ada,a@example.com"\n`],
    ['handles', `Email,Note\nx,"Berlin, @ada\n@cy"\n`],
    ['many delimiters in one line', `${wide}a,1,x,"b, c, d, e, f, g"\n`],
  ])('is not %s', async (_, text) => {
    expect((await readBytes(text)).codes).toEqual([])
  })

  test('names the line of the cell, not of the record', async () => {
    const { issues } = await readBytes(`${wide}"a\nb",1,x,"1\n2\n3\n4\n5\n6"\nc,2,y,z\n`)
    expect(issues).toMatchObject([{ line: 3, row: 1 }])
  })
})

test('with keepRaw every record comes with its own bytes', async () => {
  const rows = ['"a ""x""",1,', ' b,"2\r\n3",', '', 'ünï,4,"last"']
  const { records } = await readBytes(`\ufeff${HEADER}\r\n${rows.join('\n')}`, { keepRaw: true })
  expect(records.map(({ raw }) => raw?.toString())).toEqual([HEADER, ...rows])
})

test('what csv-parse takes and the scanner does not is read by csv-parse, with lines and bytes', async () => {
  // A zero behind a closing quote: csv-parse lets the cell go on.
  const { records } = await readBytes(`${HEADER}\na,1,x\n"b"\0,2,"y\nz"\nc,3,w\n`, { keepRaw: true })
  expect(records.map(({ line }) => line)).toEqual([1, 2, 3, 5])
  expect(records[2]?.cells).toEqual(['b\0', '2', 'y\nz'])
  expect(records[3]?.raw?.toString()).toBe('c,3,w')
})

describe('reading', () => {
  const text = `${HEADER}\n${'Ada,1,ada@example.com\n'.repeat(50_000)}`

  test('tells how far it is, up to the size of the file', async () => {
    const heard: number[] = []
    await readBytes(text, { onBytes: (done) => heard.push(done) })
    expect(heard.length).toBeGreaterThan(4)
    expect(heard).toEqual(heard.toSorted((a, b) => a - b))
    expect(heard.at(-1)).toBe(Buffer.byteLength(text))
  })

  test('ends with the error of who watches it', async () => {
    const stop = new Error('stop')
    const reading = readBytes(text, {
      onBytes: (done) => {
        if (done > 300_000) throw stop
      },
    })
    await expect(reading).rejects.toBe(stop)
  })

  test('ends when it is told to', async () => {
    const control = new AbortController()
    const reading = readBytes(text, { signal: control.signal, onBytes: () => control.abort() })
    await expect(reading).rejects.toThrow('aborted')
  })

  test('gives small batches and leaves no file open, also when it is left early', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-left-'))
    const path = join(folder, 'people.csv')
    writeFileSync(path, text)
    try {
      const batches = readRecords({ path, name: 'people.csv' }, DEFAULT_LIMITS, new IssueList())
      const first = await batches.next()
      expect(first.done === true ? 0 : first.value.length).toBeLessThanOrEqual(1_000)
      expect(openPaths()).toContain(path)
      await batches.return(undefined)
      expect(openPaths()).not.toContain(path)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('refuses a file above the limit before reading it', async () => {
    const { codes, records } = await readBytes(text, { limits: { bytesMax: 1_000 } })
    expect(codes).toEqual(['FILE_TOO_LARGE'])
    expect(records).toEqual([])
  })

  test('of a file that is not there fails as the system says', async () => {
    const batches = readRecords(
      { path: '/nowhere/people.csv', name: 'people.csv' },
      DEFAULT_LIMITS,
      new IssueList(),
    )
    await expect(batches.next()).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

/** Files this process holds open. */
function openPaths(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)]
    } catch {
      return [] // the descriptor of the listing itself
    }
  })
}
