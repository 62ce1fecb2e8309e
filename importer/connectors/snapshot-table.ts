/**
 * The rows of a snapshot, collected until the list is complete: only then is every manager known, and only then may
 * a row leave. Rows are packed as they come, so that a hundred thousand people take some twenty megabytes.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { CLEAR_TOKEN } from '../../schemas/cell-text.ts'
import type { FieldMapping, SnapshotNote, SnapshotNoteCode, SnapshotRows } from './connector.ts'
import { partial } from './pages.ts'

/** Tells that something about the person who is being read should be known; never the value. */
export type Tell = (code: SnapshotNoteCode, field: string) => void

/** A column of the snapshot. Those about the manager are filled in at the end, and read nothing. */
export interface Column<T> extends FieldMapping {
  readonly read: ((person: T, tell: Tell) => string | null | undefined) | null
}

/** By what a person is known to those who report to them. */
export interface Identity {
  /** The API's own id. */
  readonly id: string
  readonly managerId: string | null
  /** As the API writes it beside the manager's id, for a manager who is not in the list. */
  readonly managerName?: string | null
  readonly email: string
  readonly employeeId: string
  readonly name: string
}

export const MANAGER_EMAIL = 'manager.email'
export const MANAGER_EMPLOYEE_ID = 'manager.employee_id'
export const MANAGER_NAME = 'manager.name'
export const EMPLOYEE_ID = 'employee_id'
export const EMAIL = 'email'

/** Columns about the manager, whom every API names by its own id. */
export const MANAGER_COLUMNS: readonly Column<unknown>[] = [
  managerColumn(MANAGER_EMAIL, "manager's work e-mail", { kind: 'field', field: 'managerEmail' }),
  managerColumn(MANAGER_EMPLOYEE_ID, "manager's Employee Id", { kind: 'field', field: 'managerEmployeeId' }),
  managerColumn(MANAGER_NAME, "manager's name", { kind: 'demographic', label: 'Manager' }),
]

function managerColumn(field: string, from: string, target: FieldMapping['target']): Column<unknown> {
  return { field, from, target, read: null }
}

/** What of somebody their reports' rows say. */
type Known = Pick<Identity, 'email' | 'employeeId' | 'name'>

/** What a packed row carries besides its cells. */
interface Hidden extends Known {
  readonly id: string
  readonly managerId: string | null
  readonly managerName: string
}
type PackedRow = [cells: string[], of: Hidden]

interface Mutable extends SnapshotNote {
  people: number
  readonly rows: number[]
}

const ROWS_PER_BATCH = 500
const ROWS_NAMED = 100
/** What an API puts in the place of a value that it may not show. */
const REDACTED = /^<redacted>$/i

export class SnapshotTable<T> {
  readonly #system: string
  readonly #columns: readonly Column<T>[]
  readonly #identify: (person: T, tell: Tell) => Identity
  /** The API's id to the number of the row, from 0. */
  readonly #rowOf = new Map<string, number>()
  /** Those whom somebody reports to, by the API's id; null until they are met. */
  readonly #managers = new Map<string, Known | null>()
  readonly #packed: Buffer[] = []
  readonly #filled: number[]
  readonly #notes = new Map<string, Mutable>()
  #batch: PackedRow[] = []
  #received = 0

  constructor(system: string, columns: readonly Column<T>[], identify: (person: T, tell: Tell) => Identity) {
    this.#system = system
    this.#columns = columns
    this.#identify = identify
    this.#filled = columns.map(() => 0)
  }

  get people(): number {
    return this.#rowOf.size
  }

  /** Entries that were given, those of people who were there already among them. */
  get received(): number {
    return this.#received
  }

  /** Adds a page. Throws `API_PARTIAL` where all of it was there before. */
  add(people: readonly T[]): void {
    const before = this.people
    this.#received += people.length
    for (const person of people) this.#addOne(person)
    if (people.length > 0 && this.people === before) throw partial(this.#system, 'a page came twice')
  }

  get notes(): SnapshotNote[] {
    return [...this.#notes.values()]
  }

  /**
   * Header and rows; `ungranted` are the fields for which the HRIS grants no permission. Throws `API_PARTIAL` where
   * there is nobody.
   */
  *rows(ungranted: ReadonlySet<string>): Generator<SnapshotRows, void, void> {
    if (this.people === 0) throw partial(this.#system, 'nobody is in it')
    this.#pack()
    yield [this.#columns.map(({ field }) => field)]
    this.#meetManagers()
    let row = 0
    for (const batch of this.#unpacked()) {
      yield batch.map(([cells, of]) => this.#withManager(cells, of, row++))
    }
    this.#columns.forEach(({ field }, at) => {
      if ((this.#filled[at] ?? 0) > 0) return
      const code = ungranted.has(field) ? 'PERMISSION_MISSING' : 'FIELD_EMPTY'
      this.#notes.set(`${code} ${field}`, { code, field, people: this.people, rows: [] })
    })
  }

  #addOne(person: T): void {
    const row = this.people
    const tell: Tell = (code, field) => this.#note(code, field, row)
    const identity = this.#identify(person, tell)
    // A list that changes while it is read may show somebody twice.
    const known = this.#rowOf.get(identity.id)
    if (known !== undefined) {
      this.#note('LISTED_TWICE', EMPLOYEE_ID, known)
      return
    }
    this.#rowOf.set(identity.id, row)
    const { managerId, managerName } = identity
    if (managerId !== null) this.#managers.set(managerId, null)
    if (identity.email === '') tell('EMAIL_BLANK', EMAIL)
    if (identity.employeeId === '') tell('EMPLOYEE_ID_BLANK', EMPLOYEE_ID)
    const cells = this.#columns.map((column, at) => this.#cell(column, at, person, tell))
    const { id, email, employeeId, name } = identity
    this.#batch.push([cells, { id, managerId, managerName: managerName ?? '', email, employeeId, name }])
    if (this.#batch.length === ROWS_PER_BATCH) this.#pack()
  }

  #cell({ read, field }: Column<T>, at: number, person: T, tell: Tell): string {
    if (read === null) return ''
    const text = safeCell(read(person, tell), field, tell)
    if (text !== '') this.#filled[at] = (this.#filled[at] ?? 0) + 1
    return text
  }

  #pack(): void {
    if (this.#batch.length === 0) return
    // A copy: the library gives a piece of a larger buffer, which would be kept as a whole.
    this.#packed.push(Buffer.from(deflateRawSync(JSON.stringify(this.#batch), { level: 1 })))
    this.#batch = []
  }

  *#unpacked(): Generator<PackedRow[], void, void> {
    for (const packed of this.#packed) yield JSON.parse(inflateRawSync(packed).toString())
  }

  #meetManagers(): void {
    for (const batch of this.#unpacked()) {
      for (const [, { id, email, employeeId, name }] of batch) {
        if (this.#managers.has(id)) this.#managers.set(id, { email, employeeId, name })
      }
    }
  }

  #withManager(cells: string[], { managerId, managerName }: Hidden, row: number): string[] {
    if (managerId === null && managerName === '') return cells
    const manager = managerId === null ? null : (this.#managers.get(managerId) ?? null)
    if (manager === null) this.#note('MANAGER_OUTSIDE', MANAGER_NAME, row)
    this.#columns.forEach(({ field }, at) => {
      const text = managerCell(field, manager, managerName)
      if (text === null) return
      cells[at] = text
      if (text !== '') this.#filled[at] = (this.#filled[at] ?? 0) + 1
    })
    return cells
  }

  #note(code: SnapshotNoteCode, field: string, row: number): void {
    const key = `${code} ${field}`
    const note = this.#notes.get(key) ?? { code, field, people: 0, rows: [] }
    note.people += 1
    if (note.rows.length < ROWS_NAMED) note.rows.push(row + 1)
    this.#notes.set(key, note)
  }
}

/** Null for a column that says nothing about managers. */
function managerCell(field: string, manager: Known | null, name: string): string | null {
  switch (field) {
    case MANAGER_EMAIL:
      return manager?.email ?? ''
    case MANAGER_EMPLOYEE_ID:
      return manager?.employeeId ?? ''
    case MANAGER_NAME:
      return manager?.name || name
    default:
      return null
  }
}

/** A value as a cell; what would be read as something else than a value is left out. */
export function safeCell(value: string | null | undefined, field: string, tell: Tell): string {
  const text = value ?? ''
  if (text === '') return ''
  if (REDACTED.test(text)) return told(tell, 'REDACTED', field)
  return text.trim().toUpperCase() === CLEAR_TOKEN ? told(tell, 'SHAPE_UNKNOWN', field) : text
}

function told(tell: Tell, code: SnapshotNoteCode, field: string): string {
  tell(code, field)
  return ''
}
