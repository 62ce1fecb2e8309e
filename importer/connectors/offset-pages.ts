/**
 * Lists that are read by position, and that say how long they are. Such a list moves under the reader when somebody
 * is hired or leaves; the total then changes, and only reading it all again gives a list of one moment.
 */
import { ahead, partial } from './pages.ts'

export interface OffsetPage<T> {
  readonly items: readonly T[]
  /** People in the whole list; null where the API does not say. */
  readonly total: number | null
  readonly hasMore: boolean
}

/** The list is not what it was when the reading began. */
export class ListMoved extends Error {
  constructor() {
    super('the list changed while it was read')
    this.name = 'ListMoved'
  }
}

/** `first` is the number the API gives to the first entry. Throws `ListMoved`, and `API_PARTIAL`. */
export async function* offsetPages<T>(
  system: string,
  { first, aheadMax }: { readonly first: number; readonly aheadMax: number },
  fetchPage: (offset: number) => Promise<OffsetPage<T>>,
): AsyncGenerator<readonly T[], void, void> {
  const start = await fetchPage(first)
  const { total } = start
  // The API may give fewer than were asked for; what it gave first is the length of its pages.
  const step = start.items.length
  const end = total === null ? null : first + total
  const coming: Promise<OffsetPage<T>>[] = []
  let page = start
  let offset = first + step
  let asked = offset
  yield page.items
  while (page.hasMore) {
    if (step === 0 || page.items.length === 0) throw partial(system, 'it breaks off with an empty page')
    // Without a total nobody knows whether there is a page after the next one.
    while (
      coming.length < (end === null ? 1 : aheadMax) &&
      (end === null || asked < end || asked === offset)
    ) {
      coming.push(ahead(fetchPage(asked)))
      asked += step
    }
    const next = coming.shift()
    if (next === undefined) break
    page = await next
    if (page.total !== total) throw new ListMoved()
    offset += step
    yield page.items
    if (page.hasMore && page.items.length < step)
      throw partial(system, 'a page in the middle of it is too short')
  }
}
