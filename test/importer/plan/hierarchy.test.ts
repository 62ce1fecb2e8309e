import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Hierarchy } from '../../../importer/plan/hierarchy.ts'
import { IntMap } from '../../../importer/plan/int-map.ts'

/** Lines of a plan over lines of a roster; the roster answers only what it is asked, and is never asked twice. */
function settle(planned: Record<number, number>, roster: Record<number, number> = {}) {
  const lines = new IntMap()
  for (const [person, manager] of Object.entries(planned)) lines.set(Number(person), manager)
  const hierarchy = new Hierarchy(lines)
  const asked: number[] = []
  let rounds = 0
  const found: number[][] = []
  do {
    for (let unknown = hierarchy.unknown(); unknown.length > 0; unknown = hierarchy.unknown()) {
      rounds++
      asked.push(...unknown)
      hierarchy.learn(unknown.map((person) => [person, roster[person] ?? 0]))
    }
    found.push(...hierarchy.breakLoops())
  } while (!hierarchy.isSettled)
  const loops = found.map((loop) => loop.toSorted((a, b) => a - b)).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
  return { loops, lines: Object.fromEntries(hierarchy.lines.entries()), asked, rounds }
}

describe('loops', () => {
  test('a tree has none and keeps every line', () => {
    expect(settle({ 2: 1, 3: 1, 4: 2, 1: 0 })).toMatchObject({ loops: [], lines: { 1: 0, 2: 1, 3: 1, 4: 2 } })
  })

  test('a circle is found as a whole and broken, and who hangs below it keeps the line', () => {
    expect(settle({ 1: 2, 2: 3, 3: 1, 4: 3, 5: 4 })).toMatchObject({
      loops: [[1, 2, 3]],
      lines: { 4: 3, 5: 4 },
    })
    expect(settle({ 1: 2, 2: 3, 3: 1 }).lines).toEqual({})
  })

  test('two circles are two loops', () => {
    expect(settle({ 1: 2, 2: 1, 3: 4, 4: 3 }).loops).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  test('a circle that closes through the roster loses only the lines of this plan', () => {
    const { loops, lines } = settle({ 1: 2 }, { 2: 3, 3: 1 })
    expect(loops).toEqual([[1, 2, 3]])
    expect(lines).toEqual({})
  })

  test('whoever had a manager keeps them when the new line would close a circle', () => {
    const { loops, lines, asked } = settle({ 1: 2, 2: 1 }, { 1: 3, 2: 3 })
    expect(loops).toEqual([[1, 2]])
    expect(lines).toEqual({})
    expect(asked).toEqual(expect.arrayContaining([1, 2, 3]))
  })

  test('an old line that comes back may close a second circle, which is broken too', () => {
    // 1 and 2 would report to each other; without that, 1 still reports to 3 in the roster, and 3 now to 1.
    const { loops, lines } = settle({ 1: 2, 2: 1, 3: 1 }, { 1: 3 })
    expect(loops).toEqual([
      [1, 2],
      [1, 3],
    ])
    expect(lines).toEqual({})
  })

  test('somebody who reports to themselves is a circle of one', () => {
    const { loops, lines } = settle({ 1: 1 })
    expect([loops, lines]).toEqual([[[1]], {}])
  })

  test('whatever the lines, nobody reports in a circle afterwards, and only members of circles lost theirs', () => {
    const person = fc.integer({ min: 1, max: 12 })
    const planned = fc.dictionary(person.map(String), fc.integer({ min: 0, max: 12 }))
    // A roster without circles: everybody reports to somebody with a smaller number.
    const roster = fc.array(fc.nat(11), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(planned, roster, (plan, draws) => {
        const stored = Object.fromEntries(draws.map((draw, at) => [at + 1, Math.min(draw, at)]))
        const { loops, lines, asked } = settle(plan, stored)
        expect(new Set(asked).size).toBe(asked.length)
        const after: Record<number, number> = { ...stored, ...lines }
        for (const start of Object.keys(after)) {
          let at = Number(start)
          for (let steps = 0; steps < 13 && at !== 0; steps++) at = after[at] ?? 0
          expect(at).toBe(0)
        }
        const circular = new Set(loops.flat())
        for (const [one, manager] of Object.entries(plan)) {
          if (!circular.has(Number(one))) expect(after[Number(one)]).toBe(manager)
        }
      }),
    )
  })
})

describe('cost', () => {
  test('a chain within the file is settled without asking anything', () => {
    const chain = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [at + 1, at]))
    expect(settle(chain)).toMatchObject({ loops: [], asked: [], rounds: 0 })
  })

  test('a circle of fifty thousand is one loop', () => {
    const circle = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, at) => [at + 1, ((at + 1) % 50_000) + 1]),
    )
    expect(settle(circle).loops.map((loop) => loop.length)).toEqual([50_000])
  })

  test('a chain in the roster is asked for once a member and walked once, not once a round', () => {
    const length = 20_000
    const roster = Object.fromEntries(Array.from({ length }, (_, at) => [at + 1, at]))
    const lines = new CountingMap()
    // Two people of the file below the same long chain.
    lines.set(length + 1, length)
    lines.set(length + 2, length)
    const hierarchy = new Hierarchy(lines)
    const asked: number[] = []
    for (let unknown = hierarchy.unknown(); unknown.length > 0; unknown = hierarchy.unknown()) {
      asked.push(...unknown)
      hierarchy.learn(unknown.map((person) => [person, roster[person] ?? 0]))
    }
    expect(hierarchy.breakLoops()).toEqual([])
    expect(asked).toHaveLength(length)
    // Each step of a walk looks its person up here: a few times a member, not thousands.
    expect(lines.looks).toBeLessThan(length * 6)
  })
})

class CountingMap extends IntMap {
  looks = 0
  override has(key: number): boolean {
    this.looks++
    return super.has(key)
  }
}
