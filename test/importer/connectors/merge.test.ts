import { describe, expect, test } from 'vitest'
import { isReady } from '../../../importer/connectors/merge/readiness.ts'
import type { MergeSyncStatus } from '../../../schemas/hris/merge.ts'
import { mergeEmployeesSchema } from '../../../schemas/hris/merge.ts'
import { type Fault, TestHris } from '../../support/hris.ts'

const status = (more: Partial<MergeSyncStatus>): MergeSyncStatus => ({
  ...{ model_name: 'Employee', model_id: 'hris.Employee', last_sync_result: 'DONE', is_initial_sync: false },
  ...{ status: 'DONE', ...more },
})

describe('a copy is whole', () => {
  test.each([
    ['once it is done', status({}), true],
    ['once it is done, in the word of another document', status({ status: 'SUCCESSFUL' }), true],
    ['while the next one is made', status({ status: 'SYNCING' }), true],
    ['but may not be read where it is switched off', status({ status: 'DISABLED' }), false],
  ])('%s', (_, one, ready) => {
    expect(isReady('Employee', [one], 'Merge')).toBe(ready)
  })

  test.each([
    ['while the first one is made', status({ status: 'SYNCING', is_initial_sync: true })],
    ['while one is made after one that failed', status({ status: 'SYNCING', last_sync_result: 'FAILED' })],
    ['that failed', status({ status: 'FAILED' })],
    ['that lacks fields', status({ status: 'PARTIALLY_SYNCED' })],
    ['that rests', status({ status: 'PAUSED' })],
    ['in a state nobody knows', status({ status: 'RESTING' })],
    ['of something else only', status({ model_name: 'Group', model_id: 'hris.Group' })],
  ])('never %s', (_, one) => {
    expect(() => isReady('Employee', [one], 'Merge')).toThrow(
      expect.objectContaining({ code: 'API_PARTIAL' }),
    )
  })

  test('where one that is used beside it is, too: nothing is read before that is known', async () => {
    const hris = await TestHris.start('merge', { people: 3 })
    hris.merge.status.Employment = 'FAILED'
    await expect(hris.read()).rejects.toMatchObject({
      code: 'API_PARTIAL',
      message: expect.stringContaining('Employment'),
    })
    expect(hris.simulator.requests.map(({ path }) => path)).toEqual(['/hris/v1/sync-status'])
  })
})

test('a person with everything', async () => {
  const hris = await TestHris.start('merge', { people: 16 })
  const { people } = await hris.read()
  const contractor = hris.company.people[14]
  expect(people[14]).toEqual({
    ...{ email: contractor?.workEmail, employee_id: '1014', name: 'Ken Rossi', preferred_name: '' },
    ...{ date_of_birth: contractor?.born, start_date: contractor?.start, end_date: '' },
    ...{ 'manager.email': hris.company.people[1]?.workEmail, 'manager.employee_id': '1001' },
    ...{
      'manager.name': 'Luis Lindqvist',
      job_title: contractor?.title,
      department: 'People',
      location: 'Remote',
    },
    ...{ worker_type: 'Contractor', status: 'Active', gender: 'Female' },
  })
  // A place without a name is called by where it is.
  expect(people[1]?.['location']).toBe('Austin, NY')
})

test('employees that are switched off are a missing permission', async () => {
  const hris = await TestHris.start('merge', { people: 3 })
  hris.merge.status.Employee = 'DISABLED'
  await expect(hris.read()).rejects.toMatchObject({
    code: 'API_PERMISSION',
    message: expect.stringContaining('employees'),
  })
})

test('fields and lists that are switched off are empty, and named as missing permissions', async () => {
  const hris = await TestHris.start('merge', { people: 3 })
  hris.merge.status.Group = 'DISABLED'
  hris.merge.disabledFields.add('gender').add('date_of_birth')
  const { facts } = await hris.read()
  const missing = facts.notes.filter(({ code }) => code === 'PERMISSION_MISSING').map(({ field }) => field)
  expect(missing.toSorted()).toEqual(['date_of_birth', 'department', 'gender'])
  const { missingPermissions } = await hris.connector.check(hris.context)
  expect(missingPermissions?.toSorted()).toEqual(['Employee.date_of_birth', 'Employee.gender', 'Group.name'])
})

/** Every employee with these values. */
function withValues(values: Record<string, unknown>): Fault {
  return {
    kind: 'edit',
    edit: (answer) => {
      const json = structuredClone(answer.json) as { results: Record<string, unknown>[] }
      return { ...answer, json: { ...json, results: json.results.map((one) => ({ ...one, ...values })) } }
    },
  }
}

test('a value that was blacked out, or that reads like an order to clear, never becomes a cell', async () => {
  const hris = await TestHris.start('merge', { people: 2 })
  const fault = withValues({ preferred_name: '<redacted>', gender: '__clear__' })
  hris.simulator.script({ when: ({ path }) => path.endsWith('/employees'), fault })
  const { people, facts } = await hris.read()
  expect(people[0]).toMatchObject({ preferred_name: '', gender: '' })
  expect(facts.notes).toContainEqual({ code: 'REDACTED', field: 'preferred_name', people: 2, rows: [1, 2] })
  expect(facts.notes).toContainEqual(expect.objectContaining({ code: 'SHAPE_UNKNOWN', field: 'gender' }))
})

test('fields of one’s own are read where they are chosen, wrapped or bare', async () => {
  const settings = {
    fields: ['name', 'field_mappings.Cost Center', 'field_mappings.badge'],
    employeeIdFrom: 'field_mappings.badge',
  }
  const hris = await TestHris.start('merge', { people: 2, settings })
  const field_mappings = {
    organization_defined_targets: { 'Cost Center': { value: 'R&D' }, badge: { value: 7 } },
    linked_account_defined_targets: { badge: 'B-7', shift: { value: { from: 8 } } },
  }
  hris.simulator.script({
    when: ({ path }) => path.endsWith('/employees'),
    fault: withValues({ field_mappings }),
  })
  const { people } = await hris.read()
  expect(people[0]).toMatchObject({
    'field_mappings.Cost Center': 'R&D',
    'field_mappings.badge': 'B-7',
    employee_id: 'B-7',
  })
})

test('of several jobs the one that began last counts, and who was deleted is not there', async () => {
  const hris = await TestHris.start('merge', { people: 2 })
  const twice: Fault = {
    kind: 'edit',
    edit: (answer) => {
      const { results, ...rest } = answer.json as { results: Record<string, unknown>[] }
      const [first] = results
      const jobs = ['2024-01-01', '2026-01-01', '2025-01-01'].map((day) => ({
        ...{ ...first, effective_date: `${day}T00:00:00Z`, job_title: day },
      }))
      return { ...answer, json: { ...rest, results: jobs } }
    },
  }
  const gone: Fault = {
    kind: 'edit',
    edit: (answer) => {
      const json = structuredClone(answer.json) as { results: Record<string, unknown>[] }
      Object.assign(json.results[1] ?? {}, { remote_was_deleted: true })
      return { ...answer, json }
    },
  }
  hris.simulator.script(
    { when: ({ path }) => path.endsWith('/employments'), fault: twice },
    { when: ({ path }) => path.endsWith('/employees'), fault: gone },
  )
  const { people } = await hris.read()
  expect(people.map(({ job_title }) => job_title)).toEqual(['2026-01-01'])
})

test.each([
  ['bare', 'cD0xMDA=', 'cD0xMDA='],
  [
    'as an address',
    'https://api.merge.dev/api/hris/v1/employees?cursor=cD0xMDA%3D&page_size=100',
    'cD0xMDA=',
  ],
  ['as nothing', '', null],
  ['as null', null, null],
])('the next page is understood %s', (_, next, cursor) => {
  expect(mergeEmployeesSchema.parse({ next, previous: null, results: [] }).next).toBe(cursor)
})

test('an account that must be linked again, or is none of an HRIS, is told before anything is read', async () => {
  const hris = await TestHris.start('merge', { people: 1 })
  hris.merge.accountStatus = 'RELINK_NEEDED'
  await expect(hris.connector.check(hris.context)).rejects.toMatchObject({ code: 'API_AUTH' })
  const other = await TestHris.start('merge', { people: 1 })
  const json = { id: '1', status: 'COMPLETE', category: 'ats' }
  other.simulator.script({
    when: ({ path }) => path.endsWith('account-details'),
    fault: { kind: 'answer', answer: { status: 200, json } },
  })
  await expect(other.connector.check(other.context)).rejects.toMatchObject({ code: 'API_PLAN' })
})
