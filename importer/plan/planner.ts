/**
 * Decides what a file does, row by row and then as a whole. Pure: rows and the people they may mean go in, planned
 * rows come out; whoever drives it does the reading and the writing. Memory grows by some 60 bytes a row, in typed
 * arrays. What only the whole file can tell (a person in two rows, a manager in a later row) comes at the end, as
 * corrections to rows that were planned already.
 */
import { headerOf } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import { Claims } from './claims.ts'
import { type Diff, diff, type RowValue } from './diff.ts'
import { type GuardFacts, guard } from './guards.ts'
import { Hierarchy } from './hierarchy.ts'
import type { InputRow, KeysToLookUp, People, PlanContext } from './input.ts'
import { IntList, IntMap } from './int-map.ts'
import { hashKey, KeyTable } from './key-table.ts'
import { LostZeros } from './lost-zeros.ts'
import { ManagerRefs } from './managers.ts'
import { Outcomes } from './outcomes.ts'
import {
  demographicKey,
  isDemographicKey,
  isPresent,
  type Person,
  statusOf,
  type ValueKey,
} from './person.ts'
import {
  type Correction,
  isManagerKey,
  leftOut,
  type ManagerDrop,
  type PlanEnd,
  type PlanIssue,
  type PlannedRow,
} from './planned.ts'

export type { InputRow, InputSlot, KeysToLookUp, People, PlanContext } from './input.ts'
export type { Action, Correction, ManagerDrop, PlanEnd, PlanIssue, PlannedRow } from './planned.ts'
export { isManagerKey } from './planned.ts'

interface Found {
  readonly byId: Person | undefined
  readonly byEmail: Person | undefined
}

/** What a row is to do. */
type Decision =
  | { readonly action: 'reject' | 'hold' }
  | {
      readonly action: 'create' | 'update' | 'unchanged'
      readonly matchedBy: PlannedRow['matchedBy']
      /** null for a new person. */
      readonly person: Person | null
      readonly values: readonly RowValue[]
      readonly diff: Diff
    }
type Taken = Extract<Decision, { diff: Diff }>

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
  readonly #claims = new Claims()
  /** Person of the roster -> the row that moves their email or id away. */
  readonly #moved = { email: new IntMap(), employeeId: new IntMap() }
  readonly #managers: ManagerRefs
  readonly #zeros: LostZeros
  #corrections: Correction[] = []
  #managerDrops: ManagerDrop[] = []
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
    this.#zeros = new LostZeros(context.zeroLengths ?? new Set())
  }

  /** The keys whose people must be known before `plan` is called with these rows. */
  keysOf(rows: readonly InputRow[]): KeysToLookUp {
    const employeeIds = new Set<string>()
    const emails = new Set<string>()
    for (const row of rows) {
      for (const [slot, key] of this.#keys.entries()) {
        const value = row.values[slot]
        if (typeof value !== 'string') continue
        if (key === 'employeeId') for (const id of this.#zeros.before(value)) employeeIds.add(id)
        if (key === 'employeeId' || key === 'managerEmployeeId') employeeIds.add(value)
        else if (key === 'email' || key === 'managerEmail') emails.add(value)
      }
    }
    return { employeeIds, emails }
  }

  /** After the last row: leaves out who would be created because a spreadsheet took the zeros from their id. */
  leaveOutLostZeros(): void {
    for (const row of this.#zeros.suspects()) this.#revoke(row, 'VAL_ID_ZEROS', headerOf('employeeId'), {})
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

  /** Rows planned earlier whose manager must be left out after all, since the last call. */
  takeManagerDrops(): ManagerDrop[] {
    const drops = this.#managerDrops
    this.#managerDrops = []
    return drops
  }

  /** After the last row: whom each row reports to. Loops are looked for by whoever drives the plan. */
  hierarchy(): Hierarchy {
    const links = this.#managers.resolve({
      inFile: (kind, hash) => this.#personInFile(kind === 'email' ? this.#byEmail : this.#byId, hash),
      hasMoved: (kind, person) => this.outcomes.isTaken(this.#moved[kind].get(person)),
      isTaken: (row) => this.outcomes.isTaken(row),
      problem: (code, row, field, isOld) => {
        // A manager who is still not known is no new fault of this file.
        const isRemark = isOld && code === 'HIER_MANAGER_UNKNOWN'
        const line = this.outcomes.lineOf(row)
        this.#issues.push({ code, row, line, field, params: {}, rejects: false, isRemark })
        if (code === 'HIER_MGR_CONFLICT') this.#dropManager(row, code)
      },
    })
    return new Hierarchy(links)
  }

  /** Somebody of the roster who waits for a manager: the number of that manager if this file brings them, else 0. */
  managerFor(waiting: { id: number; managerEmail: string | null; managerEmployeeId: string | null }): number {
    const row = this.#claims.rowOf(waiting.id)
    if (this.outcomes.isTaken(row) && this.#managers.speaks(row)) return 0
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
        const row = this.#claims.rowOf(person)
        if (!this.outcomes.isTaken(row) || !this.#managers.isSetBy(row)) continue
        this.#addIssue('HIER_LOOP', row, this.outcomes.lineOf(row), headerOf('managerEmail'), {
          people: loop.length,
        })
        this.#dropManager(row, 'HIER_LOOP')
      }
    }
  }

  /** The numbers of the plan, and the guards that trip. */
  end(): PlanEnd {
    const tally = this.outcomes.tally()
    const facts: GuardFacts = { active: this.#context.activeBefore, leavers: tally.leavers }
    const trips = guard(facts, this.#context.settings)
    if (tally.counts.held > 0) trips.unshift({ code: 'ID_SWAPPED', rows: tally.counts.held, params: {} })
    const missing = Math.max(0, this.#context.activeBefore - this.#claims.presentSeen)
    return { counts: { ...tally.counts, missing }, trips, nextPerson: this.#nextPerson }
  }

  #planRow(row: InputRow, people: People): PlannedRow | null {
    this.#personOf.push(0)
    // Entered first: a row that is refused below still makes its key a duplicate for a later one.
    this.outcomes.add(row.line, row.outcome === 'typed' ? 'unchanged' : row.outcome)
    if (row.outcome === 'blank') return null
    if (row.outcome === 'excluded') {
      this.#mention(row, people)
      return leftOut(row, 'exclude', row.codes)
    }
    const codes: IssueCode[] = [...row.codes]
    const say = (code: IssueCode, field: string | null, params = {}, rejects = false): void => {
      if (!codes.includes(code)) codes.push(code)
      this.#addIssue(code, row.row, row.line, field, params, rejects)
    }
    const found = this.#find(row, people)
    const isDuplicate = this.#isDuplicate(row, say)
    if (row.outcome === 'rejected') return leftOut(row, 'reject', codes)
    const decision = isDuplicate ? REJECT : this.#decide(row, found, people, say)
    if (!('diff' in decision)) {
      this.outcomes.settle(row.row, { outcome: decision.action === 'hold' ? 'held' : 'rejected' })
      return leftOut(row, decision.action, codes)
    }
    const personId = this.#enter(row, decision, people)
    const { action, matchedBy, person, diff: compared } = decision
    if (action === 'unchanged' && codes.length === 0) return null
    const version = person?.version ?? null
    return {
      row: row.row,
      line: row.line,
      action,
      personId,
      version,
      matchedBy,
      changes: compared.changes,
      codes,
    }
  }

  /** Whom a row names, by either key. Whatever becomes of the row, these people are not missing from the file. */
  #mention(row: InputRow, people: People): Found {
    const employeeId = row.values[this.#idSlot]
    const email = row.values[this.#emailSlot]
    const byId = typeof employeeId === 'string' ? people.byEmployeeId.get(employeeId) : undefined
    const byEmail = typeof email === 'string' ? people.byEmail.get(email) : undefined
    for (const person of [byId, byEmail]) {
      if (person) this.#claims.mention(person.id, isPresent(statusOf(person.core, this.#context.today)))
    }
    return { byId, byEmail }
  }

  /** Whom a row speaks for. */
  #find(row: InputRow, people: People): Found {
    const { byId, byEmail } = this.#mention(row, people)
    if (byId && this.#claims.nameById(byId.id)) {
      // An id is a stronger claim than an email, so whoever took the person by email before gives way.
      this.#revoke(this.#claims.rowOf(byId.id), 'ID_IN_USE', headerOf('email'), {})
    }
    return { byId, byEmail }
  }

  #decide(row: InputRow, { byId, byEmail }: Found, people: People, say: Say): Decision {
    if (byId && byEmail && byId.id !== byEmail.id) {
      say('ID_SWAPPED', null)
      return HOLD
    }
    const person = byId ?? byEmail ?? null
    const matchedBy = byId ? 'employee_id' : byEmail ? 'email' : 'none'
    if (!byId && byEmail && this.#claims.isNamedById(byEmail.id)) {
      say('ID_IN_USE', headerOf('email'))
      return REJECT
    }
    const values = this.#valuesOf(row)
    if (person === null && row.soleName) nameBy(row.soleName, values)
    this.#dropOwnKeys(values, row, person, say)
    const { today, mayReactivate } = this.#context
    const compared = diff(person, values, { today, mayReactivate })
    for (const { code, key, rejects } of compared.remarks) {
      const field = key === null || isDemographicKey(key) ? null : headerOf(key)
      say(code, field, {}, rejects)
    }
    if (compared.remarks.some((remark) => remark.rejects)) return REJECT
    if (person === null && !compared.changes.some(([key]) => key === 'name')) {
      say('ROW_NAME_REQUIRED', headerOf('name'))
      return REJECT
    }
    if (person === null) this.#zeros.look(row, row.values[this.#idSlot], people)
    const action = person === null ? 'create' : compared.changes.length > 0 ? 'update' : 'unchanged'
    return { action, matchedBy, person, values, diff: compared }
  }

  /** Nobody reports to themselves: such a cell is dropped, so that a manager known before stays. */
  #dropOwnKeys(values: RowValue[], row: InputRow, person: Person | null, say: Say): void {
    for (const [place, { key, value }] of values.entries()) {
      if ((key !== 'managerEmail' && key !== 'managerEmployeeId') || typeof value !== 'string') continue
      const [slot, field] =
        key === 'managerEmail'
          ? ([this.#emailSlot, 'email'] as const)
          : ([this.#idSlot, 'employeeId'] as const)
      const given = row.values[slot]
      if (value !== (given === undefined ? person?.core[field] : given)) continue
      values[place] = { key, value: undefined }
      say('HIER_SELF', headerOf(key))
    }
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
      if (!isDuplicate) say('ID_DUPLICATE_IN_FILE', headerOf(field), { row: first })
      this.#revoke(first, 'ID_DUPLICATE_IN_FILE', headerOf(field), { row: first })
      isDuplicate = true
    }
    return isDuplicate
  }

  /** Leaves out a row that was planned earlier. */
  #revoke(row: number, code: IssueCode, field: string, params: Record<string, number>): void {
    if (!this.outcomes.reject(row)) return
    const line = this.outcomes.lineOf(row)
    this.#corrections.push({ row, line, code })
    this.#addIssue(code, row, line, field, params)
  }

  #dropManager(row: number, code: IssueCode): void {
    this.outcomes.dropManager(row)
    this.#managerDrops.push({ row, code })
  }

  /** Makes the row speak for its person, whose number it returns. */
  #enter(row: InputRow, { action, person, values, diff: compared }: Taken, people: People): number {
    const { before, after, changes } = compared
    const isOnlyManager = changes.length > 0 && changes.every(([key]) => isManagerKey(key))
    const isMatched = person !== null
    this.outcomes.settle(row.row, { outcome: OUTCOME_OF[action], isMatched, before, after, isOnlyManager })
    const personId = person?.id ?? this.#nextPerson++
    this.#personOf.set(row.row - 1, personId)
    this.#claims.take(personId, row.row)
    for (const [key, old] of changes) {
      if (old !== null && (key === 'email' || key === 'employeeId')) this.#moved[key].set(personId, row.row)
    }
    this.#managers.note({ row: row.row, personId, person, values, changes, people })
    return personId
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

type Say = (
  code: IssueCode,
  field: string | null,
  params?: Record<string, string | number>,
  rejects?: boolean,
) => void

/** Gives a name to a row that has none. */
function nameBy(soleName: string, values: RowValue[]): void {
  const place = values.findIndex((one) => one.key === 'name')
  if (place >= 0 && typeof values[place]?.value !== 'string') values[place] = { key: 'name', value: soleName }
}

const REJECT: Decision = { action: 'reject' }
const HOLD: Decision = { action: 'hold' }

const OUTCOME_OF = { create: 'created', update: 'updated', unchanged: 'unchanged' } as const
