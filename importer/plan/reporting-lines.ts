/** Who reports to whom after a file: what its rows say, and what becomes of those who waited for a manager. */
import { headerOf } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import type { Claims } from './claims.ts'
import type { FileKeys, KeyKind } from './file-keys.ts'
import type { Findings } from './findings.ts'
import { Hierarchy } from './hierarchy.ts'
import type { IntMap } from './int-map.ts'
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

export class ReportingLines {
  readonly #context: LinesContext
  readonly #refs: ManagerRefs

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
    return new Hierarchy(lines)
  }

  /**
   * The number of the manager if this file brings them, else 0. Two keys may only now turn out to be two people; then
   * nobody can tell who is meant.
   */
  managerFor(waiting: WaitingPerson): number {
    const { claims, outcomes, keys } = this.#context
    const row = claims.rowOf(waiting.id)
    if (outcomes.isTaken(row) && this.#refs.speaks(row)) return 0
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

  /** Tells that people report in a circle, as `Hierarchy.breakLoops` found them. */
  reportLoops(loops: readonly (readonly number[])[]): void {
    const { claims, outcomes, findings } = this.#context
    for (const loop of loops) {
      for (const person of loop) {
        const row = claims.rowOf(person)
        if (!outcomes.isTaken(row) || !this.#refs.isSetBy(row)) continue
        const place = { row, line: outcomes.lineOf(row) }
        findings.say('HIER_LOOP', place, headerOf('managerEmail'), { people: loop.length })
        this.#drop(row, 'HIER_LOOP')
      }
    }
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
