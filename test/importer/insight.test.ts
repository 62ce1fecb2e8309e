import { describe, expect, test } from 'vitest'
import { peoplePage } from '../../importer/roster/listing.ts'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'Start Date', 'End Date', 'Manager Email', 'Department']
const ADA = ['Ada Lovelace', '001', 'ada@example.com', '2024-03-01', '', '', 'Engines']
const BEN = ['Ben Abbott', '002', 'ben@example.com', '2026-12-01', '', 'ada@example.com', 'Sales']
const CHO = ['Chø Ångström', '003', 'cho@example.com', '2025-01-10', '2026-10-31', 'ada@example.com', '']
const DEE = ['Dee Dot', '100%', 'dee@example.com', '', '', '', 'Sales']

describe.each(ENGINES)('lists and charts on %s', (engine) => {
  test('show people by name, key, status, page and run, each only of their own account', async () => {
    const t = await openTestImporter(engine)
    const { insight } = t.importer
    await t.deliver(csv(HEADER, ADA, BEN, CHO))
    const second = await t.deliver(csv(HEADER, DEE))
    await t.addAccount('other')
    await t.deliver(csv(HEADER, ['Eve Other', '001', 'ada@example.com', '', '', '', 'Spies']), {
      account: 'other',
    })

    const names = async (query: Parameters<typeof insight.people>[1]) =>
      (await insight.people('acme', query)).people.map(({ name }) => name)
    const everybody = ['Ada Lovelace', 'Ben Abbott', 'Chø Ångström', 'Dee Dot']
    expect(await names({})).toEqual(everybody)
    expect(await names({ search: 'love' })).toEqual(['Ada Lovelace'])
    expect(await names({ search: 'LOVELACE ada' })).toEqual(['Ada Lovelace'])
    expect(await names({ search: 'angstrom cho' })).toEqual(['Chø Ångström'])
    expect(await names({ search: ' Ben@Example.com ' })).toEqual(['Ben Abbott'])
    expect(await names({ search: '003' })).toEqual(['Chø Ångström'])
    // Signs that mean something to the database mean themselves.
    expect(await names({ search: '0%' })).toEqual(['Dee Dot'])
    expect(await names({ search: '_' })).toEqual([])
    expect(await names({ status: 'active' })).toEqual(['Ada Lovelace', 'Dee Dot'])
    expect(await names({ status: 'upcoming' })).toEqual(['Ben Abbott'])
    expect(await names({ status: 'former' })).toEqual(['Chø Ångström'])
    expect(await names({ run: second.id })).toEqual(['Dee Dot'])
    expect(await names({ search: 'cho@example.com', status: 'active' })).toEqual([])

    const first = await insight.people('acme', { limit: 3 })
    expect([first.next, first.isUnfinished]).toEqual([3, false])
    expect(await names({ limit: 3, after: 3 })).toEqual(['Dee Dot'])
    expect(await insight.people('acme', { after: 4 })).toEqual({
      people: [],
      next: null,
      isUnfinished: false,
    })
    expect(first.people[1]).toMatchObject({
      manager: { id: 1, name: 'Ada Lovelace' },
      demographics: { Department: 'Sales' },
      status: 'upcoming',
    })
    expect(await insight.keyOf('acme', 4)).toBe('100%')
    await expect(insight.keyOf('acme', 99)).rejects.toMatchObject({ code: 'EMPLOYEE_UNKNOWN' })
  })

  test('page through every person once, also where few fit', async () => {
    const t = await openTestImporter(engine)
    const rows = Array.from({ length: 120 }, (_, at) => [
      `Person ${at}`,
      `E${at}`,
      '',
      '',
      '',
      '',
      at % 9 === 0 ? 'X' : 'Y',
    ])
    await t.deliver(csv(HEADER, ...rows))
    const seen: (string | null)[] = []
    for (let after: number | null = 0; after !== null; ) {
      const page = await peoplePage(t.db, {
        accountId: t.accountId(),
        today: '2026-11-21',
        search: 'person 1',
        after,
        limit: 7,
      })
      seen.push(...page.people.map(({ name }) => name))
      after = page.next
    }
    const wanted = rows.flatMap(([name = '']) => (name.startsWith('Person 1') ? [name] : []))
    expect(seen.sort()).toEqual(wanted.sort())
  })

  test('tell runs newest first, by state and page, with why a file was refused', async () => {
    const t = await openTestImporter(engine)
    const { insight } = t.importer
    const good = await t.deliver(csv(HEADER, ADA, BEN))
    t.wait(60_000)
    const bad = await t.deliver('a,b\n1,2\n', { fileName: 'bad.csv' })
    await t.addAccount('other')
    const foreign = await t.deliver(csv(HEADER, ADA), { account: 'other' })
    const { runs } = await insight.runs('acme', {})
    expect(runs.map(({ id }) => id)).toEqual([bad.id, good.id])
    expect(runs[0]).toMatchObject({ state: 'rejected', tone: 'bad' })
    expect(runs[0]?.headline).toBe(
      'Nothing was applied: the header has neither an Employee Id nor an Email column.',
    )
    expect(runs[1]).toMatchObject({ tone: 'good', counts: { created: 2 } })
    expect((await insight.runs('acme', { states: ['succeeded'] })).runs.map(({ id }) => id)).toEqual([
      good.id,
    ])
    const page = await insight.runs('acme', { limit: 1 })
    expect(page.next).toBe(bad.id)
    expect((await insight.runs('acme', { limit: 1, before: bad.id })).runs.map(({ id }) => id)).toEqual([
      good.id,
    ])
    await expect(insight.run('acme', foreign.id)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
    expect((await insight.run('other', foreign.id)).id).toBe(foreign.id)
  })

  test('put the source that needs something first, and count the people by their own dates', async () => {
    const t = await openTestImporter(engine, { timezone: 'Europe/Berlin' })
    const { insight } = t.importer
    await t.deliver(csv(HEADER, ADA, BEN, CHO, DEE), { source: 'manual' })
    await t.deliver('a,b\n1,2\n')
    const overview = await insight.overview('acme')
    expect(overview.sources.map(({ name, status }) => [name, status.kind])).toEqual([
      ['sftp', 'failing'],
      ['manual', 'healthy'],
    ])
    expect(overview.people).toEqual({ active: 2, upcoming: 1, deactivated: 0, former: 1 })
    expect(overview.held).toBe(0)
    const [sftp, manual] = overview.sources
    expect(sftp?.days.at(-1)).toEqual({ day: '2026-11-21', tone: 'bad', runs: 1 })
    expect([sftp?.lastGood, manual?.lastGood?.counts.created]).toEqual([null, 4])

    const trends = await insight.trends('acme')
    const month = (name: string) => trends.months?.find((one) => one.month === name)
    expect(trends.months).toHaveLength(24)
    // Dee has no start date: she counts as having always been there.
    expect(month('2024-12')).toEqual({ month: '2024-12', employed: 2, joined: 0, left: 0 })
    expect(month('2025-01')).toEqual({ month: '2025-01', employed: 3, joined: 1, left: 0 })
    expect(month('2026-10')).toEqual({ month: '2026-10', employed: 2, joined: 0, left: 1 })
    expect(trends.fill[0]).toMatchObject({ source: 'manual', rows: 4 })
    expect(trends.fill[0]?.columns).toContainEqual({ label: 'Department', filled: 3 })

    // A changed roster is counted anew.
    await t.deliver(csv(['Employee Id', 'Employee Deactivated'], ['001', 'TRUE']), { source: 'manual' })
    const [held] = (await insight.runs('acme', { states: ['held'] })).runs
    if (held) await t.approve(held.id)
    expect((await insight.overview('acme')).people).toMatchObject({ active: 1, deactivated: 1 })
  })
})
