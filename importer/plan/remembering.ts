/**
 * Which rows of a file would change nothing and say nothing if they came again, whatever else came with them. All
 * others are read each time, however seldom that is needed: what is left out of the reading must never be missed.
 */
import type { Change } from './diff.ts'
import type { InputRow } from './input.ts'
import { IntList, type IntMap } from './int-map.ts'
import type { Outcomes } from './outcomes.ts'
import { type Person, storedValue } from './person.ts'
import { isManagerKey } from './planned.ts'
import type { Slots } from './slots.ts'
import { filledWords, NAMED_BY_EMAIL, NAMED_BY_ID, type SnapshotEntry, ZERO_FIRST } from './snapshot.ts'

/** Only if the manager whom the row names was found. */
const NEEDS_LINE = 8
/** Numbers of a row besides `filled`: row, flags, three of the mark. */
const FIXED = 5

export interface RowTaken {
  readonly row: InputRow
  /** As the roster has them; null for a new person. */
  readonly person: Person | null
  readonly changes: readonly Change[]
}

export class Remembering {
  readonly words: number
  readonly #slots: Slots
  readonly #rows = new IntList()
  /** Who was born by then may turn too old to be believed before the year is over. */
  readonly #bornAfter: string

  constructor(slots: Slots, today: string) {
    this.#slots = slots
    this.words = filledWords(slots.keys.length)
    this.#bornAfter = `${Number(today.slice(0, 4)) - 111}-12-31`
  }

  /** A row about which there is nothing to say speaks for a person. */
  note({ row, person, changes }: RowTaken): void {
    const { mark, values } = row
    if (!mark || row.soleName || (person !== null && row.isFresh)) return
    const born = this.#slots.textOf(row, 'dateOfBirth')
    if (born !== undefined && born <= this.#bornAfter) return
    if (!this.#isAsGiven(values, person, changes)) return
    const rows = this.#rows
    rows.push(row.row)
    rows.push(this.#flagsOf(row, person, changes))
    for (const number of mark) rows.push(number)
    for (let word = 0; word < this.words; word++) rows.push(filledAt(values, word * 32))
  }

  /** How many rows were noted; some may have been left out since. */
  get size(): number {
    return this.#rows.length / (FIXED + this.words)
  }

  /** After the last row, in the order of the file. */
  *entries(file: {
    readonly outcomes: Outcomes
    readonly lines: IntMap
    readonly personOf: (row: number) => number
  }): Generator<SnapshotEntry> {
    const stride = FIXED + this.words
    for (let from = 0; from < this.#rows.length; from += stride) {
      const [row, flags] = [this.#rows.get(from), this.#rows.get(from + 1)]
      const person = file.personOf(row)
      if (!file.outcomes.isPlain(row)) continue
      if ((flags & NEEDS_LINE) !== 0 && file.lines.get(person) === 0) continue
      const mark = this.#rows.slice(from + 2, from + FIXED)
      const filled = this.#rows.slice(from + FIXED, from + stride)
      yield { mark, person, flags: flags & ~NEEDS_LINE, filled }
    }
  }

  /** Whether the person ends up with exactly what the row says. */
  #isAsGiven(values: InputRow['values'], person: Person | null, changes: readonly Change[]): boolean {
    let next = 0
    for (const [place, key] of this.#slots.keys.entries()) {
      const value = values[place]
      if (key === null || value === undefined) continue
      const isNext = changes[next]?.[0] === key
      const change = isNext ? changes[next++] : changes.find(([changed]) => changed === key)
      const final = change ? change[2] : person === null ? null : storedValue(person, key)
      if (final === value) continue
      // Nobody is switched off unless a row says so.
      if (key !== 'deactivated' || value === 'TRUE' || (final !== null && final !== 'FALSE')) return false
    }
    return true
  }

  #flagsOf(row: InputRow, person: Person | null, changes: readonly Change[]): number {
    const id = this.#slots.textOf(row, 'employeeId')
    let flags = id === undefined ? 0 : id.startsWith('0') ? NAMED_BY_ID | ZERO_FIRST : NAMED_BY_ID
    if (this.#slots.textOf(row, 'email') !== undefined) flags |= NAMED_BY_EMAIL
    const manager = this.#slots.textOf(row, 'managerEmail') ?? this.#slots.textOf(row, 'managerEmployeeId')
    const isOpen = person === null || person.managerId === null || changes.some(([key]) => isManagerKey(key))
    return manager !== undefined && isOpen ? flags | NEEDS_LINE : flags
  }
}

/** Which of 32 places hold a value, as bits. */
function filledAt(values: InputRow['values'], from: number): number {
  let bits = 0
  for (let place = 0; place < 32; place++) if (typeof values[from + place] === 'string') bits |= 1 << place
  return bits
}
