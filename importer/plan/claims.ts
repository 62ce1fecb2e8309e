/**
 * Who of the roster is named by which rows. Kept apart from what becomes of those rows: that a row is rejected or
 * held does not unsay whom it named, and the order of rows must never decide who is meant.
 */
import { IntMap } from './int-map.ts'

const MENTIONED = 1
const BY_ID = 2

export class Claims {
  /** Person -> how they were named. */
  readonly #named = new IntMap()
  /** Person -> the row that speaks for them. */
  readonly #rowOf = new IntMap()
  #presentSeen = 0

  /** People named who were active or upcoming before the run, each counted once. */
  get presentSeen(): number {
    return this.#presentSeen
  }

  /** A row names the person by any of its keys. */
  mention(person: number, isPresent: boolean): void {
    if (this.#named.has(person)) return
    this.#named.set(person, MENTIONED)
    if (isPresent) this.#presentSeen++
  }

  /** A row names the person by id; true for the first that does. */
  nameById(person: number): boolean {
    if (this.isNamedById(person)) return false
    this.#named.set(person, MENTIONED | BY_ID)
    return true
  }

  isNamedById(person: number): boolean {
    return (this.#named.get(person) & BY_ID) !== 0
  }

  /** Everybody whom a row names or makes. */
  *people(): Generator<number> {
    for (const [person] of this.#named.entries()) yield person
    for (const [person] of this.#rowOf.entries()) yield person
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
