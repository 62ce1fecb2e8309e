import { expect, test } from 'vitest'
import { trinetEmployeeSchema } from '../../../schemas/hris/trinet.ts'
import { type Fault, type SimRequest, TestHris } from '../../support/hris.ts'

const isPage = ({ path, query }: SimRequest) => path.endsWith('/employees') && query.get('limit') === '100'

test.each([
  [{ product: 'hr-plus' }, 'TriNet HR Plus'],
  [{ product: 'hr-platform' }, 'TriNet HR Platform'],
  [{ apiUrl: 'https://api.zenefits.com' }, 'TriNet HR Platform'],
])('another product is refused by its name before anything is asked: %o', async (settings, name) => {
  const hris = await TestHris.start('trinet', { people: 1, settings })
  for (const refused of [hris.connector.check(hris.context), hris.read()]) {
    await expect(refused).rejects.toMatchObject({ code: 'API_PLAN', message: expect.stringContaining(name) })
  }
  expect(hris.simulator.requests).toEqual([])
})

test('a person with everything', async () => {
  const hris = await TestHris.start('trinet', { people: 20 })
  const { people } = await hris.read()
  const last = hris.company.people[19]
  expect(people[19]).toEqual({
    ...{ email: last?.workEmail, employee_id: 'mem_000020', name: 'Tomás Lindqvist', preferred_name: '' },
    ...{ date_of_birth: last?.born, start_date: last?.start, end_date: last?.end },
    ...{ 'manager.email': hris.company.people[2]?.workEmail, 'manager.employee_id': 'mem_000003' },
    ...{ 'manager.name': 'Ken Haddad', job_title: last?.title, department: 'People' },
    ...{ department_code: 'dep_5', location: 'Austin', status: 'Inactive', gender: 'Male' },
  })
})

test('positions begin at one, and every employee is asked for exactly once', async () => {
  const hris = await TestHris.start('trinet', { people: 350 })
  await hris.read()
  const pages = hris.simulator.requests.filter(isPage)
  expect(pages.map(({ query }) => query.get('offset'))).toEqual(['1', '101', '201', '301'])
  expect(pages.every(({ query }) => query.get('viewType') === 'All')).toBe(true)
})

test('with basic access only, what is basic is read, and what is missing is named', async () => {
  const hris = await TestHris.start('trinet', { people: 3 })
  hris.trinet.allowed = ['employees', 'org-details']
  const { people, facts } = await hris.read()
  expect(people[1]).toMatchObject({
    email: hris.company.people[1]?.workEmail,
    start_date: '',
    'manager.email': '',
  })
  expect(people[1]?.['date_of_birth']).toBe(hris.company.people[1]?.born)
  const missing = facts.notes.filter(({ code }) => code === 'PERMISSION_MISSING').map(({ field }) => field)
  expect(missing).toEqual([
    ...['start_date', 'end_date', 'manager.email', 'manager.employee_id', 'manager.name', 'job_title'],
    ...['department', 'department_code', 'location', 'status'],
  ])
})

test('without the lists of departments and places the employees still carry their own', async () => {
  const hris = await TestHris.start('trinet', { people: 3 })
  hris.trinet.allowed = ['employees', 'employees-all', 'org-details']
  const { people, facts } = await hris.read()
  expect(people[1]).toMatchObject({ department: 'Finance', location: 'Austin' })
  expect(facts.notes.filter(({ code }) => code === 'PERMISSION_MISSING')).toEqual([])
})

/** Once, after the first page was answered. */
function afterFirstPage(change: () => void): { when: typeof isPage; times: number; fault: Fault } {
  const edit: Fault = {
    kind: 'edit',
    edit: (answer) => {
      change()
      return answer
    },
  }
  return { when: isPage, times: 1, fault: edit }
}

test('somebody who leaves the list while it is read moves it; it is read again, and nobody is lost', async () => {
  const hris = await TestHris.start('trinet', { people: 350 })
  hris.simulator.script(afterFirstPage(() => void hris.company.people.shift()))
  const { people } = await hris.read()
  expect(people.map(({ employee_id }) => employee_id)).toEqual(hris.company.people.map(({ id }) => id))
})

test('a list that names somebody twice every time is taken, with the first entry, and told', async () => {
  const hris = await TestHris.start('trinet', { people: 150 })
  const [first] = hris.company.people
  if (first === undefined) throw new Error('the company is too small')
  hris.company.people.push({ ...first, title: 'Twin' })
  const { people, facts } = await hris.read()
  expect(people).toHaveLength(150)
  expect(people[0]?.['job_title']).toBe('Chief Executive')
  expect(facts.notes).toContainEqual({ code: 'LISTED_TWICE', field: 'employee_id', people: 1, rows: [1] })
})

test.each(['L', 'P', 'S'])(
  'whoever is on leave (%s) is active: which leave is nobody else’s business',
  async (code) => {
    const hris = await TestHris.start('trinet', { people: 1 })
    const fault: Fault = {
      kind: 'edit',
      edit: (answer) => ({
        ...answer,
        json: JSON.parse(
          JSON.stringify(answer.json).replace('"employmentStatus":"A"', `"employmentStatus":"${code}"`),
        ),
      }),
    }
    hris.simulator.script({ when: isPage, fault })
    expect((await hris.read()).people[0]?.['status']).toBe('Active')
  },
)

test('the flat form of an employee, misspelt as documents have it, says the same as the nested one', async () => {
  const hris = await TestHris.start('trinet', { people: 2 })
  const employees = [
    {
      employeeId: 1,
      names: [{ nameType: 'PRI', firstName: 'Ada', lastName: 'Example' }],
      employmentInfo: {
        departmentId: 'dep_2',
        locationtId: 'off_3',
        supervisorId: '',
        serviceDate: '2020-01-06T00:00:00Z',
      },
    },
    {
      employeeId: '2',
      names: [{ firstName: 'Ben', lastName: 'Example' }],
      supervisorId: '1',
      employmentInfo: { location: { locationtName: 'Moon' }, temporaryIndicator: 'Regular' },
    },
  ]
  const json = { data: { employeesTotal: '2', hasMore: 'false', employeeData: employees } }
  hris.simulator.script({ when: isPage, fault: { kind: 'answer', answer: { status: 200, json } } })
  const { people } = await hris.read()
  expect(people).toMatchObject([
    {
      employee_id: '1',
      name: 'Ada Example',
      department: 'Finance',
      location: 'Remote',
      start_date: '2020-01-06',
      'manager.name': '',
    },
    {
      employee_id: '2',
      name: 'Ben Example',
      location: 'Moon',
      'manager.employee_id': '1',
      'manager.name': 'Ada Example',
    },
  ])
  expect(trinetEmployeeSchema.safeParse({ names: [] }).success).toBe(false)
})

test('the name of a supervisor who is not in the list comes from the employee', async () => {
  const hris = await TestHris.start('trinet', { people: 1 })
  const person = {
    employeeId: '1',
    employmentInfo: { supervisor: { supervisorId: '9', supervisorName: 'Ito, Ken' } },
  }
  const json = { data: { employeesTotal: 1, hasMore: false, employeeData: [person] } }
  hris.simulator.script({ when: isPage, fault: { kind: 'answer', answer: { status: 200, json } } })
  const { people, facts } = await hris.read()
  expect(people[0]).toMatchObject({ 'manager.name': 'Ito, Ken', 'manager.employee_id': '' })
  expect(facts.notes).toContainEqual(expect.objectContaining({ code: 'MANAGER_OUTSIDE', rows: [1] }))
})
