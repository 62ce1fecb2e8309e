/** What is kept of a plan's row says what the plan said, however it is read. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Change } from '../../../importer/plan/diff.ts'
import { StoredPlanRow } from '../../../importer/run/stored-row.ts'

const SIGNS = [
  '"',
  '\\',
  ',',
  '[',
  ']',
  'null',
  ':',
  '{',
  '}',
  'a',
  'ü',
  '\n',
  '\u2028',
  '😀',
  '","',
  '",null,"',
  '"],["',
]
const value = fc.oneof(
  fc.array(fc.constantFrom(...SIGNS)).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
)
const key = fc.constantFrom('name', 'email', 'd1', 'd12', 'endDate', 'managerEmail')

function stored(changes: readonly Change[], version: number | null = null): StoredPlanRow {
  const nobody = { account_id: 'a', run_id: 'r', row: 1, line: 2, action: 'create', person_id: 3, codes: '' }
  return new StoredPlanRow({ ...nobody, version, matched_by: 'none', changes: JSON.stringify(changes) })
}

test('a new person is all that the plan gives them, whatever signs it holds', () => {
  const given = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, minLength: 1 })
  fc.assert(
    fc.property(given, (values) => {
      const changes = values.map(([name, text]) => [name, null, text] as Change)
      const row = stored(changes)
      expect(row.keys).toEqual(values.map(([name]) => name))
      expect(row.creation.values).toEqual(Object.fromEntries(values))
      expect(row.creation.text).toBe(JSON.stringify(Object.fromEntries(values)))
      expect(row.changes).toEqual(changes)
    }),
    { numRuns: 1_000 },
  )
})

test('what somebody known changes is told with what was there before, and what is cleared with nothing', () => {
  const change = fc.tuple(key, fc.option(value), fc.option(value))
  fc.assert(
    fc.property(fc.uniqueArray(change, { selector: ([name]) => name }), (changes) => {
      const row = stored(changes as Change[], 4)
      expect(row.keys).toEqual(changes.map(([name]) => name))
      expect(row.creation.values).toEqual(Object.fromEntries(changes.map(([name, , after]) => [name, after])))
      expect(row.changes).toEqual(changes)
    }),
  )
})
