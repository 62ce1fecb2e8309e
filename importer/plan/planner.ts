/**
 * Decides what a file does, row by row and then as a whole. Pure: rows and the people they may mean go in, planned
 * rows come out; whoever drives it does the reading and the writing. Memory grows by some 60 bytes a row, in typed
 * arrays. What only the whole file can tell (a person in two rows, a manager in a later row) comes at the end, as
 * corrections to rows that were planned already.
 */
import type { SourceSettings } from '../../schemas/account.ts'
import { type CoreField, headerOf } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import type { Counts } from '../../schemas/run.ts'
import { type Change, type Diff, diff, type RowValue } from './diff.ts'
import { type GuardFacts, guard, type Trip } from './guards.ts'
import { Hierarchy } from './hierarchy.ts'
import { IntList, IntMap } from './int-map.ts'
import { hashKey, KeyTable } from './key-table.ts'
import { ManagerRefs } from './managers.ts'
import { Outcomes } from './outcomes.ts'
import { demographicKey, isPresent, type Person, statusOf, type ValueKey } from './person.ts'

/** A typed row as the reader gives it. */
export interface InputRow {
  readonly row: number
  readonly line: number
  readonly outcome: 'blank' | 'excluded' | 'rejected' | 'typed'
  readonly values: readonly (string | null | undefined)[]
  readonly codes: readonly IssueCode[]
}

export type InputSlot =
  | { readonly kind: 'core'; readonly field: CoreField }
  | { readonly kind: 'demographic'; readonly label: string }

export interface PlanContext {
  /** Today in the account's time zone, YYYY-MM-DD. */
  readonly today: string
  readonly mayReactivate: boolean
  readonly settings: SourceSettings
  /** Label -> number, of those this run may use: known ones and those it creates. */
  readonly demographics: ReadonlyMap<string, number>
  readonly slots: readonly InputSlot[]
  /** Number that the first new person gets. */
  readonly nextPerson: number
  /** People who are active or upcoming before the run. */
  readonly activeBefore: number
  /** For hashing keys; any number. */
  readonly seed: number
}

export type Action = 'create' | 'update' | 'unchanged' | 'hold' | 'reject' | 'exclude'

export interface PlannedRow {
  readonly row: number
  readonly line: number
  readonly action: Action
  readonly personId: number | null
  /** Version of the person the change was made against. */
  readonly version: number | null
  readonly matchedBy: 'employee_id' | 'email' | 'none'
  readonly changes: readonly Change[]
  readonly codes: readonly IssueCode[]
}

/** An issue the plan found; the driver adds it to its list. */
export interface PlanIssue {
  readonly code: IssueCode
  readonly row: number
  readonly line: number
  readonly field: string | null
  readonly params: Readonly<Record<string, string | number>>
  readonly rejects: boolean
}

/** The people that a batch may mean, by the keys `keysOf` asked for. */
export interface People {
  readonly byEmployeeId: ReadonlyMap<string, Person>
  readonly byEmail: ReadonlyMap<string, Person>
}

export interface KeysToLookUp {
  readonly employeeIds: Set<string>
  readonly emails: Set<string>
}

/** A row planned earlier that must be left out after all. */
export interface Correction {
  readonly row: number
  readonly line: number
  readonly code: IssueCode
}

export interface PlanEnd {
  readonly counts: Counts
  readonly trips: readonly Trip[]
  /** Number that the next new person after this plan gets. */
  readonly nextPerson: number
}

type Decision = Pick<PlannedRow, 'action' | 'changes' | 'matchedBy'> & { person: Person | null; diff: Diff | null }

export class Planner {
  readonly outcomes = new Outcomes()
  readonly #context: PlanContext
  readonly #keys: readonly (ValueKey | null)[]
  readonly #idSlot: number
  readonly #emailSlot: number
  readonly #byId = new KeyTable()
  readonly #byEmail = new KeyTable()
  readonly #hash = new Uint32Array(3)
  /** Person number of each row, 0 for none; row 1 is at 0. */
  readonly #personOf = new IntList()
  /** Person -> the row that took them. */
  readonly #takenBy = new IntMap()
  /** Person of the roster -> the row that moves their email or id away. */
  readonly #moved = { email: new IntMap(), employeeId: new IntMap() }
  readonly #managers: ManagerRefs
  #corrections: Correction[] = []
  #issues: PlanIssue[] = []
  #nextPerson: number

  constructor(context: PlanContext) {
    this.#context = context
    this.#nextPerson = context.nextPerson
    this.#keys = context.slots.map((slot) => {
      if (slot.kind === 'core') return slot.field
      const id = context.demographics.get(slot.label)
      return id === undefined ? null : demographicKey(id)
    })
    this.#idSlot = this.#keys.indexOf('employeeId')
    this.#emailSlot = this.#keys.indexOf('email')
    this.#managers = new ManagerRefs(context.seed)
  }

  /** The keys whose people must be known before `plan` is called with these rows. */
  keysOf(rows: readonly InputRow[]): KeysToLookUp {
    const employeeIds = new Set<string>()
    const emails = new Set<string>()
    for (const row of rows) {
      if (row.outcome !== 'typed') continue
      for (const [slot, key] of this.#keys.entries()) {
        const value = row.values[slot]
        if (typeof value !== 'string') continue
        if (key === 'employeeId' || key === 'managerEmployeeId') employeeIds.add(value)
        else if (key === 'email' || key === 'managerEmail') emails.add(value)
      }
    }
    return { employeeIds, emails }
  }

  /** Plans the next rows of the file, in order. */
  plan(rows: readonly InputRow[], people: People): PlannedRow[] {
    const planned: PlannedRow[] = []
    for (const row of rows) {
      const one = this.#planRow(row, people)
      if (one !== null) planned.push(one)
    }
    return planned
  }

  /** Issues found since the last call. */
  takeIssues(): PlanIssue[] {
    const issues = this.#issues
    this.#issues = []
    return issues
  }

  /** Rows planned earlier that must be left out after all, since the last call. */
  takeCorrections(): Correction[] {
    const corrections = this.#corrections
    this.#corrections = []
    return corrections
  }

  /** After the last row: whom each row reports to. Loops are looked for by whoever drives the plan. */
  hierarchy(): Hierarchy {
    const links = this.#managers.resolve({
      inFile: (kind, hash) => this.#personInFile(kind === 'email' ? this.#byEmail : this.#byId, hash),
      hasMoved: (kind, person) => this.outcomes.isTaken(this.#moved[kind].get(person)),
      isTaken: (row) => this.outcomes.isTaken(row),
      problem: (code, row, field) => this.#addIssue(code, row, this.outcomes.lineOf(row), field),
    })
    return new Hierarchy(links)
  }

  /** Somebody of the roster who waits for a manager: the number of that manager if this file brings them, else 0. */
  managerFor(waiting: { id: number; managerEmail: string | null; managerEmployeeId: string | null }): number {
    if (this.#takenBy.has(waiting.id)) return 0
    const { seed } = this.#context
    for (const [key, table] of [
      [waiting.managerEmail, this.#byEmail],
      [waiting.managerEmployeeId, this.#byId],
    ] as const) {
      const person = key === null ? 0 : this.#personInFile(table, hashKey(key, seed, this.#hash))
      if (person !== 0 && person !== waiting.id) return person
    }
    return 0
  }

  /** Tells that people report in a circle, as `Hierarchy.breakLoops` found them. */
  reportLoops(loops: readonly (readonly number[])[]): void {
    for (const loop of loops) {
      for (const person of loop) {
        const row = this.#takenBy.get(person)
        if (row === 0 || !this.#managers.isSetBy(row)) continue
        this.#addIssue('HIER_LOOP', row, this.outcomes.lineOf(row), headerOf('managerEmail'), { people: loop.length })
      }
    }
  }

  /** The numbers of the plan, and the guards that trip. */
  end(): PlanEnd {
    const tally = this.outcomes.tally()
    const facts: GuardFacts = { active: this.#context.activeBefore, leavers: tally.leavers }
    const trips = guard(facts, this.#context.settings)
    if (tally.counts.held > 0) trips.unshift({ code: 'ID_SWAPPED', rows: tally.counts.held, params: {} })
    const missing = Math.max(0, this.#context.activeBefore - tally.activeSeen)
    return { counts: { ...tally.counts, missing }, trips, nextPerson: this.#nextPerson }
  }

  #planRow(row: InputRow, people: People): PlannedRow | null {
    this.#personOf.push(0)
    if (row.outcome === 'blank') {
      this.outcomes.add(row.line, 'blank')
      return null
    }
    if (row.outcome !== 'typed') {
      this.outcomes.add(row.line, row.outcome)
      return asPlanned(row, row.outcome === 'excluded' ? 'exclude' : 'reject')
    }
    // Entered first: a row that is refused below still makes its key a duplicate for a later one.
    this.outcomes.add(row.line, 'unchanged')
    const codes: IssueCode[] = [...row.codes]
    const say = (code: IssueCode, field: string | null, params = {}, rejects = false): void => {
      if (!codes.includes(code)) codes.push(code)
      this.#addIssue(code, row.row, row.line, field, params, rejects)
    }
    const decision = this.#decide(row, people, say)
    this.#enter(row, decision, people)
    if (decision.action === 'unchanged' && codes.length === 0) return null
    const { action, changes, matchedBy, person } = decision
    const personId = this.#personOf.get(row.row - 1) || null
    const version = person?.version ?? null
    return { row: row.row, line: row.line, action, personId, version, matchedBy, changes, codes }
  }

  #decide(row: InputRow, people: People, say: Say): Decision {
    const refused = (action: 'reject' | 'hold'): Decision => ({
      action,
      changes: [],
      matchedBy: 'none',
      person: null,
      diff: null,
    })
    if (this.#isDuplicate(row, say)) return refused('reject')
    const employeeId = row.values[this.#idSlot]
    const email = row.values[this.#emailSlot]
    const byId = typeof employeeId === 'string' ? people.byEmployeeId.get(employeeId) : undefined
    const byEmail = typeof email === 'string' ? people.byEmail.get(email) : undefined
    if (byId && byEmail && byId.id !== byEmail.id) {
      say('ID_SWAPPED', null)
      return refused('hold')
    }
    const person = byId ?? byEmail ?? null
    const matchedBy = byId ? 'employee_id' : byEmail ? 'email' : 'none'
    if (person !== null && !this.#take(row, person, byId !== undefined, say)) return refused('reject')
    const compared = diff(person, this.#valuesOf(row), {
      today: this.#context.today,
      mayReactivate: this.#context.mayReactivate,
    })
    for (const remark of compared.remarks) {
      const field = remark.key === null || remark.key.startsWith('d') ? null : headerOf(remark.key as CoreField) // not a demographic: a core field
      say(remark.code, field, {}, remark.rejects)
    }
    if (compared.remarks.some((remark) => remark.rejects)) return refused('reject')
    if (person === null && !compared.changes.some(([key]) => key === 'name')) {
      say('ROW_NAME_REQUIRED', headerOf('name'))
      return refused('reject')
    }
    const action = person === null ? 'create' : compared.changes.length > 0 ? 'update' : 'unchanged'
    return { action, changes: compared.changes, matchedBy, person, diff: compared }
  }

  /** The same id or email in two rows: neither is taken, since nobody can tell which one is right. */
  #isDuplicate(row: InputRow, say: Say): boolean {
    let isDuplicate = false
    for (const [slot, table, field] of [
      [this.#idSlot, this.#byId, 'employeeId'],
      [this.#emailSlot, this.#byEmail, 'email'],
    ] as const) {
      const key = row.values[slot]
      if (typeof key !== 'string') continue
      const first = table.add(hashKey(key, this.#context.seed, this.#hash), row.row)
      if (first === -1) continue
      say('ID_DUPLICATE_IN_FILE', headerOf(field), { row: first })
      this.#revoke(first, 'ID_DUPLICATE_IN_FILE', headerOf(field), { row: first })
      isDuplicate = true
    }
    return isDuplicate
  }

  /** Makes the row the one that speaks for the person. An id is a stronger claim than an email. */
  #take(row: InputRow, person: Person, isById: boolean, say: Say): boolean {
    const other = this.#takenBy.get(person.id)
    if (other !== 0 && this.outcomes.isTaken(other)) {
      if (!isById) {
        say('ID_IN_USE', headerOf('email'))
        return false
      }
      this.#revoke(other, 'ID_IN_USE', headerOf('email'), {})
    }
    this.#takenBy.set(person.id, row.row)
    return true
  }

  /** Leaves out a row that was planned earlier. */
  #revoke(row: number, code: IssueCode, field: string, params: Record<string, number>): void {
    if (!this.outcomes.reject(row)) return
    const line = this.outcomes.lineOf(row)
    this.#corrections.push({ row, line, code })
    this.#addIssue(code, row, line, field, params)
  }

  #enter(row: InputRow, decision: Decision, people: People): void {
    const { action, person, diff: compared } = decision
    const isTaken = action === 'create' || action === 'update' || action === 'unchanged'
    this.outcomes.settle(row.row, {
      outcome: OUTCOME_OF[action],
      wasActive: person !== null && isPresent(statusOf(person.core, this.#context.today)),
      isMatched: isTaken && person !== null,
      before: compared?.before ?? null,
      after: compared?.after ?? 'active',
    })
    if (!isTaken) return
    const id = person?.id ?? this.#nextPerson++
    this.#personOf.set(row.row - 1, id)
    if (person === null) this.#takenBy.set(id, row.row)
    for (const [key, before] of decision.changes) {
      if (before !== null && (key === 'email' || key === 'employeeId')) this.#moved[key].set(id, row.row)
    }
    this.#managers.note(row.row, id, person, decision.changes, people)
  }

  #valuesOf(row: InputRow): RowValue[] {
    const values: RowValue[] = []
    for (const [slot, key] of this.#keys.entries()) {
      if (key !== null) values.push({ key, value: row.values[slot] })
    }
    return values
  }

  #personInFile(table: KeyTable, hash: Uint32Array): number {
    const row = table.get(hash)
    return row > 0 && this.outcomes.isTaken(row) ? this.#personOf.get(row - 1) : 0
  }

  #addIssue(
    code: IssueCode,
    row: number,
    line: number,
    field: string | null,
    params: Record<string, string | number> = {},
    rejects = false,
  ): void {
    this.#issues.push({ code, row, line, field, params, rejects })
  }
}

type Say = (code: IssueCode, field: string | null, params?: Record<string, string | number>, rejects?: boolean) => void

const OUTCOME_OF = {
  create: 'created',
  update: 'updated',
  unchanged: 'unchanged',
  hold: 'held',
  reject: 'rejected',
  exclude: 'excluded',
} as const

function asPlanned(row: InputRow, action: Action): PlannedRow {
  const { line, codes } = row
  return { row: row.row, line, action, personId: null, version: null, matchedBy: 'none', changes: [], codes }
}
