/**
 * The rows of a snapshot, collected until the list is complete: only then is every manager known, and only then may
 * a row leave. People are packed as they come, so that a hundred thousand of them take some ten megabytes.
 */
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
  readonly #emails: string[] = []
  readonly #employeeIds: string[] = []
  readonly #names: string[] = []
  readonly #managers: (readonly [id: string | null, name: string])[] = []
  readonly #packed: Buffer[] = []
  readonly #filled: number[]
  readonly #notes = new Map<string, Mutable>()
  #batch: string[][] = []
  #received = 0

  constructor(system: string, columns: readonly Column<T>[], identify: (person: T, tell: Tell) => Identity) {
    this.#system = system
    this.#columns = columns
    this.#identify = identify
    this.#filled = columns.map(() => 0)
  }

  get people(): number {
    return this.#emails.length
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
    let row = 0
    for (const packed of this.#packed) {
      const batch: string[][] = JSON.parse(packed.toString())
      for (const cells of batch) this.#fillManager(cells, row++)
      yield batch
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
    this.#emails.push(identity.email)
    this.#employeeIds.push(identity.employeeId)
    this.#names.push(identity.name)
    this.#managers.push([identity.managerId, identity.managerName ?? ''])
    if (identity.email === '') tell('EMAIL_BLANK', EMAIL)
    if (identity.employeeId === '') tell('EMPLOYEE_ID_BLANK', EMPLOYEE_ID)
    this.#batch.push(this.#columns.map((column, at) => this.#cell(column, at, person, tell)))
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
    this.#packed.push(Buffer.from(JSON.stringify(this.#batch)))
    this.#batch = []
  }

  #fillManager(cells: string[], row: number): void {
    const [id, name] = this.#managers[row] ?? [null, '']
    if (id === null && name === '') return
    const manager = id === null ? undefined : this.#rowOf.get(id)
    if (manager === undefined) this.#note('MANAGER_OUTSIDE', MANAGER_NAME, row)
    this.#columns.forEach(({ field }, at) => {
      const text = this.#managerCell(field, manager, name)
      if (text === null) return
      cells[at] = text
      if (text !== '') this.#filled[at] = (this.#filled[at] ?? 0) + 1
    })
  }

  #managerCell(field: string, manager: number | undefined, name: string): string | null {
    const of = (list: readonly string[]) => (manager === undefined ? '' : (list[manager] ?? ''))
    switch (field) {
      case MANAGER_EMAIL:
        return of(this.#emails)
      case MANAGER_EMPLOYEE_ID:
        return of(this.#employeeIds)
      case MANAGER_NAME:
        return of(this.#names) || name
      default:
        return null
    }
  }

  #note(code: SnapshotNoteCode, field: string, row: number): void {
    const key = `${code} ${field}`
    const note = this.#notes.get(key) ?? { code, field, people: 0, rows: [] }
    note.people += 1
    if (note.rows.length < ROWS_NAMED) note.rows.push(row + 1)
    this.#notes.set(key, note)
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
