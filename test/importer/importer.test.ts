/** What a partial file does to people, from the delivered bytes to the roster, on both engines. */
import { describe, expect, test } from 'vitest'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'End Date', 'Employee Deactivated', 'TEAM']

/** A file of these columns: each row is cells by header. */
function file(header: readonly string[], ...rows: Record<string, string>[]): string {
  return csv(header, ...rows.map((row) => header.map((name) => row[name] ?? '')))
}

const ada = { Name: 'Ada', 'Employee Id': '1', Email: 'ada@x.io' }
const bob = { Name: 'Bob', 'Employee Id': '2', Email: 'bob@x.io' }

async function withPeople(of: TestImporter, ...rows: Record<string, string>[]): Promise<void> {
  const header = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const run = await of.deliver(file(header, ...rows), { source: 'manual' })
  expect(run.counts.created).toBe(rows.length)
}

describe.each(ENGINES)('a partial file on %s', (engine) => {
  test('leaves people whom it does not mention untouched to the last column', async () => {
    const of = await openTestImporter(engine)
    await withPeople(of, { ...ada, TEAM: 'Red' }, { ...bob, TEAM: 'Blue' })
    const before = await of.people()
    const run = await of.deliver(file(['Name', 'Employee Id'], { ...ada, Name: 'Ada L.' }))
    expect(run).toMatchObject({ state: 'succeeded', counts: { updated: 1, missing: 1 } })
    const after = await of.people()
    expect(after['2']).toEqual(before['2'])
    expect(after['1']).toMatchObject({ name: 'Ada L.', email: 'ada@x.io', version: 2 })
    expect(after['1']?.demographics).toBe(before['1']?.demographics)
  })

  test('keeps what a blank cell does not say, and clears what is asked to be cleared', async () => {
    const of = await openTestImporter(engine)
    await withPeople(of, { ...ada, TEAM: 'Red', Language: 'en', 'Start Date': '2020-01-01' })
    await of.deliver(
      file(['Employee Id', 'TEAM', 'Language', 'Start Date'], {
        'Employee Id': '1',
        TEAM: '',
        Language: '__CLEAR__',
      }),
    )
    expect((await of.people())['1']).toMatchObject({
      language: null,
      start_date: '2020-01-01',
      demographics: '{"1":"Red"}',
    })
    await of.deliver(file(['Employee Id', 'TEAM'], { 'Employee Id': '1', TEAM: '__CLEAR__' }))
    expect((await of.people())['1']?.demographics).toBe('{}')
  })

  test('never takes a name, nor the last thing somebody can be known by', async () => {
    const of = await openTestImporter(engine)
    await withPeople(of, ada)
    const run = await of.deliver(
      file(['Name', 'Employee Id', 'Email'], { Name: '__CLEAR__', 'Employee Id': '1', Email: '__CLEAR__' }),
    )
    expect(run.issueCounts).toMatchObject({ VAL_CLEAR_REFUSED: 1 })
    expect((await of.people())['1']).toMatchObject({ name: 'Ada', email: null })
  })

  // Half past twelve at night in Auckland is still the day before in Honolulu and in Greenwich.
  test.each([
    ['UTC', '2026-11-21T11:30:00Z', { '2026-11-20': true, '2026-11-21': true, '2026-11-22': false }],
    [
      'Pacific/Auckland',
      '2026-11-21T11:30:00Z',
      { '2026-11-21': true, '2026-11-22': true, '2026-11-23': false },
    ],
    [
      'Pacific/Honolulu',
      '2026-11-21T09:59:00Z',
      { '2026-11-19': true, '2026-11-20': true, '2026-11-21': false },
    ],
    [
      'Pacific/Honolulu',
      '2026-11-21T10:00:00Z',
      { '2026-11-20': true, '2026-11-21': true, '2026-11-22': false },
    ],
  ])('an End Date makes former by the calendar of the account: %s at %s', async (timezone, now, days) => {
    const of = await openTestImporter(engine, { timezone, now })
    const rows = Object.keys(days).map((day, at) => ({
      Name: `P${at}`,
      'Employee Id': `${at}`,
      'End Date': day,
    }))
    const run = await of.deliver(file(['Name', 'Employee Id', 'End Date'], ...rows))
    const gone = Object.values(days).filter(Boolean).length
    expect(run.counts).toMatchObject({ created: 3, former: gone })
    const exported = await of.export()
    for (const [at, [day, isFormer]] of Object.entries(days).entries()) {
      expect(exported.includes(`P${at},`), day).toBe(!isFormer)
    }
  })

  test('of somebody who ends later says nothing until that day has come', async () => {
    const of = await openTestImporter(engine, { now: '2026-11-21T09:00:00Z' })
    await withPeople(of, ada, bob)
    expect((await of.deliver(file(HEADER, { ...ada, 'End Date': '2026-11-22' }))).counts).toMatchObject({
      updated: 1,
      former: 0,
    })
    expect(await of.export()).toContain('Ada,')
    await of.restart('2026-11-22T00:00:00Z')
    expect(await of.export()).not.toContain('Ada,')
    expect((await of.deliver(file(HEADER, bob))).counts).toMatchObject({ missing: 0 })
  })

  describe('Employee Deactivated', () => {
    const off = file(['Employee Id', 'Employee Deactivated'], {
      'Employee Id': '1',
      'Employee Deactivated': 'TRUE',
    })
    const on = file(['Employee Id', 'Employee Deactivated'], {
      'Employee Id': '1',
      'Employee Deactivated': 'FALSE',
    })
    const deactivated = async (of: TestImporter) => (await of.people())['1']?.deactivated

    test('TRUE deactivates, and FALSE from SFTP leaves it so with a word', async () => {
      const of = await openTestImporter(engine)
      await withPeople(of, ada)
      expect((await of.deliver(off)).counts).toMatchObject({ updated: 1, deactivated: 1 })
      expect(await deactivated(of)).toBe(1)
      const run = await of.deliver(on)
      expect(run).toMatchObject({
        counts: { unchanged: 1, reactivated: 0 },
        issueCounts: { W_STICKY_DEACTIVATED: 1 },
      })
      expect(await deactivated(of)).toBe(1)
      expect((await of.deliver(file(HEADER, ada))).counts).toMatchObject({ unchanged: 1 })
      expect(await deactivated(of)).toBe(1)
    })

    test('FALSE by hand, or from a source that is set to, reactivates', async () => {
      const of = await openTestImporter(engine)
      await withPeople(of, ada)
      await of.deliver(off)
      expect((await of.deliver(on, { source: 'manual' })).counts).toMatchObject({
        updated: 1,
        reactivated: 1,
      })
      await of.deliver(off)
      await of.db
        .updateTable('source')
        .set({ settings: JSON.stringify({ reactivate: true }) })
        .where('name', '=', 'sftp')
        .execute()
      expect((await of.deliver(on)).counts).toMatchObject({ updated: 1, reactivated: 1 })
      expect(await deactivated(of)).toBe(0)
    })
  })

  describe('finds people', () => {
    test('by id, then by email; a changed email or id is a change of the same person', async () => {
      const of = await openTestImporter(engine)
      await withPeople(of, ada, bob)
      const { '1': before } = await of.people()
      expect((await of.deliver(file(HEADER, { ...ada, Email: 'new@x.io' }))).counts).toMatchObject({
        updated: 1,
        matched: 1,
      })
      // Email and id within a month would be held: they are all that says who she is.
      of.wait(31 * 86_400_000)
      expect(
        (await of.deliver(file(HEADER, { ...ada, Email: 'NEW@x.io', 'Employee Id': '100' }))).counts,
      ).toMatchObject({ updated: 1 })
      expect((await of.people())['100']).toMatchObject({ id: before?.id, email: 'new@x.io', version: 3 })
    })

    test('where two rows or two people are meant, it takes neither and says so', async () => {
      const of = await openTestImporter(engine)
      await withPeople(of, ada, bob)
      const digest = await of.digest()
      const swapped = await of.deliver(file(HEADER, { ...ada, Email: 'bob@x.io' }))
      expect(swapped).toMatchObject({
        state: 'held',
        counts: { held: 1 },
        holds: [{ code: 'ID_SWAPPED', rows: 1 }],
      })
      const twice = await of.deliver(file(HEADER, { ...ada, Name: 'A' }, { ...ada, Name: 'B' }))
      expect(twice).toMatchObject({ state: 'succeeded_with_errors', counts: { rejected: 2, updated: 0 } })
      expect(await of.digest()).toBe(digest)
    })

    test('and an approved run applies the others, not the row that was held', async () => {
      const of = await openTestImporter(engine)
      await withPeople(of, ada, bob)
      const { id } = await of.deliver(
        file(HEADER, { ...ada, Email: 'bob@x.io' }, { Name: 'Eve', 'Employee Id': '3' }),
      )
      await of.approve(id)
      const people = await of.people()
      expect([people['1']?.email, people['3']?.name]).toEqual(['ada@x.io', 'Eve'])
    })

    test('two people may exchange their emails over a third address, never at once', async () => {
      const of = await openTestImporter(engine)
      await withPeople(of, ada, bob)
      const apply = async (...rows: Record<string, string>[]) =>
        (await of.deliver(file(HEADER, ...rows))).state
      expect(await apply({ ...ada, Email: 'aside@x.io' })).toBe('succeeded')
      expect(await apply({ ...bob, Email: 'ada@x.io' })).toBe('succeeded')
      expect(await apply({ ...ada, Email: 'bob@x.io' })).toBe('succeeded')
      const people = await of.people()
      expect([people['1']?.email, people['2']?.email]).toEqual(['bob@x.io', 'ada@x.io'])
    })
  })

  describe('links managers', () => {
    const header = ['Name', 'Employee Id', 'Email', 'Manager Email', 'Manager Employee Id']
    const managers = async (of: TestImporter) => {
      const rows = await of.roster()
      const idOf = new Map(rows.map((row) => [row.id, row.employee_id]))
      return Object.fromEntries(
        rows.map((row) => [row.employee_id, row.manager_id === null ? null : idOf.get(row.manager_id)]),
      )
    }

    test('who stand below, are known already, or are named by id', async () => {
      const of = await openTestImporter(engine)
      await of.deliver(file(header, { ...ada, 'Manager Email': 'BOB@x.io' }, bob))
      await of.deliver(file(header, { Name: 'Eve', 'Employee Id': '3', 'Manager Employee Id': '1' }))
      expect(await managers(of)).toEqual({ '1': '2', '2': null, '3': '1' })
    })

    test('who come with a later file, although nothing else is said about those who waited', async () => {
      const of = await openTestImporter(engine)
      const waiting = Array.from({ length: 1_203 }, (_, at) => ({
        Name: `W${at}`,
        'Employee Id': `w${at}`,
        'Manager Email': 'bob@x.io',
      }))
      const first = await of.deliver(file(header, ...waiting))
      expect(first).toMatchObject({
        state: 'succeeded_with_errors',
        issueCounts: { HIER_MANAGER_UNKNOWN: 1_203 },
      })
      const before = await of.history()
      expect((await of.deliver(file(header, bob))).counts).toMatchObject({ created: 1, updated: 0 })
      const after = await managers(of)
      expect(new Set(Object.values(after))).toEqual(new Set(['2', null]))
      expect(Object.values(after).filter((manager) => manager === '2')).toHaveLength(1_203)
      // Bob, and a manager for everybody who waited.
      const news = (await of.history()).slice(before.length)
      expect(news).toHaveLength(1 + waiting.length)
      expect(
        news.filter(({ field, before, after }) => field === 'managerId' && !before && after),
      ).toHaveLength(1_203)
    })

    test('but no circle, nobody to themselves, and nobody by two keys that disagree', async () => {
      const of = await openTestImporter(engine)
      const run = await of.deliver(
        file(
          header,
          { ...ada, 'Manager Email': 'bob@x.io' },
          { ...bob, 'Manager Email': 'ada@x.io' },
          { Name: 'Eve', 'Employee Id': '3', Email: 'eve@x.io', 'Manager Email': 'eve@x.io' },
          { Name: 'Tom', 'Employee Id': '4', 'Manager Email': 'ada@x.io', 'Manager Employee Id': '2' },
        ),
      )
      expect(run).toMatchObject({
        counts: { created: 4 },
        issueCounts: { HIER_LOOP: 2, HIER_SELF: 1, HIER_MGR_CONFLICT: 1 },
      })
      expect(await managers(of)).toEqual({ '1': null, '2': null, '3': null, '4': null })
    })

    test('and a circle that closes through somebody who waited, whose own row changes nothing, is broken too', async () => {
      const of = await openTestImporter(engine)
      const waiting = { ...ada, 'Manager Email': 'bob@x.io' }
      await of.deliver(file(header, waiting))
      const run = await of.deliver(file(header, waiting, { ...bob, 'Manager Email': 'ada@x.io' }))
      expect(run).toMatchObject({ state: 'succeeded_with_errors', issueCounts: { HIER_LOOP: 2 } })
      expect(await managers(of)).toEqual({ '1': null, '2': null })
      expect(await of.deliver(file(header, waiting))).toMatchObject({ error: null })
    })

    test('and a circle that closes only through people the file does not name is broken too', async () => {
      const of = await openTestImporter(engine)
      await withPeople(of, bob, { ...ada, 'Manager Email': 'bob@x.io' })
      const run = await of.deliver(file(header, { ...bob, 'Manager Email': 'ada@x.io' }))
      expect(run.issueCounts).toEqual({ HIER_LOOP: 1 })
      expect(await managers(of)).toEqual({ '1': '2', '2': null })
    })
  })

  test('writes one line of history for every value that changed, and one for a new person, without a gap', async () => {
    const of = await openTestImporter(engine)
    const created = await of.deliver(file(HEADER, { ...ada, TEAM: 'Red' }, bob))
    const updated = await of.deliver(
      file(HEADER, { ...bob, Name: 'Robert', 'End Date': '2030-01-01', TEAM: 'Blue' }, ada),
    )
    const history = await of.history()
    expect(history.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
    const { position } = await of.db.selectFrom('account').select('position').executeTakeFirstOrThrow()
    expect(position).toBe(5)
    const lines = history.map(({ field, before, after, run_id, line, source }) => [
      run_id,
      source,
      line,
      field,
      before,
      after,
    ])
    expect(lines.slice(0, 2)).toEqual([
      [created.id, 'sftp', 2, '*', null, '{"name":"Ada","employeeId":"1","email":"ada@x.io","d1":"Red"}'],
      [created.id, 'sftp', 3, '*', null, '{"name":"Bob","employeeId":"2","email":"bob@x.io"}'],
    ])
    expect(lines.slice(2)).toEqual([
      [updated.id, 'sftp', 2, 'name', 'Bob', 'Robert'],
      [updated.id, 'sftp', 2, 'endDate', null, '2030-01-01'],
      [updated.id, 'sftp', 2, 'd1', null, 'Blue'],
    ])
  })

  test('knows nothing of the people of another account', async () => {
    const of = await openTestImporter(engine)
    await of.addAccount('other')
    await withPeople(of, ada)
    const digest = await of.digest()
    expect(
      (await of.deliver(file(HEADER, { ...ada, Name: 'Other Ada' }), { account: 'other' })).counts,
    ).toMatchObject({ created: 1, matched: 0 })
    expect(await of.digest()).toBe(digest)
    expect((await of.people('other'))['1']).toMatchObject({ name: 'Other Ada', id: 1 })
  })
})
