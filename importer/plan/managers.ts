/**
 * Who reports to whom, by the keys that rows name. A manager may stand in a later row, so a row's key is kept as a
 * hash and resolved when the whole file is known: first among the rows of the file, then in the roster.
 */
import { headerOf } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import type { Change, RowValue } from './diff.ts'
import type { KeyKind } from './file-keys.ts'
import { IntList, IntMap, PagedInts } from './int-map.ts'
import { hashKey } from './key-table.ts'
import type { Person } from './person.ts'

/** What the plan knows when the file is at its end. */
export interface Resolver {
  /** The person whom a row of the file brings under the key, or 0. */
  inFile(kind: KeyKind, hash: Uint32Array): number
  /** Whether the file takes that key away from the person. */
  hasMoved(kind: KeyKind, person: number): boolean
  /** Whether the row still stands. */
  isTaken(row: number): boolean
  /** `isOld`: the roster says the same already, and nothing about it was known then either. */
  problem(code: IssueCode, row: number, field: string, isOld: boolean): void
}

/** What a row says about the manager of its person, and what is known of them. */
export interface ManagerNote {
  readonly row: number
  readonly personId: number
  /** As the roster has them; null for a new person. */
  readonly person: Person | null
  readonly values: readonly RowValue[]
  readonly changes: readonly Change[]
  readonly people: {
    readonly byEmail: ReadonlyMap<string, Person>
    readonly byEmployeeId: ReadonlyMap<string, Person>
  }
}

/** Numbers a reference: row, person, kind, person in the roster, whether the roster says the same, three of the hash. */
const STRIDE = 8
const KINDS = ['email', 'employeeId'] as const satisfies readonly KeyKind[]
const FIELD_OF = { email: 'managerEmail', employeeId: 'managerEmployeeId' } as const

export class ManagerRefs {
  readonly #refs = new IntList()
  /** Row and person, of people whose line the file takes away. */
  readonly #cleared = new IntList()
  /** Rows that say something about a manager: CLEARS, SETS or REPEATS. */
  readonly #said = new PagedInts()
  readonly #seed: number
  readonly #hash = new Uint32Array(3)

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Whether the row names a manager. */
  isSetBy(row: number): boolean {
    return this.#said.get(row) >= SETS
  }

  /** Whether the row says something new about the manager: names another, or takes one away. */
  speaks(row: number): boolean {
    const said = this.#said.get(row)
    return said !== 0 && said !== REPEATS
  }

  note({ row, personId, person, values, changes, people }: ManagerNote): void {
    const given = givenKeys(values)
    const isChanged = changes.some(([key]) => key === 'managerEmail' || key === 'managerEmployeeId')
    if (given.length === 0) {
      if (!isChanged) return
      this.#said.set(row, CLEARS)
      this.#cleared.push(row)
      this.#cleared.push(personId)
      return
    }
    const known = given.map(
      ([kind, key]) => (kind === 'email' ? people.byEmail : people.byEmployeeId).get(key)?.id,
    )
    const manager = person?.managerId ?? null
    // Who waits for a manager is looked at again, so that the report repeats what still is not right. Who has one
    // keeps them: a row that changes nothing must not change a reporting line.
    if (!isChanged && manager !== null) return
    this.#said.set(row, isChanged ? SETS : REPEATS)
    for (const [place, [kind, key]] of given.entries()) {
      const isOld = isChanged ? 0 : 1
      const hash = hashKey(key, this.#seed, this.#hash)
      const ref = [row, personId, KINDS.indexOf(kind), known[place] ?? 0, isOld, ...hash]
      for (const item of ref) this.#refs.push(item | 0)
    }
  }

  /** Person -> manager for every line this file sets; 0 takes a line away. */
  resolve(resolver: Resolver): IntMap {
    const lines = new IntMap()
    for (let at = 0; at < this.#cleared.length; at += 2) {
      if (resolver.isTaken(this.#cleared.get(at))) lines.set(this.#cleared.get(at + 1), 0)
    }
    const hash = new Uint32Array(3)
    for (let at = 0; at < this.#refs.length; at += STRIDE) {
      const row = this.#refs.get(at)
      if (!resolver.isTaken(row)) continue
      const person = this.#refs.get(at + 1)
      const kind = this.#refs.get(at + 2) === 0 ? KINDS[0] : KINDS[1]
      for (let i = 0; i < 3; i++) hash[i] = this.#refs.get(at + 5 + i)
      const inRoster = this.#refs.get(at + 3)
      const stored = inRoster !== 0 && !resolver.hasMoved(kind, inRoster) ? inRoster : 0
      const manager = resolver.inFile(kind, hash) || stored
      const isOld = this.#refs.get(at + 4) === 1
      const field = headerOf(FIELD_OF[kind])
      settle(lines, person, manager, (code) => resolver.problem(code, row, field, isOld))
    }
    return lines
  }
}

const CLEARS = 1
const SETS = 2
/** Names the manager who is waited for already. */
const REPEATS = 3

function settle(lines: IntMap, person: number, manager: number, problem: (code: IssueCode) => void): void {
  if (manager === 0) {
    problem('HIER_MANAGER_UNKNOWN')
    if (!lines.has(person)) lines.set(person, 0)
    return
  }
  const other = lines.get(person)
  if (other !== 0 && other !== manager) {
    problem('HIER_MGR_CONFLICT')
    lines.delete(person)
    return
  }
  lines.set(person, manager)
}

/** The keys of a manager that a row names; one that it leaves blank says nothing, whatever is stored. */
function givenKeys(values: readonly RowValue[]): [kind: KeyKind, key: string][] {
  const given: [KeyKind, string][] = []
  for (const kind of KINDS) {
    const value = values.find((one) => one.key === FIELD_OF[kind])?.value
    if (typeof value === 'string') given.push([kind, value])
  }
  return given
}
