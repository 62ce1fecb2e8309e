import { expect, test } from 'vitest'
import { placeOf } from '../../../server/http/api/shapes.ts'

test.each([
  ['7', 7],
  ['999999999', 999_999_999],
  ...['1e999', '1.5', '-1', 'NaN', '', '99999999999999999999', '0x10', undefined].map(
    (one) => [one, 0] as const,
  ),
] as const)(
  'the cursor %s stands at %i: what no database could count to is the beginning',
  (cursor, place) => {
    expect(placeOf(cursor)).toBe(place)
  },
)
