import { expect, test } from 'vitest'
import {
  demographicKey,
  isDemographicKey,
  isPresent,
  statusOf,
  storedValue,
} from '../../../importer/plan/person.ts'
import { CORE_FIELDS } from '../../../schemas/columns.ts'
import { personOf, TODAY } from './memory-roster.ts'

test.each([
  [null, null, 'FALSE', 'active'],
  [null, '2026-11-20', 'FALSE', 'former'],
  [null, TODAY, 'FALSE', 'former'],
  [null, '2026-11-22', 'FALSE', 'active'],
  [TODAY, null, 'FALSE', 'active'],
  ['2026-11-22', null, 'FALSE', 'upcoming'],
  [null, null, 'TRUE', 'deactivated'],
  ['2026-11-22', null, 'TRUE', 'deactivated'],
  [null, TODAY, 'TRUE', 'former'],
] as const)('start %s, end %s, deactivated %s is %s', (startDate, endDate, deactivated, status) => {
  expect(statusOf({ startDate, endDate, deactivated }, TODAY)).toBe(status)
})

test('active and upcoming people are present, former and deactivated ones are not', () => {
  expect((['active', 'upcoming', 'former', 'deactivated'] as const).filter(isPresent)).toEqual([
    'active',
    'upcoming',
  ])
})

test('no core field is ever taken for a demographic, although some begin with a d', () => {
  expect(CORE_FIELDS.filter(isDemographicKey)).toEqual([])
  expect(isDemographicKey(demographicKey(1_234))).toBe(true)
})

test('a stored value is found under its key; what is not there is null', () => {
  const person = personOf({ name: 'Ada' }, { demographics: { 3: 'Red' } })
  expect(storedValue(person, 'name')).toBe('Ada')
  expect(storedValue(person, 'email')).toBeNull()
  expect(storedValue(person, demographicKey(3))).toBe('Red')
  expect(storedValue(person, demographicKey(33))).toBeNull()
})
