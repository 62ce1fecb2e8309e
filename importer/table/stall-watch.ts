/**
 * Notices work that has come to a stand without failing. Some damaged messages leave the library that opens them
 * waiting for what never comes: nothing is read, nothing comes out, nothing is thrown, and the account's next files
 * would wait for ever.
 */

/** Twice as long without a step is a stand; every step takes milliseconds, however large the file is. */
const LOOK_MS = 2_000

export class StallWatch implements Disposable {
  readonly #stalled: Promise<never>
  readonly #timer: NodeJS.Timeout
  #steps = 0
  #seen = -1

  /** `error` makes what is thrown when the work stands still. */
  constructor(error: () => Error) {
    const { promise, reject } = Promise.withResolvers<never>()
    this.#stalled = promise
    // Two looks at the same count: a machine that was busy elsewhere delays the first look and the work alike.
    this.#timer = setInterval(() => {
      if (this.#seen === this.#steps) reject(error())
      this.#seen = this.#steps
    }, LOOK_MS)
    promise.catch(() => {})
  }

  /** The work has come further. */
  step(): void {
    this.#steps++
  }

  /** The result of the work, unless it comes to a stand. */
  async or<T>(work: Promise<T>): Promise<T> {
    return await Promise.race([work, this.#stalled])
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
