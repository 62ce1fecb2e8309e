/** What comes out of a plan. */
import type { IssueCode } from '../../schemas/issues.ts'
import type { Counts } from '../../schemas/run.ts'
import type { Change } from './diff.ts'
import type { Fill } from './fill.ts'
import type { Trip } from './guards.ts'
import type { ValueKey } from './person.ts'

export type Action = 'create' | 'update' | 'unchanged' | 'hold' | 'reject' | 'exclude' | 'remove'

export interface PlannedRow {
  readonly row: number
  readonly line: number
  readonly action: Action
  readonly personId: number | null
  /** Version of the person the change was made against. */
  readonly version: number | null
  readonly matchedBy: 'employee_id' | 'email' | 'none'
  readonly changes: readonly Change[]
  readonly codes: readonly IssueCode[]
}

/** An issue the plan found; the driver adds it to its list. */
export interface PlanIssue {
  readonly code: IssueCode
  readonly row: number
  readonly line: number
  readonly field: string | null
  readonly params: Readonly<Record<string, string | number>>
  readonly rejects: boolean
  /** Only worth knowing, whatever the code weighs elsewhere. */
  readonly isRemark?: boolean
}

/** A row planned earlier that is to be left out or held after all, or only told to trip a guard. */
export interface Correction {
  readonly row: number
  readonly line: number
  readonly code: IssueCode
  readonly action: 'reject' | 'hold' | 'flag'
}

/** A row planned earlier that keeps everything but the manager it names. */
export interface ManagerDrop {
  readonly row: number
  readonly code: IssueCode
}

/** Whether the value says who somebody's manager is. */
export function isManagerKey(key: ValueKey): boolean {
  return key === 'managerEmail' || key === 'managerEmployeeId'
}

export interface PlanEnd {
  readonly counts: Counts
  readonly trips: readonly Trip[]
  /** Number that the next new person after this plan gets. */
  readonly nextPerson: number
  /** How full the columns are; the next file of the source is compared with it. */
  readonly fill: Fill
  /** People who leave now or within the days that count as now. */
  readonly leavers: number
}

/** A row that is left out. `personId`: whom it names, so that they can be told what was not taken. */
export function leftOut(
  { row, line }: { row: number; line: number },
  action: 'reject' | 'hold' | 'exclude',
  codes: readonly IssueCode[],
  personId: number | null = null,
): PlannedRow {
  return { row, line, action, personId, version: null, matchedBy: 'none', changes: [], codes }
}
