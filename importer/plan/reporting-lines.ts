/** Who reports to whom after a file: what its rows say, and what becomes of those who waited for a manager. */
import { headerOf } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import type { Claims } from './claims.ts'
import type { FileKeys, KeyKind } from './file-keys.ts'
import type { Findings } from './findings.ts'
import { Hierarchy } from './hierarchy.ts'
import { IntMap } from './int-map.ts'
import { type ManagerNote, ManagerRefs } from './managers.ts'
import type { Outcomes } from './outcomes.ts'

/** Somebody of the roster whose manager is named and not known. */
export interface WaitingPerson {
  readonly id: number
  readonly managerEmail: string | null
  readonly managerEmployeeId: string | null
}

export interface LinesContext {
  readonly seed: number
  readonly keys: FileKeys
  readonly claims: Claims
  readonly outcomes: Outcomes
  readonly findings: Findings
  /** The person for whom a row speaks. */
  readonly personOf: (row: number) => number
  /** The row that moves a key of somebody away, or 0. */
  readonly moved: Readonly<Record<KeyKind, IntMap>>
}

/** People of a circle that are named. */
const CIRCLE_SHOWN = 10

export class ReportingLines {
  readonly #context: LinesContext
  readonly #refs: ManagerRefs
  /** The lines that rows set, once all rows are known. */
  #resolved = new IntMap()

  constructor(context: LinesContext) {
    this.#context = context
    this.#refs = new ManagerRefs(context.seed)
  }

  /** A row speaks for a person. */
  note(note: ManagerNote): void {
    this.#refs.note(note)
  }

  /** After the last row. Loops are looked for by whoever drives the plan. */
  hierarchy(): Hierarchy {
    const { outcomes, findings, keys, moved } = this.#context
    const lines = this.#refs.resolve({
      inFile: (kind, hash) => this.#personIn(keys.rowOfHash(kind, hash)),
      hasMoved: (kind, person) => outcomes.isTaken(moved[kind].get(person)),
      isTaken: (row) => outcomes.isTaken(row),
      problem: (code, row, field, isOld) => {
        // A manager who is still not known is no new fault of this file.
        const isRemark = isOld && code === 'HIER_MANAGER_UNKNOWN'
        findings.say(code, { row, line: outcomes.lineOf(row) }, field, {}, isRemark ? 'info' : undefined)
        if (code === 'HIER_MGR_CONFLICT') this.#drop(row, code)
      },
    })
    this.#resolved = lines
    return new Hierarchy(lines)
  }

  /**
   * The number of the manager if this file brings them, else 0. Two keys may only now turn out to be two people; then
   * nobody can tell who is meant.
   */
  managerFor(waiting: WaitingPerson): number {
    const { claims, outcomes, keys } = this.#context
    const row = claims.rowOf(waiting.id)
    if (outcomes.isTaken(row) && (this.#refs.speaks(row) || this.#resolved.get(waiting.id) !== 0)) return 0
    let manager = 0
    for (const [key, kind] of [
      [waiting.managerEmail, 'email'],
      [waiting.managerEmployeeId, 'employeeId'],
    ] as const) {
      const person = key === null ? 0 : this.#personIn(keys.rowOf(kind, key))
      if (person === 0 || person === waiting.id || person === manager) continue
      if (manager !== 0) {
        this.#reportConflict(person)
        return 0
      }
      manager = person
    }
    return manager
  }

  /** Managers of whom only the roster knows whether they are there. */
  managersBeyond(lines: IntMap): Set<number> {
    const beyond = new Set<number>()
    for (const [person, manager] of lines.entries()) {
      if (manager !== 0 && this.#setterOf(person) !== 0 && !this.#isChanged(manager)) beyond.add(manager)
    }
    return beyond
  }

  /** Tells who is given a manager that left or is deactivated; `absent` are those of `managersBeyond`. */
  reportInactive(lines: IntMap, absent: ReadonlySet<number>): void {
    const { claims, outcomes, findings } = this.#context
    for (const [person, manager] of lines.entries()) {
      const row = manager === 0 ? 0 : this.#setterOf(person)
      if (row === 0) continue
      const isGone = this.#isChanged(manager)
        ? outcomes.isGoneAfter(claims.rowOf(manager))
        : absent.has(manager)
      if (!isGone) continue
      const place = { row, line: outcomes.lineOf(row) }
      findings.say('HIER_MANAGER_INACTIVE', place, headerOf('managerEmail'), {}, 'info')
    }
  }

  /** Tells that people report in a circle, as `Hierarchy.breakLoops` found them. */
  reportLoops(loops: readonly (readonly number[])[]): void {
    const { outcomes, findings } = this.#context
    for (const loop of loops) {
      const circle = this.#named(loop)
      for (const person of loop) {
        const row = this.#setterOf(person)
        if (row === 0) continue
        const place = { row, line: outcomes.lineOf(row) }
        findings.say('HIER_LOOP', place, headerOf('managerEmail'), { circle })
        this.#drop(row, 'HIER_LOOP')
      }
    }
  }

  /** The row that stands and names the person's manager, or 0. */
  #setterOf(person: number): number {
    const { claims, outcomes } = this.#context
    const row = claims.rowOf(person)
    return outcomes.isTaken(row) && this.#refs.isSetBy(row) ? row : 0
  }

  #isChanged(person: number): boolean {
    return this.#context.outcomes.isChange(this.#context.claims.rowOf(person))
  }

  /** A circle by its rows, from its first row round to that row again; by numbers, who stands in no row. */
  #named(loop: readonly number[]): string {
    const { claims, outcomes } = this.#context
    const rows = loop.map((person) => {
      const row = claims.rowOf(person)
      return outcomes.isTaken(row) ? row : 0
    })
    const first = rows.reduce((best, row, at) => (row > 0 && row < (rows[best] || Infinity) ? at : best), 0)
    const names = rows.map((row, at) => (row > 0 ? `row ${row}` : `person ${loop[at]}`))
    const round = [...names.slice(first), ...names.slice(0, first)]
    const rest = round.length - CIRCLE_SHOWN
    const shown = rest > 1 ? [...round.slice(0, CIRCLE_SHOWN), `${rest} more`] : round
    return [...shown, round[0]].join(' → ')
  }

  #personIn(row: number): number {
    return row > 0 && this.#context.outcomes.isTaken(row) ? this.#context.personOf(row) : 0
  }

  #drop(row: number, code: IssueCode): void {
    this.#context.outcomes.dropManager(row)
    this.#context.findings.dropManager(row, code)
  }

  /** The one who waits stands in no row of this file, so it is told at the row of the manager whom it brings. */
  #reportConflict(manager: number): void {
    const { claims, outcomes, findings } = this.#context
    const row = claims.rowOf(manager)
    const place = { row, line: outcomes.lineOf(row) }
    findings.say('HIER_MGR_CONFLICT', place, headerOf('managerEmployeeId'), {}, 'info')
  }
}
