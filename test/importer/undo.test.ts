/** A run that is taken back: exactly what it did, and nothing that was done since; on both engines. */
import { describe, expect, test } from 'vitest'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'
import { rosterValues } from '../support/roster-values.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'Manager Email', 'End Date', 'Team']
const staff = csv(
  HEADER,
  ['Ada', '1', 'ada@x.io', '', '', 'Red'],
  ['Bob', '2', 'bob@x.io', 'ada@x.io', '', 'Red'],
  ['Cyd', '3', 'cyd@x.io', 'ada@x.io', '', 'Blue'],
)

async function staffed(engine: (typeof ENGINES)[number]): Promise<TestImporter> {
  const of = await openTestImporter(engine)
  expect(await of.deliver(staff, { source: 'manual' })).toMatchObject({ state: 'succeeded' })
  return of
}

async function undo(of: TestImporter, id: string) {
  return await of.settled((await of.importer.undo(id, { by: 'Eve', reason: 'wrong file' })).id)
}

const manual = { source: 'manual' }

describe.each(ENGINES)('on %s', (engine) => {
  test('puts back what the run changed, and says that it did', async () => {
    const of = await staffed(engine)
    const before = await rosterValues(of)
    const run = await of.deliver(
      csv(
        HEADER,
        ['Bob B.', '2', 'bob@x.io', 'cyd@x.io', '', '__CLEAR__'],
        ['Dan', '4', '', 'bob@x.io', '', 'New'],
      ),
      manual,
    )
    expect(run).toMatchObject({ counts: { updated: 1, created: 1 } })
    expect(await of.importer.undoPreview(run.id)).toMatchObject({
      ...{ run: run.id, account: 'acme', restored: 1, values: 3, removed: 1, recreated: 0, kept: {} },
      ...{ isTruncated: false, demographics: [] },
      people: [
        {
          ...{ action: 'restore', employeeId: '2' },
          changes: expect.arrayContaining([{ field: 'Name', now: 'Bob B.', former: 'Bob' }]),
        },
        { action: 'remove', employeeId: '4', name: 'Dan' },
      ],
    })
    const undone = await undo(of, run.id)
    expect(undone).toMatchObject({
      ...{ state: 'succeeded', source: 'undo', undoes: run.id, decidedBy: 'Eve', reason: 'wrong file' },
      ...{ counts: { read: 2, updated: 1, removed: 1, rejected: 0 }, issues: [] },
    })
    expect(await of.importer.run(run.id)).toMatchObject({ state: 'undone', undoneBy: undone.id })
    expect(await rosterValues(of)).toEqual(before)
    await expect(of.importer.undo(run.id, { by: 'Eve' })).rejects.toMatchObject({ code: 'RUN_NOT_UNDOABLE' })
  })

  test('taken back itself, is as if it had never been asked for', async () => {
    const of = await staffed(engine)
    const before = await rosterValues(of)
    const run = await of.deliver(
      csv(HEADER, ['Bob B.', '2', 'bob@x.io', 'cyd@x.io', '', ''], ['Dan', '4', '', 'bob@x.io', '', 'New']),
      manual,
    )
    const after = await rosterValues(of)
    let last = run.id
    for (const expected of [before, after, before, after]) {
      last = (await undo(of, last)).id
      expect(await rosterValues(of)).toEqual(expected)
    }
    expect(await of.importer.run(run.id)).toMatchObject({ state: 'succeeded' })
    expect(await undo(of, run.id)).toMatchObject({ state: 'succeeded', counts: { removed: 1, updated: 1 } })
    expect(await rosterValues(of)).toEqual(before)
  })

  test('leaves alone what was changed since, and puts back the rest', async () => {
    const of = await staffed(engine)
    const run = await of.deliver(
      csv(
        HEADER,
        ['Robert', '2', 'bob@x.io', '', '', 'Green'],
        ['Dan', '4', '', '', '', ''],
        ['Eli', '5', '', '', '', ''],
      ),
      manual,
    )
    await of.deliver(csv(HEADER, ['Rob', '2', '', '', '', ''], ['Daniel', '4', '', '', '', '']), manual)
    const undone = await undo(of, run.id)
    expect(undone).toMatchObject({
      ...{ state: 'succeeded_with_errors', counts: { read: 3, updated: 1, removed: 1, rejected: 1 } },
      issues: [
        { code: 'UNDO_CHANGED_SINCE', field: 'Name', severity: 'cell', line: 2 },
        { code: 'UNDO_CHANGED_SINCE', field: null, severity: 'row', line: 3 },
      ],
    })
    const people = await of.people()
    expect(Object.keys(people)).toEqual(['1', '2', '3', '4'])
    expect(people['2']).toMatchObject({ name: 'Rob', demographics: '{"1":"Red"}' })
  })

  test('a value that somebody set again stays, even where it is the one the run had set', async () => {
    const of = await staffed(engine)
    const run = await of.deliver(csv(HEADER, ['Bob', '2', '', '', '', 'Green']), manual)
    await of.deliver(csv(HEADER, ['Bob', '2', '', '', '', 'Black']), manual)
    await of.deliver(csv(HEADER, ['Bob', '2', '', '', '', 'Green']), manual)
    expect(await undo(of, run.id)).toMatchObject({
      issueCounts: { UNDO_CHANGED_SINCE: 1 },
      counts: { rejected: 1 },
    })
    expect((await of.people())['2']?.demographics).toBe('{"1":"Green"}')
  })

  test('does not count as a change what was itself taken back', async () => {
    const of = await staffed(engine)
    const before = await rosterValues(of)
    const run = await of.deliver(
      csv(HEADER, ['Robert', '2', '', '', '', ''], ['Dan', '4', '', '', '', '']),
      manual,
    )
    const later = await of.deliver(
      csv(HEADER, ['Rob', '2', '', '', '', ''], ['Daniel', '4', '', '', '', '']),
      manual,
    )
    await undo(of, later.id)
    expect(await undo(of, run.id)).toMatchObject({ state: 'succeeded', issues: [] })
    expect(await rosterValues(of)).toEqual(before)
  })

  test('keeps a new manager to whom somebody reports, and those above them', async () => {
    const of = await staffed(engine)
    const run = await of.deliver(
      csv(
        HEADER,
        ['Top', '8', 'top@x.io', '', '', ''],
        ['Mid', '9', 'mid@x.io', 'top@x.io', '', ''],
        ['Low', '7', '', '', '', ''],
      ),
      manual,
    )
    await of.deliver(csv(HEADER, ['Cyd', '3', '', 'mid@x.io', '', '']), manual)
    expect(await undo(of, run.id)).toMatchObject({
      counts: { removed: 1, rejected: 2 },
      issueCounts: { UNDO_HAS_REPORTS: 2 },
    })
    expect(Object.keys(await of.people())).toEqual(['1', '2', '3', '8', '9'])
  })

  test('people who waited for a manager wait again once the manager is gone', async () => {
    const of = await staffed(engine)
    await of.deliver(csv(HEADER, ['Cyd', '3', '', 'mid@x.io', '', '']), manual)
    const before = await rosterValues(of)
    const run = await of.deliver(csv(HEADER, ['Mid', '9', 'mid@x.io', 'ada@x.io', '', '']), manual)
    expect((await of.people())['3']?.manager_id).toBe((await of.people())['9']?.id)
    expect(await undo(of, run.id)).toMatchObject({ state: 'succeeded', issues: [] })
    expect(await rosterValues(of)).toEqual(before)
  })

  test('people who waited for a manager wait again once the manager is called otherwise again', async () => {
    const of = await openTestImporter(engine)
    const header = ['Name', 'Employee Id', 'Email', 'Manager Email']
    await of.deliver(csv(header, ['Ada', '1', '', 'boss@x.io'], ['Boss', '2', '', '']))
    const before = await rosterValues(of)
    const { id } = await of.deliver(csv(header, ['Boss', '2', 'boss@x.io', '']))
    const after = await rosterValues(of)
    expect((await of.people())['1']?.manager_id).toBe((await of.people())['2']?.id)
    const undo = await of.settled((await of.importer.undo(id, { by: 'Eve' })).id)
    expect(await rosterValues(of)).toEqual(before)
    await of.settled((await of.importer.undo(undo.id, { by: 'Eve' })).id)
    expect(await rosterValues(of)).toEqual(after)
  })

  test('people who waited for a manager keep one who stays', async () => {
    const of = await staffed(engine)
    await of.deliver(csv(HEADER, ['Cyd', '3', '', 'mid@x.io', '', '']), manual)
    const run = await of.deliver(csv(HEADER, ['Mid', '9', 'mid@x.io', 'ada@x.io', '', '']), manual)
    await of.deliver(csv(HEADER, ['Middle', '9', '', '', '', '']), manual)
    expect(await undo(of, run.id)).toMatchObject({ issueCounts: { UNDO_CHANGED_SINCE: 1 } })
    const people = await of.people()
    expect(people['3']?.manager_id).toBe(people['9']?.id)
  })

  test('an address that changed hands goes back, unless somebody else has it now', async () => {
    const of = await staffed(engine)
    const before = await rosterValues(of)
    const first = await of.deliver(csv(HEADER, ['Bob', '2', 'robert@x.io', '', '', '']), manual)
    const second = await of.deliver(csv(HEADER, ['Cyd', '3', 'bob@x.io', '', '', '']), manual)
    expect(second).toMatchObject({ counts: { updated: 1 } })
    expect(await undo(of, first.id)).toMatchObject({
      issues: [{ code: 'UNDO_KEY_TAKEN', field: 'Email', severity: 'row' }],
      counts: { rejected: 1, updated: 0 },
    })
    expect(await undo(of, second.id)).toMatchObject({ state: 'succeeded' })
    expect((await of.importer.run(first.id)).state).toBe('undone')
    await of.deliver(csv(HEADER, ['Bob', '2', 'bob@x.io', '', '', '']), manual)
    expect(await rosterValues(of)).toEqual(before)
  })

  test('does not take the last key of a person', async () => {
    const of = await staffed(engine)
    await of.deliver(csv(HEADER, ['Fay', '', 'fay@x.io', '', '', '']), manual)
    const run = await of.deliver(csv(HEADER, ['Fay', '7', 'fay@x.io', '', '', 'Green']), manual)
    expect(await of.deliver(csv(HEADER, ['Fay', '7', '__CLEAR__', '', '', '']), manual)).toMatchObject({
      counts: { updated: 1 },
    })
    expect(await undo(of, run.id)).toMatchObject({
      issues: [{ code: 'UNDO_LAST_KEY', field: 'Employee Id', severity: 'cell' }],
    })
    expect((await of.people())['7']).toMatchObject({ email: null, demographics: '{}' })
  })

  test('does not make people report to themselves', async () => {
    const of = await staffed(engine)
    const run = await of.deliver(csv(HEADER, ['Bob', '2', '', 'cyd@x.io', '', '']), manual)
    await of.deliver(csv(HEADER, ['Cyd', '3', '', '__CLEAR__', '', '']), manual)
    await of.deliver(csv(HEADER, ['Ada', '1', '', 'bob@x.io', '', '']), manual)
    expect(await undo(of, run.id)).toMatchObject({ issues: [{ code: 'UNDO_LOOP' }], counts: { rejected: 1 } })
  })

  test.each([
    ['rejected', csv(['Nothing'], ['known'])],
    ['succeeded', staff],
  ])('a run that is %s and changed nobody has nothing to take back', async (_, file) => {
    const of = await staffed(engine)
    const { id } = await of.deliver(file)
    await expect(of.importer.undo(id, { by: 'Eve' })).rejects.toMatchObject({ code: 'RUN_NOT_UNDOABLE' })
    await expect(of.importer.undoPreview(id)).rejects.toMatchObject({ code: 'RUN_NOT_UNDOABLE' })
  })

  test('asked for twice is done once; the second wish fails and says why', async () => {
    const of = await staffed(engine)
    const run = await of.deliver(csv(HEADER, ['Robert', '2', '', '', '', '']), manual)
    const wishes = [
      await of.importer.undo(run.id, { by: 'Eve' }),
      await of.importer.undo(run.id, { by: 'Tom' }),
    ]
    await of.work()
    const ends = await Promise.all(wishes.map(({ id }) => of.importer.settled(id)))
    expect(ends).toMatchObject([
      { state: 'succeeded' },
      { state: 'failed', error: { code: 'RUN_NOT_UNDOABLE' } },
    ])
  })

  test('no value of a person is in its log, its results, or its issues', async () => {
    const of = await staffed(engine)
    const run = await of.deliver(csv(HEADER, ['Zaphod', '2', '', '', '', 'Secret']), manual)
    await of.deliver(csv(HEADER, ['Zaphod', '2', 'trillian@x.io', '', '', 'Hidden']), manual)
    const undone = await undo(of, run.id)
    const results = Object.entries(of.results()).filter(([name]) => name.includes(undone.id))
    expect(results.length).toBeGreaterThan(0)
    const told = JSON.stringify([of.log, results, undone])
    for (const value of ['Zaphod', 'trillian', 'Secret', 'Hidden', 'Bob', 'bob@x.io'])
      expect(told).not.toContain(value)
  })
})
