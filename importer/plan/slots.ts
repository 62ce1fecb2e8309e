/** Which place of a row holds which value of a person. */

import { headerOf } from '../../schemas/columns.ts'
import type { RowValue } from './diff.ts'
import type { InputRow, PlanContext } from './input.ts'
import { demographicKey, type ValueKey } from './person.ts'

export class Slots {
  /** Key of each place; null for a column that this run may not use. */
  readonly keys: readonly (ValueKey | null)[]
  /** The places of what people are found by, and their managers. */
  readonly lookedUp: readonly { readonly place: number; readonly key: LookedUp }[]
  readonly #placeOf: ReadonlyMap<ValueKey | null, number>
  readonly #slots: PlanContext['slots']

  constructor({ slots, demographics }: Pick<PlanContext, 'slots' | 'demographics'>) {
    this.keys = slots.map((slot) => {
      if (slot.kind === 'core') return slot.field
      const id = demographics.get(slot.label)
      return id === undefined ? null : demographicKey(id)
    })
    this.#slots = slots
    this.lookedUp = this.keys.flatMap((key, place) => (isLookedUp(key) ? [{ place, key }] : []))
    this.#placeOf = new Map(this.keys.map((key, place) => [key, place]))
  }

  /** A row's value under a key: undefined where it says nothing. */
  valueOf(row: InputRow, key: ValueKey): string | null | undefined {
    const place = this.#placeOf.get(key)
    return place === undefined ? undefined : row.values[place]
  }

  /** The same where only a value given counts. */
  textOf(row: InputRow, key: ValueKey): string | undefined {
    return this.valueOf(row, key) ?? undefined
  }

  /** What a value is called in what is said about it; null where the file has no such column. */
  nameOf(key: ValueKey): string | null {
    const slot = this.#slots[this.#placeOf.get(key) ?? -1]
    if (slot === undefined) return null
    return slot.kind === 'core' ? headerOf(slot.field) : slot.label
  }

  valuesOf(row: InputRow): RowValue[] {
    const values: RowValue[] = []
    for (const [place, key] of this.keys.entries()) {
      if (key !== null) values.push({ key, value: row.values[place] })
    }
    return values
  }
}

const LOOKED_UP = ['employeeId', 'email', 'managerEmployeeId', 'managerEmail'] as const satisfies ValueKey[]
type LookedUp = (typeof LOOKED_UP)[number]

function isLookedUp(key: ValueKey | null): key is LookedUp {
  return (LOOKED_UP as readonly (ValueKey | null)[]).includes(key)
}
