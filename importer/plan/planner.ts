/**
 * Decides what a file does, row by row and then as a whole. Pure: rows and the people they may mean go in, planned
 * rows come out; whoever drives it does the reading and the writing. Memory grows by some 60 bytes a row, in typed
 * arrays. What only the whole file can tell (a person in two rows, a manager in a later row) comes at the end, as
 * corrections to rows that were planned already.
 */
import { headerOf } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import { withinChoice } from './chosen.ts'
import { Claims } from './claims.ts'
import { type Decision, decide, type Found, personOf, type Say, settledBy } from './decision.ts'
import { FileKeys } from './file-keys.ts'
import { FillCounter } from './fill.ts'
import { Findings } from './findings.ts'
import { guard } from './guards.ts'
import type { Hierarchy } from './hierarchy.ts'
import {
  type Answers,
  type InputRow,
  type KeysToLookUp,
  type KnownPeople,
  NO_ANSWERS,
  NO_PAST,
  type People,
  type PlanContext,
  type Questions,
} from './input.ts'
import { IntList, IntMap } from './int-map.ts'
import { KnownRows } from './known-rows.ts'
import { LostZeros } from './lost-zeros.ts'
import { Outcomes, type Settled } from './outcomes.ts'
import { isPresent, statusOf } from './person.ts'
import {
  type Correction,
  leftOut,
  type ManagerDrop,
  type PlanEnd,
  type PlanIssue,
  type PlannedRow,
} from './planned.ts'
import { questionsOf } from './questions.ts'
import { Remembering } from './remembering.ts'
import { ReportingLines, type WaitingPerson } from './reporting-lines.ts'
import { Slots } from './slots.ts'
import type { SnapshotEntry } from './snapshot.ts'
import { Swaps } from './swaps.ts'
import { Tops, type TopsChange } from './tops.ts'

export type { Answers, InputRow, InputSlot, KeysToLookUp, People, PlanContext, Questions } from './input.ts'
export type { Action, Correction, ManagerDrop, PlanEnd, PlanIssue, PlannedRow } from './planned.ts'
export { isManagerKey } from './planned.ts'

export class Planner {
  readonly outcomes = new Outcomes()
  readonly #context: PlanContext
  readonly #slots: Slots
  readonly #keys: FileKeys
  /** Person number of each row, 0 for none; row 1 is at 0. */
  readonly #personOf = new IntList()
  readonly #claims = new Claims()
  /** Person of the roster -> the row that moves their email or id away. */
  readonly #moved = { email: new IntMap(), employeeId: new IntMap() }
  readonly #findings = new Findings()
  readonly #lines: ReportingLines
  readonly #zeros: LostZeros
  readonly #swaps: Swaps
  readonly #fill: FillCounter
  readonly #tops: Tops | null
  readonly #remembering: Remembering | null
  readonly #known: KnownRows | null
  #nextPerson: number

  constructor(context: PlanContext) {
    this.#context = context
    this.#nextPerson = context.nextPerson
    this.#slots = new Slots(context)
    this.#keys = new FileKeys(context.seed)
    this.#lines = new ReportingLines({
      ...{ seed: context.seed, keys: this.#keys, claims: this.#claims, outcomes: this.outcomes },
      ...{ findings: this.#findings, moved: this.#moved },
      personOf: (row) => this.#personOf.get(row - 1),
    })
    this.#zeros = new LostZeros(context.zeroLengths ?? new Set())
    this.#swaps = new Swaps(context.seed)
    this.#fill = new FillCounter(context.slots)
    this.#tops = context.settings.topsMax === null ? null : new Tops()
    this.#known = context.known ? this.#knownRows(context.known) : null
    this.#remembering = context.isRemembering ? new Remembering(this.#slots, context.today) : null
  }

  #knownRows(known: KnownPeople): KnownRows {
    const { outcomes } = this
    const [claims, keys, zeros, fill] = [this.#claims, this.#keys, this.#zeros, this.#fill]
    const isIdStronger = this.#context.settings.matching !== 'emailOnly'
    return new KnownRows({ known, claims, keys, outcomes, zeros, fill, isIdStronger })
  }

  /** The keys whose people must be known before `plan` is called with these rows. */
  keysOf(rows: readonly InputRow[]): KeysToLookUp {
    const employeeIds = new Set<string>()
    const emails = new Set<string>()
    for (const { values } of rows) {
      for (const { place, key } of this.#slots.lookedUp) {
        const value = values[place]
        if (typeof value !== 'string') continue
        if (key === 'employeeId') for (const id of this.#zeros.before(value)) employeeIds.add(id)
        if (key === 'employeeId' || key === 'managerEmployeeId') employeeIds.add(value)
        else emails.add(value)
      }
    }
    return { employeeIds, emails }
  }

  /** Whether a row of the file names somebody. */
  isMentioned(person: number): boolean {
    return this.#claims.isMentioned(person)
  }

  /** Places of the known rows that must be read all the same: another row names their person. */
  contested(rows: readonly InputRow[], people: People): number[] {
    if (this.#known === null) return []
    const named = new Set<number>()
    for (const row of rows) {
      if (row.outcome === 'known') continue
      const { byId, byEmail } = this.#find(row, people)
      if (byId) named.add(byId.id)
      if (byEmail) named.add(byEmail.id)
    }
    return this.#known.contested(rows, named)
  }

  /** What else must be known before `plan` is called with these rows; mostly nothing. */
  questionsOf(rows: readonly InputRow[], people: People): Questions {
    const whose = (row: InputRow) => personOf(this.#find(row, people), this.#context)
    return questionsOf(rows, this.#slots, whose, this.#context)
  }

  /** Plans the next rows of the file, in order. */
  plan(rows: readonly InputRow[], people: People, answers: Answers = NO_ANSWERS): PlannedRow[] {
    const planned: PlannedRow[] = []
    for (const row of rows) {
      if (row.outcome === 'known') {
        this.#personOf.push(this.#known?.take(row) ?? 0)
        continue
      }
      const one = this.#planRow(row, people, answers)
      if (one !== null) planned.push(one)
    }
    return planned
  }

  /** After the last row: what only the whole file can tell about single rows. Corrections come of it. */
  reviseRows(): void {
    // Who would be created because a spreadsheet took the zeros from their id.
    for (const row of this.#zeros.suspects()) this.#revoke(row, 'VAL_ID_ZEROS', headerOf('employeeId'), {})
    const { settings, isManual = false } = this.#context
    const isHeld = settings.privacyGuard === 'holdRow' && !isManual
    const code = 'GUARD_PRIVACY_SWAP'
    for (const row of this.#swaps.rows((one) => this.outcomes.isTaken(one))) {
      if (isHeld) this.outcomes.hold(row, code)
      else this.outcomes.guard(row, code)
      const place = { row, line: this.outcomes.lineOf(row) }
      this.#findings.correct(code, place, isHeld ? 'hold' : 'flag')
      this.#findings.say(code, place, null, { who: 'This person' })
    }
  }

  /** Issues found since the last call. */
  takeIssues(): PlanIssue[] {
    return this.#findings.takeIssues()
  }

  /** Rows planned earlier that must be left out after all, since the last call. */
  takeCorrections(): Correction[] {
    return this.#findings.takeCorrections()
  }

  /** Rows planned earlier whose manager must be left out after all, since the last call. */
  takeManagerDrops(): ManagerDrop[] {
    return this.#findings.takeManagerDrops()
  }

  /** After the last row: whom each row reports to. Loops are looked for by whoever drives the plan. */
  hierarchy(): Hierarchy {
    return this.#lines.hierarchy()
  }

  /** Whether rows may be known, without having been read. */
  get hasKnownRows(): boolean {
    return this.#known !== null
  }

  /** Enters the keys of these people's rows that were not read, so that they are found by them. */
  recall(people: People): void {
    this.#known?.recallAll(people)
  }

  /** The manager whom this file brings to somebody who waits for one, or 0. */
  managerFor(waiting: WaitingPerson): number {
    return this.#lines.managerFor(waiting)
  }

  /** Tells that people report in a circle, as `Hierarchy.breakLoops` found them. */
  reportLoops(loops: readonly (readonly number[])[]): void {
    this.#lines.reportLoops(loops)
  }

  /** Managers of whom only the roster knows whether they are there. */
  managersBeyond(lines: IntMap): Set<number> {
    return this.#lines.managersBeyond(lines)
  }

  /** Tells who is given a manager that is not there; `absent` are those of `managersBeyond` that are not. */
  reportInactive(lines: IntMap, absent: ReadonlySet<number>): void {
    this.#lines.reportInactive(lines, absent)
  }

  /** Whether a row that stands speaks for the person. */
  isSpokenFor(person: number): boolean {
    return this.outcomes.isTaken(this.#claims.rowOf(person))
  }

  /** How many more people report to nobody, of those whom the file speaks for; 0 where nobody asks. */
  moreTops(lines: IntMap): number {
    return this.#tops?.more(lines, (row) => this.outcomes.isTaken(row)) ?? 0
  }

  /** Everybody whom the file names or makes; some twice. */
  people(): Iterable<number> {
    return this.#claims.people()
  }

  /** What need not be read when it comes again, and what holds of what was known before. */
  *remembered(lines: IntMap): Generator<SnapshotEntry> {
    const personOf = (row: number) => this.#personOf.get(row - 1)
    const { outcomes } = this
    if (this.#remembering) yield* this.#remembering.entries({ outcomes, lines, personOf })
  }

  /** How many rows need not be read again, at most. */
  get rememberedMax(): number {
    return this.#remembering?.size ?? 0
  }

  /** Whether this file leaves somebody as an earlier one said. */
  leaves(person: number): boolean {
    const row = this.#claims.rowOf(person)
    return row === 0 || this.outcomes.isKnown(row)
  }

  /** The numbers of the plan, and the guards that trip; `tops` where the source limits them. */
  end(tops: TopsChange | null = null): PlanEnd {
    const { activeBefore: active, settings, past = NO_PAST, isManual = false } = this.#context
    const tally = this.outcomes.tally()
    const { fill } = this.#fill
    const missing = Math.max(0, active - this.#claims.presentSeen)
    return {
      counts: { ...tally.counts, missing },
      // Who sends a single row by hand knows that it is one.
      trips: guard(
        {
          ...{ active, tally, fill, past: isManual ? { ...past, rows: null } : past },
          hierarchy: { problems: this.#findings.managerProblems, tops },
        },
        settings,
      ),
      nextPerson: this.#nextPerson,
      fill,
      leavers: tally.leavers + tally.leaversSoon,
    }
  }

  #planRow(row: InputRow, people: People, answers: Answers): PlannedRow | null {
    this.#personOf.push(0)
    // Entered first: a row that is refused below still makes its key a duplicate for a later one.
    const isRead = row.outcome === 'typed' || row.outcome === 'known'
    this.outcomes.add(row.line, isRead ? 'unchanged' : row.outcome)
    if (row.outcome === 'blank') return null
    const codes: IssueCode[] = [...row.codes]
    const say: Say = (code, field, params = {}, weight) => {
      if (!codes.includes(code)) codes.push(code)
      this.#findings.say(code, row, field, params, weight)
    }
    const found = this.#claim(row, people)
    const isDuplicate = this.#isDuplicate(row, say)
    if (row.outcome === 'excluded') return leftOut(row, 'exclude', row.codes)
    const whose = (found.byId ?? found.byEmail)?.id ?? null
    if (row.outcome === 'rejected') return leftOut(row, 'reject', codes, whose)
    this.#fill.add(row)
    const decision = isDuplicate ? REJECT : this.#decide(row, found, people, answers, say)
    const settled = settledBy(decision, this.#context)
    this.outcomes.settle(row.row, settled)
    if (decision.action === 'reject') return leftOut(row, 'reject', codes, whose)
    if (decision.action === 'hold') return this.#hold(leftOut(row, 'hold', codes, whose), decision)
    return this.#take(row, { ...decision, settled }, people, codes)
  }

  /** Whom a row names. */
  #find(row: InputRow, people: People): Found {
    const employeeId = this.#slots.textOf(row, 'employeeId')
    const email = this.#slots.textOf(row, 'email')
    return {
      byId: employeeId === undefined ? undefined : people.byEmployeeId.get(employeeId),
      byEmail: email === undefined ? undefined : people.byEmail.get(email),
    }
  }

  /** Notes whom a row names: whatever becomes of it, these people are not missing from the file. */
  #claim(row: InputRow, people: People): Found {
    const { today, settings } = this.#context
    const found = this.#find(row, people)
    for (const person of [found.byId, found.byEmail]) {
      if (!person) continue
      this.#known?.recall(person)
      this.#claims.mention(person.id, isPresent(statusOf(person.core, today)))
    }
    const isWeaker = settings.matching === 'emailOnly'
    if (!isWeaker && found.byId && this.#claims.nameById(found.byId.id)) {
      // An id is a stronger claim than an email, so whoever took the person by email before gives way.
      this.#revoke(this.#claims.rowOf(found.byId.id), 'ID_IN_USE', headerOf('email'), {})
    }
    return found
  }

  #decide(row: InputRow, found: Found, people: People, answers: Answers, say: Say): Decision {
    const isNamedById = found.byEmail !== undefined && this.#claims.isNamedById(found.byEmail.id)
    const surroundings = { context: this.#context, slots: this.#slots, people, answers, isNamedById }
    const decision = withinChoice(row.row, decide(row, found, surroundings, say), this.#context.part, say)
    const isNew = decision.action !== 'reject' && decision.compared?.person === null
    if (isNew) this.#zeros.look(row, this.#slots.valueOf(row, 'employeeId'), people)
    return decision
  }

  /** The same id or email in two rows: neither is taken, since nobody can tell which one is right. */
  #isDuplicate(row: InputRow, say: Say): boolean {
    let isDuplicate = false
    for (const field of ['employeeId', 'email'] as const) {
      const key = this.#slots.textOf(row, field)
      if (key === undefined) continue
      const first = this.#keys.add(field, key, row.row)
      if (first === -1) continue
      const isSaid = isDuplicate || row.outcome === 'excluded'
      if (!isSaid) say('ID_DUPLICATE_IN_FILE', headerOf(field), { row: first })
      this.#revoke(first, 'ID_DUPLICATE_IN_FILE', headerOf(field), { row: first })
      isDuplicate = true
    }
    return isDuplicate
  }

  /** Leaves out a row that was planned earlier. */
  #revoke(row: number, code: IssueCode, field: string, params: Record<string, number>): void {
    if (!this.outcomes.reject(row)) return
    const place = { row, line: this.outcomes.lineOf(row) }
    this.#findings.correct(code, place, 'reject')
    this.#findings.say(code, place, field, params)
  }

  /** A row that waits. It speaks for its person all the same, so a row that names them by id goes before it. */
  #hold(held: PlannedRow, { compared }: Extract<Decision, { action: 'hold' }>): PlannedRow {
    const person = compared?.person ?? null
    if (compared === null || person === null) return held
    this.#claims.take(person.id, held.row)
    // Shown to whoever looks at it, never applied.
    const {
      matchedBy,
      diff: { changes },
    } = compared
    return { ...held, personId: person.id, version: person.version, matchedBy, changes }
  }

  /** Makes the row speak for its person. */
  #take(
    given: InputRow,
    { action, compared, settled }: Extract<Decision, { guards: unknown }> & { settled: Settled },
    people: People,
    codes: IssueCode[],
  ): PlannedRow | null {
    const {
      matchedBy,
      person,
      values,
      diff: { changes },
    } = compared
    const { row, line } = given
    const personId = person?.id ?? this.#nextPerson++
    if (codes.length === 0) this.#remembering?.note({ row: given, person, changes })
    this.#personOf.set(row - 1, personId)
    this.#claims.take(personId, row)
    for (const [key, old] of changes) {
      if (old !== null && (key === 'email' || key === 'employeeId')) this.#moved[key].set(personId, row)
    }
    if (person !== null) this.#swaps.note(row, changes)
    this.#tops?.note(row, personId, person, settled)
    this.#lines.note({ row, personId, person, values, changes, people })
    if (action === 'unchanged' && codes.length === 0) return null
    return { row, line, action, personId, version: person?.version ?? null, matchedBy, changes, codes }
  }
}

const REJECT: Decision = { action: 'reject' }
