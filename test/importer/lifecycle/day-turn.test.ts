import { describe, expect, test } from 'vitest'
import { ENGINES } from '../../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'Start Date', 'End Date']
const DAY_MS = 86_400_000

const file = (...people: readonly (readonly [id: string, start: string, end: string])[]) =>
  csv(HEADER, ...people.map(([id, start, end]) => [`Person ${id}`, id, start, end]))

async function events(of: TestImporter): Promise<string[]> {
  const all = await of.importer.lifecycle.events('acme', {})
  return all
    .map(({ employeeId, kind, day, isLate }) => `${employeeId} ${kind} ${day}${isLate ? ' late' : ''}`)
    .sort()
}

/** What was told since the last time. */
async function told(of: TestImporter): Promise<{ type: string; data: unknown }[]> {
  const rows = await of.db
    .deleteFrom('event')
    .where('type', 'like', 'lifecycle.%')
    .returning(['type', 'data'])
    .execute()
  return rows.map(({ type, data }) => ({ type, data: JSON.parse(data) }))
}

/** Followed since yesterday. */
async function followed(engine: (typeof ENGINES)[number], timezone = 'UTC'): Promise<TestImporter> {
  const of = await openTestImporter(engine, { timezone })
  await of.importer.chores.turnDays()
  return of
}

const statusOf = async (of: TestImporter, id: string) => (await of.importer.employee('acme', id)).status

describe.each(ENGINES)('the calendar on %s', (engine) => {
  test("lets people start and leave on their day, in the account's time zone, and tells it once", async () => {
    const of = await followed(engine, 'America/New_York')
    await of.deliver(file(['1', '2020-01-01', '2026-11-22'], ['2', '2026-11-22', '']))
    await of.importer.chores.turnDays()
    expect(await events(of)).toEqual(['1 leaving 2026-11-22', '2 upcoming 2026-11-22'])
    expect(await told(of)).toHaveLength(2)
    // It is the next day in Europe, and not yet there.
    of.clock.current = new Date('2026-11-22T04:30:00Z')
    expect(await of.importer.chores.turnDays()).toEqual([])
    expect([await statusOf(of, '1'), await statusOf(of, '2')]).toEqual(['active', 'upcoming'])
    of.clock.current = new Date('2026-11-22T05:00:00Z')
    expect(await of.importer.chores.turnDays()).toEqual(['acme'])
    expect([await statusOf(of, '1'), await statusOf(of, '2')]).toEqual(['former', 'active'])
    expect(await events(of)).toEqual([
      '1 leaving 2026-11-22',
      '1 left 2026-11-22',
      '2 started 2026-11-22',
      '2 upcoming 2026-11-22',
    ])
    expect((await told(of)).map(({ type }) => type).sort()).toEqual(['lifecycle.left', 'lifecycle.started'])
    expect(await of.importer.chores.turnDays()).toEqual([])
    expect(await told(of)).toEqual([])
    // The days after look at the same dates again.
    of.wait(DAY_MS)
    expect(await of.importer.chores.turnDays()).toEqual(['acme'])
    expect(await told(of)).toEqual([])
  })

  test('is caught up after any time away, every day once', async () => {
    const of = await followed(engine)
    await of.deliver(
      file(['1', '2020-01-01', '2026-11-23'], ['2', '2026-11-25', ''], ['3', '2020-01-01', '2027-01-02']),
    )
    await of.restart('2027-01-05T08:00:00Z')
    await of.importer.chores.turnDays()
    expect(await events(of)).toEqual([
      '1 left 2026-11-23 late',
      '2 started 2026-11-25 late',
      '3 left 2027-01-02 late',
    ])
    expect((await told(of)).map(({ data }) => data)).toContainEqual({
      ...{ kind: 'left', day: '2026-11-23', isLate: true, people: [1] },
    })
    await of.importer.chores.turnDays()
    expect(await told(of)).toEqual([])
  })

  test('is followed by two nodes at once, and told once', async () => {
    const of = await followed(engine)
    await of.deliver(file(['1', '2020-01-01', '2026-11-22'], ['2', '2026-11-22', '']))
    of.wait(DAY_MS)
    const { chores } = of.importer
    await Promise.all([chores.turnDays(), chores.turnDays(), chores.turnDays()])
    expect((await told(of)).map(({ type }) => type).sort()).toEqual(['lifecycle.left', 'lifecycle.started'])
  })

  test('goes on where a node died in the middle', async () => {
    const of = await followed(engine)
    await of.deliver(file(['1', '2020-01-01', '2026-11-22']))
    of.wait(DAY_MS)
    const lease_until = new Date(of.clock.now().getTime() + 60_000).toISOString()
    await of.db.updateTable('lifecycle').set({ lease_until }).execute()
    expect(await of.importer.chores.turnDays()).toEqual([])
    of.wait(61_000)
    expect(await of.importer.chores.turnDays()).toEqual(['acme'])
    expect(await events(of)).toEqual(['1 left 2026-11-22'])
  })

  test('hears of a date that came late, and of one that was moved, within the day', async () => {
    const of = await followed(engine)
    await of.deliver(file(['1', '2020-01-01', ''], ['2', '2026-12-01', '']))
    await of.importer.chores.turnDays()
    await of.deliver(file(['1', '2020-01-01', '2026-11-10'], ['2', '2026-12-15', '']))
    await of.importer.chores.turnDays()
    expect(await events(of)).toEqual([
      '1 left 2026-11-10 late',
      '2 upcoming 2026-12-01',
      '2 upcoming 2026-12-15',
    ])
    of.clock.current = new Date('2026-12-01T09:00:00Z')
    await of.importer.chores.turnDays()
    expect(await events(of)).not.toContain('2 started 2026-12-01')
  })

  test('tells nothing of what was so before anybody followed it', async () => {
    const of = await openTestImporter(engine)
    await of.deliver(file(['1', '2026-11-20', '']))
    await of.importer.chores.turnDays()
    expect(await told(of)).toEqual([])
    expect(await events(of)).toEqual(['1 started 2026-11-20 late'])
  })

  test('keeps accounts apart, and forgets who is erased', async () => {
    const of = await followed(engine)
    await of.addAccount('beta')
    await of.deliver(file(['1', '2026-11-22', '']))
    await of.importer.chores.turnDays()
    expect(await of.importer.lifecycle.events('beta', {})).toEqual([])
    expect(await of.importer.lifecycle.events('acme', { kind: 'left' })).toEqual([])
    expect(await of.importer.lifecycle.events('acme', { from: '2026-11-23' })).toEqual([])
    expect(await of.importer.lifecycle.events('acme', { to: '2026-11-22', limit: 1 })).toHaveLength(1)
    await of.importer.erase('acme', '1')
    expect(await events(of)).toEqual([])
  })

  test('does not let a crowd leave by dates given earlier without a person hearing of it', async () => {
    const of = await followed(engine)
    const staff = (ends: number) =>
      file(
        ...Array.from(
          { length: 20 },
          (_, at) => [`${at}`, '2020-01-01', at < ends ? '2026-12-31' : ''] as const,
        ),
      )
    expect(await of.deliver(staff(0))).toMatchObject({ state: 'succeeded' })
    // All at once they are held when they are given, though the day is far …
    expect(await of.deliver(staff(6))).toMatchObject({
      state: 'held',
      holds: [{ code: 'GUARD_LEAVERS_AHEAD', rows: 6, message: expect.stringContaining('2026-12-31') }],
    })
    // … and one by one, on the day.
    for (let ends = 1; ends <= 6; ends++)
      expect(await of.deliver(staff(ends))).toMatchObject({ state: 'succeeded' })
    await of.importer.outbox.setRecipient('acme', { address: 'hr@example.com' })
    of.clock.current = new Date('2026-12-31T09:00:00Z')
    await of.importer.chores.turnDays()
    await of.importer.mailroom.spread()
    const mails = await of.importer.mailroom.take('mail', 9)
    expect(mails.filter(({ type }) => type === 'lifecycle.many_left').map(({ data }) => data)).toEqual([
      { left: 6, before: 20, limit: 5, day: '2026-12-31' },
    ])
  })
})
