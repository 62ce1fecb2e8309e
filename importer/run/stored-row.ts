/** A row of a plan as it is kept; what it changes is taken apart only when it is asked for. */
import type { IssueCode } from '../../schemas/issues.ts'
import type { PlanRowTable } from '../db/tables.ts'
import type { Change } from '../plan/diff.ts'
import type { ValueKey } from '../plan/person.ts'
import type { Action, PlannedRow } from '../plan/planner.ts'
import { asCode } from './plan-issues.ts'

const NO_CODES: readonly IssueCode[] = []

export class StoredPlanRow {
  readonly row: number
  readonly line: number
  readonly action: Action
  readonly personId: number | null
  readonly version: number | null
  readonly matchedBy: PlannedRow['matchedBy']
  readonly codes: readonly IssueCode[]
  readonly #text: string
  #changes: readonly Change[] | null = null
  #creation: Creation | null = null

  constructor(row: PlanRowTable) {
    this.row = row.row
    this.line = row.line
    this.personId = row.person_id
    this.version = row.version
    // Written by PlanWriter from these very types.
    this.action = row.action as Action
    this.matchedBy = row.matched_by as PlannedRow['matchedBy']
    this.codes = row.codes === '' ? NO_CODES : row.codes.split(' ').map(asCode)
    this.#text = row.changes
  }

  get changes(): readonly Change[] {
    this.#changes ??= JSON.parse(this.#text) as Change[] // our own JSON
    return this.#changes
  }

  /** Which values it changes. */
  get keys(): readonly ValueKey[] {
    if (this.#changes !== null) return this.#changes.map(([key]) => key)
    return keysOfCreation(this.#text) ?? this.changes.map(([key]) => key)
  }

  /** Of a new person, all that is known of them. */
  get creation(): Creation {
    this.#creation ??= creationOf(this.#text)
    return this.#creation
  }
}

export interface Creation {
  readonly values: Readonly<Record<string, string>>
  /** The same as JSON. */
  readonly text: string
}

/**
 * `[["name",null,"Ada"],…]` as `{"name":"Ada",…}`. A quote within a value is written `\"`, so what is looked for here
 * stands between values only; taking the text apart and putting it together again would cost ten times as much.
 */
function creationOf(changes: string): Creation {
  if (!isOfNew(changes)) {
    const given = (JSON.parse(changes) as Change[]).map(([key, , after]) => [key, after]) // our own JSON
    const values = Object.fromEntries(given) as Record<string, string> // as the history keeps them
    return { values, text: JSON.stringify(values) }
  }
  const text = `{${changes.slice(2, -2).replaceAll('"],["', '","').replaceAll('",null,"', '":"')}}`
  return { values: JSON.parse(text), text }
}

/** The keys of such a text, or null where it says more than what is new. */
function keysOfCreation(changes: string): ValueKey[] | null {
  if (!isOfNew(changes)) return null
  const keys: ValueKey[] = []
  for (let at = 3; ; ) {
    const end = changes.indexOf('"', at)
    keys.push(changes.slice(at, end) as ValueKey) // as the plan wrote it
    // A key is followed by its value, and that by the next key.
    if (!changes.startsWith('",null,"', end)) return null
    const next = changes.indexOf('"],["', end + 8)
    if (next === -1) return keys
    at = next + 5
  }
}

/** Whether every value takes the place of none, and none is itself what stands between values. */
function isOfNew(changes: string): boolean {
  return changes.startsWith('[["') && ODD.every((text) => !changes.includes(text))
}

const ODD = [',null]', '","', 'null,"],["', 'null,",null,"']
