/**
 * Who reports to whom, by the keys that rows name. A manager may stand in a later row, so a row's key is kept as a
 * hash and resolved when the whole file is known: first among the rows of the file, then in the roster.
 */
import { headerOf } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import type { Change } from './diff.ts'
import { IntList, IntMap } from './int-map.ts'
import { hashKey } from './key-table.ts'
import type { Person } from './person.ts'

type KeyKind = 'email' | 'employeeId'

/** What the plan knows when the file is at its end. */
export interface Resolver {
  /** The person whom a row of the file brings under the key, or 0. */
  inFile(kind: KeyKind, hash: Uint32Array): number
  /** Whether the file takes that key away from the person. */
  hasMoved(kind: KeyKind, person: number): boolean
  /** Whether the row still stands. */
  isTaken(row: number): boolean
  problem(code: IssueCode, row: number, field: string): void
}

/** Numbers a reference: row, person, kind, person in the roster, three of the hash. */
const STRIDE = 7
const KINDS: readonly KeyKind[] = ['email', 'employeeId']

export class ManagerRefs {
  readonly #refs = new IntList()
  /** People whose line the file takes away. */
  readonly #cleared = new IntList()
  readonly #setBy = new IntMap()
  readonly #seed: number
  readonly #hash = new Uint32Array(3)

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Whether the row names a manager. */
  isSetBy(row: number): boolean {
    return this.#setBy.has(row)
  }

  /** Remembers what a row says about the manager of its person. */
  note(
    row: number,
    personId: number,
    person: Person | null,
    changes: readonly Change[],
    people: { byEmail: ReadonlyMap<string, Person>; byEmployeeId: ReadonlyMap<string, Person> },
  ): void {
    const email = resultOf('managerEmail', person, changes)
    const employeeId = resultOf('managerEmployeeId', person, changes)
    const isChanged = changes.some(([key]) => key === 'managerEmail' || key === 'managerEmployeeId')
    // Who waits for a manager is looked at every time, so that the report repeats what still is not right.
    const isWaiting = person !== null && person.managerId === null
    if (!isChanged && !isWaiting) return
    if (email === null && employeeId === null) {
      if (isChanged) this.#cleared.push(personId)
      return
    }
    this.#setBy.set(row, 1)
    if (email !== null) this.#push(row, personId, 'email', email, people.byEmail.get(email)?.id)
    if (employeeId !== null) {
      this.#push(row, personId, 'employeeId', employeeId, people.byEmployeeId.get(employeeId)?.id)
    }
  }

  #push(row: number, person: number, kind: KeyKind, key: string, inRoster = 0): void {
    const hash = hashKey(key, this.#seed, this.#hash)
    for (const item of [row, person, KINDS.indexOf(kind), inRoster, ...hash]) this.#refs.push(item | 0)
  }

  /** Person -> manager for every line this file sets; 0 takes a line away. */
  resolve(resolver: Resolver): IntMap {
    const lines = new IntMap()
    for (const person of this.#cleared.items()) lines.set(person, 0)
    const hash = new Uint32Array(3)
    for (let at = 0; at < this.#refs.length; at += STRIDE) {
      const row = this.#refs.get(at)
      if (!resolver.isTaken(row)) continue
      const person = this.#refs.get(at + 1)
      const kind = KINDS[this.#refs.get(at + 2)] ?? 'email'
      for (let i = 0; i < 3; i++) hash[i] = this.#refs.get(at + 4 + i)
      const inRoster = this.#refs.get(at + 3)
      const stored = inRoster !== 0 && !resolver.hasMoved(kind, inRoster) ? inRoster : 0
      const manager = resolver.inFile(kind, hash) || stored
      settle(lines, person, manager, (code) => resolver.problem(code, row, headerOf(FIELD_OF[kind])))
    }
    return lines
  }
}

const FIELD_OF = { email: 'managerEmail', employeeId: 'managerEmployeeId' } as const

function settle(lines: IntMap, person: number, manager: number, problem: (code: IssueCode) => void): void {
  if (manager === 0) {
    problem('HIER_MANAGER_UNKNOWN')
    if (!lines.has(person)) lines.set(person, 0)
    return
  }
  if (manager === person) {
    problem('HIER_SELF')
    if (!lines.has(person)) lines.set(person, 0)
    return
  }
  const other = lines.get(person)
  if (other !== 0 && other !== manager) {
    problem('HIER_MGR_CONFLICT')
    lines.set(person, 0)
    return
  }
  lines.set(person, manager)
}

function resultOf(field: 'managerEmail' | 'managerEmployeeId', person: Person | null, changes: readonly Change[]) {
  const change = changes.find(([key]) => key === field)
  if (change) return change[2]
  return person === null ? null : person.core[field]
}
