import { describe, expect, test } from 'vitest'
import { ENGINES } from '../../support/engines.ts'
import { csv, openTestImporter } from '../../support/importer.ts'

const DAY_MS = 86_400_000
const FILE = csv(['Name', 'Employee Id'], ['Ada', '1'])

describe.each(ENGINES)('the watch over sources on %s', (engine) => {
  test('tells once that a file is late, also with two nodes, and is quiet when it has come', async () => {
    const of = await openTestImporter(engine, { now: '2026-11-16T09:00:00Z', timezone: 'Europe/Berlin' })
    const { chores, lifecycle, mailroom, outbox } = of.importer
    await outbox.setRecipient('acme', { address: 'hr@example.com' })
    await of.importer.setSource('acme', 'sftp', { expectedBy: '08:30' })
    await of.deliver(FILE)
    await chores.watchFeeds()
    expect((await lifecycle.feeds(null))[0]).toMatchObject({ account: 'acme', source: 'sftp', warnings: [] })
    of.clock.current = new Date('2026-11-17T07:31:00Z')
    await chores.watchFeeds()
    expect((await lifecycle.feeds('acme'))[0]?.warnings).toEqual([])
    // The file of the day before came after its time, so only the next day's is missing.
    of.clock.current = new Date('2026-11-18T07:31:00Z')
    await Promise.all([chores.watchFeeds(), chores.watchFeeds()])
    await chores.watchFeeds()
    expect((await lifecycle.feeds('acme'))[0]?.warnings).toMatchObject([
      { code: 'FEED_LATE', message: 'No file came by 2026-11-18 08:30; the last one came 2026-11-16 10:00.' },
    ])
    await mailroom.spread()
    expect((await mailroom.take('mail', 9)).map(({ type, data }) => [type, data])).toEqual([
      ['feed.warning', { source: 'sftp', codes: ['FEED_LATE'] }],
    ])
    await of.deliver(FILE)
    await chores.watchFeeds()
    expect((await lifecycle.feeds('acme'))[0]?.warnings).toEqual([])
    await mailroom.spread()
    expect(await mailroom.take('mail', 9)).toEqual([])
  })

  test('sees a file that stands still, which is applied once and a duplicate afterwards', async () => {
    const of = await openTestImporter(engine)
    await of.importer.setSource('acme', 'sftp', { identicalDays: 2 })
    for (let day = 0; day < 3; day++) {
      await of.deliver(FILE)
      of.wait(DAY_MS)
    }
    await of.importer.chores.watchFeeds()
    const [feed] = await of.importer.lifecycle.feeds('acme')
    expect(feed?.warnings).toMatchObject([
      { code: 'FEED_IDENTICAL', message: expect.stringContaining('3 days running') },
    ])
    expect(feed?.lastApplied?.at.slice(0, 10)).toBe('2026-11-21')
    expect(feed?.lastReceivedAt?.slice(0, 10)).toBe('2026-11-23')
  })

  test('keeps accounts apart and leaves what is sent by hand alone', async () => {
    const of = await openTestImporter(engine)
    await of.addAccount('beta')
    await of.importer.setSource('acme', 'sftp', { expectedBy: '00:00' })
    await of.importer.setSource('acme', 'manual', { expectedBy: '00:00' })
    of.wait(7 * DAY_MS)
    await of.importer.chores.watchFeeds()
    const feeds = await of.importer.lifecycle.feeds(null)
    expect(feeds.map(({ account, source, warnings }) => [account, source, warnings.length])).toEqual([
      ['acme', 'sftp', 1],
      ['beta', 'sftp', 0],
    ])
    expect(feeds[0]?.warnings[0]?.message).toContain('never')
  })
})
