/** Numbers to numbers in typed arrays: 8 bytes an entry at two thirds load instead of a Map's fifty. */

const MULTIPLIER = 0x9e3779b1

/** Keys are positive 32-bit integers; values any 32-bit integer. */
export class IntMap {
  #keys = new Int32Array(64)
  #values = new Int32Array(64)
  #size = 0

  get size(): number {
    return this.#size
  }

  has(key: number): boolean {
    return this.#keys[this.#slotOf(key)] === key
  }

  /** The value, or 0 where there is none. */
  get(key: number): number {
    const slot = this.#slotOf(key)
    return this.#keys[slot] === key ? at(this.#values, slot) : 0
  }

  set(key: number, value: number): void {
    const slot = this.#slotOf(key)
    if (this.#keys[slot] !== key) {
      this.#keys[slot] = key
      this.#size++
    }
    this.#values[slot] = value
    if (this.#size * 3 > this.#keys.length * 2) this.#grow()
  }

  /** Takes a key out; true where it was there. */
  delete(key: number): boolean {
    const slot = this.#slotOf(key)
    if (this.#keys[slot] !== key) return false
    this.#keys[slot] = 0
    this.#size--
    this.#closeGap(slot)
    return true
  }

  *entries(): Generator<[key: number, value: number]> {
    for (let slot = 0; slot < this.#keys.length; slot++) {
      const key = at(this.#keys, slot)
      if (key !== 0) yield [key, at(this.#values, slot)]
    }
  }

  #slotOf(key: number): number {
    const mask = this.#keys.length - 1
    let slot = (Math.imul(key, MULTIPLIER) >>> 7) & mask
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask
    return slot
  }

  /** The entries behind a gap are put again, or a search that stops at the gap would miss them. */
  #closeGap(gap: number): void {
    const mask = this.#keys.length - 1
    for (let slot = (gap + 1) & mask; this.#keys[slot] !== 0; slot = (slot + 1) & mask) {
      const [key, value] = [at(this.#keys, slot), at(this.#values, slot)]
      this.#keys[slot] = 0
      const to = this.#slotOf(key)
      this.#keys[to] = key
      this.#values[to] = value
    }
  }

  #grow(): void {
    const keys = this.#keys
    const values = this.#values
    this.#keys = new Int32Array(keys.length * 2)
    this.#values = new Int32Array(values.length * 2)
    for (let slot = 0; slot < keys.length; slot++) {
      const key = at(keys, slot)
      if (key === 0) continue
      const to = this.#slotOf(key)
      this.#keys[to] = key
      this.#values[to] = at(values, slot)
    }
  }
}

/** For places that are within the array by construction. */
export function at(array: Int32Array | Uint32Array, place: number): number {
  return array[place] as number // the compiler cannot see the bounds
}

/** Integers a page: a list grows by one at a time, so that a long one is never copied and leaves no room unused. */
const PAGE = 1 << 14
const PAGE_SHIFT = 14
const EMPTY_PAGE = new Int32Array(0)

/** A list of 32-bit integers, in pages. */
export class IntList {
  readonly #pages: Int32Array[] = []
  #last = EMPTY_PAGE
  length = 0

  push(item: number): void {
    const place = this.length & (PAGE - 1)
    // A small file needs no whole page.
    if (place === this.#last.length || place === 0) this.#grow(place)
    this.#last[place] = item
    this.length++
  }

  get(index: number): number {
    return this.#pages[index >>> PAGE_SHIFT]?.[index & (PAGE - 1)] ?? 0
  }

  set(index: number, item: number): void {
    const page = this.#pages[index >>> PAGE_SHIFT]
    if (page !== undefined) page[index & (PAGE - 1)] = item
  }

  /** The items as one array, a copy: all of them, or those from one place to before another. */
  slice(from = 0, to = this.length): Int32Array<ArrayBuffer> {
    const items = new Int32Array(Math.max(0, Math.min(to, this.length) - from))
    for (let at = 0; at < items.length; ) {
      const page = this.#pages[(from + at) >>> PAGE_SHIFT] ?? EMPTY_PAGE
      const start = (from + at) & (PAGE - 1)
      const some = page.subarray(start, Math.min(PAGE, start + items.length - at))
      items.set(some, at)
      at += some.length
    }
    return items
  }

  *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at < this.length; at++) yield this.get(at)
  }

  #grow(place: number): void {
    const page = new Int32Array(
      this.#pages.length > 0 && place === 0 ? PAGE : Math.min(PAGE, Math.max(256, place * 4)),
    )
    page.set(this.#last.subarray(0, place))
    if (place === 0) this.#pages.push(page)
    else this.#pages[this.#pages.length - 1] = page
    this.#last = page
  }
}

/** Positive integers that lie close together to 32-bit integers, 0 where nothing was set: pages, without hashing. */
export class PagedInts {
  readonly #pages = new Map<number, Int32Array>()
  #number = -1
  #page: Int32Array = EMPTY_PAGE

  get(key: number): number {
    return this.#pageOf(key)?.[key & (PAGE - 1)] ?? 0
  }

  set(key: number, value: number): void {
    let page = this.#pageOf(key)
    if (page === undefined) {
      page = new Int32Array(PAGE)
      this.#pages.set(key >>> PAGE_SHIFT, page)
    }
    page[key & (PAGE - 1)] = value
  }

  /** Keys whose value is not 0, in order within their pages. */
  *keys(): Generator<number> {
    for (const [number, page] of this.#pages) {
      for (let place = 0; place < PAGE; place++) if (page[place] !== 0) yield number * PAGE + place
    }
  }

  /** Most keys lie where the one before lay. */
  #pageOf(key: number): Int32Array | undefined {
    const number = key >>> PAGE_SHIFT
    if (number === this.#number) return this.#page
    const page = this.#pages.get(number)
    if (page === undefined) return undefined
    this.#number = number
    this.#page = page
    return page
  }
}
