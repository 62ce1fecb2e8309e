import { expect, test } from 'vitest'
import { createRateLimit } from '../../../server/http/rate-limit.ts'

test('so many at once, one more each so often, and nobody pays for another', () => {
  let nowMs = 0
  const take = createRateLimit({ burst: 3, everyMs: 1_000, nowMs: () => nowMs })
  const tries = (sender: string, count: number) =>
    Array.from({ length: count }, () => {
      try {
        take(sender)
        return 'good'
      } catch {
        return 'no'
      }
    })
  expect(tries('a', 4)).toEqual(['good', 'good', 'good', 'no'])
  expect(tries('b', 1)).toEqual(['good'])
  nowMs += 1_000
  expect(tries('a', 2)).toEqual(['good', 'no'])
  nowMs += 60_000
  expect(tries('a', 4)).toEqual(['good', 'good', 'good', 'no'])
})

test('who is refused hears how long to wait', () => {
  const take = createRateLimit({ burst: 1, everyMs: 15_000, nowMs: () => 0 })
  take('a')
  expect(() => take('a')).toThrow(
    expect.objectContaining({ code: 'TOO_MANY_REQUESTS', params: { seconds: 15 } }),
  )
})
