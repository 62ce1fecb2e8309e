/** What a list that was read from an HRIS must not do without a person's word, besides what no file may. */
import type { IssueCode } from '../../schemas/issues.ts'
import type { Fill } from './fill.ts'
import type { Trip } from './guards.ts'

export interface FromApi {
  /** As people call the HRIS. */
  readonly system: string
  /** Nobody has approved an import of this connection yet. */
  readonly isFirst: boolean
  /** How full the columns of the last applied run were. */
  readonly lastFill: Fill | null
  /** Columns that are mapped -> what the HRIS must grant for them. */
  readonly permissions: ReadonlyMap<string, string>
  readonly notes: readonly ApiNote[]
}

export interface ApiNote {
  readonly code: string
  readonly field: string
  readonly people: number
  /** Data rows, the first is 1. */
  readonly rows: readonly number[]
}

/** So many values, and this share of the rows, were no accident. */
const FILLED_MIN = 3
const FILLED_SHARE_MIN = 0.05

export function apiTrips({ isFirst, system, lastFill, permissions }: FromApi, now: Fill): Trip[] {
  const trips: Trip[] = []
  if (isFirst) trips.push({ code: 'API_FIRST_IMPORT', rows: 0, params: { system } })
  if (lastFill === null || now.rows === 0) return trips
  for (const [header, before] of Object.entries(lastFill.columns)) {
    const permission = permissions.get(header)
    const wasFilled = before >= FILLED_MIN && before >= lastFill.rows * FILLED_SHARE_MIN
    // A column that is mapped no more is gone because a person said so.
    if (permission === undefined || !wasFilled || (now.columns[header] ?? 0) > 0) continue
    trips.push({ code: 'API_COLUMN_EMPTY', rows: 0, params: { header, before, permission, system } })
  }
  return trips
}

/** The issue that tells of a note; null for one that this version does not know. */
export function noteIssue(code: string): IssueCode | null {
  return NOTE_ISSUES[code] ?? null
}

const NOTE_ISSUES: Readonly<Record<string, IssueCode>> = {
  EMPLOYEE_ID_BLANK: 'API_EMPLOYEE_ID_BLANK',
  EMAIL_BLANK: 'API_EMAIL_BLANK',
  MANAGER_OUTSIDE: 'API_MANAGER_OUTSIDE',
  VALUE_UNKNOWN: 'API_VALUE_UNKNOWN',
  SHAPE_UNKNOWN: 'API_SHAPE_UNKNOWN',
  REDACTED: 'API_REDACTED',
  FIELD_EMPTY: 'API_FIELD_EMPTY',
  PERMISSION_MISSING: 'API_PERMISSION_MISSING',
}
