/** What became of every row, two bytes and a line number each; the counts of a run are read off here. */
import { type Counts, NO_COUNTS } from '../../schemas/run.ts'
import { IntList } from './int-map.ts'
import { isPresent, type Status } from './person.ts'

/** In the order of their numbers; these are stored, so only ever add at the end. */
export const OUTCOMES = ['blank', 'rejected', 'excluded', 'held', 'created', 'updated', 'unchanged'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Bits above the outcome. */
const MATCHED = 16
const WAS_ACTIVE = 32
const LEAVES = 64
const FORMER = 128
const DEACTIVATED = 256
const REACTIVATED = 512
const OUTCOME_BITS = 15

export interface Settled {
  readonly outcome: Outcome
  readonly isMatched: boolean
  readonly wasActive: boolean
  readonly before: Status | null
  readonly after: Status
}

export interface Tally {
  readonly counts: Omit<Counts, 'missing'>
  /** Active people who would be gone or switched off afterwards. */
  readonly leavers: number
  /** Active people whom the file mentions. */
  readonly activeSeen: number
}

export class Outcomes {
  readonly #marks = new IntList()
  readonly #lines = new IntList()

  get length(): number {
    return this.#marks.length
  }

  /** Enters the next row. */
  add(line: number, outcome: Outcome): void {
    this.#lines.push(line)
    this.#marks.push(OUTCOMES.indexOf(outcome))
  }

  /** Says what became of a row that was entered. */
  settle(row: number, settled: Settled): void {
    const { outcome, before, after } = settled
    let mark: number = OUTCOMES.indexOf(outcome)
    if (settled.isMatched) mark |= MATCHED
    if (settled.wasActive) mark |= WAS_ACTIVE
    if (outcome === 'created' || outcome === 'updated') {
      if (settled.wasActive && !isPresent(after)) mark |= LEAVES
      if (after === 'former' && before !== 'former') mark |= FORMER
      if (after === 'deactivated' && before !== 'deactivated') mark |= DEACTIVATED
      if (before === 'deactivated' && isPresent(after)) mark |= REACTIVATED
    }
    this.#marks.set(row - 1, mark)
  }

  /** Turns a row into a rejected one; false where it was not taken anyway. */
  reject(row: number): boolean {
    if (!this.isTaken(row)) return false
    this.#marks.set(row - 1, OUTCOMES.indexOf('rejected') | (this.#marks.get(row - 1) & WAS_ACTIVE))
    return true
  }

  /** Whether the row speaks for a person: created, updated or unchanged. */
  isTaken(row: number): boolean {
    return row > 0 && (this.#marks.get(row - 1) & OUTCOME_BITS) >= OUTCOMES.indexOf('created')
  }

  lineOf(row: number): number {
    return this.#lines.get(row - 1)
  }

  tally(): Tally {
    const { missing: _, ...counts } = { ...NO_COUNTS, read: this.#marks.length }
    let leavers = 0
    let activeSeen = 0
    for (const mark of this.#marks.items()) {
      const outcome = OUTCOMES[mark & OUTCOME_BITS]
      if (outcome) counts[outcome]++
      if (mark & MATCHED) counts.matched++
      if (mark & WAS_ACTIVE) activeSeen++
      if (mark & LEAVES) leavers++
      if (mark & FORMER) counts.former++
      if (mark & DEACTIVATED) counts.deactivated++
      if (mark & REACTIVATED) counts.reactivated++
    }
    return { counts, leavers, activeSeen }
  }

  /** Rows `from` (counted from 0) to `to` as they are stored: int32 lines and one byte an outcome. */
  chunk(from: number, to: number): { lines: Uint8Array; outcomes: Uint8Array } {
    const lines = this.#lines.items().slice(from, to)
    const outcomes = Uint8Array.from(this.#marks.items().subarray(from, to), (mark) => mark & OUTCOME_BITS)
    return { lines: new Uint8Array(lines.buffer, lines.byteOffset, lines.byteLength), outcomes }
  }
}
