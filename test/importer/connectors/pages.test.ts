import { expect, test } from 'vitest'
import { ListMoved, type OffsetPage, offsetPages } from '../../../importer/connectors/offset-pages.ts'
import { cursorPages, type Page } from '../../../importer/connectors/pages.ts'

/** A list that goes on and on fails by its number of calls, not by the patience of whoever runs the test. */
const CALLS_MAX = 200

async function cursors(pageAt: (call: number) => Page<number>) {
  let calls = 0
  const items: number[] = []
  const pages = cursorPages('Acme HR', async () => {
    calls += 1
    if (calls > CALLS_MAX) throw new Error('it never ends')
    return pageAt(calls)
  })
  for await (const page of pages) items.push(...page)
  return items
}

async function offsets(list: readonly OffsetPage<number>[]) {
  const asked: number[] = []
  const items: number[] = []
  const pages = offsetPages('Acme HR', { first: 1, aheadMax: 3 }, async (offset) => {
    asked.push(offset)
    const page = list[asked.length - 1]
    if (page === undefined) throw new Error('it never ends')
    return page
  })
  for await (const page of pages) items.push(...page)
  return { asked, items }
}

const page = (items: readonly number[], total: number | null, hasMore: boolean) => ({ items, total, hasMore })

test('pages behind cursors come in order, empty ones in the middle among them', async () => {
  const pages = [
    { items: [1], next: 'a' },
    { items: [], next: 'b' },
    { items: [2, 3], next: null },
  ]
  expect(await cursors((call) => pages[call - 1] ?? { items: [], next: null })).toEqual([1, 2, 3])
})

test.each([
  ['a page that names itself', (call: number) => ({ items: [call], next: 'same' })],
  ['a circle of pages', (call: number) => ({ items: [call], next: `page ${call % 7}` })],
  ['empty pages without an end', (call: number) => ({ items: [], next: `page ${call}` })],
])('%s is no list', async (_, pageAt) => {
  await expect(cursors(pageAt)).rejects.toMatchObject({ code: 'API_PARTIAL' })
})

test('pages by position are as long as the first one, however many were asked for', async () => {
  const { asked, items } = await offsets([page([1, 2], 5, true), page([3, 4], 5, true), page([5], 5, false)])
  expect(asked).toEqual([1, 3, 5])
  expect(items).toEqual([1, 2, 3, 4, 5])
})

test('without a total the next page is asked for only once the last one said that there is one', async () => {
  const { asked, items } = await offsets([page([1, 2], null, true), page([3], null, false)])
  expect(asked).toEqual([1, 3])
  expect(items).toEqual([1, 2, 3])
})

test.each([
  ['an empty page in the middle', [page([1, 2], 6, true), page([], 6, true), page([], 6, true)]],
  [
    'a page in the middle that is too short',
    [page([1, 2], 6, true), page([3], 6, true), page([4, 5], 6, false)],
  ],
  ['an empty page at the start that promises more', [page([], 6, true)]],
])('%s is no list', async (_, list) => {
  await expect(offsets(list)).rejects.toMatchObject({ code: 'API_PARTIAL' })
})

test('a total that changes means that the list has moved', async () => {
  const moved = offsets([page([1, 2], 5, true), page([3, 4], 4, false), page([], 4, false)])
  await expect(moved).rejects.toBeInstanceOf(ListMoved)
})
