/** Rows of a file as spans: small for what people choose, whether that is three rows or all but three of a million. */

export class RowSet {
  readonly #from: number[] = []
  readonly #to: number[] = []
  #size = 0

  /** How many rows. */
  get size(): number {
    return this.#size
  }

  /** Reads `3,7-20`, in any order. */
  static parse(text: string): RowSet {
    const spans = text.split(',').map((part) => {
      const [from = 0, to = from] = part.split('-').map(Number)
      return { from: Math.min(from, to), to: Math.max(from, to) }
    })
    const set = new RowSet()
    for (const { from, to } of spans.sort((one, other) => one.from - other.from)) set.#add(from, to)
    return set
  }

  /** Adds a row behind all that were added before. */
  push(row: number): void {
    this.#add(row, row)
  }

  has(row: number): boolean {
    let [low, high] = [0, this.#from.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      if (row < (this.#from[middle] ?? 0)) high = middle - 1
      else if (row > (this.#to[middle] ?? 0)) low = middle + 1
      else return true
    }
    return false
  }

  /** The spans in order. */
  *spans(): Generator<[from: number, to: number]> {
    for (const [at, from] of this.#from.entries()) yield [from, this.#to[at] ?? from]
  }

  toString(): string {
    return [...this.spans()].map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
  }

  #add(from: number, to: number): void {
    const last = this.#to.length - 1
    const end = this.#to[last] ?? -1
    if (from <= end + 1 && last >= 0) {
      this.#size += Math.max(0, to - end)
      this.#to[last] = Math.max(end, to)
      return
    }
    this.#from.push(from)
    this.#to.push(to)
    this.#size += to - from + 1
  }
}
