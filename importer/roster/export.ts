/** The roster as CSV, in the layout that an import takes: an export sent back unchanged changes nobody. */
import { COLUMNS, CORE_FIELDS, type CoreField } from '../../schemas/columns.ts'
import type { EmployeeRow } from '../db/tables.ts'
import { isPresent, type Person, statusOf } from '../plan/person.ts'
import { csvLine } from '../report/csv-line.ts'
import { toPerson } from './employee.ts'
import type { RosterView } from './past.ts'

/** Columns of an export, in order. */
export const EXPORTED = COLUMNS.filter((column) => (CORE_FIELDS as readonly string[]).includes(column.field))

/** Chunks of CSV text. Former people are left out, deactivated ones unless asked for. */
export async function* exportRoster(
  view: RosterView,
  options: { includeDeactivated: boolean; today: string },
): AsyncGenerator<string> {
  const demographics = [...(await view.demographics())]
  yield csvLine([...EXPORTED.map((column) => column.header), ...demographics.map(([label]) => label)])
  for await (const rows of view.people()) {
    const shown = rows.map(toPerson).filter((person) => {
      const status = statusOf(person.core, options.today)
      return isPresent(status) || (options.includeDeactivated && status === 'deactivated')
    })
    const managers = await view.rows(managerIds(shown))
    const lines = shown.map((person) =>
      csvLine([
        ...EXPORTED.map((column) => exported(person, column.field as CoreField, managers)), // core fields only
        ...demographics.map(([, id]) => person.demographics[id] ?? null),
      ]),
    )
    if (lines.length > 0) yield lines.join('')
  }
}

type Keys = Pick<EmployeeRow, 'employee_id' | 'email'>
type Managers = ReadonlyMap<number, Keys>

function managerIds(people: readonly Person[]): number[] {
  return [...new Set(people.flatMap(({ managerId }) => managerId ?? []))]
}

/** A manager is shown under the keys they have at that moment, whatever they were called when they were named. */
function exported(person: Person, field: CoreField, managers: Managers): string | null {
  const manager = person.managerId === null ? undefined : managers.get(person.managerId)
  if (manager === undefined) return person.core[field]
  const { email, employee_id: employeeId } = manager
  // By the key they were named by, or by the one that is left.
  if (field === 'managerEmail') return isNamedBy('managerEmail', person, employeeId) ? email : null
  if (field === 'managerEmployeeId') return isNamedBy('managerEmployeeId', person, email) ? employeeId : null
  return person.core[field]
}

function isNamedBy(
  key: 'managerEmail' | 'managerEmployeeId',
  { core }: Person,
  other: string | null,
): boolean {
  return core[key] !== null || other === null
}
