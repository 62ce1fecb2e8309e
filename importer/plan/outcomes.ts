/** What became of every row, four bytes and a line number each; the counts of a run are read off here. */
import type { IssueCode } from '../../schemas/issues.ts'
import { type Counts, NO_COUNTS } from '../../schemas/run.ts'
import { IntList } from './int-map.ts'
import { isPresent, type Status } from './person.ts'

/** In the order of their numbers; these are stored, so only ever add at the end. */
export const OUTCOMES = [
  'blank',
  'rejected',
  'excluded',
  'held',
  'created',
  'updated',
  'unchanged',
  'removed',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Bits above the outcome. */
const MATCHED = 16
const LEAVES = 32
const FORMER = 64
const DEACTIVATED = 128
const REACTIVATED = 256
/** The row changes nothing but the manager. */
const ONLY_MANAGER = 512
/** Stays for now, and leaves within the days that count as now. */
const LEAVES_SOON = 1 << 10
/** A stored value gives way to another, or to none. */
const REPLACES = 1 << 11
/** The Employee Id is one of the values replaced. */
const NEW_ID = 1 << 12
/** Somebody new or changed who is not there afterwards: gone, or switched off. */
const GONE_AFTER = 1 << 28
/** From this bit on, one bit for each guard that a row which is taken trips. */
const GUARDS_FROM = 13
/** Gets a last day further ahead than the days that count as now. */
const LEAVES_LATER = 1 << 19
/** The row was not read, since an earlier file had the same record. */
const KNOWN = 1 << 30
/** From this bit on, why a row is held, as a number. */
const REASON_FROM = 20
const REASON_BITS = 31
const OUTCOME_BITS = 15

/** What a row can trip and yet be taken once a person agrees. */
export const ROW_GUARDS = [
  'GUARD_PRIVACY',
  'GUARD_PRIVACY_WINDOW',
  'GUARD_PRIVACY_SWAP',
  'GUARD_REHIRE',
] as const satisfies readonly IssueCode[]
export type RowGuard = (typeof ROW_GUARDS)[number]

export function isRowGuard(code: IssueCode): code is RowGuard {
  return (ROW_GUARDS as readonly IssueCode[]).includes(code)
}

/** Why a row is held. */
export const HOLD_REASONS = [
  'ID_SWAPPED',
  'ID_RECYCLED_EMAIL',
  'ID_POSSIBLE_DUPLICATE',
  ...ROW_GUARDS,
  'PLAN_LEFT_OUT',
] as const satisfies readonly IssueCode[]
export type HoldReason = (typeof HOLD_REASONS)[number]

export type Settled =
  | { readonly outcome: 'rejected' | 'excluded' | 'blank' }
  | { readonly outcome: 'held'; readonly reason: HoldReason }
  | {
      readonly outcome: 'created' | 'updated' | 'unchanged'
      readonly isMatched: boolean
      readonly before: Status | null
      readonly after: Status
      readonly isOnlyManager: boolean
      readonly leavesSoon: boolean
      /** The last day somebody gets who had none, further ahead than the days that count as now. */
      readonly leavesOn: string | null
      readonly replaces: boolean
      readonly hasNewId: boolean
      readonly guards: readonly RowGuard[]
    }

export interface Tally {
  readonly counts: Omit<Counts, 'missing'>
  /** Active people who would be gone or switched off afterwards. */
  readonly leavers: number
  /** Active people who stay for now and leave within the days that count as now. */
  readonly leaversSoon: number
  /** How many get their last day later than that, by day (YYYY-MM-DD). */
  readonly leaversLater: ReadonlyMap<string, number>
  /** People of whom a stored value is replaced or removed. */
  readonly replaced: number
  /** People who get another Employee Id. */
  readonly newIds: number
  /** How many rows each guard has tripped that are to be taken once a person agrees. */
  readonly guarded: ReadonlyMap<RowGuard, number>
  /** How many rows are held, by reason. */
  readonly held: ReadonlyMap<HoldReason, number>
}

export class Outcomes {
  readonly #marks = new IntList()
  readonly #lines = new IntList()
  /** Pairs of a row and its person's last day, as days since 1970: few rows have one. */
  readonly #lastDays = new IntList()

  get length(): number {
    return this.#marks.length
  }

  /** Enters the next row. */
  add(line: number, outcome: Outcome): void {
    this.#lines.push(line)
    this.#marks.push(OUTCOMES.indexOf(outcome))
  }

  /** Enters the next row, of which it is known that it changes nothing. */
  addKnown(line: number): void {
    this.#lines.push(line)
    this.#marks.push(UNCHANGED | MATCHED | KNOWN)
  }

  /** Says what became of a row that was entered. */
  settle(row: number, settled: Settled): void {
    this.#marks.set(row - 1, markOf(settled))
    if (!('leavesOn' in settled) || settled.leavesOn === null) return
    this.#lastDays.push(row)
    this.#lastDays.push(Date.parse(settled.leavesOn) / DAY_MS)
  }

  /** Turns a row into a rejected one; false where it is one already, or was excluded by its sender. */
  reject(row: number): boolean {
    if (row === 0 || this.#outcomeOf(row) === REJECTED || this.#outcomeOf(row) === EXCLUDED) return false
    this.#marks.set(row - 1, REJECTED)
    return true
  }

  /** Turns a row that was taken into one that is held. */
  hold(row: number, reason: HoldReason): void {
    this.#marks.set(row - 1, markOf({ outcome: 'held', reason }))
  }

  /** A row that stays taken trips a guard. */
  guard(row: number, code: RowGuard): void {
    this.#marks.set(row - 1, this.#marks.get(row - 1) | guardBit(code))
  }

  /** The manager that a row names is left out after all: a row that said nothing else changes nothing. */
  dropManager(row: number): void {
    const mark = this.#marks.get(row - 1)
    if (mark & ONLY_MANAGER) this.#marks.set(row - 1, UNCHANGED | (mark & MATCHED))
  }

  /** Whether the row speaks for a person: created, updated or unchanged. */
  isTaken(row: number): boolean {
    const outcome = row > 0 ? this.#outcomeOf(row) : 0
    return outcome >= CREATED && outcome <= UNCHANGED
  }

  /** Whether the row makes or changes a person. */
  isChange(row: number): boolean {
    const outcome = row > 0 ? this.#outcomeOf(row) : 0
    return outcome === CREATED || outcome === UPDATED
  }

  /** Whether the person whom such a row makes or changes is not there afterwards. */
  isGoneAfter(row: number): boolean {
    return (this.#marks.get(row - 1) & GONE_AFTER) !== 0
  }

  /** Whether the row stands and was not read. */
  isKnown(row: number): boolean {
    return row > 0 && (this.#marks.get(row - 1) & KNOWN) !== 0
  }

  /** Whether the row speaks for a person and trips nothing. */
  isPlain(row: number): boolean {
    return this.isTaken(row) && (this.#marks.get(row - 1) & ALL_GUARDS) === 0
  }

  lineOf(row: number): number {
    return this.#lines.get(row - 1)
  }

  tally(): Tally {
    const { missing: _, ...counts } = { ...NO_COUNTS, read: this.#marks.length }
    const rest = { leavers: 0, leaversSoon: 0, replaced: 0, newIds: 0 }
    const guarded = new Map<RowGuard, number>()
    const held = new Map<HoldReason, number>()
    for (let at = 0; at < this.#marks.length; at++) {
      const mark = this.#marks.get(at)
      counts[OUTCOMES[mark & OUTCOME_BITS] as Outcome]++ // marks are made from OUTCOMES
      if (mark & MATCHED) counts.matched++
      if (mark & LEAVES) rest.leavers++
      if (mark & LEAVES_SOON) rest.leaversSoon++
      if (mark & REPLACES) rest.replaced++
      if (mark & NEW_ID) rest.newIds++
      if (mark & FORMER) counts.former++
      if (mark & DEACTIVATED) counts.deactivated++
      if (mark & REACTIVATED) counts.reactivated++
      // Few rows get beyond this.
      if ((mark & ~KNOWN) < 1 << GUARDS_FROM) continue
      for (const code of ROW_GUARDS) if (mark & guardBit(code)) count(guarded, code)
      const reason = HOLD_REASONS[((mark >> REASON_FROM) & REASON_BITS) - 1]
      if (reason !== undefined) count(held, reason)
    }
    return { counts, ...rest, leaversLater: this.#leaversLater(), guarded, held }
  }

  /** Rows `from` (counted from 0) to `to` as they are stored: int32 lines and one byte an outcome. */
  chunk(from: number, to: number): { lines: Uint8Array; outcomes: Uint8Array } {
    const lines = this.#lines.slice(from, to)
    const outcomes = Uint8Array.from(this.#marks.slice(from, to), (mark) => mark & OUTCOME_BITS)
    return { lines: new Uint8Array(lines.buffer, lines.byteOffset, lines.byteLength), outcomes }
  }

  /** Only of rows that are still taken. */
  #leaversLater(): Map<string, number> {
    const days = new Map<string, number>()
    for (let at = 0; at < this.#lastDays.length; at += 2) {
      if (!(this.#marks.get(this.#lastDays.get(at) - 1) & LEAVES_LATER)) continue
      count(days, new Date(this.#lastDays.get(at + 1) * DAY_MS).toISOString().slice(0, 10))
    }
    return days
  }

  #outcomeOf(row: number): number {
    return this.#marks.get(row - 1) & OUTCOME_BITS
  }
}

const DAY_MS = 86_400_000
const REJECTED = OUTCOMES.indexOf('rejected')
const EXCLUDED = OUTCOMES.indexOf('excluded')
const CREATED = OUTCOMES.indexOf('created')
const UPDATED = OUTCOMES.indexOf('updated')
const UNCHANGED = OUTCOMES.indexOf('unchanged')

function markOf(settled: Settled): number {
  const outcome = OUTCOMES.indexOf(settled.outcome)
  if (settled.outcome === 'held') return outcome | ((HOLD_REASONS.indexOf(settled.reason) + 1) << REASON_FROM)
  if (!('after' in settled)) return outcome
  const { before, after, isMatched } = settled
  let mark = isMatched ? outcome | MATCHED : outcome
  if (settled.outcome === 'unchanged') return mark
  if (settled.isOnlyManager) mark |= ONLY_MANAGER
  if (!isPresent(after)) mark |= GONE_AFTER
  if (before !== null && isPresent(before) && !isPresent(after)) mark |= LEAVES
  if (after === 'former' && before !== 'former') mark |= FORMER
  if (after === 'deactivated' && before !== 'deactivated') mark |= DEACTIVATED
  if (before === 'deactivated' && isPresent(after)) mark |= REACTIVATED
  if (settled.leavesSoon) mark |= LEAVES_SOON
  if (settled.leavesOn !== null) mark |= LEAVES_LATER
  if (settled.replaces) mark |= REPLACES
  if (settled.hasNewId) mark |= NEW_ID
  for (const code of settled.guards) mark |= guardBit(code)
  return mark
}

const ALL_GUARDS = ROW_GUARDS.reduce((bits, code) => bits | guardBit(code), 0)

function guardBit(code: RowGuard): number {
  return 1 << (GUARDS_FROM + ROW_GUARDS.indexOf(code))
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
