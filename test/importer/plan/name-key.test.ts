import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSameName, nameHash, nameKey } from '../../../importer/plan/name-key.ts'

test.each([
  ['Ada Lovelace', 'ADA LOVELACE'],
  ['Ana Muñoz', 'ana munoz'],
  ['Ana Mun\u0303oz', 'Ana Muñoz'],
  ['Lovelace, Ada', 'Ada Lovelace'],
  ['  Ada   Lovelace ', 'Ada Lovelace'],
  ['Anne-Marie Weiß', 'Weiss Anne Marie'],
  ["Seán O'Brien", "O'BRIEN SEAN"],
  ['Søren Kierkegård', 'soren kierkegard'],
  ['Łukasz Żak', 'Lukasz Zak'],
  ['ＡＤＡ', 'ada'],
  ['王小明', '王小明'],
])('%s and %s are one name, and are looked for by one number', (one, other) => {
  expect(isSameName(one, other)).toBe(true)
  expect(nameKey(one)).toBe(nameKey(other))
  expect(nameHash(one)).toBe(nameHash(other))
})

test('written together or apart a name is the same, but is not looked for', () => {
  expect(isSameName('Mary Ann Cole', 'Maryann Cole')).toBe(true)
  expect(nameKey('Mary Ann Cole')).not.toBe(nameKey('Maryann Cole'))
})

test.each([
  ['Ada Lovelace', 'Ada Byron'],
  ['Ada', 'Ada Lovelace'],
  ['Amy', 'May'],
  ['王小明', '王小红'],
  ['☃', '★'],
  ['--', '**'],
])('%s and %s are two names', (one, other) => {
  expect(isSameName(one, other)).toBe(false)
  expect(nameHash(one)).not.toBe(nameHash(other))
})

test('the number fits the column, and never changes: it is stored', () => {
  expect([nameHash('Ada Lovelace'), nameHash('')]).toEqual([-1_059_109_220, 636_141_753])
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      const hash = nameHash(name)
      expect(hash | 0).toBe(hash)
      expect(isSameName(name, ` ${name}  `)).toBe(true)
      expect(nameHash(` ${name}  `)).toBe(hash)
    }),
  )
})
