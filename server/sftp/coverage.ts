/**
 * Which bytes of a file have been written. Clients may send them in any order, but a file with a part that was
 * never sent must not be taken: its middle would read as an end, or as nothing.
 */

/** An honest client has one piece, a parallel one a few dozen. */
const PIECES_MAX = 4096

export class Coverage {
  /** Ends and beginnings of the written pieces, ascending, never touching: start, end, start, end, … */
  #edges: number[]

  constructor(edges: readonly number[] = []) {
    this.#edges = [...edges]
  }

  get edges(): readonly number[] {
    return this.#edges
  }

  /** Bytes from the start without a gap. */
  get prefix(): number {
    return this.#edges[0] === 0 ? (this.#edges[1] ?? 0) : 0
  }

  /** Notes a piece. Returns false when there are too many separate ones to keep. */
  add(start: number, end: number): boolean {
    if (end <= start) return true
    if (this.#edges.at(-1) === start) {
      this.#edges[this.#edges.length - 1] = end
      return true
    }
    const from = this.#edges.findIndex((edge, index) => index % 2 === 1 && edge >= start)
    if (from === -1) this.#edges.push(start, end)
    else this.#merge(from - 1, start, end)
    return this.#edges.length <= 2 * PIECES_MAX
  }

  /** Forgets what lies behind the new end of the file. */
  cut(size: number): void {
    const kept: number[] = []
    for (let at = 0; at < this.#edges.length; at += 2) {
      const [start, end] = [this.#edges[at] ?? 0, this.#edges[at + 1] ?? 0]
      if (start < size) kept.push(start, Math.min(end, size))
    }
    this.#edges = kept
  }

  /** True when every byte of a file of this size was written. */
  isWhole(size: number): boolean {
    if (size === 0) return true
    return this.#edges[0] === 0 && (this.#edges[1] ?? 0) >= size
  }

  /** Joins a piece with all pieces from `at` on that it touches. */
  #merge(at: number, start: number, end: number): void {
    let to = at
    let first = start
    let last = end
    while (to < this.#edges.length && (this.#edges[to] ?? 0) <= last) {
      first = Math.min(first, this.#edges[to] ?? first)
      last = Math.max(last, this.#edges[to + 1] ?? last)
      to += 2
    }
    this.#edges.splice(at, to - at, first, last)
  }
}
