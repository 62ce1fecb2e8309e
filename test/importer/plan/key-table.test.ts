import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashKey, KeyTable } from '../../../importer/plan/key-table.ts'

const hash = (key: string, seed = 1) => hashKey(key, seed, new Uint32Array(3))
const hex = (key: string, seed = 1) => hash(key, seed).join()

test('a table keeps the first value of a key and tells it to whoever comes later, also while it grows', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 1_500 }), (keys) => {
      const [ours, theirs] = [new KeyTable(4), new Map<string, number>()]
      for (const [row, key] of keys.entries()) {
        expect(ours.add(hash(key), row)).toBe(theirs.get(key) ?? -1)
        if (!theirs.has(key)) theirs.set(key, row)
      }
      expect(ours.size).toBe(theirs.size)
      for (const [key, row] of theirs) expect(ours.get(hash(key))).toBe(row)
      expect(ours.get(hash('a key that is longer than any of them'))).toBe(-1)
    }),
    { numRuns: 60 },
  )
})

test('two hashes are the same only where all three parts are', () => {
  const hashes = [
    [1, 2, 3],
    [1, 2, 4],
    [1, 9, 3],
    [5, 2, 3],
    // The same place in the table, also after it has grown.
    [1 + 2 ** 20, 2, 3],
  ].map((parts) => Uint32Array.from(parts))
  const table = new KeyTable()
  for (const [row, one] of hashes.entries()) expect(table.add(one, row)).toBe(-1)
  expect(hashes.map((one) => table.get(one))).toEqual([0, 1, 2, 3, 4])
})

test('keys that differ in one character, in their length or in their order have different hashes', () => {
  const ids = Array.from({ length: 50_000 }, (_, at) => String(at).padStart(6, '0'))
  const mails = ids.map((id) => `first.last.${id}@example.com`)
  const zeros = Array.from({ length: 100 }, (_, length) => '0'.repeat(length))
  const all = new Set([...ids, ...mails, ...zeros])
  // Of 100,000 keys 32 bits would let a pair or two meet, 64 bits none.
  for (const part of [0, 1, 2] as const) {
    const parts = new Set(Array.from(all, (key) => hash(key)[part]))
    expect(all.size - parts.size).toBeLessThan(20)
  }
  expect(new Set(Array.from(all, (key) => hex(key))).size).toBe(all.size)
})

test('the seed changes every hash, so nobody can prepare keys that meet', () => {
  for (const key of ['a', '0001', 'somebody@example.com']) {
    const [one, other] = [hash(key, 1), hash(key, 2)]
    for (const part of [0, 1, 2]) expect(one[part]).not.toBe(other[part])
    expect(hex(key, 1)).toBe(hex(key, 1))
  }
})
