/** Who a source once sent and sends no more; on both engines. */
import { describe, expect, test } from 'vitest'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'End Date']
const person = (id: number, endDate = '') => [`Person ${id}`, `${id}`, `p${id}@x.io`, endDate]
const file = (...ids: number[]) => csv(HEADER, ...ids.map((id) => person(id)))

async function kept(engine: (typeof ENGINES)[number]): Promise<TestImporter> {
  const of = await openTestImporter(engine)
  await of.importer.setSource('acme', 'sftp', { missing: 'report' })
  return of
}

async function missing(of: TestImporter, place = {}) {
  const { people } = await of.importer.missing('acme', 'sftp', place)
  return people.map(({ employeeId, absences }) => `${employeeId}: ${absences}`)
}

describe.each(ENGINES)('on %s', (engine) => {
  test('is told with since when, in how many files, and which run named them last', async () => {
    const of = await kept(engine)
    const first = await of.deliver(file(1, 2, 3))
    of.wait(60_000)
    await of.deliver(file(1, 2))
    const since = of.clock.now().toISOString()
    of.wait(60_000)
    await of.deliver(file(1, 4))
    expect(await of.importer.missing('acme', 'sftp', {})).toEqual({
      ...{ account: 'acme', source: 'sftp', setting: 'report', files: 3, next: null },
      people: [
        {
          ...{ id: 2, name: 'Person 2', employeeId: '2', email: 'p2@x.io', absences: 1 },
          ...{ since: of.clock.now().toISOString(), lastRun: expect.any(String), lastSeen: since },
        },
        {
          ...{ id: 3, name: 'Person 3', employeeId: '3', email: 'p3@x.io', absences: 2 },
          ...{ since, lastRun: first.id, lastSeen: first.receivedAt },
        },
      ],
    })
    expect(await missing(of, { filesMin: 2 })).toEqual(['3: 2'])
    expect(await missing(of, { limit: 1 })).toEqual(['2: 1'])
    expect(await missing(of, { after: 2 })).toEqual(['3: 2'])
  })

  test('is nobody who is named again, whatever becomes of the row, nor anybody who left', async () => {
    const of = await kept(engine)
    await of.deliver(file(1, 2, 3, 4))
    await of.deliver(file(1))
    expect(await missing(of)).toEqual(['2: 1', '3: 1', '4: 1'])
    // The row is left out for its date, and yet names its person.
    await of.deliver(csv(HEADER, person(1), person(2, 'never'), person(3, '2026-11-01')))
    await of.deliver(file(1, 2))
    expect(await missing(of)).toEqual(['4: 3'])
  })

  test('and absent people are bitwise as they were', async () => {
    const of = await kept(engine)
    await of.deliver(file(1, 2))
    const before = (await of.people())['2']
    await of.deliver(file(1))
    await of.deliver(file(1, 3))
    expect((await of.people())['2']).toEqual(before)
  })

  test('counts only files that were applied, of that source, since account is kept', async () => {
    const of = await openTestImporter(engine)
    await of.deliver(file(1, 2, 3))
    expect(await of.importer.missing('acme', 'sftp', {})).toMatchObject({ setting: 'ignore', files: 0 })
    await of.importer.setSource('acme', 'sftp', { missing: 'report' })
    await of.deliver(file(1, 2))
    await of.deliver(file(1), { mode: 'dry_run' })
    await of.deliver(file(3), { source: 'manual' })
    await of.deliver('no header at all')
    expect(await missing(of)).toEqual([])
    expect(await of.importer.missing('acme', 'sftp', {})).toMatchObject({ files: 1 })
    await of.deliver(file(1))
    expect(await missing(of)).toEqual(['2: 1'])
  })

  test('is let alone once somebody said so, until the source has sent them again', async () => {
    const of = await kept(engine)
    await of.deliver(file(1, 2))
    await of.deliver(file(1))
    await of.importer.ignoreMissing('acme', { source: 'sftp', key: 'P2@x.io' }, { by: 'Eve' })
    await of.importer.ignoreMissing('acme', { source: 'sftp', key: '2' }, { by: 'Eve' })
    expect(await missing(of)).toEqual([])
    await of.deliver(file(1, 2))
    await of.deliver(file(1))
    expect(await missing(of)).toEqual(['2: 1'])
    const ignoring = (source: string, key: string) =>
      of.importer.ignoreMissing('acme', { source, key }, { by: 'Eve' })
    await expect(ignoring('sftp', '99')).rejects.toMatchObject({ code: 'EMPLOYEE_UNKNOWN' })
    await expect(ignoring('nowhere', '2')).rejects.toMatchObject({ code: 'SOURCE_UNKNOWN' })
    await of.deliver(file(5), { source: 'manual' })
    await expect(ignoring('sftp', '5')).rejects.toMatchObject({ code: 'MISSING_NEVER_SENT' })
  })

  test('is found in a roster of more people than one chunk holds', async () => {
    const of = await kept(engine)
    await of.db.updateTable('account').set({ next_person: 65_530 }).execute()
    const all = Array.from({ length: 12 }, (_, at) => at + 1)
    await of.deliver(file(...all))
    await of.deliver(file(...all.filter((id) => id !== 2 && id !== 11)))
    expect(await missing(of)).toEqual(['2: 1', '11: 1'])
    expect((await of.importer.missing('acme', 'sftp', { limit: 1 })).next).toBe(65_531)
    expect(await missing(of, { after: 65_531 })).toEqual(['11: 1'])
  })
})
