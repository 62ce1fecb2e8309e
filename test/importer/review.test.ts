/** Runs that wait for a person, that are not meant to change anything, or that were seen before; on both engines. */
import { describe, expect, test } from 'vitest'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'End Date']
const staff = Array.from({ length: 12 }, (_, at) => [`Person ${at}`, `${at}`, `p${at}@x.io`, ''])
/** More than the five that may leave without a word. */
const exodus = csv(
  HEADER,
  ...staff.slice(0, 7).map(([name = '', id = '', email = '']) => [name, id, email, '2026-11-01']),
)

async function staffed(...args: Parameters<typeof openTestImporter>): Promise<TestImporter> {
  const of = await openTestImporter(...args)
  expect((await of.deliver(csv(HEADER, ...staff))).state).toBe('succeeded')
  return of
}

describe.each(ENGINES)('on %s', (engine) => {
  describe('a run that is held', () => {
    test('changes nobody until it is approved, and then exactly what was shown', async () => {
      const of = await staffed(engine)
      const digest = await of.digest()
      const held = await of.deliver(exodus)
      expect(held).toMatchObject({
        ...{ state: 'held', finishedAt: null, decidedBy: null, counts: { updated: 7, former: 7 } },
        holds: [{ code: 'GUARD_MASS_LEAVERS', rows: 7, message: expect.stringContaining('7 of 12') }],
      })
      expect(await of.digest()).toBe(digest)
      const done = await of.approve(held.id, 'Eve')
      expect(done).toMatchObject({ state: 'succeeded', decidedBy: 'Eve', counts: held.counts, error: null })
      expect((await of.roster()).filter(({ end_date }) => end_date === '2026-11-01')).toHaveLength(7)
    })

    test('is discarded with a reason, and can then no longer be approved', async () => {
      const of = await staffed(engine)
      const digest = await of.digest()
      const { id } = await of.deliver(exodus)
      await of.importer.discard(id, { by: 'Eve', reason: 'wrong file' })
      expect(await of.settled(id)).toMatchObject({
        state: 'discarded',
        decidedBy: 'Eve',
        reason: 'wrong file',
        finishedAt: of.clock.now().toISOString(),
      })
      await expect(of.importer.approve(id, { by: 'Tom' })).rejects.toMatchObject({ code: 'RUN_NOT_HELD' })
      await expect(of.importer.discard(id, { by: 'Tom' })).rejects.toMatchObject({ code: 'RUN_NOT_HELD' })
      expect(await of.digest()).toBe(digest)
    })

    test('stays held over a restart, and does not hold up the next file', async () => {
      const of = await staffed(engine)
      const { id } = await of.deliver(exodus)
      await of.restart()
      expect((await of.deliver(csv(HEADER, ['New', '99', '', '']))).state).toBe('succeeded')
      expect((await of.importer.run(id)).state).toBe('held')
    })

    test('is planned again when the roster has changed underneath, and must be approved again', async () => {
      const of = await staffed(engine)
      const { id } = await of.deliver(exodus)
      // One of the seven has left by another file meanwhile.
      await of.deliver(csv(HEADER, ['Person 0', '0', '', '2026-10-01']))
      await expect(of.importer.approve(id, { by: 'Eve' })).rejects.toMatchObject({ code: 'ROSTER_CHANGED' })
      const again = await of.settled(id)
      expect(again).toMatchObject({ state: 'held', decidedBy: null, counts: { updated: 7, former: 6 } })
      expect(await of.approve(id, 'Eve')).toMatchObject({ state: 'succeeded', decidedBy: 'Eve' })
    })

    test('whose new plan trips nothing still waits for the second look it was promised', async () => {
      const of = await staffed(engine)
      const { id } = await of.deliver(exodus)
      const two = csv(HEADER, ['Person 0', '0', '', '2026-11-01'], ['Person 1', '1', '', '2026-11-01'])
      // From another source: those whom this one took away the same day would count.
      await of.deliver(two, { source: 'manual' })
      await expect(of.importer.approve(id, { by: 'Eve' })).rejects.toMatchObject({ code: 'ROSTER_CHANGED' })
      expect(await of.settled(id)).toMatchObject({
        state: 'held',
        holds: [{ code: 'PLAN_AGAIN' }],
        counts: { updated: 5, unchanged: 2 },
      })
      expect(await of.approve(id, 'Eve')).toMatchObject({ state: 'succeeded', decidedBy: 'Eve' })
    })

    test('and approved is not applied to a roster that changed after the word was given', async () => {
      const of = await staffed(engine)
      const { id } = await of.deliver(exodus)
      await of.importer.approve(id, { by: 'Eve' })
      // What no door allows: somebody wrote between the word and the deed.
      await of.db
        .updateTable('account')
        .set((account) => ({ position: account('position', '+', 1) }))
        .execute()
      const digest = await of.digest()
      expect(await of.settled(id)).toMatchObject({ state: 'held', decidedBy: null })
      expect(await of.digest()).toBe(digest)
    })

    test('of several that wait, each is decided by itself, the later one first if need be', async () => {
      const of = await staffed(engine)
      const [first, second] = [await of.deliver(exodus), await of.deliver(exodus)]
      expect((await of.approve(second.id)).state).toBe('succeeded')
      await expect(of.importer.approve(first.id, { by: 'Eve' })).rejects.toMatchObject({
        code: 'ROSTER_CHANGED',
      })
      expect(await of.settled(first.id)).toMatchObject({ state: 'duplicate' })
    })

    test('tells the customer that it waits, and later what became of it', async () => {
      const of = await staffed(engine)
      const { id } = await of.deliver(exodus, { fileName: 'exodus.csv' })
      const report = () => JSON.parse(of.results()[`exodus.csv.${id}.report.json`] ?? '{}')
      expect(report()).toMatchObject({ state: 'held' })
      await of.approve(id)
      expect(report()).toMatchObject({ state: 'succeeded', counts: { former: 7 } })
    })
  })

  test('a dry run changes nothing, says what would be, and never counts as an import', async () => {
    const of = await openTestImporter(engine)
    const dry = await of.deliver(csv(HEADER, ...staff), { mode: 'dry_run' })
    expect(dry).toMatchObject({ state: 'dry_run', counts: { created: 12 }, issues: [] })
    expect([await of.roster(), await of.history()]).toEqual([[], []])
    const real = await of.deliver(csv(HEADER, ...staff))
    expect(real).toMatchObject({ state: 'succeeded', counts: { created: 12 } })
    // Also of the very bytes that were applied last: whoever tries wants an answer.
    const again = await of.deliver(csv(HEADER, ...staff), { mode: 'dry_run' })
    expect(again).toMatchObject({ state: 'dry_run', counts: { unchanged: 12 } })
    const digest = await of.digest()
    expect(await of.deliver(exodus, { mode: 'dry_run' })).toMatchObject({
      state: 'dry_run',
      holds: [{ code: 'GUARD_MASS_LEAVERS' }],
    })
    expect(await of.digest()).toBe(digest)
  })

  describe('the same bytes', () => {
    test('of the same source, on an untouched roster, are a duplicate of the run before', async () => {
      const of = await openTestImporter(engine)
      const [first, digest] = [await of.deliver(csv(HEADER, ...staff)), await of.digest()]
      const again = await of.deliver(csv(HEADER, ...staff), { fileName: 'another name.csv' })
      expect(again).toMatchObject({
        state: 'duplicate',
        sha256: first.sha256,
        issueCounts: { FILE_DUPLICATE: 1 },
      })
      expect(again.issues[0]?.message).toContain(first.id)
      expect(await of.digest()).toBe(digest)
    })

    test('are planned like any file once somebody else has changed the roster, or when another source sends them', async () => {
      const of = await openTestImporter(engine)
      await of.deliver(csv(HEADER, ...staff))
      expect((await of.deliver(csv(HEADER, ...staff), { source: 'manual' })).state).toBe('succeeded')
      await of.deliver(csv(HEADER, ['Renamed', '0', '', '']), { source: 'manual' })
      expect(await of.deliver(csv(HEADER, ...staff))).toMatchObject({
        state: 'succeeded',
        counts: { updated: 1, unchanged: 11 },
      })
    })

    test('are no duplicate of a run that was discarded or only tried', async () => {
      const of = await staffed(engine)
      const { id } = await of.deliver(exodus)
      await of.importer.discard(id, { by: 'Eve' })
      await of.deliver(exodus, { mode: 'dry_run' })
      expect((await of.deliver(exodus)).state).toBe('held')
    })
  })

  test('a delivery that is told twice, also at the same time, is one run', async () => {
    const of = await openTestImporter(engine)
    const delivery = await of.put(csv(HEADER, ...staff))
    const runs = await Promise.all([of.importer.receive(delivery), of.importer.receive(delivery)])
    await of.settled(delivery.id)
    await of.importer.receive({ ...delivery, fileName: 'other.csv' })
    expect(new Set(runs.map(({ id }) => id))).toEqual(new Set([delivery.id]))
    expect(await of.importer.runs({})).toMatchObject([
      { id: delivery.id, state: 'succeeded', fileName: 'people.csv' },
    ])
    expect(await of.history()).toHaveLength(12)
    expect(await of.importer.unknownDeliveries([delivery.id, 'other'])).toEqual(['other'])
  })

  test('two files of one name are two runs, each with its own bytes, in the order of arrival', async () => {
    const of = await openTestImporter(engine)
    const name = (text: string) => csv(HEADER, [text, '1', '', ''])
    const first = await of.receive(name('First'), { fileName: 'people.csv' })
    const second = await of.receive(name('Second'), { fileName: 'people.csv' })
    await of.settled(second)
    expect((await of.history()).map(({ run_id, after }) => [run_id, after])).toEqual([
      [first, '{"name":"First","employeeId":"1"}'],
      [second, 'Second'],
    ])
    expect(Object.keys(of.results()).filter((file) => file.endsWith('.json'))).toHaveLength(2)
  })

  test('the door tells by name what it does not know', async () => {
    const of = await openTestImporter(engine)
    const missing = { code: 'RUN_UNKNOWN' }
    await expect(of.importer.run('x')).rejects.toMatchObject(missing)
    await expect(of.importer.settled('x')).rejects.toMatchObject(missing)
    await expect(of.importer.approve('x', { by: 'Eve' })).rejects.toMatchObject(missing)
    await expect(of.importer.account('nobody')).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' })
    await expect(of.importer.runs({ account: 'nobody' })).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' })
    await expect(of.importer.addAccount({ slug: 'acme' })).rejects.toMatchObject({ code: 'ACCOUNT_EXISTS' })
    await expect(of.importer.addAccount({ slug: 'NO' })).rejects.toMatchObject({ code: 'ACCOUNT_INVALID' })
    const { id } = await of.importer.receive(await of.put('Name\n'))
    const report = of.importer.report(id, 'json')[Symbol.asyncIterator]()
    await expect(report.next()).rejects.toMatchObject({
      code: 'REPORT_NOT_READY',
    })
    await expect(of.importer.approve(id, { by: 'Eve' })).rejects.toMatchObject({ code: 'RUN_NOT_HELD' })
  })

  test('runs are listed by account and state, newest first', async () => {
    const of = await staffed(engine)
    await of.addAccount('other')
    await of.deliver(exodus)
    await of.deliver(csv(HEADER, ...staff), { account: 'other' })
    const states = async (filter: Parameters<typeof of.importer.runs>[0]) =>
      (await of.importer.runs(filter)).map(({ account, state }) => `${account} ${state}`)
    expect(await states({})).toEqual(['other succeeded', 'acme held', 'acme succeeded'])
    expect(await states({ account: 'acme', state: 'held' })).toEqual(['acme held'])
    expect(await states({ limit: 1 })).toEqual(['other succeeded'])
    expect((await of.importer.listAccounts()).map(({ slug }) => slug)).toEqual(['acme', 'other'])
  })

  test('a file is checked against the people of an account without anything being kept', async () => {
    const of = await staffed(engine)
    const digest = await of.digest()
    const delivery = await of.put(exodus)
    const path = `${of.dataDir}/deliveries/${delivery.accountId}/${delivery.id}`
    const run = await of.importer.validateFor('acme', { path, fileName: 'people.csv' })
    expect(run).toMatchObject({
      state: 'dry_run',
      counts: { updated: 7, former: 7 },
      holds: [{ code: 'GUARD_MASS_LEAVERS' }],
    })
    await expect(
      of.importer.validateFor('acme', { path: '/no/such', fileName: 'a.csv' }),
    ).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    expect(await of.digest()).toBe(digest)
    expect(await of.importer.runs({})).toHaveLength(1)
  })
})
