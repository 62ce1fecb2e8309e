/** Which field of a TriNet employee becomes which column. */
import type { TrinetSettings } from '../../../schemas/hris/connection.ts'
import type { TrinetEmployee } from '../../../schemas/hris/trinet.ts'
import type { ReadAccess } from '../connector.ts'
import {
  type Column,
  EMAIL,
  EMPLOYEE_ID,
  type Identity,
  MANAGER_COLUMNS,
  type Tell,
} from '../snapshot-table.ts'
import { dayOf, fullName, wordOf } from '../values.ts'

export const BASIC = 'Employee Basic'
export const FULL = 'Employment Full'
export const ORG = 'Department/Org'

export const READ_ACCESS: readonly ReadAccess[] = [
  {
    object: BASIC,
    fields: ['Name', 'Preferred Name', 'Work Email', 'Date of Birth', 'Gender', 'Employee ID'],
  },
  {
    object: FULL,
    fields: [
      'Service Date',
      'Termination Date',
      'Reports To',
      'Employment Status',
      'Job Title',
      'Work Location',
    ],
  },
  { object: ORG, fields: ['Department Name', 'Department Code'] },
]

/** Names by their codes, for employees that carry only the code. */
export interface Lists {
  readonly departments: ReadonlyMap<string, string>
  readonly locations: ReadonlyMap<string, string>
}

export type Row = TrinetEmployee

/** Who is on leave, and which kind of leave, is nobody's business here: they are active. */
const STATUSES = {
  ...{ A: 'Active', L: 'Active', P: 'Active', S: 'Active' },
  ...{ D: 'Inactive', T: 'Inactive', U: 'Inactive' },
}
const GENDERS = { F: 'Female', M: 'Male' }
const HOURS = { fulltime: 'Full-time', parttime: 'Part-time', F: 'Full-time', P: 'Part-time' }
const TERMS = { Regular: 'Regular', Temporary: 'Temporary', R: 'Regular', T: 'Temporary' }

type Read = (of: Row, tell: Tell) => string | null | undefined

function column(
  field: string,
  from: string,
  target: Column<Row>['target'],
  permission: string,
  read: Read,
): Column<Row> {
  return { field, from, target, permission, read }
}

function labelled(field: string, from: string, label: string, permission: string, read: Read): Column<Row> {
  return column(field, from, { kind: 'demographic', label }, permission, read)
}

export function automaticColumns(
  employeeIdFrom: TrinetSettings['employeeIdFrom'],
  lists: Lists,
): readonly Column<Row>[] {
  return [
    column(EMAIL, 'employmentInfo.workEmail', { kind: 'field', field: 'email' }, BASIC, emailOf),
    column(
      EMPLOYEE_ID,
      employeeIdFrom,
      { kind: 'field', field: 'employeeId' },
      BASIC,
      (of) => of[employeeIdFrom],
    ),
    column('name', 'names[primary]', { kind: 'field', field: 'name' }, BASIC, nameOf),
    column(
      'preferred_name',
      'names[preferred].firstName',
      { kind: 'field', field: 'preferredName' },
      BASIC,
      (of) => nameCalled(of, 'PREFERRED', 'PRF')?.firstName,
    ),
    column(
      'date_of_birth',
      'bioInfo.birthdate',
      { kind: 'field', field: 'dateOfBirth' },
      BASIC,
      ({ bioInfo }) => dayOf(bioInfo?.birthdate ?? bioInfo?.birthDate),
    ),
    column('start_date', 'employmentInfo.serviceDate', { kind: 'field', field: 'startDate' }, FULL, (of) =>
      dayOf(of.employmentInfo?.serviceDate),
    ),
    column('end_date', 'employmentInfo.terminationDate', { kind: 'field', field: 'endDate' }, FULL, (of) =>
      dayOf(of.employmentInfo?.terminationDate),
    ),
    ...MANAGER_COLUMNS.map((one) => ({ ...one, permission: FULL })),
    labelled(
      'job_title',
      'employmentInfo.businessTitle',
      'Job Title',
      FULL,
      (of) => of.employmentInfo?.businessTitle,
    ),
    labelled('department', 'employmentInfo.department.deptName', 'Department', ORG, (of) =>
      departmentName(of, lists),
    ),
    labelled('department_code', 'employmentInfo.department.deptId', 'Department Code', ORG, departmentId),
    labelled('location', 'employmentInfo.location.locationName', 'Work Location', FULL, (of) =>
      locationName(of, lists),
    ),
    labelled('status', 'employmentInfo.employmentStatus', 'Employment Status', FULL, (of, tell) =>
      wordOf(of.employmentInfo?.employmentStatus, STATUSES, 'status', tell),
    ),
    labelled('gender', 'bioInfo.gender', 'Gender', BASIC, ({ bioInfo }, tell) =>
      wordOf(bioInfo?.gender, GENDERS, 'gender', tell),
    ),
  ]
}

/** There for the asking; read and kept only where they are chosen. */
export const OTHER_COLUMNS: readonly Column<Row>[] = [
  labelled('working_hours', 'employmentInfo.employeeType', 'Working Hours', FULL, (of, tell) =>
    wordOf(of.employmentInfo?.employeeType, HOURS, 'working_hours', tell),
  ),
  labelled('employment_term', 'employmentInfo.regularTemporary', 'Employment Term', FULL, (of, tell) =>
    wordOf(
      of.employmentInfo?.regularTemporary ?? of.employmentInfo?.temporaryIndicator,
      TERMS,
      'employment_term',
      tell,
    ),
  ),
  labelled('job_code', 'employmentInfo.jobCode', 'Job Code', FULL, (of) => of.employmentInfo?.jobCode),
  labelled('alternate_id', 'alternateId', 'Alternate Id', BASIC, (of) => of.alternateId),
  labelled(
    'custom_group_a',
    'employmentInfo.customGroupA',
    'Custom Group A',
    FULL,
    (of) => of.employmentInfo?.customGroupA ?? of.employmentInfo?.groupA,
  ),
  labelled(
    'custom_group_b',
    'employmentInfo.customGroupB',
    'Custom Group B',
    FULL,
    (of) => of.employmentInfo?.customGroupB ?? of.employmentInfo?.groupB,
  ),
]

export function identify(of: Row, employeeIdFrom: TrinetSettings['employeeIdFrom']): Identity {
  const info = of.employmentInfo
  const supervisorId = info?.supervisor?.supervisorId ?? info?.supervisorId ?? of.supervisorId
  return {
    id: of.employeeId,
    managerId: supervisorId === '' ? null : (supervisorId ?? null),
    managerName: info?.supervisor?.supervisorName ?? info?.supervisorName ?? null,
    email: emailOf(of),
    employeeId: of[employeeIdFrom] ?? '',
    name: nameOf(of),
  }
}

function emailOf(of: Row): string {
  return of.employmentInfo?.workEmail ?? ''
}

function nameOf(of: Row): string {
  const name = nameCalled(of, 'PRIMARY', 'PRI') ?? of.names?.[0]
  return fullName(name?.firstName, name?.lastName)
}

function nameCalled({ names }: Row, ...types: readonly string[]) {
  return names?.find(({ nameType }) => types.includes(nameType?.toUpperCase() ?? ''))
}

function departmentId(of: Row): string {
  const info = of.employmentInfo
  return info?.department?.deptId ?? info?.departmentId ?? of.departmentSplit?.[0]?.deptId ?? ''
}

function departmentName(of: Row, { departments }: Lists): string {
  const [split] = of.departmentSplit ?? []
  const own = of.employmentInfo?.department?.deptName ?? split?.departmentName ?? split?.deptName
  return own ?? departments.get(departmentId(of)) ?? ''
}

function locationName(of: Row, { locations }: Lists): string {
  const info = of.employmentInfo
  const id = info?.location.id ?? info?.locationId ?? info?.locationtId ?? ''
  return info?.location.name ?? locations.get(id) ?? ''
}
