import { describe, expect, test } from 'vitest'
import { type Change, type DiffPolicy, diff, type RowValue } from '../../../importer/plan/diff.ts'
import { personOf, TODAY } from './memory-roster.ts'

const POLICY: DiffPolicy = { today: TODAY, mayReactivate: false }
const YESTERDAY = '2026-11-20'
const TOMORROW = '2026-11-22'

const ada = personOf({ name: 'Ada', employeeId: '1', email: 'ada@x.io' })

function row(values: Partial<Record<RowValue['key'], string | null | undefined>>): RowValue[] {
  return Object.entries(values).map(([key, value]) => ({ key: key as RowValue['key'], value }))
}

function changesOf(person: typeof ada | null, values: Parameters<typeof row>[0], policy = POLICY) {
  return diff(person, row(values), policy).changes
}

function remarksOf(person: typeof ada | null, values: Parameters<typeof row>[0], policy = POLICY) {
  return diff(person, row(values), policy).remarks.map(({ code, key, rejects }) => [code, key, rejects])
}

describe('what a row changes', () => {
  test('a value that is there already is no change, one that is not given keeps what is stored', () => {
    expect(changesOf(ada, { name: 'Ada', email: undefined, startDate: undefined })).toEqual([])
  })

  test('a change says what was before and what comes after', () => {
    expect(changesOf(ada, { name: 'Ada Lovelace', startDate: '2020-01-01' })).toEqual<Change[]>([
      ['name', 'Ada', 'Ada Lovelace'],
      ['startDate', null, '2020-01-01'],
    ])
  })

  test('clearing what is not there is no change, clearing what is there is one', () => {
    const person = personOf({ name: 'Ada', employeeId: '1', language: 'en' }, { demographics: { 4: 'Red' } })
    expect(changesOf(person, { startDate: null, d9: null, language: null, d4: null })).toEqual<Change[]>([
      ['language', 'en', null],
      ['d4', 'Red', null],
    ])
  })

  test('a demographic is compared under its own number', () => {
    const person = personOf({ employeeId: '1' }, { demographics: { 1: 'Red', 12: 'Blue' } })
    expect(changesOf(person, { d1: 'Red', d12: 'Green', d2: 'New' })).toEqual<Change[]>([
      ['d12', 'Blue', 'Green'],
      ['d2', null, 'New'],
    ])
  })

  test('a new person gets every value given, and no word about not being deactivated', () => {
    expect(changesOf(null, { name: 'Eve', email: 'eve@x.io', deactivated: 'FALSE', endDate: null })).toEqual<
      Change[]
    >([
      ['name', null, 'Eve'],
      ['email', null, 'eve@x.io'],
    ])
    expect(changesOf(null, { name: 'Eve', deactivated: 'TRUE' })).toEqual([
      ['name', null, 'Eve'],
      ['deactivated', null, 'TRUE'],
    ])
  })
})

describe('what a row may not do', () => {
  test('a name is never cleared', () => {
    expect(changesOf(ada, { name: null })).toEqual([])
    expect(remarksOf(ada, { name: null })).toEqual([['VAL_CLEAR_REFUSED', 'name', false]])
  })

  test('an identifier is cleared only while another one stays', () => {
    expect(changesOf(ada, { email: null })).toEqual([['email', 'ada@x.io', null]])
    expect(changesOf(ada, { employeeId: null })).toEqual([['employeeId', '1', null]])
    const byMail = personOf({ name: 'Ada', email: 'ada@x.io' })
    expect(remarksOf(byMail, { email: null })).toEqual([['VAL_CLEAR_REFUSED', 'email', false]])
    // Both at once: the first is put back, the second may then go.
    expect(diff(ada, row({ email: null, employeeId: null }), POLICY)).toMatchObject({
      changes: [['employeeId', '1', null]],
      remarks: [{ code: 'VAL_CLEAR_REFUSED', key: 'email' }],
    })
  })

  test.each<
    [
      what: string,
      stored: [string | null, string | null],
      given: Record<string, string | null>,
      rejects: boolean | null,
    ]
  >([
    ['an end before the stored start', ['2020-01-02', null], { endDate: '2020-01-01' }, true],
    ['an end on the day of the start', ['2020-01-02', null], { endDate: '2020-01-02' }, null],
    ['a start after the stored end', [null, '2030-01-01'], { startDate: '2030-01-02' }, false],
    [
      'a start after an end of long ago that the row repeats',
      [null, '2020-01-01'],
      { startDate: '2020-01-02', endDate: '2020-01-01' },
      false,
    ],
    ['both at once', [null, null], { startDate: '2020-01-02', endDate: '2020-01-01' }, true],
    ['the end taken away', ['2019-01-01', '2020-01-01'], { startDate: '2021-01-01', endDate: null }, null],
    ['a contradiction that was stored before', ['2020-01-02', '2020-01-01'], { language: 'en' }, null],
  ])('nobody ends before they start: %s', (_, [startDate, endDate], given, rejects) => {
    const person = personOf({ name: 'Ada', employeeId: '1', startDate, endDate })
    const { remarks, changes } = diff(person, row(given), POLICY)
    expect(remarks.filter(({ code }) => code === 'VAL_DATE_ORDER').map((remark) => remark.rejects)).toEqual(
      rejects === null ? [] : [rejects],
    )
    expect(changes.some(([key]) => key === 'startDate')).toBe('startDate' in given && rejects !== false)
  })
})

describe('deactivation', () => {
  const off = personOf({ name: 'Ada', employeeId: '1', deactivated: 'TRUE' })

  test('TRUE deactivates; said again it changes nothing', () => {
    expect(changesOf(ada, { deactivated: 'TRUE' })).toEqual([['deactivated', 'FALSE', 'TRUE']])
    expect(changesOf(off, { deactivated: 'TRUE' })).toEqual([])
  })

  test('FALSE is refused with a word by a source that may not reactivate, and taken from one that may', () => {
    expect(changesOf(off, { deactivated: 'FALSE' })).toEqual([])
    expect(remarksOf(off, { deactivated: 'FALSE' })).toEqual([['W_STICKY_DEACTIVATED', 'deactivated', false]])
    const may = { ...POLICY, mayReactivate: true }
    expect(changesOf(off, { deactivated: 'FALSE' }, may)).toEqual([['deactivated', 'TRUE', 'FALSE']])
    expect(remarksOf(off, { deactivated: 'FALSE' }, may)).toEqual([])
  })

  test('clearing the flag says nothing, whoever sends it', () => {
    expect(diff(off, row({ deactivated: null }), { ...POLICY, mayReactivate: true })).toMatchObject({
      changes: [],
      remarks: [],
    })
  })
})

describe('what becomes of the person', () => {
  test.each([
    ['yesterday', { endDate: YESTERDAY }, 'former'],
    ['today', { endDate: TODAY }, 'former'],
    ['tomorrow', { endDate: TOMORROW }, 'active'],
    ['start tomorrow', { startDate: TOMORROW }, 'upcoming'],
    ['deactivated', { deactivated: 'TRUE' }, 'deactivated'],
    ['deactivated and gone', { deactivated: 'TRUE', endDate: TODAY }, 'former'],
    ['deactivated before the first day', { deactivated: 'TRUE', startDate: TOMORROW }, 'deactivated'],
  ] as const)('status by the dates and the flag: %s', (_, given, after) => {
    expect(diff(ada, row(given), POLICY)).toMatchObject({ before: 'active', after })
    expect(diff(null, row({ name: 'Eve', ...given }), POLICY)).toMatchObject({ before: null, after })
  })

  test('somebody who has left already is brought up to date with a word; unchanged, without one', () => {
    const gone = personOf({ name: 'Ada', employeeId: '1', endDate: YESTERDAY })
    expect(remarksOf(gone, { name: 'Ada L.' })).toEqual([['W_ALREADY_FORMER', null, false]])
    expect(remarksOf(gone, { name: 'Ada' })).toEqual([])
    expect(remarksOf(gone, { endDate: null })).toEqual([])
  })
})

describe('a reporting line is one fact with two possible keys', () => {
  const led = personOf({ name: 'Ada', employeeId: '1', managerEmail: 'm@x.io', managerEmployeeId: '9' })

  test('a row that changes one and is silent about the other takes the other away', () => {
    expect(changesOf(led, { managerEmail: 'new@x.io' })).toEqual([
      ['managerEmail', 'm@x.io', 'new@x.io'],
      ['managerEmployeeId', '9', null],
    ])
    expect(changesOf(led, { managerEmployeeId: null, managerEmail: undefined })).toEqual([
      ['managerEmployeeId', '9', null],
      ['managerEmail', 'm@x.io', null],
    ])
  })

  test('a row that speaks of both decides both, and one that repeats what is stored changes nothing', () => {
    expect(changesOf(led, { managerEmail: 'new@x.io', managerEmployeeId: '9' })).toEqual([
      ['managerEmail', 'm@x.io', 'new@x.io'],
    ])
    expect(changesOf(led, { managerEmail: 'm@x.io' })).toEqual([])
  })
})

test('a later start brings back who left, unless the row speaks of the end itself', () => {
  const left = personOf({ name: 'Ada', employeeId: '1', startDate: '2019-01-01', endDate: '2020-01-01' })
  const { changes, before, after } = diff(left, row({ startDate: '2021-01-01' }), POLICY)
  expect(changes).toContainEqual(['endDate', '2020-01-01', null])
  expect([before, after]).toEqual(['former', 'active'])
  const again = diff(left, row({ startDate: '2021-01-01', endDate: '2031-01-01' }), POLICY)
  expect(again.changes).toContainEqual(['endDate', '2020-01-01', '2031-01-01'])
  expect(diff(left, row({ startDate: '2018-01-01' }), POLICY).after).toBe('former')
})
