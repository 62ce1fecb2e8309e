/** A plan that is looked through by page, approved in part, or by two people; on both engines. */
import { copyFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { deliveryPath } from '../../importer/importer.ts'
import type { PlanFilter, Run } from '../../importer/types.ts'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'Manager Email', 'End Date', 'Team']
const staff = Array.from({ length: 12 }, (_, at) => [`Person ${at}`, `${at}`, `p${at}@x.io`, '', '', 'Red'])

/** Seven leave, two change their team, one is new and brings a manager for another. */
const mixed = csv(
  HEADER,
  ...staff.slice(0, 7).map(([name = '', id = '', email = '']) => [name, id, email, '', '2026-11-01', '']),
  ['Person 7', '7', 'p7@x.io', 'new@x.io', '', 'Blue'],
  ['Person 8', '8', 'p8@x.io', '', '', 'Blue'],
  ['New One', '99', 'new@x.io', 'p8@x.io', '', 'Blue'],
  ['Person 9', '9', 'p9@x.io', '', '', 'Red'],
)

async function waiting(
  engine: (typeof ENGINES)[number],
  settings: Record<string, number> = {},
): Promise<[TestImporter, Run]> {
  const of = await openTestImporter(engine)
  await of.importer.setSource('acme', 'sftp', settings)
  expect((await of.deliver(csv(HEADER, ...staff))).state).toBe('succeeded')
  const held = await of.deliver(mixed)
  expect(held).toMatchObject({ state: 'held', counts: { read: 11, created: 1, updated: 9, unchanged: 1 } })
  return [of, held]
}

async function rowsOf(of: TestImporter, run: Run, filter: PlanFilter): Promise<number[]> {
  const { rows } = await of.importer.plan(run.id, filter, {})
  return rows.map(({ row }) => row)
}

async function approvePart(
  of: TestImporter,
  run: Run,
  filter: PlanFilter,
  rest: 'hold' | 'discard' = 'hold',
) {
  await of.importer.approve(run.id, { by: 'Eve', reason: 'checked', part: { filter, rest } })
  return await of.settled(run.id)
}

function sumOf({ counts }: Run): number {
  const { blank, rejected, excluded, held, created, updated, unchanged } = counts
  return blank + rejected + excluded + held + created + updated + unchanged
}

describe.each(ENGINES)('on %s', (engine) => {
  test('a plan is shown with each person and each value before and after, page by page', async () => {
    const [of, held] = await waiting(engine)
    const first = await of.importer.plan(held.id, {}, { limit: 8 })
    expect(first.rows).toHaveLength(8)
    expect(first.rows[7]).toEqual({
      ...{ row: 8, line: 9, action: 'update', matchedBy: 'employee_id', codes: [] },
      person: { id: 8, name: 'Person 7', employeeId: '7', email: 'p7@x.io' },
      changes: [
        { field: 'Manager Email', before: null, after: 'new@x.io' },
        { field: 'Team', before: 'Red', after: 'Blue' },
      ],
    })
    const last = await of.importer.plan(held.id, {}, { after: first.next ?? 0, limit: 8 })
    expect(last).toMatchObject({ next: null, rows: [{ row: 9 }, { row: 10, action: 'create' }] })
    expect(last.rows[1]?.person).toMatchObject({ name: 'New One', employeeId: '99', email: 'new@x.io' })
  })

  test.each<[string, PlanFilter, number[]]>([
    ['action', { action: 'create' }, [10]],
    ['guard over the whole file', { code: 'GUARD_MASS_LEAVERS' }, [1, 2, 3, 4, 5, 6, 7]],
    ['field, by any of its names', { field: 'termination date' }, [1, 2, 3, 4, 5, 6, 7]],
    ['demographic', { field: 'Team' }, [8, 9, 10]],
    ['person by id', { person: '8' }, [9]],
    ['person by address, in capitals', { person: 'P0@X.IO' }, [1]],
    ['person who is new, and not whoever reports to them', { person: 'new@x.io' }, [10]],
    ['rows', { rows: '9-10,3' }, [3, 9, 10]],
    ['several at once', { field: 'Team', action: 'update' }, [8, 9]],
    ['code that no row has', { code: 'GUARD_PRIVACY' }, []],
  ])('a plan is filtered by %s', async (_, filter, expected) => {
    const [of, held] = await waiting(engine)
    expect(await rowsOf(of, held, filter)).toEqual(expected)
  })

  test.each<[string, PlanFilter]>([
    ['a code that does not exist', { code: 'NO_SUCH' }],
    ['a field that does not exist', { field: 'Nonsense' }],
    ['a field that is never stored', { field: 'First Name' }],
  ])('%s is told by name', async (_, filter) => {
    const [of, held] = await waiting(engine)
    await expect(of.importer.plan(held.id, filter, {})).rejects.toMatchObject({ code: 'PLAN_CHOICE_INVALID' })
  })

  test('a part that is approved is all that is applied, and the rest waits in a run of its own', async () => {
    const [of, held] = await waiting(engine)
    const done = await approvePart(of, held, { field: 'Team' })
    expect(done).toMatchObject({
      ...{ state: 'succeeded_with_errors', decidedBy: 'Eve', reason: 'checked' },
      counts: { read: 11, created: 1, updated: 2, held: 7, unchanged: 1, former: 0 },
      issueCounts: { PLAN_LEFT_OUT: 7 },
    })
    expect(sumOf(done)).toBe(done.counts.read)
    const people = await of.people()
    expect(people['8']?.demographics).toContain('Blue')
    expect(people['7']?.manager_id).toBe(people['99']?.id)
    expect(people['0']?.end_date).toBeNull()
    const rest = await of.importer.run(done.rest ?? '')
    expect(rest).toMatchObject({
      ...{ state: 'held', restOf: held.id, fileName: held.fileName, source: 'sftp' },
      holds: [{ code: 'PLAN_REST' }, { code: 'GUARD_MASS_LEAVERS', rows: 7 }],
      counts: { created: 0, updated: 7, unchanged: 4, former: 7 },
    })
    expect(await of.approve(rest.id)).toMatchObject({ state: 'succeeded', counts: { former: 7 } })
    expect((await of.roster()).filter(({ end_date }) => end_date !== null)).toHaveLength(7)
  })

  test('approved in two parts, a file does what it would have done as a whole', async () => {
    const [whole, all] = await waiting(engine)
    await whole.approve(all.id)
    const [of, held] = await waiting(engine)
    const { rest = '' } = await approvePart(of, held, { rows: '2,8-9' })
    await of.approve(rest)
    const lineOf = (people: Awaited<ReturnType<TestImporter['people']>>) =>
      Object.entries(people).map(
        ([id, { name, email, end_date, demographics, manager_email, manager_id }]) => ({
          ...{ id, name, email, end_date, demographics, manager_email },
          manager: Object.values(people).find((one) => one.id === manager_id)?.employee_id,
        }),
      )
    expect(lineOf(await of.people())).toEqual(lineOf(await whole.people()))
  })

  test('nobody reports to a new person who was left out, until that person comes', async () => {
    const [of, held] = await waiting(engine)
    const done = await approvePart(of, held, { person: '7' })
    expect(done).toMatchObject({ counts: { created: 0, updated: 1, held: 9 } })
    expect((await of.people())['7']).toMatchObject({ manager_email: 'new@x.io', manager_id: null })
    await of.approve(done.rest ?? '')
    const people = await of.people()
    expect(people['7']?.manager_id).toBe(people['99']?.id)
  })

  test('what is left can be put away at once, and the same file is then no duplicate', async () => {
    const [of, held] = await waiting(engine)
    const done = await approvePart(of, held, { action: 'create' }, 'discard')
    expect(done).toMatchObject({ counts: { created: 1, updated: 0, held: 9 } })
    expect(done.rest).toBeUndefined()
    expect(await of.importer.runs({ state: 'held' })).toEqual([])
    expect(await of.deliver(mixed)).toMatchObject({ state: 'held', counts: { updated: 9 } })
  })

  test('a part that holds everything is the whole, and one that holds nothing is refused', async () => {
    const [of, held] = await waiting(engine)
    const nothing = { by: 'Eve', part: { filter: { rows: '11' }, rest: 'hold' } } as const
    await expect(of.importer.approve(held.id, nothing)).rejects.toMatchObject({ code: 'PLAN_CHOICE_INVALID' })
    expect(await of.importer.run(held.id)).toMatchObject({ state: 'held' })
    const done = await approvePart(of, held, { rows: '1-11' })
    expect(done).toMatchObject({ state: 'succeeded', counts: { created: 1, updated: 9, held: 0 } })
    expect(done.rest).toBeUndefined()
  })

  test('a part that alone would do something else is not applied but shown again', async () => {
    const of = await openTestImporter(engine)
    const header = ['Name', 'Employee Id', 'Manager Employee Id', 'End Date']
    const people = staff.map(([name = '', id = '']) => [name, id, id === '1' ? '2' : '', ''])
    await of.deliver(csv(header, ...people))
    const leavers = people.slice(5).map(([name = '', id = '']) => [name, id, '', '2026-11-01'])
    // 2 comes to report to 1, who goes to 3: without the second row they would report to each other.
    const held = await of.deliver(csv(header, ['', '2', '1', ''], ['', '1', '3', ''], ...leavers))
    expect(held).toMatchObject({ state: 'held', counts: { updated: 9 } })
    const digest = await of.digest()
    const again = await approvePart(of, held, { rows: '1' })
    expect(again).toMatchObject({ state: 'held', issueCounts: { HIER_LOOP: 1 }, decidedBy: null })
    expect(again.formerPlan).toMatchObject({ counts: { updated: 9 } })
    expect(await of.digest()).toBe(digest)
  })

  test('after a crash that left the file of the rest behind, the rest waits all the same, once', async () => {
    const [of, held] = await waiting(engine)
    await of.importer.approve(held.id, { by: 'Eve', part: { filter: { field: 'Team' }, rest: 'hold' } })
    const { review } = await of.db
      .selectFrom('run')
      .select('review')
      .where('id', '=', held.id)
      .executeTakeFirstOrThrow()
    const pathOf = (id: string) => deliveryPath(of.dataDir, { accountId: of.accountId(), id })
    await copyFile(pathOf(held.id), pathOf(JSON.parse(review ?? '').part.rest))
    await of.restart()
    const done = await of.settled(held.id)
    expect(await of.importer.runs({ state: 'held' })).toHaveLength(1)
    expect(await of.importer.run(done.rest ?? '')).toMatchObject({ state: 'held' })
  })

  describe('of a source that asks for two people', () => {
    test('the first word is kept, the same name is refused, and the second lets it go on', async () => {
      const [of, held] = await waiting(engine, { approvers: 2 })
      await of.importer.approve(held.id, { by: 'Eve', reason: 'checked' })
      const waits = await of.settled(held.id)
      expect(waits).toMatchObject({
        ...{ state: 'held', decidedBy: null },
        approvals: [{ by: 'Eve', reason: 'checked', at: of.clock.now().toISOString() }],
      })
      await expect(of.importer.approve(held.id, { by: 'Eve' })).rejects.toMatchObject({
        code: 'APPROVER_SAME',
      })
      const done = await of.approve(held.id, 'Tom')
      expect(done).toMatchObject({ state: 'succeeded', decidedBy: 'Eve and Tom', reason: 'checked' })
      expect(done.approvals).toBeUndefined()
    })

    test('both must speak of the same rows', async () => {
      const [of, held] = await waiting(engine, { approvers: 2 })
      const part = { filter: { field: 'Team' }, rest: 'hold' } as const
      await of.importer.approve(held.id, { by: 'Eve' })
      await of.importer.approve(held.id, { by: 'Tom', part })
      expect(await of.settled(held.id)).toMatchObject({ state: 'held', approvals: [{ by: 'Tom' }] })
      await of.importer.approve(held.id, { by: 'Eve', part })
      expect(await of.settled(held.id)).toMatchObject({
        ...{ state: 'succeeded_with_errors', decidedBy: 'Tom and Eve', counts: { updated: 2, held: 7 } },
      })
    })

    test('a word about a plan that was made again counts no more', async () => {
      const [of, held] = await waiting(engine, { approvers: 2 })
      await of.importer.approve(held.id, { by: 'Eve' })
      await of.deliver(csv(HEADER, ['Person 0', '0', '', '', '2026-10-01', '']), { source: 'manual' })
      await expect(of.importer.approve(held.id, { by: 'Tom' })).rejects.toMatchObject({
        code: 'ROSTER_CHANGED',
      })
      const again = await of.settled(held.id)
      expect(again.approvals).toBeUndefined()
      await of.importer.approve(held.id, { by: 'Tom' })
      expect(await of.settled(held.id)).toMatchObject({ state: 'held', approvals: [{ by: 'Tom' }] })
    })
  })

  test('a run that is planned again says what its plan came to before', async () => {
    const [of, held] = await waiting(engine)
    await of.deliver(csv(HEADER, ['Person 0', '0', '', '', '2026-10-01', '']), { source: 'manual' })
    await expect(of.importer.approve(held.id, { by: 'Eve' })).rejects.toMatchObject({
      code: 'ROSTER_CHANGED',
    })
    const again = await of.settled(held.id)
    expect(again).toMatchObject({ counts: { former: 6 }, formerPlan: { counts: { former: 7 } } })
    expect(again.formerPlan?.holds.map(({ code }) => code)).toEqual(['GUARD_MASS_LEAVERS'])
  })
})
