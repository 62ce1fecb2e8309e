/**
 * What the files of a source said last, as marks of their records: a record that comes again, of somebody whom
 * nothing has touched since, changes nothing and need not be read. Only rows about which there was nothing to say are
 * in it, so that leaving one out of the reading leaves nothing out of the answer.
 */
import { at, IntList, PagedInts } from './int-map.ts'

/** By which keys the row named its person, and whether its id begins with a zero. */
export const NAMED_BY_ID = 1
export const NAMED_BY_EMAIL = 2
export const ZERO_FIRST = 4

/** One record. */
export interface SnapshotEntry {
  /** Three numbers. */
  readonly mark: Int32Array
  readonly person: number
  readonly flags: number
  /** Which of the row's places held a value, as bits. */
  readonly filled: Int32Array
}

/** Numbers before the first entry: how many entries, and how many numbers of `filled` each has. */
const HEAD = 2
/** Numbers of an entry besides `filled`. */
const FIXED = 5
/** Entries a chunk. */
const CHUNK = 65_536

/** Numbers of `filled` for so many places. */
export function filledWords(places: number): number {
  return Math.ceil(places / 32)
}

/** Entries as they are stored, in chunks. */
export function* snapshotChunks(entries: Iterable<SnapshotEntry>, words: number): Generator<Uint8Array> {
  let numbers = new IntList()
  let count = 0
  const chunk = (): Uint8Array => {
    const all = new Int32Array(HEAD + numbers.length)
    all.set([count, words])
    all.set(numbers.slice(), HEAD)
    return new Uint8Array(all.buffer)
  }
  for (const { mark, person, flags, filled } of entries) {
    for (const number of mark) numbers.push(number)
    numbers.push(person)
    numbers.push(flags)
    for (const number of filled) numbers.push(number)
    if (++count < CHUNK) continue
    yield chunk()
    numbers = new IntList()
    count = 0
  }
  if (count > 0) yield chunk()
}

/** The chunks that hold, the oldest first. */
export class Snapshot {
  readonly words: number
  readonly #chunks: { readonly numbers: Int32Array; readonly first: number }[] = []
  readonly #entryOf = new PagedInts()
  readonly #people = new IntList()
  /** Number of the entry, counted from 1. Made when it is first asked for. */
  #slots: Int32Array | null = null
  #live = 0

  constructor(words: number) {
    this.words = words
  }

  /** Entries of people who are still as their record says. */
  get live(): number {
    return this.#live
  }

  /** All entries that are stored. */
  get size(): number {
    return this.#people.length
  }

  /** Takes in a chunk; what it says of somebody goes before what earlier ones say. */
  add(bytes: Uint8Array): void {
    // Copied: a blob may start at an odd address, where an Int32Array may not.
    const numbers = new Int32Array(Uint8Array.from(bytes).buffer)
    const first = this.#people.length
    this.#chunks.push({ numbers, first })
    const [count, stride] = [at(numbers, 0), FIXED + this.words]
    for (let entry = 0; entry < count; entry++) {
      const person = at(numbers, HEAD + entry * stride + 3)
      this.forget(person)
      this.#people.push(person)
      this.#entryOf.set(person, first + entry + 1)
      this.#live++
    }
    this.#slots = null
  }

  /** Number of the chunk that tells of the person, or -1. */
  chunkOf(person: number): number {
    const entry = this.#entryOf.get(person) - 1
    return entry < 0 ? -1 : this.#chunks.findLastIndex(({ first }) => first <= entry)
  }

  /** Something else has touched the person. */
  forget(person: number): void {
    const entry = this.#entryOf.get(person)
    if (entry === 0) return
    this.#entryOf.set(person, 0)
    this.#people.set(entry - 1, 0)
    this.#live--
  }

  /** The entry of the record with this mark, or -1. */
  find(mark: Int32Array): number {
    const slots = this.#slots ?? this.#index()
    const mask = slots.length - 1
    const [a, b, c] = [at(mark, 0), at(mark, 1), at(mark, 2)]
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const entry = at(slots, slot) - 1
      if (entry < 0) return -1
      const { numbers, place } = this.#at(entry)
      const isIt = numbers[place] === a && numbers[place + 1] === b && numbers[place + 2] === c
      if (isIt && this.personOf(entry) !== 0) return entry
    }
  }

  personOf(entry: number): number {
    return this.#people.get(entry)
  }

  flagsOf(entry: number): number {
    const { numbers, place } = this.#at(entry)
    return at(numbers, place + 4)
  }

  /** Number `word` of the bits that tell which places held a value. */
  filledOf(entry: number, word: number): number {
    const { numbers, place } = this.#at(entry)
    return at(numbers, place + FIXED + word)
  }

  /** Everything that holds, in the order in which it came. */
  *entries(): Generator<SnapshotEntry> {
    for (let entry = 0; entry < this.size; entry++) {
      const person = this.personOf(entry)
      if (person === 0) continue
      const { numbers, place } = this.#at(entry)
      const mark = numbers.subarray(place, place + 3)
      const filled = numbers.subarray(place + FIXED, place + FIXED + this.words)
      yield { mark, person, flags: at(numbers, place + 4), filled }
    }
  }

  #at(entry: number): { readonly numbers: Int32Array; readonly place: number } {
    let chunk = this.#chunks.length - 1
    while (chunk > 0 && (this.#chunks[chunk]?.first ?? 0) > entry) chunk--
    const { numbers, first } = this.#chunks[chunk] ?? NO_CHUNK
    return { numbers, place: HEAD + (entry - first) * (FIXED + this.words) }
  }

  #index(): Int32Array {
    const slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(64, this.#live * 1.5))))
    const mask = slots.length - 1
    for (let entry = 0; entry < this.size; entry++) {
      if (this.personOf(entry) === 0) continue
      const { numbers, place } = this.#at(entry)
      let slot = at(numbers, place) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = entry + 1
    }
    this.#slots = slots
    return slots
  }
}

const NO_CHUNK = { numbers: new Int32Array(HEAD), first: 0 }
