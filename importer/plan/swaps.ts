/**
 * Rows that exchange what says who somebody is: one gets the name that another gives up, and gives up the one that
 * another gets. Two rows that were mixed up do so, and a column that was sorted without the others. Each row alone
 * changes one value, so the privacy guard does not see it.
 */
import type { Change } from './diff.ts'
import { IDENTITY, isOther } from './identity.ts'
import { IntList } from './int-map.ts'
import { hashKey, KeyTable } from './key-table.ts'
import { nameKey } from './name-key.ts'
import type { ValueKey } from './person.ts'

/** Numbers an exchange: row, kind, three of the hash before, three of the hash after. */
const STRIDE = 8
/** Ids and emails are keys: a row that names another's is seen when it is matched. */
const EXCHANGED = IDENTITY.filter((key) => key === 'name' || key === 'dateOfBirth')

export class Swaps {
  readonly #items = new IntList()
  readonly #seed: number
  readonly #hash = new Uint32Array(3)

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Looks at what a row changes on somebody. */
  note(row: number, changes: readonly Change[]): void {
    for (const [key, before, after] of changes) {
      const kind = (EXCHANGED as readonly ValueKey[]).indexOf(key)
      const name = EXCHANGED[kind]
      if (name === undefined || before === null || after === null || !isOther(name, before, after)) continue
      this.#items.push(row)
      this.#items.push(kind)
      for (const value of [before, after]) {
        const text = name === 'name' ? nameKey(value) : value
        for (const part of hashKey(text, this.#seed + kind, this.#hash)) this.#items.push(part | 0)
      }
    }
  }

  /** After the last row: those of the rows that still stand which exchange a value with others. */
  rows(isTaken: (row: number) => boolean): number[] {
    const [givenUp, got] = [new KeyTable(), new KeyTable()]
    for (const at of this.#places(isTaken)) {
      givenUp.add(this.#hashAt(at + 2), at)
      got.add(this.#hashAt(at + 5), at)
    }
    const rows = new Set<number>()
    for (const at of this.#places(isTaken)) {
      if (givenUp.get(this.#hashAt(at + 5)) !== -1 && got.get(this.#hashAt(at + 2)) !== -1)
        rows.add(this.#items.get(at))
    }
    return [...rows]
  }

  *#places(isTaken: (row: number) => boolean): Generator<number> {
    for (let at = 0; at < this.#items.length; at += STRIDE) if (isTaken(this.#items.get(at))) yield at
  }

  #hashAt(place: number): Uint32Array {
    for (let i = 0; i < 3; i++) this.#hash[i] = this.#items.get(place + i)
    return this.#hash
  }
}
