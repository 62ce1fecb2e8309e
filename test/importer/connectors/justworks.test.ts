import { expect, test } from 'vitest'
import { justworks } from '../../../importer/connectors/justworks/justworks.ts'
import { justworksMemberSchema } from '../../../schemas/hris/justworks.ts'
import { JUSTWORKS_SCOPES } from '../../../server/cli/demo/hris/justworks.ts'
import { type Fault, hrisPerson, makeHrisCompany, TestHris } from '../../support/hris.ts'

const SEX = 'member.sex:read'
const BIRTH = 'member.dob:read'

test('read access is shown in exactly the words of the consent page', () => {
  const [employees, groups, custom] = justworks.readAccess
  expect(employees?.object).toBe('Employees')
  expect(employees?.fields).toEqual([
    ...['Date Of Birth', 'Display Full Name', 'Employee Number', 'Employment Status', 'First Name', 'Gender'],
    ...['Groups', 'Last Name', 'Manager', 'Mobile Phone Number', 'Personal Email', 'Preferred Name'],
    ...['Remote Created Timestamp', 'Start Date', 'Termination Date', 'Work Email'],
  ])
  expect(groups).toEqual({ object: 'Groups', fields: ['Name', 'Type'] })
  expect(custom).toMatchObject({ isOnlyIfMapped: true })
})

test('a person with everything, and one with next to nothing', async () => {
  const company = makeHrisCompany(3)
  const [, second, third] = company.people
  if (!second || !third) throw new Error('the company is too small')
  Object.assign(second, { isContractor: true, end: '2026-01-31' })
  Object.assign(third, { preferred: null, number: null, mobile: null, managerId: null, workEmail: null })
  const { people } = await (await TestHris.start('justworks', { company })).read()
  expect(people[1]).toEqual({
    ...{ email: second.workEmail, employee_id: '1001', name: 'Luis Lindqvist', preferred_name: '' },
    ...{ date_of_birth: second.born, start_date: second.start, end_date: '2026-01-31' },
    ...{ 'manager.email': company.people[0]?.workEmail, 'manager.employee_id': '1000' },
    ...{ 'manager.name': 'Amara Osei', job_title: second.title, department: 'Finance', office: 'Austin' },
    ...{ worker_type: 'Contractor', status: 'Inactive', sex: 'Male' },
  })
  expect(people[2]).toMatchObject({ email: '', employee_id: '', preferred_name: '', 'manager.name': '' })
})

test.each([
  ['both boxes are left empty', [SEX, BIRTH], ['date_of_birth', 'sex']],
  ['one of them is', [SEX], ['sex']],
  ['none is', [], []],
])(
  'where %s, the permission is missing, and nothing else is said of the field',
  async (_, without, fields) => {
    const hris = await TestHris.start('justworks', { people: 5 })
    hris.scopes = JUSTWORKS_SCOPES.filter((scope) => !without.includes(scope))
    const { people, facts } = await hris.read()
    for (const field of fields) expect(people.every((person) => person[field] === '')).toBe(true)
    const missing = facts.notes.filter(({ code }) => code === 'PERMISSION_MISSING').map(({ field }) => field)
    expect(missing.toSorted()).toEqual(fields)
    const { missingPermissions } = await hris.connector.check(hris.context)
    expect(missingPermissions?.toSorted()).toEqual([...without].sort())
  },
)

test('what nobody asked consent for is not read, and not missing', async () => {
  const hris = await TestHris.start('justworks', { people: 3, settings: { consent: {} } })
  const { rows, facts } = await hris.read()
  expect(rows[0]).not.toContain('date_of_birth')
  expect(rows[0]).not.toContain('sex')
  expect(facts.notes.filter(({ code }) => code === 'PERMISSION_MISSING')).toEqual([])
})

test('custom fields, phones and personal addresses are read where they are chosen, and asked for only then', async () => {
  const plain = await TestHris.start('justworks', { people: 12 })
  await plain.read()
  expect(plain.simulator.requests.some(({ path }) => path.includes('custom'))).toBe(false)

  const fields = ['name', 'custom.cf_1', 'mobile_phone', 'personal_email']
  const hris = await TestHris.start('justworks', { people: 12, settings: { fields } })
  const { rows, people } = await hris.read()
  expect(rows[0]?.toSorted()).toEqual([...fields, 'email', 'employee_id'].sort())
  expect(people[2]).toMatchObject({ 'custom.cf_1': 'CC-2', mobile_phone: '+12125550002' })
  expect(people[3]).toMatchObject({
    'custom.cf_1': '',
    personal_email: hris.company.people[3]?.personalEmail,
  })
  const { fields: offered } = await hris.connector.check(hris.context)
  expect(offered).toContainEqual({
    field: 'custom.cf_1',
    from: 'custom field "Cost Center"',
    label: 'Cost Center',
  })
})

test('a field that the API does not have is refused by its name', async () => {
  const hris = await TestHris.start('justworks', { people: 1, settings: { fields: ['current_pay'] } })
  await expect(hris.read()).rejects.toMatchObject({
    code: 'SOURCE_INVALID',
    message: expect.stringContaining('current_pay'),
  })
})

test('the id of Justworks is the Employee Id only where that was chosen', async () => {
  const company = { ...makeHrisCompany(1), people: [{ ...hrisPerson(0), number: null }] }
  const byNumber = await TestHris.start('justworks', { company })
  expect((await byNumber.read()).people[0]).toMatchObject({ employee_id: '' })
  const byId = await TestHris.start('justworks', { company, settings: { employeeIdFrom: 'id' } })
  expect((await byId.read()).people[0]).toMatchObject({ employee_id: 'mem_000001' })
})

test.each([
  [
    'an address as text',
    { emails: ['a@x.example'] },
    { emails: [{ value: 'a@x.example', type: '', isPrimary: false }] },
  ],
  [
    'an address under another key',
    { emails: [{ email: 'a@x.example', type: 'WORK' }] },
    { emails: [{ value: 'a@x.example', type: 'work', isPrimary: false }] },
  ],
  [
    'a number in two parts',
    { phones: [{ country_code: '1', number: '2125550100', type: 'mobile' }] },
    { phones: [{ value: '+12125550100', type: 'mobile', isPrimary: false }] },
  ],
  [
    'an entry that nobody can read',
    { emails: [17, { address: 'a@x.example' }] },
    { emails: [null, { value: 'a@x.example', type: '', isPrimary: false }] },
  ],
  ['a department by its name', { department: 'Sales' }, { department: { id: null, name: 'Sales' } }],
  ['a department by its id', { department: { id: 7 } }, { department: { id: '7', name: '' } }],
  ['a manager by id', { manager: 'mem_9' }, { manager: { id: 'mem_9', name: '' } }],
  ['a manager by member id', { manager: { member_id: 'mem_9' } }, { manager: { id: 'mem_9', name: '' } }],
  ['a manager in a form that nobody can read', { manager: [1] }, { manager: null }],
  [
    'null where documents leave things out',
    { manager: null, emails: null, name: null },
    { emails: null, name: null },
  ],
])('%s is understood', (_, sent, read) => {
  expect(justworksMemberSchema.parse({ id: 'mem_1', ...sent })).toMatchObject(read)
})

test('a work address goes before a primary one, and a personal one never counts', async () => {
  const hris = await TestHris.start('justworks', { people: 3 })
  const emails: unknown[][] = [
    [{ address: 'first@x.example' }, { address: 'main@x.example', is_primary: true }],
    [
      { address: 'main@x.example', is_primary: true },
      { address: 'work@x.example', type: 'WORK' },
    ],
    [{ address: 'mine@home.example', type: 'personal', is_primary: true }],
  ]
  const fault: Fault = {
    kind: 'edit',
    edit: ({ json, ...rest }) => {
      const { items } = structuredClone(json) as { items: Record<string, unknown>[] }
      return { ...rest, json: { items: items.map((item, at) => ({ ...item, emails: emails[at] })) } }
    },
  }
  hris.simulator.script({ when: ({ path }) => path === '/v1/members', fault })
  const { people } = await hris.read()
  expect(people.map(({ email }) => email)).toEqual(['main@x.example', 'work@x.example', ''])
})

test('a plan without the API has an error of its own', async () => {
  const hris = await TestHris.start('justworks', { people: 1 })
  const json = { error: { type: 'plan_required', message: 'no' } }
  hris.simulator.script({ fault: { kind: 'answer', answer: { status: 403, json } } })
  await expect(hris.connector.check(hris.context)).rejects.toMatchObject({ code: 'API_PLAN' })
})
