/**
 * Stands at the source of the bytes: tells how far the reading is, stops it when told, and keeps the error of the
 * disk or of the listener, which the streams and libraries on the way would hide behind errors of their own.
 */
import type { ByteSource } from './bytes.ts'
import type { ReadingOptions } from './reading.ts'

export class ReadingWatch {
  readonly #options: Pick<ReadingOptions, 'signal' | 'onBytes'>
  #done = 0
  #failure: { readonly error: unknown } | null = null

  constructor(options: Pick<ReadingOptions, 'signal' | 'onBytes'>) {
    this.#options = options
  }

  /** The delivered file: its bytes are counted, also where they are not read in order. */
  delivered(source: ByteSource): ByteSource {
    return this.#watched(source, (bytes) => {
      this.#done = Math.min(source.size, this.#done + bytes)
    })
  }

  /** What was made of it on the way: it counts for nothing more, but its reading can be stopped as well. */
  between(source: ByteSource): ByteSource {
    return this.#watched(source, () => {})
  }

  /** Throws what went wrong at the source, if anything did. */
  assertNoFailure(): void {
    if (this.#failure !== null) throw this.#failure.error
  }

  #watched(source: ByteSource, count: (bytes: number) => void): ByteSource {
    return {
      get size() {
        return source.size
      },
      read: async (into, position) => {
        try {
          this.#options.signal?.throwIfAborted()
          const length = await source.read(into, position)
          count(length)
          this.#options.onBytes?.(this.#done)
          return length
        } catch (error) {
          this.#failure = { error }
          throw error
        }
      },
      close: () => source.close(),
    }
  }
}
