/** How many people report to nobody once a file is applied, against before; kept only for sources that limit it. */
import { IntList, type IntMap } from './int-map.ts'
import type { Settled } from './outcomes.ts'
import { isPresent, type Person } from './person.ts'

const WAS_TOP = 1
const IS_PRESENT = 2
const HAD_MANAGER = 4

/** Numbers a noted row: row, person, bits. */
const STRIDE = 3

/** People who report to nobody, before the plan and after it. */
export interface TopsChange {
  readonly before: number
  readonly after: number
}

export class Tops {
  readonly #noted = new IntList()

  /** A row speaks for a person; `person` as the roster has them, null for a new one. */
  note(row: number, personId: number, person: Person | null, settled: Settled): void {
    if (!('after' in settled)) return
    const hadManager = person !== null && person.managerId !== null
    const wasTop = settled.before !== null && isPresent(settled.before) && !hadManager
    const bits =
      (wasTop ? WAS_TOP : 0) | (isPresent(settled.after) ? IS_PRESENT : 0) | (hadManager ? HAD_MANAGER : 0)
    for (const item of [row, personId, bits]) this.#noted.push(item)
  }

  /** How many more people report to nobody, of those whom rows that stand speak for. */
  more(lines: IntMap, isTaken: (row: number) => boolean): number {
    let more = 0
    for (let at = 0; at < this.#noted.length; at += STRIDE) {
      if (!isTaken(this.#noted.get(at))) continue
      const person = this.#noted.get(at + 1)
      const bits = this.#noted.get(at + 2)
      const hasManager = lines.has(person) ? lines.get(person) !== 0 : (bits & HAD_MANAGER) !== 0
      if ((bits & IS_PRESENT) !== 0 && !hasManager) more++
      if ((bits & WAS_TOP) !== 0) more--
    }
    return more
  }
}
