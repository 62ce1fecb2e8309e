import { expect, test } from 'vitest'
import { fuzz } from '../../fuzz/fuzz.ts'

// `npm run fuzz` tries a hundred thousand.
test('three thousand damaged files crash nothing, and every row of them ends in one place', async () => {
  const result = await fuzz({ seed: 20_261_121, files: 3_000 })
  expect(result.files).toBe(3_000)
  // A fuzz whose files are all refused, or all taken, would prove nothing.
  expect(result.read).toBeGreaterThan(500)
  expect(result.refused).toBeGreaterThan(500)
  expect(result.codes.size).toBeGreaterThan(25)
}, 60_000)
