import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IssueList, KEEP } from '../../../importer/table/issue-list.ts'
import { ValueJoiner } from '../../../importer/table/joiner.ts'
import { mapHeaders } from '../../../importer/table/mapping.ts'
import { RowReader, type RowReaderOptions } from '../../../importer/table/rows.ts'
import { columnOf, demographicSchema } from '../../../schemas/columns.ts'
import { readingPolicySchema } from '../../../schemas/reading-policy.ts'
import { cellLike } from './cells.ts'

function reading(header: readonly string[], options: Partial<RowReaderOptions> = {}) {
  const issues = new IssueList()
  const mapping = mapHeaders(header, 1, issues)
  const reader = new RowReader(mapping, issues, { cellMax: 4_096, today: '2026-11-21', ...options })
  let line = 1
  const read = (...cells: string[]) => reader.read({ line: ++line, cells })
  /** A row by the names of its values. */
  const values = (...cells: string[]) => {
    const row = read(...cells)
    const names = reader.slots.map((slot) => (slot.kind === 'core' ? slot.field : slot.label))
    return { outcome: row.outcome, ...Object.fromEntries(row.values.map((value, at) => [names[at], value])) }
  }
  return { reader, issues, read, values }
}

describe('what becomes of a row', () => {
  const { read } = reading(['Employee Id', 'Email', 'Name', 'Exclude', 'End Date', 'Employee Deactivated'])

  test.each([
    [['', ' ', '\u00a0', '', '\u200b', ''], 'blank', ['ROW_BLANK']],
    [['1', 'a@example.com'], 'rejected', ['ROW_RAGGED']],
    [['1', 'a@example.com', 'Ada', '', '', '', 'x'], 'rejected', ['ROW_RAGGED']],
    [['1', '', 'x'.repeat(4_097), '', '', ''], 'rejected', ['ROW_TOO_LONG']],
    [['', '', 'Ada', '', '', ''], 'rejected', ['ROW_NO_IDENTIFIER']],
    [['-', 'N/A', 'Ada', '', '', ''], 'rejected', ['W_PLACEHOLDER', 'ROW_NO_IDENTIFIER']],
    [['__CLEAR__', '', 'Ada', '', '', ''], 'rejected', ['ROW_NO_IDENTIFIER']],
    [['', 'no address', 'Ada', '', '', ''], 'rejected', ['VAL_EMAIL']],
    [['1', 'no address', 'Ada', '', '', ''], 'rejected', ['VAL_EMAIL']],
    [['1.5E+05', 'a@example.com', 'Ada', '', '', ''], 'rejected', ['VAL_ID_SCIENTIFIC']],
    [['1', '', 'Ada', '', 'soon', ''], 'rejected', ['VAL_DATE_INVALID']],
    [['1', '', 'Ada', '', '', 'perhaps'], 'rejected', ['VAL_BOOLEAN']],
    [['1', '', 'x'.repeat(201), '', '', ''], 'typed', ['VAL_TOO_LONG']],
    [['1', '', 'Ada', 'yes', '', ''], 'excluded', []],
    // Nobody is to be imported here, so what is wrong with the rest does not matter.
    [['1', 'no address', 'Ada', 'Yes', 'soon', 'perhaps'], 'excluded', []],
    [['1', '', 'Ada', 'TRUE', '', ''], 'typed', ['VAL_EXCLUDE']],
    [['1', '', 'Ada', 'No', '', 'yes'], 'typed', ['W_BOOLEAN']],
    [['1', '', 'Ada', '', '', ''], 'typed', []],
  ])('%j is %s', (cells, outcome, codes) => {
    expect(read(...cells)).toMatchObject({ outcome, codes })
  })
})

describe('a start date that cannot be read', () => {
  const { read, issues } = reading(['Employee Id', 'End Date', 'Start Date'])

  test('is left out for somebody who stays, and leaves out the row of somebody who leaves', () => {
    expect(read('1', '', '03/04/2025').outcome).toBe('typed')
    expect(read('2', '2026-12-31', '03/04/2025').outcome).toBe('rejected')
    expect(issues.take().map((issue) => [issue.code, issue.severity])).toEqual([
      ['VAL_DATE_AMBIGUOUS', 'cell'],
      ['VAL_DATE_AMBIGUOUS', 'row'],
    ])
  })
})

describe('names', () => {
  test('first and last name make the name where there is none', () => {
    const { values } = reading(['Email', 'First Name', 'Last Name'])
    expect(values('a@example.com', 'Ada', 'Lovelace')).toMatchObject({ name: 'Ada Lovelace' })
    // One part alone would shorten a name that is known.
    expect(values('a@example.com', 'Ada', '')).toMatchObject({ name: undefined })
    expect(values('a@example.com', '', '')).toMatchObject({ name: undefined })
    expect(values('a@example.com', 'Ada', '__CLEAR__')).toMatchObject({ name: undefined })
  })

  test('a name of its own wins, and says so where they differ', () => {
    const { values, issues } = reading(['Email', 'Name', 'First Name', 'Last Name'])
    expect(values('a@example.com', 'Ada King', 'Ada', 'Lovelace')).toMatchObject({ name: 'Ada King' })
    expect(values('a@example.com', 'Ada Lovelace', 'Ada', 'Lovelace')).toMatchObject({ name: 'Ada Lovelace' })
    expect(values('a@example.com', '', 'Ada', 'Lovelace')).toMatchObject({ name: 'Ada Lovelace' })
    expect([...issues.counts]).toEqual([['W_NAME_CONFLICT', 1]])
  })

  test('two long parts do not make a name that is too long', () => {
    const { values, issues } = reading(['Email', 'First Name', 'Last Name'])
    expect(values('a@example.com', 'a'.repeat(100), 'b'.repeat(99))).toMatchObject({
      name: expect.any(String),
    })
    expect(values('a@example.com', 'a'.repeat(100), 'b'.repeat(100))).toMatchObject({ name: undefined })
    expect(issues.take()).toMatchObject([{ code: 'VAL_TOO_LONG', field: 'Name', params: { limit: 200 } }])
  })
})

describe('columns', () => {
  test('what is dropped is not read, and everything else stays in its place', () => {
    const { values, issues } = reading(['Salary', 'Import Row', 'Email', 'TEAM', 'Status'])
    issues.take()
    expect(values('#REF!', '\u0000', 'a@example.com', 'Blue', 'Leave')).toEqual({
      ...{ outcome: 'typed', email: 'a@example.com', TEAM: 'Blue', 'Employment Status': 'Leave' },
    })
    expect(issues.take()).toEqual([])
  })

  test('an issue says line, row, letter, field, header and shape, and never the value', () => {
    const { read, issues } = reading(['Employee Id', 'TEAM', 'Hire Date'])
    read('1', 'Blue', '2020-01-06')
    read('2', '#N/A', 'Monday 3rd')
    expect(issues.take()).toEqual([
      {
        ...{ code: 'VAL_SPREADSHEET_ERROR', severity: 'cell', line: 3, row: 2, column: 'B' },
        ...{ field: 'TEAM', header: 'TEAM', value: '#A/A', params: { field: 'TEAM', limit: 255 } },
      },
      {
        ...{ code: 'VAL_DATE_INVALID', severity: 'cell', line: 3, row: 2, column: 'C' },
        ...{ field: 'Start Date', header: 'Hire Date', value: 'Aaaaaa 9aa' },
        params: { field: 'Start Date', limit: 10 },
      },
    ])
  })

  test('a cell that is too long is told with its column', () => {
    const { read, issues } = reading(['Employee Id', 'Notes'])
    expect(read('1', 'x'.repeat(4_096)).outcome).toBe('typed')
    issues.take()
    expect(read('1', 'x'.repeat(4_097)).outcome).toBe('rejected')
    expect(issues.take()).toMatchObject([
      { code: 'ROW_TOO_LONG', column: 'B', header: 'Notes', params: { limit: 4_096 } },
    ])
  })

  test('a demographic is told by its own name, with the header as it was sent', () => {
    const { read, issues } = reading(['Employee Id', 'Worker Type'])
    read('1', '#REF!')
    expect(issues.take()).toMatchObject([{ field: 'Employment Type', header: 'Worker Type', column: 'B' }])
  })

  test('an odd age is remarked', () => {
    const { read, issues } = reading(['Employee Id', 'DOB'])
    for (const born of ['2013-11-21', '2013-11-22', '1916-11-21', '1915-11-21', '1915-11-22', '2027-01-01'])
      read('1', born)
    expect(issues.take().map((issue) => [issue.code, issue.row, issue.severity])).toEqual([
      ['W_AGE', 2, 'info'],
      ['W_AGE', 4, 'info'],
      ['W_AGE', 6, 'info'],
    ])
  })

  test('values of demographics that differ only in case are joined, those of fields are not', () => {
    const { values } = reading(['Name', 'Employee Id', 'TEAM'], { joiner: new ValueJoiner() })
    expect(values('ADA', 'a1', 'Blue')).toMatchObject({ name: 'ADA', employeeId: 'a1', TEAM: 'Blue' })
    expect(values('Ada', 'A1', 'BLUE')).toMatchObject({ name: 'Ada', employeeId: 'A1', TEAM: 'Blue' })
    expect(values('Ada', 'A2', '__CLEAR__')).toMatchObject({ TEAM: null })
  })
})

describe('the form of dates', () => {
  const rows = (reader: ReturnType<typeof reading>, ...dates: string[]) => {
    for (const date of dates) reader.read('1', date)
    reader.reader.finish()
    return reader.issues.take().filter((issue) => issue.code === 'HDR_DATE_PATTERN')
  }

  test('a column that proves one is told so', () => {
    expect(
      rows(reading(['Employee Id', 'DOB']), '2020-01-06', '03/04/1990', '31/12/1991', 'soon'),
    ).toMatchObject([
      { line: 1, row: null, column: 'B', header: 'DOB', params: { header: 'DOB', pattern: 'DD/MM/YYYY' } },
    ])
  })

  test('a column that can be read both ways is not', () => {
    expect(rows(reading(['Employee Id', 'DOB']), '03/04/1990', '05/06/1991')).toEqual([])
  })

  test('nor is one that can be read', () => {
    const policy = readingPolicySchema.parse({ datePattern: 'DD/MM/YYYY' })
    expect(rows(reading(['Employee Id', 'DOB'], { policy }), '03/04/1990', '31/12/1991')).toEqual([])
  })
})

test('every row ends in exactly one outcome, with values the schemas accept or none', () => {
  const header = [
    'Employee Id',
    'Email',
    'First Name',
    'Last Name',
    'Start Date',
    'End Date',
    'Exclude',
    'TEAM',
    'Salary',
  ]
  const rows = fc.array(fc.array(fc.oneof(fc.constant(''), cellLike), { minLength: 8, maxLength: 10 }), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(rows, (records) => {
      const { reader, issues } = reading(header)
      issues.take()
      for (const [at, cells] of records.entries()) {
        const row = reader.read({ line: at + 2, cells })
        expect(row.row).toBe(at + 1)
        expect([0, reader.slots.length]).toContain(row.values.length)
        expect(row.outcome === 'rejected').toBe(issues.take().some((issue) => issue.severity === 'row'))
        for (const [index, value] of row.values.entries()) {
          const slot = reader.slots[index]
          if (typeof value !== 'string' || slot === undefined) continue
          const schema = slot.kind === 'core' ? columnOf(slot.field).schema : demographicSchema
          expect(schema.safeParse(value).success, value).toBe(true)
        }
      }
    }),
    { numRuns: 500 },
  )
})

test('when every cell of every row is wrong, all is counted and only some is kept', () => {
  const { read, issues } = reading(['Employee Id', 'Email', 'Start Date', 'End Date', 'Language', 'Timezone'])
  const rows = 5 * KEEP
  let kept = 0
  for (let row = 0; row < rows; row++) {
    expect(read('1E+5', 'x', 'x', 'x', 'x!', 'x').outcome).toBe('rejected')
    kept += issues.take().length
  }
  expect(Object.fromEntries(issues.counts)).toEqual({
    ...{
      VAL_ID_SCIENTIFIC: rows,
      VAL_EMAIL: rows,
      VAL_DATE_INVALID: 2 * rows,
      VAL_LANGUAGE: rows,
      VAL_TIMEZONE: rows,
    },
  })
  expect(kept).toBe(5 * KEEP)
  expect(issues.isTruncated).toBe(true)
})
