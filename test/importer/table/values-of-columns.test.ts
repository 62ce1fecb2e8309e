/** What is known only from many cells: the form of dates, one spelling a value, zeros that got lost. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { proposeDatePattern } from '../../../importer/table/date-evidence.ts'
import { idsWithZeros, zeroLengthsOf } from '../../../importer/table/id-zeros.ts'
import { spellingKey, ValueJoiner } from '../../../importer/table/joiner.ts'
import { compileDatePattern, USUAL_PATTERNS } from '../../../schemas/date-pattern.ts'

describe('the form of a column of dates', () => {
  test.each([
    ['DD/MM/YYYY', ['03/04/2025', '31/12/2024']],
    ['MM/DD/YYYY', ['03/04/2025', '12/31/2024']],
    ['DD.MM.YYYY', ['1.2.2024', '28.02.2024', ' 3.4.2024 ']],
    ['YYYYMMDD', ['20240105', '19991231']],
    ['DDMMYYYY', ['31121999']],
    ['DD-MMM-YYYY', ['3-Apr-2025', '04-may-1990']],
    ['DD MMM YYYY', ['3 April 2025']],
    ['MMM DD, YYYY', ['Apr 3, 2025']],
    ['YYYY.MM.DD', ['2024.01.05']],
    ['DD/MM/YYYY', ['31/12/2024 00:00:00', 'unknown', '', 'soon', '5/6/2020']],
  ])('%s is proved by %j', (pattern, cells) => {
    expect(proposeDatePattern(cells)).toBe(pattern)
  })

  test.each([
    [[]],
    [['unknown', '2024']],
    [['03/04/2025', '05/06/2024']],
    [['31/12/2024', '12/31/2024']],
    [['31/12/2024', '31.12.2024']],
    [['31/02/2024']],
    [['31/12/1824']],
    [['31/12/24']],
  ])('nothing is proved by %j', (cells) => {
    expect(proposeDatePattern(cells)).toBeNull()
  })

  test('a form that is proposed reads every date of the column', () => {
    const day = fc.date({ min: new Date('1901-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(
        fc.constantFrom(...USUAL_PATTERNS),
        fc.array(day, { minLength: 1, maxLength: 30 }),
        (pattern, days) => {
          const cells = days.map((one) => write(pattern, one))
          const proposed = proposeDatePattern(cells)
          if (proposed === null) return
          const read = compileDatePattern(proposed)
          for (const [at, cell] of cells.entries()) {
            const one = days[at]
            expect(read?.(cell)).toEqual([
              one?.getUTCFullYear(),
              (one?.getUTCMonth() ?? 0) + 1,
              one?.getUTCDate(),
            ])
          }
        },
      ),
    )
  })
})

function write(pattern: string, day: Date): string {
  const iso = day.toISOString()
  const month = day.toLocaleString('en', { month: 'short', timeZone: 'UTC' })
  return pattern
    .replace('YYYY', iso.slice(0, 4))
    .replace('DD', iso.slice(8, 10))
    .replace('MMM', month)
    .replace('MM', iso.slice(5, 7))
}

test.each([
  'YYYY',
  'DD/MM',
  'DD/MM/YY',
  'DD/MM/YYYY/DD',
  'YYYY-DDD-MM',
  'DD?MM?YYYY',
  'DD/MMYYYY',
  '',
  'today',
  'DDMMMMYYYY',
])('"%s" is no form of a date', (pattern) => {
  expect(compileDatePattern(pattern)).toBeNull()
})

describe('spellings', () => {
  test('the first one wins, per label', () => {
    const joiner = new ValueJoiner()
    expect(['Sales', 'SALES', 'sales', 'Sales '].map((value) => joiner.join('Team', value))).toEqual([
      ...['Sales', 'Sales', 'Sales', 'Sales '],
    ])
    expect(joiner.join('Office', 'SALES')).toBe('SALES')
  })

  test("the account's spelling goes before the file's", () => {
    const joiner = new ValueJoiner()
    joiner.learn('Team', 'IT Support')
    joiner.learn('Team', 'it support')
    expect(joiner.join('Team', 'IT SUPPORT')).toBe('IT Support')
  })

  test('accents are no matter of case', () => {
    const joiner = new ValueJoiner()
    expect(joiner.join('City', 'Málaga')).toBe('Málaga')
    expect(joiner.join('City', 'Malaga')).toBe('Malaga')
    expect(joiner.join('City', 'MÁLAGA')).toBe('Málaga')
  })

  test('beyond its bound a new value keeps its spelling, and known ones are still joined', () => {
    const joiner = new ValueJoiner(2)
    expect(['a', 'b', 'c', 'C', 'A', 'B'].map((value) => joiner.join('Note', value))).toEqual([
      'a',
      'b',
      'c',
      'C',
      'a',
      'b',
    ])
  })

  test('what is joined compares equal', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3 })), (values) => {
        const joiner = new ValueJoiner()
        for (const value of values) expect(spellingKey(joiner.join('x', value))).toBe(spellingKey(value))
      }),
    )
  })

  test.each(['__proto__', 'constructor'])('a label or value called %s is one like any other', (name) => {
    const joiner = new ValueJoiner()
    expect(joiner.join(name, name)).toBe(name)
    expect(joiner.join(name, name.toUpperCase())).toBe(name)
  })
})

describe('zeros that a spreadsheet took', () => {
  const lengths = zeroLengthsOf(['000417', '123456', '00012', 'A-007', '0'])

  test('the lengths of ids that start with a zero count', () => {
    expect([...lengths]).toEqual([6, 5])
  })

  test.each([
    ['417', ['000417', '00417']],
    ['12345', ['012345']],
    ['123456', []],
    ['1234567', []],
    ['0417', []],
    ['A-7', []],
    ['', []],
  ])('%j may have been %j', (id, candidates) => {
    expect(idsWithZeros(id, lengths)).toEqual(candidates)
  })

  test('an account without such ids is never asked', () => {
    expect(idsWithZeros('417', zeroLengthsOf(['417', 'A0']))).toEqual([])
  })
})
