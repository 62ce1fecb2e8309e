import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Coverage } from '../../../server/sftp/coverage.ts'

const SIZE_MAX = 60
const piece = fc
  .tuple(fc.nat({ max: SIZE_MAX }), fc.nat({ max: SIZE_MAX }))
  .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))
const step = fc.oneof(
  { weight: 5, arbitrary: piece.map((one) => ({ kind: 'add' as const, ...one })) },
  { weight: 1, arbitrary: fc.nat({ max: SIZE_MAX }).map((size) => ({ kind: 'cut' as const, size })) },
)

test('a file is whole exactly when every one of its bytes was written', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const coverage = new Coverage()
      const written = new Set<number>()
      for (const one of steps) {
        if (one.kind === 'add') {
          expect(coverage.add(one.start, one.end)).toBe(true)
          for (let at = one.start; at < one.end; at++) written.add(at)
        } else {
          coverage.cut(one.size)
          for (const at of written) if (at >= one.size) written.delete(at)
        }
        for (let size = 0; size <= SIZE_MAX; size++) {
          const isWhole = Array.from({ length: size }, (_, at) => written.has(at)).every(Boolean)
          expect(coverage.isWhole(size)).toBe(isWhole)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('it does not grow without end for somebody who writes every second byte', () => {
  const coverage = new Coverage()
  const answers = Array.from({ length: 5_000 }, (_, at) => coverage.add(at * 2, at * 2 + 1))
  expect(answers.slice(0, 4_000).every(Boolean)).toBe(true)
  expect(answers.at(-1)).toBe(false)
})
