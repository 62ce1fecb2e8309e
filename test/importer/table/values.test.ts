import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CellResult } from '../../../importer/table/cell.ts'
import { guardFormula } from '../../../importer/table/formula.ts'
import { type CellReader, columnReader, demographicReader } from '../../../importer/table/values.ts'
import { COLUMNS, columnOf, demographicSchema, type Field } from '../../../schemas/columns.ts'
import type { IssueCode } from '../../../schemas/issues.ts'
import { type ReadingPolicy, readingPolicySchema } from '../../../schemas/reading-policy.ts'
import { cellLike } from './cells.ts'

const KEPT: CellResult = { value: undefined, problem: null, note: null }
const CLEARED: CellResult = { value: null, problem: null, note: null }
const taken = (value: string, note: IssueCode | null = null): CellResult => ({ value, problem: null, note })
const refused = (problem: IssueCode): CellResult => ({ value: undefined, problem, note: null })

function read(reader: CellReader, cell: string): CellResult {
  const into: CellResult = { value: 'left over', problem: 'VAL_EMAIL', note: 'W_SPACES' }
  reader.read(cell, into)
  return into
}

const readAs = (field: Field, cell: string, policy: Partial<ReadingPolicy> = {}): CellResult =>
  read(columnReader(columnOf(field), readingPolicySchema.parse(policy)), cell)
const readLabel = (cell: string, policy: Partial<ReadingPolicy> = {}): CellResult =>
  read(demographicReader('Team', readingPolicySchema.parse(policy)), cell)

describe('any cell', () => {
  test.each(['', ' ', '\t', '\u00a0', '\u200b', '\ufeff \u2060', '\r\n', '\u3164', '\u0085', '\u200d'])(
    '%j says nothing',
    (cell) => {
      for (const column of COLUMNS) expect(read(columnReader(column), cell)).toEqual(KEPT)
      expect(readLabel(cell)).toEqual(KEPT)
    },
  )

  test.each(['__CLEAR__', ' __CLEAR__ ', '__clear__'])('%j clears', (cell) => {
    for (const column of COLUMNS) expect(read(columnReader(column), cell)).toEqual(CLEARED)
    expect(readLabel(cell)).toEqual(CLEARED)
  })

  test.each([
    '#REF!',
    '#N/A',
    '#n/a',
    '#DIV/0!',
    '#NV',
    '#WERT!',
    '#¿NOMBRE?',
    '#NAAM?',
    '#N/B',
    'Err:502',
    '########',
  ])('%j is damage of a spreadsheet', (cell) => {
    for (const column of COLUMNS) {
      expect(read(columnReader(column), cell)).toEqual(refused('VAL_SPREADSHEET_ERROR'))
    }
    expect(readLabel(cell)).toEqual(refused('VAL_SPREADSHEET_ERROR'))
  })

  test.each(['a\u0000b', '\u0007', 'a\u0085\u0086', 'half \ud83d of a sign'])(
    '%j holds what no text may',
    (cell) => {
      for (const column of COLUMNS) {
        expect(read(columnReader(column), cell)).toEqual(refused('VAL_CONTROL_CHARS'))
      }
      expect(readLabel(cell)).toEqual(refused('VAL_CONTROL_CHARS'))
    },
  )

  test.each(['Zo\ufffd', '\ufffd', 'a@\ufffd.io'])('%j lost a letter before it came here', (cell) => {
    for (const column of COLUMNS) {
      expect(read(columnReader(column), cell)).toEqual(refused('VAL_LETTERS_LOST'))
    }
    expect(readLabel(cell)).toEqual(refused('VAL_LETTERS_LOST'))
  })

  test.each(['N/A', 'n/a', 'null', 'NULL', '-', '---', 'TBD'])(
    'the placeholder %j is nothing in a field and a value in a demographic',
    (cell) => {
      const dropped = { ...KEPT, note: 'W_PLACEHOLDER' }
      for (const field of ['name', 'preferredName', 'employeeId', 'email', 'endDate', 'timezone'] as const) {
        expect(readAs(field, cell), field).toEqual(dropped)
      }
      expect(readLabel(cell)).toEqual(taken(cell))
      expect(readLabel(cell, { demographicPlaceholders: 'blank' })).toEqual(dropped)
    },
  )

  test('Null is a surname', () => {
    expect(readAs('lastName', 'Null')).toEqual(taken('Null'))
    expect(readAs('firstName', 'null')).toEqual(taken('null'))
    expect(readAs('lastName', '-')).toEqual({ ...KEPT, note: 'W_PLACEHOLDER' })
  })

  test.each([
    ["'=SUM(A1)", '=SUM(A1)'],
    ["''=x", "'=x"],
    ['=cmd|calc', '=cmd|calc'],
    ["'-1", '-1'],
    ["O'Brien", "O'Brien"],
    ["'quoted'", "'quoted'"],
  ])('the formula guard of %j comes off', (cell, value) => {
    expect(readLabel(cell)).toEqual(taken(value))
  })
})

describe('text', () => {
  test.each([
    ['Ada Lovelace', 'Ada Lovelace', null],
    ['  Ada ', 'Ada', null],
    ['Ada\u00a0Lovelace', 'Ada Lovelace', null],
    ['Ada  Lovelace', 'Ada Lovelace', 'W_SPACES'],
    ['Ada\r\nLovelace', 'Ada Lovelace', 'W_SPACES'],
    ['Ada\u0085Lovelace', 'Ada Lovelace', 'W_SPACES'],
    ['A\u030angstro\u0308m', 'Ångström', null],
    ['Ada\u200b Love\u00adlace', 'Ada Lovelace', null],
    ['Love\u00adlace', 'Lovelace', null],
    // With the joiner gone, the letter and its accent are one.
    ['Jose\u200d\u0301', 'José', null],
    ['\u202eAda\u202c', 'Ada', null],
    ['Ada\u200dLove', 'AdaLove', null],
    // Persian needs the joiner between its letters, emoji are glued by one.
    ['مهدی\u200cزاده', 'مهدی\u200cزاده', null],
    ['👩\u200d💻 Devs', '👩\u200d💻 Devs', null],
    ['葛\u{e0100}西', '葛\u{e0100}西', null],
  ] as const)('%j becomes %j', (cell, value, note) => {
    expect(readAs('name', cell)).toEqual(taken(value, note))
  })

  test('the longest name is taken, one letter more is not', () => {
    expect(readAs('name', 'n'.repeat(200)).value).toHaveLength(200)
    expect(readAs('name', 'n'.repeat(201))).toEqual(refused('VAL_TOO_LONG'))
    expect(readLabel('n'.repeat(255)).value).toHaveLength(255)
    expect(readLabel('n'.repeat(256))).toEqual(refused('VAL_TOO_LONG'))
  })
})

describe('an id', () => {
  test.each(['007', '0', 'A-1/2', '12E5', 'E10', '1.5', '12,34', 'ÄÖ-1', '00.10.2'])(
    '%j is kept as text',
    (cell) => {
      expect(readAs('employeeId', cell)).toEqual(taken(cell))
    },
  )

  test.each(['1.23E+05', '1,23E+05', '1E+10', '1.2345E9', '4e-3'])('%j lost its digits', (cell) => {
    expect(readAs('employeeId', cell)).toEqual(refused('VAL_ID_SCIENTIFIC'))
  })

  test.each(['417.0', '417.00', '417,0'])('%j was taken for a number', (cell) => {
    expect(readAs('managerEmployeeId', cell)).toEqual(refused('VAL_ID_DECIMAL'))
  })

  test('nothing invisible tells two ids apart', () => {
    expect(readAs('employeeId', '\u200e41\u200d7\ufeff')).toEqual(taken('417'))
  })
})

describe('an e-mail address', () => {
  test.each([
    ['ada@example.com', 'ada@example.com'],
    [' Ada@Example.COM ', 'ada@example.com'],
    ['a.b+c_d-e@sub.example.co.uk', 'a.b+c_d-e@sub.example.co.uk'],
    ["o'brien@example.com", "o'brien@example.com"],
    ['jörg@exämple.de', 'jörg@exämple.de'],
    ['J\u030c@example.com', 'ǰ@example.com'],
    ['ada@example.com\u200b', 'ada@example.com'],
  ])('%j is %j', (cell, value) => {
    expect(readAs('email', cell)).toEqual(taken(value))
  })

  test.each([
    ...[
      'ada',
      'ada@',
      '@example.com',
      'ada@example',
      'ada@@example.com',
      'a b@example.com',
      'ada@exam ple.com',
    ],
    ...['Ada <ada@example.com>', 'ada@example.com, b@example.com', 'ada@example.com;b@example.com'],
    ...['.ada@example.com', 'ada.@example.com', 'a..b@example.com', 'ada@-example.com', 'ada@example-.com'],
    ...['ada@example..com', 'mailto:ada@example.com', '"ada"@example.com', `${'a'.repeat(250)}@example.com`],
  ])('%j is none', (cell) => {
    expect(readAs('email', cell)).toEqual(refused('VAL_EMAIL'))
  })
})

describe('a date', () => {
  test.each([
    ['2024-02-29', '2024-02-29'],
    ['2024/2/9', '2024-02-09'],
    ['2021-04-05T00:00:00', '2021-04-05'],
    ['2021-04-05 00:00', '2021-04-05'],
    ['2021-04-05T00:00:00.000Z', '2021-04-05'],
    ['2021-04-05T00:00:00+00:00', '2021-04-05'],
    ['1900-01-01', '1900-01-01'],
    ['2100-01-01', '2100-01-01'],
  ])('%j is %j', (cell, value) => {
    expect(readAs('startDate', cell)).toEqual(taken(value))
  })

  test.each([
    ['2023-02-29', 'VAL_DATE_INVALID'],
    ['2024-13-01', 'VAL_DATE_INVALID'],
    ['2024-00-10', 'VAL_DATE_INVALID'],
    ['1900-02-29', 'VAL_DATE_INVALID'],
    ['2024-01/05', 'VAL_DATE_INVALID'],
    ['24-01-05', 'VAL_DATE_INVALID'],
    ['01/05/24', 'VAL_DATE_INVALID'],
    ['13/04/2025', 'VAL_DATE_INVALID'],
    ['2021-04-05T08:30:00', 'VAL_DATE_INVALID'],
    ['2021-04-05T00:00:00+02:00', 'VAL_DATE_INVALID'],
    ['soon', 'VAL_DATE_INVALID'],
    ['03/04/2025', 'VAL_DATE_AMBIGUOUS'],
    ['3.4.2025', 'VAL_DATE_AMBIGUOUS'],
    ['12-12-2025', 'VAL_DATE_AMBIGUOUS'],
    ['45231', 'VAL_DATE_SERIAL'],
    ['45231.5', 'VAL_DATE_SERIAL'],
    ['1899-12-31', 'VAL_DATE_RANGE'],
    ['2100-01-02', 'VAL_DATE_RANGE'],
    ['0024-01-05', 'VAL_DATE_RANGE'],
  ] as const)('%j is %s', (cell, code) => {
    expect(readAs('startDate', cell)).toEqual(refused(code))
  })

  test.each([
    ['DD/MM/YYYY', '03/04/2025', '2025-04-03'],
    ['MM/DD/YYYY', '03/04/2025', '2025-03-04'],
    ['DD.MM.YYYY', '3.4.2025', '2025-04-03'],
    ['YYYYMMDD', '20250403', '2025-04-03'],
    ['DDMMYYYY', '03042025', '2025-04-03'],
    ['DD-MMM-YYYY', '03-Apr-2025', '2025-04-03'],
    ['MMM DD, YYYY', 'April 3, 2025', '2025-04-03'],
    ['DD/MM/YYYY', '03/04/2025 00:00:00', '2025-04-03'],
    ['DD/MM/YYYY', '2025-04-03', '2025-04-03'],
  ])('a source that declares %s means %j', (datePattern, cell, value) => {
    expect(readAs('startDate', cell, { datePattern })).toEqual(taken(value))
  })

  test.each([
    ['DD/MM/YYYY', '12/31/2025', 'VAL_DATE_INVALID'],
    ['DD/MM/YYYY', '31/02/2025', 'VAL_DATE_INVALID'],
    ['DD/MM/YYYY', '31/01/25', 'VAL_DATE_INVALID'],
    ['DD/MM/YYYY', '01/02/1825', 'VAL_DATE_RANGE'],
    ['DD/MM/YYYY', '01.02.2025', 'VAL_DATE_INVALID'],
    ['DD/MM/YYYY', '01/02/2025 12:30', 'VAL_DATE_INVALID'],
    ['YYYYMMDD', '2025043', 'VAL_DATE_INVALID'],
  ] as const)('declaring %s does not make %j a date', (datePattern, cell, code) => {
    expect(readAs('startDate', cell, { datePattern })).toEqual(refused(code))
  })

  test('a pattern may belong to one column', () => {
    const policy = { datePattern: 'DD/MM/YYYY', datePatternOf: { 'End Date': 'MM/DD/YYYY' } }
    expect(readAs('startDate', '03/04/2025', policy).value).toBe('2025-04-03')
    expect(readAs('endDate', '03/04/2025', policy).value).toBe('2025-03-04')
  })
})

describe('other kinds', () => {
  test.each([
    ['deactivated', 'true', taken('TRUE')],
    ['deactivated', 'FALSE', taken('FALSE')],
    ['deactivated', 'Y', taken('TRUE', 'W_BOOLEAN')],
    ['deactivated', 'yes', taken('TRUE', 'W_BOOLEAN')],
    ['deactivated', '0', taken('FALSE', 'W_BOOLEAN')],
    ['deactivated', 'perhaps', refused('VAL_BOOLEAN')],
    ['deactivated', '2', refused('VAL_BOOLEAN')],
    ['exclude', 'YES', taken('Yes')],
    ['exclude', 'no', taken('No')],
    ['exclude', 'TRUE', refused('VAL_EXCLUDE')],
    ['language', 'EN', taken('en')],
    ['language', 'de_at', taken('de-AT')],
    ['language', 'ZH-hans-cn', taken('zh-Hans-CN')],
    ['language', 'es-419', taken('es-419')],
    ['language', 'English', refused('VAL_LANGUAGE')],
    ['language', 'e', refused('VAL_LANGUAGE')],
    ['timezone', 'Europe/Berlin', taken('Europe/Berlin')],
    ['timezone', 'europe/berlin', taken('Europe/Berlin')],
    ['timezone', 'Asia/Kolkata', taken('Asia/Kolkata')],
    ['timezone', 'UTC', taken('UTC')],
    ['timezone', '+02:00', refused('VAL_TIMEZONE')],
    ['timezone', 'Mars/Phobos', refused('VAL_TIMEZONE')],
    ['mobilePhone', '+49 30 / 123-456', taken('+4930123456')],
    ['mobilePhone', '\u200e+49 (30) 123‑456', taken('+4930123456')],
    ['mobilePhone', "'+4930123456", taken('+4930123456')],
    ['mobilePhone', '+49 (0)30 123456', refused('VAL_PHONE')],
    ['mobilePhone', '0049 30 123456', refused('VAL_PHONE')],
    ['mobilePhone', '030 123456', refused('VAL_PHONE')],
    ['mobilePhone', '+491', refused('VAL_PHONE')],
    ['mobilePhone', '+49 30 123456 ext 7', refused('VAL_PHONE')],
  ] as const)('%s %j', (field, cell, result) => {
    expect(readAs(field, cell)).toEqual(result)
  })
})

describe('what a source may say about its cells', () => {
  test('blank clears where it is told to, and never a name, an identifier or a flag', () => {
    for (const column of COLUMNS) {
      const isCleared = readAs(column.field, '', { blank: 'clear' }).value === null
      const mayBe = !/^(?:name|firstName|lastName|employeeId|email|deactivated|exclude)$/.test(column.field)
      expect(isCleared, column.header).toBe(mayBe)
    }
    expect(readLabel('', { blank: 'clear' })).toEqual(CLEARED)
    expect(readLabel(' ', { blankOf: { Team: 'clear' } })).toEqual(CLEARED)
    expect(readLabel('', { blank: 'clear', blankOf: { Team: 'keep' } })).toEqual(KEPT)
    expect(readAs('endDate', '', { blankOf: { 'end date': 'clear' } })).toEqual(CLEARED)
    expect(readAs('startDate', '', { blankOf: { 'End Date': 'clear' } })).toEqual(KEPT)
    // Labels that differ only in case are two labels.
    expect(readLabel('', { blankOf: { TEAM: 'keep', Team: 'clear' } })).toEqual(CLEARED)
  })

  test('its own words clear, besides ours', () => {
    const policy = { clearTokens: ['_reset', '{empty}'] }
    expect(readLabel('_RESET', policy)).toEqual(CLEARED)
    expect(readAs('endDate', '{empty}', policy)).toEqual(CLEARED)
    expect(readLabel('__CLEAR__', policy)).toEqual(CLEARED)
    expect(readLabel('_reset')).toEqual(taken('_reset'))
  })

  test('its values are translated before they are read', () => {
    const values = {
      Team: { W2: 'Employee', '1099': 'Contractor' },
      'Employee Deactivated': { WAHR: 'TRUE' },
      Language: { German: 'de' },
    }
    expect(readLabel(' w2', { values })).toEqual(taken('Employee'))
    expect(readLabel('Intern', { values })).toEqual(taken('Intern'))
    expect(readAs('deactivated', 'wahr', { values })).toEqual(taken('TRUE'))
    expect(readAs('language', 'german', { values })).toEqual(taken('de'))
    expect(readAs('language', 'klingon', { values })).toEqual(refused('VAL_LANGUAGE'))
  })

  test.each([
    [{ blankOf: { Email: 'clear' } }],
    [{ blankOf: { 'employee id': 'clear' } }],
    [{ datePattern: 'DD/MM/YY' }],
    [{ datePattern: 'MM/YYYY' }],
    [{ datePattern: 'DD/DD/YYYY' }],
    [{ datePattern: '(a+)+' }],
    [{ clearTokens: [' x'] }],
    [{ unknown: true }],
  ])('%j is no setting', (settings) => {
    expect(readingPolicySchema.safeParse(settings).success).toBe(false)
  })
})

describe('reader and schema agree', () => {
  const all = [
    ...COLUMNS.map((column) => ({
      name: column.header,
      reader: columnReader(column),
      schema: column.schema,
    })),
    { name: 'a demographic', reader: demographicReader('Team'), schema: demographicSchema },
  ]

  test.each(all)('$name: what the reader returns, the schema accepts', ({ reader, schema }) => {
    fc.assert(
      fc.property(cellLike, (cell) => {
        const { value, problem } = read(reader, cell)
        if (problem !== null) expect(value).toBeUndefined()
        if (typeof value === 'string')
          expect(schema.safeParse(value).success, JSON.stringify(value)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each(all)(
    '$name: what the schema accepts, and nothing else, the reader returns as it is',
    ({ reader, schema }) => {
      fc.assert(
        fc.property(cellLike, (text) => {
          const { value } = read(reader, guardFormula(text))
          expect(value === text, JSON.stringify(text)).toBe(schema.safeParse(text).success)
        }),
        { numRuns: 2_000 },
      )
    },
  )

  test.each(all)('$name: a value that was read is read again as the same', ({ reader }) => {
    fc.assert(
      fc.property(cellLike, (cell) => {
        const { value } = read(reader, cell)
        if (typeof value === 'string') expect(read(reader, guardFormula(value)).value).toBe(value)
      }),
      { numRuns: 1_000 },
    )
  })
})

test('a limit counts letters, not the halves of which some are made', () => {
  const reader = demographicReader('Note')
  const letter = '\u{10000}'
  expect(read(reader, letter.repeat(255))).toMatchObject({ value: letter.repeat(255), problem: null })
  expect(read(reader, letter.repeat(256))).toMatchObject({ problem: 'VAL_TOO_LONG' })
  expect(demographicSchema.safeParse(letter.repeat(255)).success).toBe(true)
  expect(demographicSchema.safeParse(letter.repeat(256)).success).toBe(false)
})
