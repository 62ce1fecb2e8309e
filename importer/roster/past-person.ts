/** A person as they were: what is stored now, with the later changes taken off, latest first. Pure. */
import type { EmployeeRow } from '../db/tables.ts'
import type { ValueKey } from '../plan/person.ts'
import { MANAGER } from './apply.ts'
import { newRow, withValues } from './employee.ts'

/** Field of the history for the whole person: made where `before` is null, removed where `after` is. */
export const WHOLE = '*'

/** Field of the history for a change whose person was erased: it tells that something was, not what. */
export const ERASED = '~'

/** Field of the history for a change of a field that was redacted: it tells that something was, and nobody goes by it. */
export const REDACTED = '#'

/** A change with what it takes to take it off. */
export interface Step {
  readonly field: string
  readonly before: string | null
}

/** The row as it was before these changes (latest first); null where the person was not there. */
export function rowBefore(
  now: EmployeeRow | null,
  later: readonly Step[],
  who: { readonly accountId: string; readonly id: number },
): EmployeeRow | null {
  let row = now
  for (const { field, before } of later) {
    if (field === WHOLE) row = before === null ? null : wholeRow(before, who)
    else if (row !== null && field !== ERASED) row = withStep(row, field, before)
  }
  return row
}

function withStep(row: EmployeeRow, field: string, before: string | null): EmployeeRow {
  if (field === MANAGER) return { ...row, manager_id: before === null ? null : Number(before) }
  return withValues(row, [[field as ValueKey, before]]) // every other field of the history is a value's key
}

/** A person from what the history keeps of one who was removed. */
function wholeRow(json: string, { accountId, id }: { accountId: string; id: number }): EmployeeRow {
  const { [MANAGER]: manager = null, ...values } = JSON.parse(json) as Record<string, string | null> // our own JSON
  return newRow({ accountId, id, run: '', at: '' }, values, manager === null ? null : Number(manager))
}
