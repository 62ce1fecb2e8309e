/** Two records of one person become one, and can become two again; on both engines. */
import { describe, expect, test } from 'vitest'
import { ENGINES, type EngineName } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'
import { rosterValues } from '../support/roster-values.ts'

const HEADER = [
  'Name',
  'Employee Id',
  'Email',
  'Manager Email',
  'Manager Employee Id',
  'Start Date',
  'End Date',
  'Team',
]
const file = csv(
  HEADER,
  ['Ada', '1', 'ada@x.io', '', '', '', '', ''],
  ['Bob', '2', '', '', '', '', '', 'Red'],
  ['Bob', '', 'bob@x.io', 'ada@x.io', '', '2020-01-01', '2025-01-01', 'Blue'],
  ['Cyd', '3', '', 'bob@x.io', '', '', '', ''],
  ['Dan', '4', '', 'bob@x.io', '', '', '', ''],
)

async function staffed(engine: EngineName): Promise<TestImporter> {
  const of = await openTestImporter(engine)
  let run = await of.deliver(file, { source: 'manual' })
  if (run.state === 'held') run = await of.approve(run.id)
  expect(run.counts.created).toBe(5)
  return of
}

describe.each(ENGINES)('on %s', (engine) => {
  test('the one keeps what they have, takes over what they lack, and gets the reports', async () => {
    const of = await staffed(engine)
    expect(await of.importer.mergePreview('acme', '2', 'bob@x.io')).toMatchObject({
      ...{ account: 'acme', keep: { employeeId: '2' }, other: { email: 'bob@x.io' }, reports: 2 },
      taken: [
        { field: 'Email', value: 'bob@x.io' },
        { field: 'Start Date', value: '2020-01-01' },
        { field: 'Manager Email', value: 'ada@x.io' },
      ],
      dropped: [
        { field: 'End Date', keep: null, other: '2025-01-01' },
        { field: 'Team', keep: 'Red', other: 'Blue' },
      ],
    })
    const before = await rosterValues(of)
    const { id } = await of.importer.merge('acme', '2', 'bob@x.io', { by: 'Eve', reason: 'same person' })
    expect(await of.settled(id)).toMatchObject({
      ...{ state: 'succeeded', source: 'merge', decidedBy: 'Eve', reason: 'same person' },
      counts: { read: 4, removed: 1, updated: 3 },
    })
    const after = await rosterValues(of)
    const people = await of.people()
    expect(people['2']).toMatchObject({ email: 'bob@x.io', end_date: null, manager_id: people['1']?.id })
    for (const report of ['3', '4'])
      expect(people[report]).toMatchObject({ manager_id: people['2']?.id, manager_email: 'bob@x.io' })
    expect(Object.keys(people)).toHaveLength(4)

    const undone = await of.importer.undo(id, { by: 'Eve' })
    expect(await of.settled(undone.id)).toMatchObject({ state: 'succeeded', issues: [] })
    expect(await rosterValues(of)).toEqual(before)
    await of.settled((await of.importer.undo(undone.id, { by: 'Eve' })).id)
    expect(await rosterValues(of)).toEqual(after)
  })

  test('what was taken over is told with where the other had it from', async () => {
    const of = await staffed(engine)
    const { id } = await of.importer.merge('acme', '2', 'bob@x.io', { by: 'Eve' })
    await of.settled(id)
    const bob = await of.importer.employee('acme', 'bob@x.io')
    const from = (field: string) => bob.values.find((one) => one.field === field)?.from
    expect(from('Email')).toMatchObject({ fileName: 'people.csv', line: 4 })
    expect(from('Name')).toMatchObject({ fileName: 'people.csv', line: 3 })
    expect(bob.merged).toMatchObject([{ run: id, email: 'bob@x.io', employeeId: null }])
  })

  test('nobody is merged with themselves, with nobody, or into a circle', async () => {
    const of = await staffed(engine)
    await of.deliver(csv(HEADER, ['Bob', '2', '', '', '3', '', '', '']), { source: 'manual' })
    for (const [keep, other, code] of [
      ['1', 'ada@x.io', 'MERGE_REFUSED'],
      ['1', 'nobody', 'EMPLOYEE_UNKNOWN'],
      // 2 reports to 3, who reports to the other.
      ['2', 'bob@x.io', 'MERGE_REFUSED'],
    ] as const) {
      await expect(of.importer.mergePreview('acme', keep, other)).rejects.toMatchObject({ code })
      await expect(of.importer.merge('acme', keep, other, { by: 'Eve' })).rejects.toMatchObject({ code })
    }
  })

  test('a manager and their report may be one', async () => {
    const of = await staffed(engine)
    const { id } = await of.importer.merge('acme', '3', 'bob@x.io', { by: 'Eve' })
    expect(await of.settled(id)).toMatchObject({ state: 'succeeded' })
    const people = await of.people()
    expect(people['3']).toMatchObject({ manager_id: people['1']?.id, manager_email: 'ada@x.io' })
    expect(people['4']).toMatchObject({ manager_id: people['3']?.id })
  })
})
