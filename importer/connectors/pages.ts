/** Lists that come in pages, each fetched while the one before it is worked on. */
import { ImportError } from '../errors.ts'

export interface Page<T> {
  readonly items: readonly T[]
  /** Where the next page begins; null after the last one. */
  readonly next: string | null
}

/** More than this many in a row without anybody in them, and the list has no end. */
const EMPTY_MAX = 20

/** Throws `API_PARTIAL` where the list runs in a circle or never ends. */
export async function* cursorPages<T>(
  system: string,
  fetchPage: (cursor: string | null) => Promise<Page<T>>,
): AsyncGenerator<readonly T[], void, void> {
  const seen = new Set<string>()
  let empty = 0
  let coming: Promise<Page<T>> | null = fetchPage(null)
  while (coming !== null) {
    const { items, next }: Page<T> = await coming
    if (next !== null && seen.has(next)) throw partial(system, 'it names a page that was read already')
    empty = items.length === 0 ? empty + 1 : 0
    if (empty > EMPTY_MAX) throw partial(system, 'it goes on and on with empty pages')
    if (next === null) coming = null
    else {
      seen.add(next)
      coming = ahead(fetchPage(next))
    }
    yield items
  }
}

/** A promise that nobody awaits yet; it is heard once somebody does, or not at all. */
export function ahead<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

export function partial(system: string, problem: string): ImportError {
  return new ImportError('API_PARTIAL', { system, problem })
}
