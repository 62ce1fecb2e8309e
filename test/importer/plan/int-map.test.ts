import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IntList, IntMap, PagedInts } from '../../../importer/plan/int-map.ts'

const key = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 31 - 1 }))
const value = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })

test('an IntMap keeps what a Map keeps, also while it grows', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { maxLength: 2_000 }), fc.array(key), (entries, others) => {
      const [ours, theirs] = [new IntMap(), new Map<number, number>()]
      for (const [one, to] of entries) {
        ours.set(one, to)
        theirs.set(one, to)
      }
      expect(ours.size).toBe(theirs.size)
      expect([...ours.entries()].sort((a, b) => a[0] - b[0])).toEqual([...theirs].sort((a, b) => a[0] - b[0]))
      for (const one of [...theirs.keys(), ...others]) {
        expect(ours.has(one)).toBe(theirs.has(one))
        expect(ours.get(one)).toBe(theirs.get(one) ?? 0)
      }
    }),
    { numRuns: 60 },
  )
})

test('what is taken out is gone, and everything else is still found', () => {
  // Few keys in a small table: nearly every one stands in the way of another.
  const near = fc.integer({ min: 1, max: 60 })
  const step = fc.tuple(fc.boolean(), near, value)
  fc.assert(
    fc.property(fc.array(step, { minLength: 50, maxLength: 400, size: 'max' }), (steps) => {
      const [ours, theirs] = [new IntMap(), new Map<number, number>()]
      for (const [isOut, one, to] of steps) {
        if (isOut) expect(ours.delete(one)).toBe(theirs.delete(one))
        else {
          ours.set(one, to)
          theirs.set(one, to)
        }
      }
      expect(ours.size).toBe(theirs.size)
      for (let one = 1; one <= 60; one++) expect(ours.has(one)).toBe(theirs.has(one))
      expect([...ours.entries()].sort((a, b) => a[0] - b[0])).toEqual([...theirs].sort((a, b) => a[0] - b[0]))
    }),
    { numRuns: 200 },
  )
})

test('a value of 0 is kept, and is not the same as no value', () => {
  const map = new IntMap()
  map.set(5, 0)
  expect([map.has(5), map.get(5), map.has(6), map.get(6)]).toEqual([true, 0, false, 0])
})

test('an IntList grows by itself and shows exactly its items', () => {
  const list = new IntList()
  const items = Array.from({ length: 5_000 }, (_, at) => at * 3 - 7)
  for (const item of items) list.push(item)
  list.set(4_999, 42)
  expect(list.length).toBe(5_000)
  expect([...list.slice()]).toEqual([...items.slice(0, -1), 42])
  expect([list.get(0), list.get(4_999), list.get(1_000_000)]).toEqual([-7, 42, 0])
})

test('a long IntList shows any part of it, also across its pages', () => {
  const list = new IntList()
  const items = Array.from({ length: 50_000 }, (_, at) => at - 25_000)
  for (const item of items) list.push(item)
  for (const [from, to] of [
    [0, 50_000],
    [16_380, 16_390],
    [255, 33_000],
    [32_768, 90_000],
    [49_999, 50_000],
  ] as const) {
    expect([...list.slice(from, to)]).toEqual(items.slice(from, to))
  }
  expect([...list]).toEqual(items)
})

test('PagedInts keep what a Map keeps', () => {
  const close = fc.oneof(
    fc.integer({ min: 1, max: 40_000 }),
    fc.integer({ min: 1_000_000_000, max: 1_000_040_000 }),
  )
  fc.assert(
    fc.property(
      fc.array(fc.tuple(close, fc.integer({ min: 1, max: 9 }))),
      fc.array(close),
      (entries, others) => {
        const [ours, theirs] = [new PagedInts(), new Map(entries)]
        for (const [one, to] of entries) ours.set(one, to)
        for (const one of [...theirs.keys(), ...others]) expect(ours.get(one)).toBe(theirs.get(one) ?? 0)
        expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort())
      },
    ),
  )
})
