import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IssueList } from '../../../importer/table/issue-list.ts'
import { columnLetter, mapHeaders, placesOf } from '../../../importer/table/mapping.ts'
import { COLUMNS, NAMED_DEMOGRAPHICS } from '../../../schemas/columns.ts'
import { headerKey } from '../../../schemas/headers.ts'
import { type SavedMapping, savedMappingSchema } from '../../../schemas/mapping.ts'

/** What each column became, in one word each, and the codes of the issues. */
function map(cells: readonly string[], saved: SavedMapping = {}) {
  const issues = new IssueList()
  const { columns } = mapHeaders(cells, 1, issues, { saved, columnsMax: 400 })
  const targets = columns.map(({ target }) => {
    if (target.kind === 'field') return target.column.field
    return target.kind === 'demographic' ? `"${target.label}"` : `(${target.because})`
  })
  const found = issues.take()
  return { targets, codes: found.map((issue) => issue.code), found, isFatal: issues.isFatal }
}

describe('the table of names', () => {
  test.each(
    COLUMNS.flatMap((column) => [column.header, ...column.aliases].map((name) => [name, column.field])),
  )('"%s" is %s, however it is spaced and spelled', (name, field) => {
    const spellings = [
      name,
      name.toUpperCase(),
      ` ${name.toLowerCase().replaceAll(' ', '_')} `,
      name.replaceAll(' ', '.'),
      name.replaceAll(' ', ''),
      name.replaceAll(' ', '\u00a0'),
      `\ufeff${name.split('').join('\u200b')}`,
      name.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
    ]
    for (const spelling of spellings) expect(map([spelling]).targets, spelling).toEqual([field])
  })

  test.each([
    ['Employee\u0007 Id', 'employeeId'],
    ['\u001bEmail', 'email'],
    ['Cost\u009b Centre \u0000A', '"Cost Centre A"'],
    ['Base\u001b Salary', '(forbidden)'],
    ['\u0007', '(blank)'],
  ])('control characters belong to no header: %j is %s', (name, target) => {
    const { targets, found } = map([name])
    expect(targets).toEqual([target])
    expect(JSON.stringify(found)).not.toMatch(/u00[01]/)
  })

  test.each(
    Object.entries(NAMED_DEMOGRAPHICS).flatMap(([label, names]) =>
      [label, ...names].map((name) => [name, label]),
    ),
  )('"%s" is the demographic %s', (name, label) => {
    expect(map([name.toUpperCase()]).targets).toEqual([`"${label}"`])
  })

  test('no name stands for two things', () => {
    const tight = (name: string) => headerKey(name).replaceAll(' ', '')
    const meanings = [
      ...COLUMNS.map((column) => new Set([column.header, ...column.aliases].map(tight))),
      ...Object.entries(NAMED_DEMOGRAPHICS).map(
        ([label, aliases]) => new Set([label, ...aliases].map(tight)),
      ),
    ]
    const names = meanings.flatMap((meaning) => [...meaning])
    expect(names).toHaveLength(new Set(names).size)
  })

  test('Personal Email is never the e-mail address', () => {
    expect(map(['Personal Email', 'Employee Id']).targets).toEqual(['"Personal Email"', 'employeeId'])
  })

  test('a custom label is exactly what was sent, case and all', () => {
    const { targets, codes } = map(['Email', 'TEAM', 'Team', 'TEAM NAME', 'cost_center', ' Straße  Nr '])
    expect(targets).toEqual(['email', '"TEAM"', '"Team"', '"TEAM NAME"', '"cost_center"', '"Straße Nr"'])
    expect(codes).toEqual([])
  })

  test('columns of our own reports are ignored, and may stand twice', () => {
    expect(map(['Import Row', 'Email', 'import_codes', 'Import Row', 'Imported By']).targets).toEqual([
      ...['(reserved)', 'email', '(reserved)', '(reserved)', '"Imported By"'],
    ])
  })
})

describe('what is wrong with a header', () => {
  test.each([
    [['Email', 'email'], ['HDR_DUPLICATE']],
    [['Email', 'TEAM', 'TEAM'], ['HDR_DUPLICATE']],
    [['Email', 'Hire Date', 'Service Date'], ['HDR_AMBIGUOUS']],
    [
      ['Email', 'Work Email', 'E-mail'],
      ['HDR_AMBIGUOUS', 'HDR_AMBIGUOUS'],
    ],
    [['Email', 'Status', 'Employment Status'], ['HDR_AMBIGUOUS']],
    [['Email', '', 'Name'], ['HDR_BLANK']],
    [['Email', '\u200b \u00a0'], ['HDR_BLANK']],
    [['Name', 'TEAM'], ['HDR_MISSING_REQUIRED']],
    [['Email', 'x'.repeat(256)], ['HDR_TOO_LONG']],
    [Array.from({ length: 401 }, (_, at) => `Label ${at}`), ['FILE_TOO_MANY_COLUMNS']],
  ])('%j: %j', (cells, codes) => {
    const result = map(cells)
    expect(result.codes).toEqual(codes)
    expect(result.isFatal).toBe(true)
  })

  test('400 columns are not too many', () => {
    expect(map(['Email', ...Array.from({ length: 399 }, (_, at) => `Label ${at}`)]).codes).toEqual([])
  })

  test('an issue says line, letter and header', () => {
    const [issue] = map(['Email', 'Hire Date', 'Service Date']).found
    expect(issue).toMatchObject({ line: 1, column: 'C', header: 'Service Date', field: 'Start Date' })
    expect(issue?.params).toMatchObject({ header: 'Hire Date', other: 'Service Date', field: 'Start Date' })
  })

  test.each([
    [['Name', 'Staff No'], 'If column B is one, call it "Employee Id".'],
    [['Name', 'Company Mail'], 'If column B is one, call it "Email".'],
    [['Name', 'Personal Email'], 'Call it "Employee Id" or "Email".'],
    [['Name', 'Phone Number'], 'Call it "Employee Id" or "Email".'],
  ])('without an identifier, %j is told: %s', (cells, suggestion) => {
    expect(map(cells).found[0]?.params).toEqual({ suggestion })
  })
})

describe('a first line that is no header', () => {
  test.each([[['Employees of Acme', '', '']], [['Report', '2026', '', '']]])(
    '%j is told to be a title',
    (cells) => {
      const { codes, found, targets } = map(cells)
      expect(codes).toEqual(['HDR_TITLE_ROW'])
      expect(found[0]?.params).toEqual({ hint: '' })
      expect(targets).toEqual([])
    },
  )

  test.each([[['Ada Lovelace', 'ada@example.com', '1985-03-04']], [['Ada', '04.03.1985', 'x']]])(
    'a person is told as such, and nothing of them is repeated: %j',
    (cells) => {
      const { found, targets } = map(cells)
      expect(found.map((issue) => issue.code)).toEqual(['HDR_NOT_A_HEADER'])
      expect(JSON.stringify(found)).not.toMatch(/ada|1985/i)
      expect(targets).toEqual([])
    },
  )

  test('a line that names an identifier is a header, whatever else stands in it', () => {
    expect(map(['Email', '2026-01-01', 'ada@example.com']).codes).toEqual([])
    const saved: SavedMapping = { 'Personal No': { kind: 'field', field: 'employeeId' } }
    expect(map(['Personal No', '', ''], saved).codes).toEqual(['HDR_BLANK', 'HDR_BLANK'])
  })
})

describe('a saved mapping', () => {
  const field = (name: string) => ({ kind: 'field', field: name })
  const parsed = (mapping: unknown) => savedMappingSchema.parse(mapping)

  test('goes before the names we know', () => {
    const mapping = parsed({
      'Personal No': field('employeeId'),
      'Service Date': { kind: 'ignore' },
      Supervisor: { kind: 'demographic', label: 'Shift Lead' },
      Location: { kind: 'demographic', label: 'LOCATION' },
    })
    const cells = ['personal_no', 'Hire Date', 'Service Date', 'Supervisor', 'location']
    const { targets, codes } = map(cells, mapping)
    expect(targets).toEqual(['employeeId', 'startDate', '(ignored)', '"Shift Lead"', '"LOCATION"'])
    expect(codes).toEqual([])
  })

  test('two columns mapped to one field are ambiguous', () => {
    const mapping = parsed({ A: field('email'), B: field('email') })
    expect(map(['A', 'B'], mapping).codes).toEqual(['HDR_AMBIGUOUS'])
  })

  test('cannot let in what may never be stored', () => {
    const bad = [
      { Salary: { kind: 'demographic', label: 'Grade' } },
      { Grade: { kind: 'demographic', label: 'Salary' } },
      { 'Bank Account': field('employeeId') },
    ]
    for (const mapping of bad) expect(savedMappingSchema.safeParse(mapping).success).toBe(false)
    // Nor where the settings are older than the list.
    const old = { Salary: { kind: 'demographic', label: 'Grade' } } as const
    expect(map(['Email', 'Salary'], old).targets).toEqual(['email', '(forbidden)'])
  })

  test.each([
    { 'Worker No': field('employeeId'), worker_no: field('email') },
    { 'Import Row': field('employeeId') },
    { ' ': field('employeeId') },
    { A: field('salary') },
    { A: { kind: 'demographic', label: 'Employee ID' } },
    { A: { kind: 'demographic', label: ' Team' } },
    { A: { kind: 'demographic', label: 'Import Team' } },
    { A: 'Team' },
  ])('%j is refused', (mapping) => {
    expect(savedMappingSchema.safeParse(mapping).success).toBe(false)
  })
})

test('a field is found again by its canonical name', () => {
  const mapping = mapHeaders(['Salary', 'Work Email', 'Worker Type', 'TEAM'], 1, new IssueList())
  expect([...placesOf(mapping)]).toEqual([
    ['Email', { column: 'B', header: 'Work Email' }],
    ['Employment Type', { column: 'C', header: 'Worker Type' }],
    ['TEAM', { column: 'D', header: 'TEAM' }],
  ])
})

test('letters count as a spreadsheet does', () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(columnLetter)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'])
})

test('every column of any header ends as something or as an issue', () => {
  const header = fc.oneof(
    fc.constantFrom(
      'Email',
      'Name',
      'Salary',
      'Import X',
      '',
      '__proto__',
      'constructor',
      'toString',
      'TEAM',
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  )
  fc.assert(
    fc.property(fc.array(header, { minLength: 1, maxLength: 12 }), (cells) => {
      const { targets, codes, isFatal } = map(cells)
      expect(targets.length === cells.length || isFatal).toBe(true)
      const kept = targets.filter((target) => !target.startsWith('('))
      if (!isFatal) expect(kept).toHaveLength(new Set(kept).size)
      if (isFatal) expect(codes.length).toBeGreaterThan(0)
    }),
  )
})

test('two headers that compare equal still do after another comparison', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 10 }), (text) => {
      expect(headerKey(headerKey(text))).toBe(headerKey(text))
    }),
    { numRuns: 3_000 },
  )
})
