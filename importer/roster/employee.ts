/** A row of the employee table to a person of the plan and back. */
import { CORE_FIELDS, type CoreField } from '../../schemas/columns.ts'
import type { EmployeeRow, EmployeeTable } from '../db/tables.ts'
import { nameHash } from '../plan/name-key.ts'
import { isDemographicKey, type Person, type ValueKey } from '../plan/person.ts'

/** Which column of the table holds which field. */
export const COLUMN_OF = {
  name: 'name',
  preferredName: 'preferred_name',
  employeeId: 'employee_id',
  email: 'email',
  dateOfBirth: 'date_of_birth',
  startDate: 'start_date',
  endDate: 'end_date',
  language: 'language',
  managerEmail: 'manager_email',
  managerEmployeeId: 'manager_employee_id',
  timezone: 'timezone',
  mobilePhone: 'mobile_phone',
  deactivated: 'deactivated',
} as const satisfies Record<CoreField, keyof EmployeeTable>

export function toPerson(row: EmployeeRow): Person {
  const core = {} as Record<CoreField, string | null> // filled for every field in the next lines
  for (const field of CORE_FIELDS) {
    core[field] = field === 'deactivated' ? flag(row.deactivated) : row[COLUMN_OF[field]]
  }
  return {
    id: row.id,
    version: row.version,
    core,
    demographics: JSON.parse(row.demographics),
    managerId: row.manager_id,
  }
}

/** Changes a table row by the new values of a plan. */
export function withValues(
  row: EmployeeRow,
  values: Iterable<readonly [ValueKey, string | null]>,
): EmployeeRow {
  const next = { ...row }
  let demographics: Record<string, string> | null = null
  for (const [key, value] of values) {
    if (isDemographicKey(key)) {
      demographics ??= JSON.parse(row.demographics) as Record<string, string> // our own JSON
      if (value === null) delete demographics[key.slice(1)]
      else demographics[key.slice(1)] = value
    } else if (key === 'deactivated') next.deactivated = value === 'TRUE' ? 1 : 0
    else if (key === 'name') Object.assign(next, named(value ?? row.name))
    else next[COLUMN_OF[key]] = value
  }
  if (demographics !== null) next.demographics = JSON.stringify(demographics)
  return next
}

/** The first row of a new person, with all that is known of them: value by key. */
export function newRow(
  { accountId, id, run, at }: { accountId: string; id: number; run: string; at: string },
  values: Readonly<Record<string, string | null>>,
  managerId: number | null,
): EmployeeRow {
  const demographics: Record<string, string> = {}
  for (const key in values) {
    const value = values[key] ?? null
    if (value !== null && isDemographicKey(key)) demographics[key.slice(1)] = value
  }
  return {
    account_id: accountId,
    id,
    version: 1,
    ...named(values['name'] ?? ''),
    preferred_name: values['preferredName'] ?? null,
    employee_id: values['employeeId'] ?? null,
    email: values['email'] ?? null,
    date_of_birth: values['dateOfBirth'] ?? null,
    start_date: values['startDate'] ?? null,
    end_date: values['endDate'] ?? null,
    language: values['language'] ?? null,
    manager_email: values['managerEmail'] ?? null,
    manager_employee_id: values['managerEmployeeId'] ?? null,
    manager_id: managerId,
    timezone: values['timezone'] ?? null,
    mobile_phone: values['mobilePhone'] ?? null,
    deactivated: values['deactivated'] === 'TRUE' ? 1 : 0,
    demographics: JSON.stringify(demographics),
    created_run: run,
    updated_run: run,
    created_at: at,
    updated_at: at,
  }
}

/** A name and what it is looked for by, which must never part. */
function named(name: string): { name: string; name_key: number } {
  return { name, name_key: nameHash(name) }
}

function flag(value: number): string {
  return value === 1 ? 'TRUE' : 'FALSE'
}
