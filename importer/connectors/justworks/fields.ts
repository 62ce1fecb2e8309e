/** Which field of a Justworks member becomes which column. */
import type { JustworksSettings } from '../../../schemas/hris/connection.ts'
import type { JustworksEntry, JustworksMember } from '../../../schemas/hris/justworks.ts'
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

/** Exactly what the consent page of Justworks names. */
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
      ...['Groups', 'Last Name', 'Manager', 'Mobile Phone Number', 'Personal Email', 'Preferred Name'],
      ...['Remote Created Timestamp', 'Start Date', 'Termination Date', 'Work Email'],
    ],
  },
  { object: 'Groups', fields: ['Name', 'Type'] },
  { object: 'Custom Fields', fields: ['Label', 'Value'], isOnlyIfMapped: true },
]

/** A member with the values of those custom fields that are mapped. */
export interface Member {
  readonly member: JustworksMember
  readonly custom: ReadonlyMap<string, string>
}

const BASIC = 'member.basic:read'
const DETAIL = 'member.detail:read'
export const BIRTH = 'member.dob:read'
export const SEX = 'member.sex:read'

const WORKER_TYPES = {
  employee: 'Employee',
  international_employee: 'Employee',
  employee_eor: 'Employee',
  contractor: 'Contractor',
  international_contractor: 'Contractor',
}
const SEXES = { female: 'Female', male: 'Male', F: 'Female', M: 'Male', Female: 'Female', Male: 'Male' }

type Read = (of: JustworksMember, tell: Tell) => string | null | undefined

function column(
  field: string,
  from: string,
  target: Column<Member>['target'],
  read: Read,
  permission = BASIC,
): Column<Member> {
  return { field, from, target, permission, read: ({ member }, tell) => read(member, tell) }
}

export function automaticColumns(
  employeeIdFrom: JustworksSettings['employeeIdFrom'],
): readonly Column<Member>[] {
  return [
    column(EMAIL, 'emails[work]', { kind: 'field', field: 'email' }, workEmail),
    column(
      EMPLOYEE_ID,
      employeeIdFrom,
      { kind: 'field', field: 'employeeId' },
      (of) => of[employeeIdFrom],
      employeeIdFrom === 'id' ? BASIC : DETAIL,
    ),
    column('name', 'name.given_name name.family_name', { kind: 'field', field: 'name' }, nameOf),
    column(
      'preferred_name',
      'name.preferred_name',
      { kind: 'field', field: 'preferredName' },
      ({ name }) => name?.preferred_name,
    ),
    column(
      'date_of_birth',
      'date_of_birth',
      { kind: 'field', field: 'dateOfBirth' },
      (of) => dayOf(of.date_of_birth),
      BIRTH,
    ),
    column(
      'start_date',
      'employment_start_date',
      { kind: 'field', field: 'startDate' },
      (of) => dayOf(of.employment_start_date),
      DETAIL,
    ),
    column(
      'end_date',
      'employment_termination_date',
      { kind: 'field', field: 'endDate' },
      (of) => dayOf(of.employment_termination_date),
      DETAIL,
    ),
    ...MANAGER_COLUMNS.map((one) => ({ ...one, permission: BASIC })),
    column('job_title', 'job_title', { kind: 'demographic', label: 'Job Title' }, (of) => of.job_title),
    column('department', 'department.name', { kind: 'demographic', label: 'Department' }, (of, tell) =>
      nameIn(of.department, 'department', tell),
    ),
    column('office', 'office.name', { kind: 'demographic', label: 'Work Location' }, (of, tell) =>
      nameIn(of.office, 'office', tell),
    ),
    column('worker_type', 'type', { kind: 'demographic', label: 'Employment Type' }, ({ type }, tell) =>
      wordOf(type, WORKER_TYPES, 'worker_type', tell),
    ),
    column('status', 'active', { kind: 'demographic', label: 'Employment Status' }, ({ active }) =>
      active === null || active === undefined ? '' : active ? 'Active' : 'Inactive',
    ),
    column(
      'sex',
      'sex_assigned_at_birth',
      { kind: 'demographic', label: 'Gender' },
      (of, tell) => wordOf(of.sex_assigned_at_birth, SEXES, 'sex', tell),
      SEX,
    ),
  ]
}

/** There for the asking; read and kept only where they are chosen. */
export const OTHER_COLUMNS: readonly Column<Member>[] = [
  column(
    'mobile_phone',
    'phones[mobile]',
    { kind: 'field', field: 'mobilePhone' },
    ({ phones }, tell) => chosenEntry(phones, 'mobile_phone', ({ type }) => type === 'mobile', tell),
    DETAIL,
  ),
  column(
    'personal_email',
    'emails[personal]',
    { kind: 'demographic', label: 'Personal Email' },
    ({ emails }, tell) => chosenEntry(emails, 'personal_email', ({ type }) => type === 'personal', tell),
    DETAIL,
  ),
]

export const CUSTOM_PREFIX = 'custom.'

/** The column of a custom field of the company. */
export function customColumn(id: string, label: string): Column<Member> {
  return {
    field: `${CUSTOM_PREFIX}${id}`,
    from: `custom field "${label}"`,
    target: { kind: 'demographic', label },
    permission: DETAIL,
    read: ({ custom }) => custom.get(id),
  }
}

export function identify(
  { member }: Member,
  employeeIdFrom: JustworksSettings['employeeIdFrom'],
  tell: Tell,
): Identity {
  if (member.manager === null) tell('SHAPE_UNKNOWN', 'manager')
  return {
    id: member.id,
    managerId: member.manager?.id ?? null,
    managerName: member.manager?.name ?? null,
    email: workEmail(member),
    employeeId: member[employeeIdFrom] ?? '',
    name: nameOf(member),
  }
}

function nameOf({ name }: JustworksMember): string {
  return fullName(name?.given_name, name?.family_name) || (name?.full_preferred_name ?? '')
}

/** The work address, else the primary one, else the first; never one that says that it is personal. */
function workEmail({ emails }: JustworksMember): string {
  const readable = (emails ?? []).filter((one) => one !== null && one.type !== 'personal')
  const rank = (one: JustworksEntry) => (one.type === 'work' ? 2 : one.isPrimary ? 1 : 0)
  const [best] = readable.filter((one) => one !== null).toSorted((one, other) => rank(other) - rank(one))
  return best?.value ?? ''
}

function chosenEntry(
  entries: JustworksMember['emails'],
  field: string,
  isChosen: (entry: JustworksEntry) => boolean,
  tell: Tell,
): string {
  if (entries?.includes(null)) tell('SHAPE_UNKNOWN', field)
  return entries?.find((one) => one !== null && isChosen(one))?.value ?? ''
}

function nameIn(of: JustworksMember['department'], field: string, tell: Tell): string {
  if (of === null) tell('SHAPE_UNKNOWN', field)
  return of?.name ?? ''
}
