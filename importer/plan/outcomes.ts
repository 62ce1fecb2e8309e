/** What became of every row, two bytes and a line number each; the counts of a run are read off here. */
import { type Counts, NO_COUNTS } from '../../schemas/run.ts'
import { IntList } from './int-map.ts'
import { isPresent, type Status } from './person.ts'

/** In the order of their numbers; these are stored, so only ever add at the end. */
export const OUTCOMES = ['blank', 'rejected', 'excluded', 'held', 'created', 'updated', 'unchanged'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Bits above the outcome. */
const MATCHED = 16
const LEAVES = 32
const FORMER = 64
const DEACTIVATED = 128
const REACTIVATED = 256
/** The row changes nothing but the manager. */
const ONLY_MANAGER = 512
const OUTCOME_BITS = 15

export type Settled =
  | { readonly outcome: 'rejected' | 'excluded' | 'held' | 'blank' }
  | {
      readonly outcome: 'created' | 'updated' | 'unchanged'
      readonly isMatched: boolean
      readonly before: Status | null
      readonly after: Status
      readonly isOnlyManager: boolean
    }

export interface Tally {
  readonly counts: Omit<Counts, 'missing'>
  /** Active people who would be gone or switched off afterwards. */
  readonly leavers: number
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
    this.#marks.set(row - 1, markOf(settled))
  }

  /** Turns a row into a rejected one; false where it is one already. */
  reject(row: number): boolean {
    if (row === 0 || this.#outcomeOf(row) === REJECTED) return false
    this.#marks.set(row - 1, REJECTED)
    return true
  }

  /** The manager that a row names is left out after all: a row that said nothing else changes nothing. */
  dropManager(row: number): void {
    const mark = this.#marks.get(row - 1)
    if (mark & ONLY_MANAGER) this.#marks.set(row - 1, UNCHANGED | (mark & MATCHED))
  }

  /** Whether the row speaks for a person: created, updated or unchanged. */
  isTaken(row: number): boolean {
    return row > 0 && this.#outcomeOf(row) >= CREATED
  }

  lineOf(row: number): number {
    return this.#lines.get(row - 1)
  }

  tally(): Tally {
    const { missing: _, ...counts } = { ...NO_COUNTS, read: this.#marks.length }
    let leavers = 0
    for (const mark of this.#marks.items()) {
      counts[OUTCOMES[mark & OUTCOME_BITS] as Outcome]++ // marks are made from OUTCOMES
      if (mark & MATCHED) counts.matched++
      if (mark & LEAVES) leavers++
      if (mark & FORMER) counts.former++
      if (mark & DEACTIVATED) counts.deactivated++
      if (mark & REACTIVATED) counts.reactivated++
    }
    return { counts, leavers }
  }

  /** Rows `from` (counted from 0) to `to` as they are stored: int32 lines and one byte an outcome. */
  chunk(from: number, to: number): { lines: Uint8Array; outcomes: Uint8Array } {
    const lines = this.#lines.items().slice(from, to)
    const outcomes = Uint8Array.from(this.#marks.items().subarray(from, to), (mark) => mark & OUTCOME_BITS)
    return { lines: new Uint8Array(lines.buffer, lines.byteOffset, lines.byteLength), outcomes }
  }

  #outcomeOf(row: number): number {
    return this.#marks.get(row - 1) & OUTCOME_BITS
  }
}

const REJECTED = OUTCOMES.indexOf('rejected')
const CREATED = OUTCOMES.indexOf('created')
const UNCHANGED = OUTCOMES.indexOf('unchanged')

function markOf(settled: Settled): number {
  const outcome = OUTCOMES.indexOf(settled.outcome)
  if (!('after' in settled)) return outcome
  const { before, after, isMatched } = settled
  let mark = isMatched ? outcome | MATCHED : outcome
  if (settled.outcome === 'unchanged') return mark
  if (settled.isOnlyManager) mark |= ONLY_MANAGER
  if (before !== null && isPresent(before) && !isPresent(after)) mark |= LEAVES
  if (after === 'former' && before !== 'former') mark |= FORMER
  if (after === 'deactivated' && before !== 'deactivated') mark |= DEACTIVATED
  if (before === 'deactivated' && isPresent(after)) mark |= REACTIVATED
  return mark
}
