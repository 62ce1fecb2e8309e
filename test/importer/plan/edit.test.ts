/** What one person may change on another by hand, and what not even they may. */
import { expect, test } from 'vitest'
import type { RowValue } from '../../../importer/plan/diff.ts'
import { edited } from '../../../importer/plan/edit.ts'
import { MemoryRoster, type Row, TODAY } from './memory-roster.ts'

const ada: Row = { employeeId: '1', email: 'a@x.io', name: 'Ada', startDate: '2020-01-01' }
const set = (key: RowValue['key'], value: string | null): RowValue => ({ key, value })

test.each<[string, Row, RowValue[], unknown]>([
  [
    'both keys at once',
    {},
    [set('email', 'z@x.io'), set('employeeId', '9')],
    [
      ['email', 'a@x.io', 'z@x.io'],
      ['employeeId', '1', '9'],
    ],
  ],
  ['one key may go', {}, [set('email', null)], [['email', 'a@x.io', null]]],
  ['what is so already', {}, [set('name', 'Ada')], []],
  [
    'who is switched off comes back',
    { deactivated: 'TRUE' },
    [set('deactivated', 'FALSE')],
    [['deactivated', 'TRUE', 'FALSE']],
  ],
  ['who left is corrected', { endDate: '2021-01-01' }, [set('name', 'Eve')], [['name', 'Ada', 'Eve']]],
  [
    'another manager takes both keys',
    { managerEmployeeId: '7' },
    [set('managerEmail', 'b@x.io')],
    [
      ['managerEmail', null, 'b@x.io'],
      ['managerEmployeeId', '7', null],
    ],
  ],
  ['nobody without a name', {}, [set('name', null)], { code: 'VAL_CLEAR_REFUSED', key: 'name' }],
  ['nobody without a key', {}, [set('email', null), set('employeeId', null)], { code: 'VAL_CLEAR_REFUSED' }],
  ['no end before the start', {}, [set('endDate', '2019-01-01')], { code: 'VAL_DATE_ORDER', key: 'endDate' }],
  [
    'no start behind the end',
    { endDate: '2030-01-01' },
    [set('startDate', '2031-01-01')],
    { code: 'VAL_DATE_ORDER', key: 'startDate' },
  ],
  ['not their own manager', {}, [set('managerEmail', 'a@x.io')], { code: 'HIER_SELF', key: 'managerEmail' }],
  [
    'nor by the key they get',
    {},
    [set('managerEmployeeId', '9'), set('employeeId', '9')],
    { code: 'HIER_SELF' },
  ],
  [
    'no manager is nobody',
    { managerEmail: 'b@x.io' },
    [set('managerEmail', null)],
    [['managerEmail', 'b@x.io', null]],
  ],
])('%s', (_, more, values, expected) => {
  const result = edited(MemoryRoster.of({ ...ada, ...more }).find('1'), values, TODAY)
  if ('refused' in result) expect(result.refused).toMatchObject(expected as object)
  else expect(result.changes).toEqual(expected)
})

test('the status before and after is told, for the counts', () => {
  const person = MemoryRoster.of(ada).find('1')
  expect(edited(person, [set('endDate', '2021-01-01')], TODAY)).toMatchObject({
    before: 'active',
    after: 'former',
  })
})
