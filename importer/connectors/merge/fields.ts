/** Which field of an employee at Merge becomes which column. */
import type { MergeSettings } from '../../../schemas/hris/connection.ts'
import type { MergeEmployee } from '../../../schemas/hris/merge.ts'
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

export const READ_ACCESS: readonly ReadAccess[] = [
  {
    object: 'Employees',
    fields: [
      ...[
        'Date Of Birth',
        'Display Full Name',
        'Employee Number',
        'Employment Status',
        'First Name',
        'Gender',
      ],
      ...['Groups', 'Last Name', 'Manager', 'Preferred Name', 'Start Date', 'Termination Date', 'Work Email'],
      'Work Location',
    ],
  },
  { object: 'Groups', fields: ['Name', 'Type'] },
  { object: 'Locations', fields: ['Name', 'City', 'State'] },
  { object: 'Employments', fields: ['Job Title', 'Employment Type', 'Effective Date'] },
  {
    object: 'Employees, where it is mapped',
    fields: ['Mobile Phone Number', 'Personal Email', 'Field Mappings'],
    isOnlyIfMapped: true,
  },
]

/** The job of a person that began last. */
export interface Job {
  readonly title: string
  readonly type: string
  readonly since: string
}

export interface Group {
  readonly name: string
  readonly type: string
}

/** What an employee refers to; an empty list where it may not be read. */
export interface Lists {
  readonly groups: ReadonlyMap<string, Group>
  readonly locations: ReadonlyMap<string, string>
  /** By the employee's id. */
  readonly jobs: ReadonlyMap<string, Job>
}

export type Row = MergeEmployee

const WORKER_TYPES = {
  ...{ FULL_TIME: 'Employee', PART_TIME: 'Employee', INTERN: 'Intern' },
  ...{ CONTRACTOR: 'Contractor', FREELANCE: 'Contractor' },
}
const STATUSES = { ACTIVE: 'Active', PENDING: 'Pending', INACTIVE: 'Inactive' }
const GENDERS = {
  ...{ MALE: 'Male', FEMALE: 'Female', 'NON-BINARY': 'Non-binary', OTHER: 'Other' },
  PREFER_NOT_TO_DISCLOSE: 'Prefer not to disclose',
}

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

/** A permission is a model and a field of it, as the scopes of a linked account name them. */
export function automaticColumns(
  employeeIdFrom: MergeSettings['employeeIdFrom'],
  lists: Lists,
): readonly Column<Row>[] {
  return [
    column(EMAIL, 'work_email', { kind: 'field', field: 'email' }, 'Employee.work_email', emailOf),
    column(
      EMPLOYEE_ID,
      employeeIdFrom,
      { kind: 'field', field: 'employeeId' },
      `Employee.${employeeIdFrom.split('.')[0]}`,
      (of) => employeeIdOf(of, employeeIdFrom),
    ),
    column('name', 'first_name last_name', { kind: 'field', field: 'name' }, 'Employee.last_name', nameOf),
    column(
      'preferred_name',
      'preferred_name',
      { kind: 'field', field: 'preferredName' },
      'Employee.preferred_name',
      (of) => of.preferred_name,
    ),
    column(
      'date_of_birth',
      'date_of_birth',
      { kind: 'field', field: 'dateOfBirth' },
      'Employee.date_of_birth',
      (of) => dayOf(of.date_of_birth),
    ),
    column(
      'start_date',
      'start_date, else hire_date',
      { kind: 'field', field: 'startDate' },
      'Employee.start_date',
      (of) => dayOf(of.start_date ?? of.hire_date),
    ),
    column(
      'end_date',
      'termination_date',
      { kind: 'field', field: 'endDate' },
      'Employee.termination_date',
      (of) => dayOf(of.termination_date),
    ),
    ...MANAGER_COLUMNS.map((one) => ({ ...one, permission: 'Employee.manager' })),
    labelled(
      'job_title',
      'employments[latest].job_title',
      'Job Title',
      'Employment.job_title',
      (of) => lists.jobs.get(of.id)?.title,
    ),
    groupColumn('department', 'DEPARTMENT', 'Department', lists),
    labelled('location', 'work_location', 'Work Location', 'Location.name', ({ work_location }) =>
      lists.locations.get(work_location ?? ''),
    ),
    labelled(
      'worker_type',
      'employments[latest].employment_type',
      'Employment Type',
      'Employment.employment_type',
      ({ id }, tell) => wordOf(lists.jobs.get(id)?.type, WORKER_TYPES, 'worker_type', tell),
    ),
    labelled('status', 'employment_status', 'Employment Status', 'Employee.employment_status', (of, tell) =>
      wordOf(of.employment_status, STATUSES, 'status', tell),
    ),
    labelled('gender', 'gender', 'Gender', 'Employee.gender', (of, tell) =>
      wordOf(of.gender, GENDERS, 'gender', tell),
    ),
  ]
}

/** There for the asking; read and kept only where they are chosen. */
export function otherColumns(lists: Lists): readonly Column<Row>[] {
  return [
    column(
      'mobile_phone',
      'mobile_phone_number',
      { kind: 'field', field: 'mobilePhone' },
      'Employee.mobile_phone_number',
      (of) => of.mobile_phone_number,
    ),
    labelled(
      'personal_email',
      'personal_email',
      'Personal Email',
      'Employee.personal_email',
      (of) => of.personal_email,
    ),
    labelled('remote_id', 'remote_id', 'Remote Id', 'Employee.remote_id', (of) => of.remote_id),
    groupColumn('team', 'TEAM', 'Team', lists),
    groupColumn('cost_center', 'COST_CENTER', 'Cost Center', lists),
    groupColumn('business_unit', 'BUSINESS_UNIT', 'Business Unit', lists),
  ]
}

export const MAPPED_PREFIX = 'field_mappings.'

/** The column of a field that the customer mapped at Merge. */
export function mappedColumn(name: string): Column<Row> {
  const field = `${MAPPED_PREFIX}${name}`
  return labelled(field, field, name, 'Employee.field_mappings', (of) => mappedValue(of, name))
}

export function identify(of: Row, employeeIdFrom: MergeSettings['employeeIdFrom']): Identity {
  return {
    ...{ id: of.id, managerId: of.manager ?? null },
    ...{ email: emailOf(of), employeeId: employeeIdOf(of, employeeIdFrom), name: nameOf(of) },
  }
}

function labelled(field: string, from: string, label: string, permission: string, read: Read): Column<Row> {
  return column(field, from, { kind: 'demographic', label }, permission, read)
}

function groupColumn(field: string, type: string, label: string, { groups }: Lists): Column<Row> {
  return labelled(field, `groups[${type}].name`, label, 'Group.name', (of) => {
    const found = of.groups?.find((id) => groups.get(id ?? '')?.type === type)
    return groups.get(found ?? '')?.name
  })
}

function emailOf({ work_email }: Row): string {
  return work_email ?? ''
}

function nameOf({ first_name, last_name, display_full_name }: Row): string {
  return fullName(first_name, last_name) || (display_full_name ?? '')
}

function employeeIdOf(of: Row, from: MergeSettings['employeeIdFrom']): string {
  if (from === 'employee_number' || from === 'remote_id') return of[from] ?? ''
  return mappedValue(of, from.slice(MAPPED_PREFIX.length)) ?? ''
}

function mappedValue({ field_mappings }: Row, name: string): string | null | undefined {
  const { linked_account_defined_targets: own, organization_defined_targets: all } = field_mappings ?? {}
  return own?.[name] ?? all?.[name]
}
