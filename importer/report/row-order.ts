/** Merging what is known about rows: several streams, each in row order, read side by side without keeping them. */

interface OfRow {
  /** Null for what concerns the file as a whole; passed over. */
  readonly row: number | null
}

export type Stream<T> = AsyncIterable<T> | Iterable<T>

/** Reads a stream in row order, one row at a time; whoever made it must `close` it. */
export class RowCursor<T extends OfRow> {
  readonly #items: AsyncIterator<T> | Iterator<T>
  #head: T | null = null
  #isStarted = false

  constructor(stream: Stream<T>) {
    this.#items = Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]()
  }

  /** False where it is known already that nothing is said about `row`; saves waiting for most rows of a file. */
  mayHave(row: number): boolean {
    return !this.#isStarted || (this.#head !== null && (this.#head.row ?? 0) <= row)
  }

  /** Everything about `row`. Rows must be asked for in order; what lies before them is passed over. */
  async at(row: number): Promise<readonly T[]> {
    if (!this.#isStarted) await this.#advance()
    while (this.#head !== null && (this.#head.row ?? 0) < row) await this.#advance()
    if (this.#head?.row !== row) return NOTHING
    const found: T[] = []
    while (this.#head !== null && this.#head.row === row) {
      found.push(this.#head)
      await this.#advance()
    }
    return found
  }

  /** Lets the stream free what it holds; needed where reading stops early. */
  async close(): Promise<void> {
    await this.#items.return?.()
  }

  async #advance(): Promise<void> {
    this.#isStarted = true
    const next = await this.#items.next()
    this.#head = next.done ? null : next.value
  }
}

const NOTHING: readonly never[] = []

/** The items of batches, one by one. */
export async function* eachOf<T>(batches: Stream<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch
}
