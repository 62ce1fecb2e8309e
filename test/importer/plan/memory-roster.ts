/** A roster in memory, and a file planned against it and applied to it: the whole of `plan` without a database. */

import type { IdentityKey, PastValues } from '../../../importer/plan/identity.ts'
import { type Answers, type Namesake, NO_PAST, type SourcePast } from '../../../importer/plan/input.ts'
import { IntMap } from '../../../importer/plan/int-map.ts'
import { hashKey } from '../../../importer/plan/key-table.ts'
import { nameHash } from '../../../importer/plan/name-key.ts'
import type { Outcome } from '../../../importer/plan/outcomes.ts'
import { OUTCOMES } from '../../../importer/plan/outcomes.ts'
import type { WritePolicy } from '../../../importer/plan/ownership.ts'
import { demographicKey, isDemographicKey, type Person } from '../../../importer/plan/person.ts'
import {
  type Correction,
  type InputRow,
  type InputSlot,
  isManagerKey,
  type ManagerDrop,
  type PlanEnd,
  type PlanIssue,
  type PlannedRow,
  Planner,
  type Questions,
} from '../../../importer/plan/planner.ts'
import type { Snapshot, SnapshotEntry } from '../../../importer/plan/snapshot.ts'
import type { TopsChange } from '../../../importer/plan/tops.ts'
import { zeroLengthsOf } from '../../../importer/table/id-zeros.ts'

import { type SourceSettings, sourceSettingsSchema } from '../../../schemas/account.ts'
import { CORE_FIELDS, type CoreField } from '../../../schemas/columns.ts'

export const TODAY = '2026-11-21'

/** One row: values by field, or by label with a `#` before it. A field that is absent says nothing. */
export type Row = Partial<Record<CoreField | `#${string}`, string | null>> & {
  outcome?: InputRow['outcome']
  soleName?: string
}

export interface FileOptions {
  readonly mayReactivate?: boolean
  readonly today?: string
  readonly batch?: number
  readonly settings?: Partial<SourceSettings>
  readonly isManual?: boolean
  readonly past?: Partial<SourcePast>
  /** What was changed on somebody within the window: by Employee Id, field -> value before. */
  readonly changed?: Record<string, Partial<Record<IdentityKey, string | null>>>
  readonly seed?: number
  readonly policy?: WritePolicy
  /** Columns of the file; those that any of its rows has where none are given. */
  readonly slots?: readonly InputSlot[]
  /** Snapshot of earlier files: what it knows is not read. Null where nothing is known yet, and all is remembered. */
  readonly snapshot?: Snapshot | null
}

export interface Result extends PlanEnd {
  readonly topsChange: TopsChange
  readonly planned: PlannedRow[]
  readonly issues: PlanIssue[]
  /** What became of each row. */
  readonly outcomes: Outcome[]
  readonly lines: ReadonlyMap<number, number>
  /** Code -> rows, in order. */
  readonly said: Record<string, number[]>
  /** How many rows were not read. */
  readonly passed: number
  /** What the next file may leave unread, of what this one says and of what was known. */
  readonly remembered: SnapshotEntry[]
}

export class MemoryRoster {
  people = new Map<number, Person>()
  nextPerson = 1

  static of(...rows: Row[]): MemoryRoster {
    const roster = new MemoryRoster()
    roster.import(rows, { mayReactivate: true })
    return roster
  }

  clone(): MemoryRoster {
    const copy = new MemoryRoster()
    copy.people = new Map(this.people)
    copy.nextPerson = this.nextPerson
    return copy
  }

  /** Plans and applies. */
  import(rows: readonly Row[], options: FileOptions = {}): Result {
    const result = this.plan(rows, options)
    this.#apply(result)
    return result
  }

  plan(rows: readonly Row[], options: FileOptions = {}): Result {
    const { today = TODAY, mayReactivate = false, batch = 1_000, seed = 7 } = options
    const { slots = slotsOf(rows), snapshot = null } = options
    const planner = new Planner({
      today,
      mayReactivate,
      settings: sourceSettingsSchema.parse(options.settings ?? {}),
      demographics: new Map([['Team', 1]]),
      slots,
      nextPerson: this.nextPerson,
      activeBefore: [...this.people.values()].filter((person) => isPresentOn(person, today)).length,
      seed,
      zeroLengths: zeroLengthsOf([...this.people.values()].map(({ core }) => core.employeeId ?? '')),
      isManual: options.isManual ?? false,
      past: { ...NO_PAST, ...options.past },
      ...(options.policy ? { policy: options.policy } : {}),
      ...(snapshot === null ? {} : { known: { snapshot, gone: this.#goneOn(today) } }),
      isRemembering: options.snapshot !== undefined,
    })
    const planned: PlannedRow[] = []
    const input = rows.map((row, at) => inputRow(row, at, slots))
    let passed = 0
    for (let from = 0; from < input.length; from += batch) {
      const some = input.slice(from, from + batch).map((row) => unlessKnown(row, snapshot, planner))
      for (const place of planner.contested(some, this.#lookUp(planner.keysOf(some))))
        some[place] = input[from + place] as InputRow // it was made of that one
      passed += some.filter(({ outcome }) => outcome === 'known').length
      const people = this.#lookUp(planner.keysOf(some))
      const answers = this.#answer(planner.questionsOf(some, people), options.changed ?? {})
      planned.push(...planner.plan(some, people, answers))
    }
    planner.reviseRows()
    const corrections = planner.takeCorrections()
    const { lines, tops } = this.#lines(planner, today)
    const issues = planner.takeIssues()
    return {
      ...planner.end(tops),
      topsChange: tops,
      planned: withoutManagers(corrected(planned, corrections), planner.takeManagerDrops()),
      issues,
      outcomes: outcomesOf(planner, rows.length),
      lines,
      said: saidBy(issues),
      passed,
      remembered: remembered(planner, snapshot, lines),
    }
  }

  find(employeeId: string): Person {
    const found = [...this.people.values()].find((person) => person.core.employeeId === employeeId)
    if (!found) throw new Error(`nobody has the id ${employeeId}`)
    return found
  }

  /** Employee Id of somebody's manager. */
  managerOf(employeeId: string): string | null {
    const { managerId } = this.find(employeeId)
    return managerId === null ? null : (this.people.get(managerId)?.core.employeeId ?? null)
  }

  /** The roster without the numbers of people: what two ways to the same end must agree in. */
  canonical(): unknown[] {
    const nameOf = (id: number | null) => {
      const core = id === null ? undefined : this.people.get(id)?.core
      return core ? [core.employeeId, core.email] : null
    }
    return [...this.people.values()]
      .map(({ core, demographics, managerId }) => ({ core, demographics, manager: nameOf(managerId) }))
      .map((one) => JSON.stringify(one))
      .sort()
  }

  #lookUp(keys: { employeeIds: Set<string>; emails: Set<string> }) {
    const byEmployeeId = new Map<string, Person>()
    const byEmail = new Map<string, Person>()
    for (const person of this.people.values()) {
      const { employeeId, email } = person.core
      if (employeeId !== null && keys.employeeIds.has(employeeId)) byEmployeeId.set(employeeId, person)
      if (email !== null && keys.emails.has(email)) byEmail.set(email, person)
    }
    return { byEmployeeId, byEmail }
  }

  #answer({ changing, names }: Questions, changed: NonNullable<FileOptions['changed']>): Answers {
    const past = new Map<number, PastValues>()
    for (const [employeeId, values] of Object.entries(changed)) {
      const { id } = this.find(employeeId)
      if (changing.has(id)) past.set(id, new Map(Object.entries(values)) as PastValues) // its keys are known
    }
    const namesakes = new Map<number, Namesake[]>()
    for (const { core } of this.people.values()) {
      const { name, dateOfBirth, startDate } = core
      const hash = nameHash(name ?? '')
      if (names.has(hash))
        namesakes.set(hash, [...(namesakes.get(hash) ?? []), { name: name ?? '', dateOfBirth, startDate }])
    }
    return { past, namesakes }
  }

  #isThere(id: number, today: string): boolean {
    const person = this.people.get(id)
    return person !== undefined && isPresentOn(person, today)
  }

  #lines(planner: Planner, today: string): { lines: Map<number, number>; tops: TopsChange } {
    const hierarchy = planner.hierarchy()
    const late: number[] = []
    planner.recall({
      byEmployeeId: new Map([...this.people.values()].map((one) => [one.core.employeeId ?? '', one])),
      byEmail: new Map(),
    })
    for (const { id, core, managerId } of this.people.values()) {
      const { managerEmail, managerEmployeeId } = core
      if (managerId !== null || (managerEmail === null && managerEmployeeId === null)) continue
      const manager = planner.managerFor({ id, managerEmail, managerEmployeeId })
      if (manager === 0) continue
      hierarchy.lines.set(id, manager)
      if (!planner.isSpokenFor(id)) late.push(id)
    }
    do {
      for (let unknown = hierarchy.unknown(); unknown.length > 0; unknown = hierarchy.unknown()) {
        hierarchy.learn(unknown.map((id) => [id, this.people.get(id)?.managerId ?? 0]))
      }
      planner.reportLoops(hierarchy.breakLoops())
    } while (!hierarchy.isSettled)
    const { lines } = hierarchy
    const beyond = [...planner.managersBeyond(lines)]
    planner.reportInactive(lines, new Set(beyond.filter((id) => !this.#isThere(id, today))))
    const before = [...this.people.values()].filter(
      ({ id, managerId }) => managerId === null && this.#isThere(id, today),
    ).length
    const linked = late.filter((id) => lines.get(id) !== 0 && this.#isThere(id, today)).length
    return {
      lines: new Map(lines.entries()),
      tops: { before, after: before + planner.moreTops(lines) - linked },
    }
  }

  #goneOn(today: string): Set<number> {
    const gone = [...this.people.values()].filter((person) => !isPresentOn(person, today))
    return new Set(gone.map(({ id }) => id))
  }

  #apply({ planned, lines, nextPerson }: Result): void {
    for (const row of planned) {
      if (row.action !== 'create' && row.action !== 'update') continue
      const id = row.personId ?? 0
      const before = this.people.get(id)
      if ((before?.version ?? null) !== row.version) throw new Error('planned against another version')
      const core = { ...(before?.core ?? BLANK) }
      const demographics = { ...before?.demographics }
      for (const [key, , value] of row.changes) {
        if (!isDemographicKey(key)) core[key] = value
        else if (value === null) delete demographics[key.slice(1)]
        else demographics[key.slice(1)] = value
      }
      const version = (before?.version ?? 0) + 1
      this.people.set(id, { id, version, core, demographics, managerId: before?.managerId ?? null })
    }
    for (const [id, manager] of lines) {
      const person = this.people.get(id)
      if (!person) throw new Error(`a line for ${id}, who does not exist`)
      this.people.set(id, { ...person, managerId: manager || null })
    }
    this.nextPerson = nextPerson
  }
}

const BLANK = {
  ...(Object.fromEntries(CORE_FIELDS.map((field) => [field, null])) as Record<CoreField, null>),
  deactivated: 'FALSE',
} as Person['core']

export function personOf(values: Partial<Person['core']>, more: Partial<Person> = {}): Person {
  return { id: 1, version: 1, core: { ...BLANK, ...values }, demographics: {}, managerId: null, ...more }
}

function slotsOf(rows: readonly Row[]): InputSlot[] {
  const keys = new Set(rows.flatMap((row) => Object.keys(row)))
  for (const none of ['outcome', 'soleName']) keys.delete(none)
  return [...keys].map((key) =>
    key.startsWith('#')
      ? { kind: 'demographic', label: key.slice(1) }
      : { kind: 'core', field: key as CoreField },
  )
}

function inputRow(row: Row, at: number, slots: readonly InputSlot[]): InputRow {
  const { outcome = 'typed' } = row
  const cellOf = (slot: InputSlot) => row[slot.kind === 'core' ? slot.field : (`#${slot.label}` as const)]
  const isIdentifier = (slot: InputSlot) =>
    slot.kind === 'core' && (slot.field === 'employeeId' || slot.field === 'email')
  // As the reader does it: of a row that is left out only what says who is meant.
  const values =
    outcome === 'blank'
      ? []
      : slots.map((slot) => (outcome === 'typed' || isIdentifier(slot) ? cellOf(slot) : undefined))
  const mark = markOf(JSON.stringify([outcome, row.soleName ?? null, ...values]))
  return { row: at + 1, line: at + 2, outcome, values, soleName: row.soleName ?? null, codes: [], mark }
}

/** As the reader marks a record. */
function markOf(record: string): Int32Array {
  return Int32Array.from(hashKey(record, 4_711, new Uint32Array(3)))
}

/** As whoever drives the plan does it. */
function unlessKnown(row: InputRow, snapshot: Snapshot | null, planner: Planner): InputRow {
  const entry = snapshot === null || !row.mark ? -1 : snapshot.find(row.mark)
  if (entry < 0 || planner.isMentioned(snapshot?.personOf(entry) ?? 0)) return row
  return { row: row.row, line: row.line, outcome: 'known', values: [], codes: [], entry }
}

function remembered(
  planner: Planner,
  snapshot: Snapshot | null,
  lines: ReadonlyMap<number, number>,
): SnapshotEntry[] {
  const known = new IntMap()
  for (const [person, manager] of lines) known.set(person, manager)
  const fresh = [...planner.remembered(known)]
  const people = new Set(fresh.map(({ person }) => person))
  const before = [...(snapshot?.entries() ?? [])]
  return [...fresh, ...before.filter(({ person }) => !people.has(person) && planner.leaves(person))]
}

function isPresentOn({ core }: Person, today: string): boolean {
  return core.deactivated !== 'TRUE' && (core.endDate === null || core.endDate > today)
}

function corrected(planned: readonly PlannedRow[], corrections: readonly Correction[]): PlannedRow[] {
  const byRow = Map.groupBy(corrections, ({ row }) => row)
  return planned.flatMap((one) => {
    const said = byRow.get(one.row) ?? []
    if (said.some(({ action }) => action === 'reject')) return []
    const action = said.some((each) => each.action === 'hold') ? 'hold' : one.action
    return [{ ...one, action, codes: [...one.codes, ...said.map(({ code }) => code)] }]
  })
}

function outcomesOf(planner: Planner, count: number): Outcome[] {
  const { outcomes } = planner.outcomes.chunk(0, count)
  return Array.from(outcomes, (number) => OUTCOMES[number] ?? 'blank')
}

function saidBy(issues: readonly PlanIssue[]): Record<string, number[]> {
  const said: Record<string, number[]> = {}
  for (const { code, row } of issues) {
    said[code] = [...(said[code] ?? []), row].sort((a, b) => a - b)
  }
  return said
}

export { demographicKey }

/** As the store does it: what is left out after all takes its changes with it. */
function withoutManagers(planned: readonly PlannedRow[], drops: readonly ManagerDrop[]): PlannedRow[] {
  const dropped = new Set(drops.map((drop) => drop.row))
  return planned.map((one) => {
    if (!dropped.has(one.row)) return one
    const changes = one.changes.filter(([key]) => !isManagerKey(key))
    return {
      ...one,
      changes,
      action: one.action === 'update' && changes.length === 0 ? 'unchanged' : one.action,
    }
  })
}
