/**
 * Who of the roster is named by which rows. Kept apart from what becomes of those rows: that a row is rejected or
 * held does not unsay whom it named, and the order of rows must never decide who is meant.
 */
import { PagedInts } from './int-map.ts'

const MENTIONED = 1
const BY_ID = 2
/** Bits of the keys by which a remembered row names its person, until somebody else asks for them. */
const UNTOLD_FROM = 2
const UNTOLD = 3 << UNTOLD_FROM

export class Claims {
  /** Person -> how they were named. */
  readonly #named = new PagedInts()
  /** Person -> the row that speaks for them. */
  readonly #rowOf = new PagedInts()
  #presentSeen = 0

  /** People named who were active or upcoming before the run, each counted once. */
  get presentSeen(): number {
    return this.#presentSeen
  }

  /** Whether any row names the person. */
  isMentioned(person: number): boolean {
    return this.#named.get(person) !== 0
  }

  /** A row names the person by any of its keys. */
  mention(person: number, isPresent: boolean): void {
    if (this.isMentioned(person)) return
    this.#named.set(person, MENTIONED)
    if (isPresent) this.#presentSeen++
  }

  /** A row names the person by id; true for the first that does. */
  nameById(person: number): boolean {
    if (this.isNamedById(person)) return false
    this.#named.set(person, this.#named.get(person) | MENTIONED | BY_ID)
    return true
  }

  isNamedById(person: number): boolean {
    return (this.#named.get(person) & BY_ID) !== 0
  }

  /** The person is named by keys (bits) that were not entered among those of the file's other rows. */
  owe(person: number, keys: number): void {
    this.#named.set(person, this.#named.get(person) | (keys << UNTOLD_FROM))
  }

  /** Those keys, once. */
  takeOwed(person: number): number {
    const named = this.#named.get(person)
    if ((named & UNTOLD) === 0) return 0
    this.#named.set(person, named & ~UNTOLD)
    return (named & UNTOLD) >> UNTOLD_FROM
  }

  /** Everybody whom a row names or makes. */
  *people(): Generator<number> {
    yield* this.#named.keys()
    yield* this.#rowOf.keys()
  }

  /** Makes the row the one that speaks for the person. */
  take(person: number, row: number): void {
    this.#rowOf.set(person, row)
  }

  /** The row that speaks for the person, or 0; it may have been left out since. */
  rowOf(person: number): number {
    return this.#rowOf.get(person)
  }
}
