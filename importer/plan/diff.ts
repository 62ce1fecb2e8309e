/** What a row would change on a person, value by value. Pure: the same row and person give the same changes. */
import type { CoreField } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import { type Person, type Status, statusOf, storedValue, type ValueKey } from './person.ts'

/** [key, before, after]; null is "no value". */
export type Change = readonly [key: ValueKey, before: string | null, after: string | null]

/** A value as a row gives it: undefined keeps what is stored, null clears it. */
export interface RowValue {
  readonly key: ValueKey
  readonly value: string | null | undefined
}

export interface DiffPolicy {
  readonly today: string
  /** Whether `Employee Deactivated` = FALSE may switch somebody on again. */
  readonly mayReactivate: boolean
  /** Whether the End Date may go with a later Start Date; it may belong to another source. Default true. */
  readonly mayClearEnd?: boolean
}

/** Something said about the row; `rejects` leaves the whole row out. */
export interface Remark {
  readonly code: IssueCode
  readonly key: ValueKey | null
  readonly rejects: boolean
}

export interface Diff {
  readonly changes: readonly Change[]
  readonly remarks: readonly Remark[]
  readonly before: Status | null
  readonly after: Status
}

/** Compares a row with the person it matched, or with nobody for a new person. */
export function diff(person: Person | null, row: readonly RowValue[], policy: DiffPolicy): Diff {
  const changes = new Map<ValueKey, Change>()
  const remarks: Remark[] = []
  for (const { key, value } of row) {
    if (value === undefined) continue
    const before = person === null ? null : storedValue(person, key)
    if (value === before || isNoFlag(person, key, value)) continue
    if (key === 'deactivated' && before === 'TRUE' && !policy.mayReactivate) {
      remarks.push({ code: 'W_STICKY_DEACTIVATED', key, rejects: false })
      continue
    }
    changes.set(key, [key, before, value])
  }
  startAnew(person, row, changes, policy)
  refuseClearing(person, changes, remarks)
  keepOneManager(person, row, changes)
  refuseDateOrder(person, changes, remarks)
  const before = person === null ? null : statusOf(person.core, policy.today)
  const after = statusOf(resultOf(person, changes), policy.today)
  const isRejected = remarks.some((remark) => remark.rejects)
  if (before === 'former' && after === 'former' && changes.size > 0 && !isRejected) {
    remarks.push({ code: 'W_ALREADY_FORMER', key: null, rejects: false })
  }
  return { changes: [...changes.values()], remarks, before, after }
}

/** A new person who is not deactivated needs no word about it. */
export function isNoFlag(person: Person | null, key: ValueKey, value: string | null): boolean {
  return key === 'deactivated' && (value === null || (person === null && value === 'FALSE'))
}

type Changes = Map<ValueKey, Change>

function after(person: Person | null, changes: Changes, field: CoreField): string | null {
  const change = changes.get(field)
  if (change) return change[2]
  return person === null ? null : person.core[field]
}

function resultOf(person: Person | null, changes: Changes) {
  return {
    startDate: after(person, changes, 'startDate'),
    endDate: after(person, changes, 'endDate'),
    deactivated: after(person, changes, 'deactivated'),
  }
}

/**
 * Who left and gets a later Start Date is back: the End Date of the time before has had its day. Where the row gives
 * an End Date as well, that is what counts.
 */
function startAnew(
  person: Person | null,
  row: readonly RowValue[],
  changes: Changes,
  { today, mayClearEnd = true }: DiffPolicy,
): void {
  if (!mayClearEnd || person === null || statusOf(person.core, today) !== 'former') return
  const { endDate } = person.core
  const start = changes.get('startDate')?.[2] ?? null
  const speaksOfEnd = row.some(({ key, value }) => key === 'endDate' && value !== undefined)
  if (endDate === null || start === null || start <= endDate || speaksOfEnd) return
  changes.set('endDate', ['endDate', endDate, null])
}

/** A person keeps a name and at least one identifier. */
function refuseClearing(person: Person | null, changes: Changes, remarks: Remark[]): void {
  const refuse = (key: ValueKey): void => {
    changes.delete(key)
    remarks.push({ code: 'VAL_CLEAR_REFUSED', key, rejects: false })
  }
  if (changes.get('name')?.[2] === null) refuse('name')
  for (const key of ['email', 'employeeId'] as const) {
    const isLast = after(person, changes, 'email') === null && after(person, changes, 'employeeId') === null
    if (isLast && changes.get(key)?.[2] === null) refuse(key)
  }
}

/**
 * A reporting line is one fact with two possible keys. A row that sets one and does not speak of the other takes
 * the other away, or the two would contradict each other for ever after the next change of manager.
 */
function keepOneManager(person: Person | null, row: readonly RowValue[], changes: Changes): void {
  if (person === null) return
  for (const [key, other] of [
    ['managerEmail', 'managerEmployeeId'],
    ['managerEmployeeId', 'managerEmail'],
  ] as const) {
    const isSet = changes.has(key)
    const speaksOfOther = row.some((one) => one.key === other && one.value !== undefined)
    const stored = person.core[other]
    if (isSet && !speaksOfOther && stored !== null && !changes.has(other))
      changes.set(other, [other, stored, null])
  }
}

/** Nobody ends before they start: a leaver's row is left out, otherwise only the start date is. */
function refuseDateOrder(person: Person | null, changes: Changes, remarks: Remark[]): void {
  const { startDate, endDate } = resultOf(person, changes)
  if (startDate === null || endDate === null || startDate <= endDate) return
  if (!changes.has('startDate') && !changes.has('endDate')) return
  const rejects = changes.has('endDate')
  remarks.push({ code: 'VAL_DATE_ORDER', key: rejects ? 'endDate' : 'startDate', rejects })
  if (!rejects) changes.delete('startDate')
}
