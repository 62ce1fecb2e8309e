/** How full the columns of a file are, one counter a column: what the next file of the source is compared with. */

import { headerOf } from '../../schemas/columns.ts'
import type { InputRow, InputSlot } from './input.ts'
import { at } from './int-map.ts'

/** Rows that were read, and how many of them had a value, by the column's header or label. */
export interface Fill {
  readonly rows: number
  readonly columns: Readonly<Record<string, number>>
}

/** A column that lost values against an earlier file: shares of the rows. */
export interface FillLoss {
  readonly column: string
  readonly before: number
  readonly now: number
}

export class FillCounter {
  readonly #names: readonly string[]
  readonly #filled: Uint32Array
  #rows = 0

  constructor(slots: readonly InputSlot[]) {
    this.#names = slots.map((slot) => (slot.kind === 'core' ? headerOf(slot.field) : slot.label))
    this.#filled = new Uint32Array(slots.length)
  }

  add({ values }: InputRow): void {
    this.#rows++
    const filled = this.#filled
    for (let place = 0; place < filled.length; place++) {
      if (typeof values[place] === 'string') filled[place] = at(filled, place) + 1
    }
  }

  /** The same of a row that was not read; bit by bit, the places that held a value. */
  addBits(bits: number, word: number): void {
    if (word === 0) this.#rows++
    const from = word * 32
    for (let rest = bits; rest !== 0; rest &= rest - 1) {
      const place = from + 31 - Math.clz32(rest & -rest)
      this.#filled[place] = at(this.#filled, place) + 1
    }
  }

  get fill(): Fill {
    const columns = Object.fromEntries(this.#names.map((name, place) => [name, at(this.#filled, place)]))
    return { rows: this.#rows, columns }
  }
}

/** Below so many rows the share of those with a value says nothing. */
export const FILL_ROWS_MIN = 20
/** So many values may be lost whatever their share. */
const LOST_MIN = 5

/** The columns that lost more than `lossMax` of their values; one that is gone altogether is told elsewhere. */
export function fillLosses(before: Fill | null, now: Fill, lossMax: number): FillLoss[] {
  if (before === null || before.rows < FILL_ROWS_MIN || now.rows < FILL_ROWS_MIN) return []
  return Object.entries(now.columns).flatMap(([column, filled]) => {
    const then = (before.columns[column] ?? 0) / before.rows
    const share = filled / now.rows
    const lost = (then - share) * now.rows
    return lost > LOST_MIN && share < then * (1 - lossMax) ? [{ column, before: then, now: share }] : []
  })
}
