/** Looking after demographics: what they are used for, another label, and deleting; on both engines. */
import { describe, expect, test } from 'vitest'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'End Date', 'Team', 'Site']
const staff = csv(
  HEADER,
  ['Ada', '1', '', 'Red', ''],
  ['Bob', '2', '', 'Blue', ''],
  ['Cyd', '3', '', '', ''],
  ['Dan', '4', '2026-01-31', 'Red', ''],
)

async function staffed(engine: (typeof ENGINES)[number]): Promise<TestImporter> {
  const of = await openTestImporter(engine)
  expect((await of.deliver(staff)).state).toBe('succeeded')
  return of
}

const labels = async (of: TestImporter) => (await of.importer.demographics('acme')).map(({ label }) => label)

describe.each(ENGINES)('on %s', (engine) => {
  test('each is told with how many have a value, and which run had the column last', async () => {
    const of = await staffed(engine)
    const later = await of.deliver(csv(['Employee Id', 'Site'], ['1', '']), { source: 'manual' })
    const [team, site] = await of.importer.demographics('acme')
    expect(team).toMatchObject({
      label: 'Team',
      filled: 2,
      active: 3,
      others: 1,
      lastSent: { source: 'sftp' },
    })
    expect(site).toEqual({
      ...{ label: 'Site', filled: 0, active: 3, others: 0 },
      lastSent: { run: later.id, source: 'manual', at: later.receivedAt },
    })
  })

  test('another label changes nobody, and files with the new one go on with it', async () => {
    const of = await staffed(engine)
    const digest = await of.digest()
    await of.importer.renameDemographic('acme', { from: 'Team', to: 'Squad' })
    expect([await labels(of), await of.digest()]).toEqual([['Squad', 'Site'], digest])
    expect((await of.export()).split('\n')[0]).toContain('Squad,Site')
    expect(await of.deliver(csv(['Employee Id', 'Squad'], ['3', 'Blue']))).toMatchObject({
      ...{ state: 'succeeded', counts: { updated: 1 }, issueCounts: {} },
    })
    expect((await of.importer.employee('acme', '1')).values).toContainEqual(
      expect.objectContaining({ field: 'Squad', value: 'Red' }),
    )
  })

  test.each([
    ['one that is there already', 'Site'],
    ['the name of a field', 'e-mail'],
    ['one with spaces at its ends', ' Squad'],
  ])('a label is not taken: %s', async (_, to) => {
    const of = await staffed(engine)
    await expect(of.importer.renameDemographic('acme', { from: 'Team', to })).rejects.toMatchObject({
      code: 'DEMOGRAPHIC_INVALID',
    })
    await expect(of.importer.renameDemographic('acme', { from: 'team', to: 'X' })).rejects.toMatchObject({
      code: 'DEMOGRAPHIC_UNKNOWN',
    })
    expect(await labels(of)).toEqual(['Team', 'Site'])
  })

  test('a run that waits is planned again with the labels as they are by then', async () => {
    const of = await staffed(engine)
    const held = await of.deliver(csv(['Employee Id', 'Squad'], ['1', 'Green']))
    expect(held).toMatchObject({ state: 'held', holds: [{ code: 'HDR_NEW_DEMOGRAPHIC' }] })
    await of.importer.renameDemographic('acme', { from: 'Team', to: 'Squad' })
    await expect(of.importer.approve(held.id, { by: 'Eve' })).rejects.toMatchObject({
      code: 'ROSTER_CHANGED',
    })
    expect(await of.settled(held.id)).toMatchObject({ state: 'held', holds: [{ code: 'PLAN_AGAIN' }] })
    expect(await of.approve(held.id)).toMatchObject({ state: 'succeeded', counts: { updated: 1 } })
    expect(await labels(of)).toEqual(['Squad', 'Site'])
  })

  test('one that nobody has a value in is deleted; one that is used stays, whoever uses it', async () => {
    const of = await staffed(engine)
    const history = await of.history()
    await of.importer.deleteDemographic('acme', 'Site')
    expect(await labels(of)).toEqual(['Team'])
    expect(await of.export()).not.toContain('Site')
    await of.deliver(csv(['Employee Id', 'Team'], ['1', '__CLEAR__'], ['2', '__CLEAR__']))
    const used = { code: 'DEMOGRAPHIC_IN_USE', params: { people: 1 } }
    await expect(of.importer.deleteDemographic('acme', 'Team')).rejects.toMatchObject(used)
    expect((await of.history()).slice(0, history.length)).toEqual(history)
    // The next file that has the column must ask again.
    expect(await of.deliver(csv(['Employee Id', 'Site'], ['1', 'Bonn']))).toMatchObject({ state: 'held' })
  })

  test('one that was deleted can come back under its label, as another one', async () => {
    const of = await staffed(engine)
    await of.importer.deleteDemographic('acme', 'Site')
    const held = await of.deliver(csv(['Employee Id', 'Site'], ['1', 'Bonn']))
    expect(await of.approve(held.id)).toMatchObject({ state: 'succeeded' })
    expect(await labels(of)).toEqual(['Team', 'Site'])
    expect((await of.importer.demographics('acme'))[1]).toMatchObject({ filled: 1 })
  })

  test('the history still knows its label, and an undo that needs it has it back', async () => {
    const of = await staffed(engine)
    const cleared = await of.deliver(
      csv(['Employee Id', 'Team'], ['1', '__CLEAR__'], ['2', '__CLEAR__'], ['4', '__CLEAR__']),
      { source: 'manual' },
    )
    await of.importer.deleteDemographic('acme', 'Team')
    expect(await labels(of)).toEqual(['Site'])
    const told = JSON.stringify((await of.importer.employee('acme', '1')).changes)
    expect(told).toContain('"Team"')
    await of.settled((await of.importer.undo(cleared.id, { by: 'Eve' })).id)
    expect(await labels(of)).toEqual(['Team', 'Site'])
    expect((await of.importer.demographics('acme'))[0]).toMatchObject({ filled: 2, others: 1 })
  })
})
