/** Guards over several files and days: what one run alone does not show. Real importer, both engines. */
import { describe, expect, test } from 'vitest'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const DAY_MS = 86_400_000
const HEADER = ['Name', 'Employee Id', 'Email', 'Start Date', 'End Date']

function person(at: number, { name = `Person ${at}`, email = `p${at}@x.io`, end = '' } = {}): string[] {
  return [name, `${at}`, email, `20${10 + (at % 10)}-01-01`, end]
}

const staff = (count: number): string[][] => Array.from({ length: count }, (_, at) => person(at))
const codes = ({ holds }: { holds: readonly { code: string }[] }) => holds.map(({ code }) => code)

async function staffed(of: TestImporter, count = 30): Promise<void> {
  expect(await of.deliver(csv(HEADER, ...staff(count)))).toMatchObject({ state: 'succeeded' })
}

const leaving = (from: number, to: number) =>
  csv(
    HEADER,
    ...staff(to)
      .slice(from)
      .map((_, at) => person(from + at, { end: '2026-11-01' })),
  )

describe.each(ENGINES)('on %s', (engine) => {
  test('a source may let a run wait for wrong managers, and for more people at the top than it has', async () => {
    const of = await openTestImporter(engine)
    await of.importer.setSource('acme', 'sftp', { managerProblems: 'block', topsMax: 1 })
    const led = (at: number, boss: string) => [...person(at), boss]
    const team = (...rows: string[][]) => csv([...HEADER, 'Manager Employee Id'], ...rows)
    expect(await of.deliver(team(led(1, ''), led(2, '1'), led(3, '1')))).toMatchObject({ state: 'succeeded' })
    const headless = await of.deliver(team(led(2, '__CLEAR__'), led(3, '99')))
    expect([headless.state, codes(headless)]).toEqual(['held', ['GUARD_MANAGERS', 'HIER_TOO_MANY_TOPS']])
    expect(headless.holds[1]?.message).toBe(
      '3 people would report to nobody, 1 did before; allowed without a look are 1.',
    )
    await of.approve(headless.id)
    // Whoever waited is linked by the file that brings their manager, and so is no longer at the top.
    await of.importer.setSource('acme', 'sftp', { topsMax: 2 })
    expect(await of.deliver(team(led(99, '1')))).toMatchObject({ state: 'succeeded', holds: [] })
    expect((await of.people())['3']?.manager_id).toBe((await of.people())['99']?.id)
  })

  test('a change of who somebody is cannot be spread over days, only over more than a month', async () => {
    const of = await openTestImporter(engine)
    await staffed(of)
    const renamed = person(1, { name: 'Somebody Else' })
    expect(await of.deliver(csv(HEADER, renamed))).toMatchObject({ state: 'succeeded' })
    of.wait(29 * DAY_MS)
    const both = csv(HEADER, person(1, { name: 'Somebody Else', email: 'else@x.io' }))
    const held = await of.deliver(both)
    expect([held.state, codes(held)]).toEqual(['held', ['GUARD_PRIVACY_WINDOW']])
    await of.importer.discard(held.id, { by: 'Eve' })
    of.wait(3 * DAY_MS)
    expect(await of.deliver(both)).toMatchObject({ state: 'succeeded', counts: { updated: 1 } })
  })

  test('once a person agrees, all that was shown is applied, also what was doubted', async () => {
    const of = await openTestImporter(engine)
    await staffed(of)
    const { id } = await of.deliver(csv(HEADER, person(1, { name: 'Somebody Else', email: 'else@x.io' })))
    expect(await of.approve(id)).toMatchObject({ state: 'succeeded', decidedBy: 'Eve' })
    expect((await of.people())['1']).toMatchObject({ name: 'Somebody Else', email: 'else@x.io' })
  })

  test('splitting a file does not get more people past the guard of leavers, waiting a day does', async () => {
    const of = await openTestImporter(engine)
    await staffed(of)
    expect(await of.deliver(leaving(0, 3))).toMatchObject({ state: 'succeeded', counts: { former: 3 } })
    const second = await of.deliver(leaving(3, 6))
    expect([second.state, codes(second)]).toEqual(['held', ['GUARD_MASS_LEAVERS']])
    expect(second.holds[0]?.message).toContain('with the 3 of the last 24 hours')
    // What a person has agreed to is not held against the next file.
    await of.approve(second.id)
    expect(await of.deliver(leaving(6, 8))).toMatchObject({ state: 'succeeded' })
    of.wait(DAY_MS)
    expect(await of.deliver(leaving(8, 13))).toMatchObject({ state: 'succeeded', counts: { former: 5 } })
  })

  test('a source that always sends everybody is held for half a file; one that sends changes is not', async () => {
    const of = await openTestImporter(engine)
    await staffed(of)
    expect(await of.deliver(csv(HEADER, person(1)))).toMatchObject({ state: 'succeeded' })
    for (let day = 0; day < 3; day++) {
      of.wait(DAY_MS)
      await of.deliver(csv(HEADER, ...staff(30), person(100 + day)))
    }
    const short = await of.deliver(csv(HEADER, ...staff(15)))
    expect([short.state, codes(short)]).toEqual(['held', ['GUARD_ROW_DROP']])
    expect(await of.deliver(csv(HEADER, ...staff(16)))).toMatchObject({ state: 'succeeded' })
  })

  test('a person may send one row by hand, however many they sent before', async () => {
    const of = await openTestImporter(engine)
    await staffed(of)
    for (let day = 0; day < 3; day++) {
      of.wait(DAY_MS)
      await of.deliver(csv(HEADER, ...staff(30), person(100 + day)), { source: 'manual' })
    }
    const single = await of.deliver(csv(HEADER, person(200)), { source: 'manual' })
    expect(single).toMatchObject({ state: 'succeeded', counts: { created: 1 } })
  })

  test('a likely duplicate waits, is not there after approval, and is taken from a manual import', async () => {
    const of = await openTestImporter(engine)
    await staffed(of)
    const twin = csv(HEADER, ['person 1', 'X1', 'x1@x.io', '2011-01-01', ''])
    const held = await of.deliver(twin)
    expect([held.counts.held, codes(held)]).toEqual([1, ['ID_POSSIBLE_DUPLICATE']])
    await of.approve(held.id)
    expect((await of.people())['X1']).toBeUndefined()
    expect(await of.deliver(twin, { source: 'manual' })).toMatchObject({ state: 'succeeded' })
    expect((await of.people())['X1']).toMatchObject({ name: 'person 1' })
  })

  test('a manager who gets another address is shown under it, and the export sent back changes nobody', async () => {
    const of = await openTestImporter(engine)
    const header = ['Name', 'Employee Id', 'Email', 'Manager Email']
    await of.deliver(csv(header, ['Boss', '1', 'boss@x.io', ''], ['Ada', '2', 'ada@x.io', 'boss@x.io']))
    await of.deliver(csv(header, ['Boss', '1', 'chief@x.io', '']))
    const exported = await of.export()
    expect(exported).toContain('ada@x.io,,,,,chief@x.io')
    expect(await of.deliver(exported, { source: 'manual' })).toMatchObject({ counts: { unchanged: 2 } })
    // Without an address the id says who it is.
    await of.deliver(csv(header, ['Boss', '1', '__CLEAR__', '']))
    const again = await of.deliver(await of.export(), { source: 'manual' })
    expect(again).toMatchObject({ counts: { unchanged: 2 } })
    expect((await of.people())['2']).toMatchObject({ manager_id: 1 })
  })
})
