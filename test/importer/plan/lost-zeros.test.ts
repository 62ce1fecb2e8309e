import { expect, test } from 'vitest'
import { LostZeros } from '../../../importer/plan/lost-zeros.ts'

const somebody = { byEmployeeId: new Map([['000417', {} as never]]), byEmail: new Map() } // only that they are there matters
const row = (number: number) =>
  ({ row: number, line: number + 1, outcome: 'typed', values: [], codes: [] }) as const

function suspects(ids: readonly string[], lengths: readonly number[] = [6]): number[] {
  const zeros = new LostZeros(new Set(lengths))
  for (const [at, id] of ids.entries()) {
    zeros.before(id)
    zeros.look(row(at + 1), id, somebody)
  }
  return [...zeros.suspects()]
}

test.each([
  ['an id that somebody has with zeros before it', ['417'], [6], [1]],
  ['an id that nobody has with zeros either', ['418'], [6], []],
  ['an id where the roster knows no zeros', ['417'], [], []],
  ['an id that is not digits', ['417a'], [6], []],
  ['an id in a file that has zeros of its own, wherever they stand', ['417', '000500'], [6], []],
])('%s', (_, ids, lengths, expected) => {
  expect(suspects(ids, lengths)).toEqual(expected)
})
