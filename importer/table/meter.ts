/** Counts what comes out while something is unpacked: a small file must not become a large one without end. */
import { type ReadingLimits, Unreadable } from './reading.ts'

/** Below this much output no ratio is looked at: a few kilobytes of blanks harm nobody. */
const RATIO_FROM_BYTES = 1024 * 1024

export class Meter {
  readonly #wireBytes: number
  readonly #limits: ReadingLimits

  constructor(wireBytes: number, limits: ReadingLimits) {
    this.#wireBytes = wireBytes
    this.#limits = limits
    if (wireBytes > limits.bytesMax) this.#refuseSize()
  }

  /** A counter for one stage of unpacking; told of every chunk that comes out of it. */
  stage(): (bytes: number) => void {
    let done = 0
    return (bytes) => {
      done += bytes
      this.check(done)
    }
  }

  /** Also for a size that is only claimed. */
  check(bytes: number): void {
    const { bytesMax, ratioMax } = this.#limits
    if (bytes > bytesMax) this.#refuseSize()
    if (bytes <= RATIO_FROM_BYTES || bytes <= this.#wireBytes * ratioMax) return
    throw new Unreadable('FILE_ARCHIVE', { problem: `it unpacks to more than ${ratioMax} times its size` })
  }

  #refuseSize(): never {
    throw new Unreadable('FILE_TOO_LARGE', { limit: this.#limits.bytesMax })
  }
}
