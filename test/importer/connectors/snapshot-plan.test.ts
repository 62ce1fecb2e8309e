/** A poll and an upload are the same thing: what a connector read goes the way of every file. */
import { expect, test } from 'vitest'
import { fetchSnapshot } from '../../../importer/connectors/fetch-snapshot.ts'
import { KINDS, TestHris } from '../../support/hris.ts'
import { openTestImporter } from '../../support/importer.ts'

test.each(KINDS)(
  'people of %s are imported with their managers, and a second poll changes nothing',
  async (kind) => {
    const world = await openTestImporter('sqlite')
    const hris = await TestHris.start(kind, { people: 60 })
    const { id: accountId } = await world.importer.account('acme')
    const mapping = Object.fromEntries(
      hris.connector.automaticMapping.map(({ field, target }) => [field, target]),
    )
    await world.importer.setSource('acme', 'sftp', { mapping })

    const poll = async () => {
      const request = { accountId, source: 'sftp', mode: 'apply', sentBy: 'schedule' } as const
      const { delivery } = await fetchSnapshot(world, request, hris.connector, hris.context)
      await world.importer.receive(delivery)
      await world.work()
      const run = await world.importer.run(delivery.id)
      if (run.state !== 'held') return run
      await world.importer.approve(run.id, { by: 'somebody' })
      await world.work()
      return await world.importer.run(run.id)
    }
    const first = await poll()
    expect(first.counts).toMatchObject({ read: 60, created: 60, rejected: 0, former: 3 })
    const person = hris.company.people[9]
    const found = await world.importer.employee('acme', person?.workEmail ?? '')
    expect(found.reportsTo.map(({ email }) => email)).toEqual(
      [1, 0].map((index) => hris.company.people[index]?.workEmail),
    )
    const values = Object.fromEntries(found.values.map(({ field, value }) => [field, value]))
    expect(values).toMatchObject({ 'Job Title': person?.title, Gender: 'Male', 'Start Date': person?.start })

    world.wait(24 * 3_600_000)
    hris.timing.pass(24 * 3_600_000)
    // A whole day later the list has changed in one place only.
    if (person) person.title = 'Director'
    const second = await poll()
    expect(second.counts).toMatchObject({ read: 60, updated: 1, unchanged: 59, created: 0 })
  },
)
