/** A field has an owner: what others say of it is refused, told, and taken over when the owner falls silent; on both engines. */
import { describe, expect, test } from 'vitest'
import { ENGINES, type EngineName } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'Team']
const ada = (email: string, team = 'Red') => csv(HEADER, ['Ada', '1', email, team])
const sources = (...names: string[]) => names.map((source) => ({ source, mode: 'always' }))

const EVE = { by: 'Eve' }
const DAY_MS = 86_400_000

async function owned(engine: EngineName, ownership: unknown): Promise<TestImporter> {
  const of = await openTestImporter(engine)
  expect(await of.deliver(ada('ada@x.io'))).toMatchObject({ state: 'succeeded' })
  await of.importer.fields.setOwnership('acme', { field: 'Work Email', ownership: ownership as never }, EVE)
  return of
}

const emailOf = async (of: TestImporter) => (await of.people())['1']?.email

describe.each(ENGINES)('on %s', (engine) => {
  test('what is not the source’s to say is left, told in the report and at the person, and no duplicate', async () => {
    const of = await owned(engine, { sources: sources('sftp') })
    const run = await of.deliver(ada('other@x.io', 'Blue'), { source: 'manual' })
    expect(run).toMatchObject({
      ...{ state: 'succeeded', counts: { updated: 1 }, issueCounts: { W_NOT_OWNER: 1 } },
      issues: [
        { code: 'W_NOT_OWNER', severity: 'info', row: 1, column: 'C', header: 'Email', field: 'Email' },
      ],
    })
    expect((await of.people())['1']).toMatchObject({ email: 'ada@x.io', demographics: '{"1":"Blue"}' })
    const shown = await of.importer.employee('acme', '1')
    expect(shown.refused).toMatchObject([
      { run: run.id, field: 'Email', code: 'W_NOT_OWNER', message: expect.stringContaining('"sftp"') },
    ])
    expect(JSON.stringify([run, shown])).not.toContain('other@')
    // The same bytes once the field is everybody's: not a duplicate.
    expect((await of.deliver(ada('other@x.io', 'Blue'), { source: 'manual' })).state).toBe('duplicate')
    await of.importer.fields.setOwnership('acme', { field: 'Email', ownership: null }, EVE)
    const free = await of.deliver(ada('other@x.io', 'Blue'), { source: 'manual' })
    expect(free).toMatchObject({ state: 'succeeded', counts: { updated: 1 }, issueCounts: {} })
    expect(await emailOf(of)).toBe('other@x.io')
  })

  test('when the owner has been silent for so long, the next writes, until the owner is back', async () => {
    const of = await owned(engine, { sources: sources('sftp', 'manual'), silentDays: 3 })
    const right = async () => {
      const { fields } = await of.importer.fields.ownership('acme')
      return fields[0]?.rights.map(({ source, right, isSilent }) => `${source} ${right} ${isSilent}`)
    }
    expect(await right()).toEqual(['manual standIn false', 'sftp always false'])
    of.wait(3 * DAY_MS - 60_000)
    await of.deliver(ada('early@x.io'), { source: 'manual' })
    expect(await emailOf(of)).toBe('ada@x.io')
    of.wait(60_000)
    expect(await right()).toEqual(['manual always false', 'sftp always true'])
    // The very bytes that were refused before are taken now.
    expect(await of.deliver(ada('early@x.io'), { source: 'manual' })).toMatchObject({ state: 'succeeded' })
    expect(await emailOf(of)).toBe('early@x.io')
    await of.deliver(ada('back@x.io'))
    await of.deliver(ada('late@x.io'), { source: 'manual' })
    expect(await emailOf(of)).toBe('back@x.io')
  })

  test('a source that never spoke is silent from when it was named', async () => {
    const of = await owned(engine, { sources: sources('manual', 'sftp'), silentDays: 2 })
    await of.deliver(ada('one@x.io'))
    expect(await emailOf(of)).toBe('ada@x.io')
    of.wait(2 * DAY_MS)
    await of.deliver(ada('two@x.io'))
    expect(await emailOf(of)).toBe('two@x.io')
  })

  test('a preview says what every source could do, and sets nothing', async () => {
    const of = await owned(engine, { sources: sources('sftp') })
    const { fields } = of.importer
    const change = { field: 'Team', ownership: { sources: [{ source: 'manual', mode: 'fillIfEmpty' }] } }
    const preview = await fields.ownershipPreview('acme', change)
    expect(preview.fields).toMatchObject([
      { field: 'Email', people: 1 },
      {
        ...{ field: 'Team', people: 1, ownership: { others: 'never', silentDays: null } },
        rights: [
          { source: 'manual', right: 'fillIfEmpty', lastHeard: null },
          { source: 'sftp', right: 'never', lastHeard: expect.stringContaining('T') },
        ],
      },
    ])
    expect((await fields.ownership('acme')).fields).toHaveLength(1)
    expect(await fields.setOwnership('acme', change, { by: 'Kim' })).toMatchObject({
      ...{ ...preview, version: 2, setBy: 'Kim', setAt: expect.any(String) },
    })
    // A reporting line is one fact, whichever key names it.
    const manager = await fields.setOwnership(
      'acme',
      { field: 'Manager Email', ownership: { sources: sources('sftp') } },
      EVE,
    )
    expect(manager.fields.map(({ field }) => field)).toEqual([
      'Email',
      'Team',
      'Manager Email',
      'Manager Employee Id',
    ])
    const cleared = await fields.setOwnership('acme', { field: 'Manager ID', ownership: null }, EVE)
    expect(cleared.fields.map(({ field }) => field)).toEqual(['Email', 'Team'])
  })

  test.each([
    ['Salary', { sources: sources('sftp') }, 'FIELD_UNKNOWN'],
    ['First Name', { sources: sources('sftp') }, 'FIELD_UNKNOWN'],
    ['Nothing known', null, 'FIELD_UNKNOWN'],
    ['Email', { sources: [] }, 'OWNERSHIP_INVALID'],
    ['Email', { sources: sources('sftp', 'sftp') }, 'OWNERSHIP_INVALID'],
    ['Email', { sources: sources('sftp'), silentDays: 0 }, 'OWNERSHIP_INVALID'],
    ['Email', { sources: sources('ftp') }, 'SOURCE_UNKNOWN'],
  ])('%s by %j is refused', async (field, ownership, code) => {
    const { importer } = await openTestImporter(engine)
    const change = { field, ownership: ownership as never }
    await expect(importer.fields.ownershipPreview('acme', change)).rejects.toMatchObject({ code })
    await expect(importer.fields.setOwnership('acme', change, EVE)).rejects.toMatchObject({ code })
    expect(await importer.fields.ownership('acme')).toMatchObject({ version: 0, setBy: null, fields: [] })
  })

  test('one account’s rules are no other’s, and two changes at a time are both kept', async () => {
    const of = await openTestImporter(engine)
    await of.addAccount('other')
    const { fields } = of.importer
    const change = (field: string) =>
      fields.setOwnership('acme', { field, ownership: { sources: sources('sftp') } }, EVE)
    await Promise.all(['Email', 'Name', 'Start Date'].map(change))
    expect(await fields.ownership('acme')).toMatchObject({ version: 3, fields: [{}, {}, {}] })
    expect(await fields.ownership('other')).toMatchObject({ version: 0, fields: [] })
  })

  test('a check without an import says the same', async () => {
    const of = await owned(engine, { sources: sources('sftp') })
    const delivery = await of.put(ada('other@x.io'), { source: 'manual' })
    const { deliveryPath } = await import('../../importer/files.ts')
    const path = deliveryPath(of.dataDir, delivery)
    const said = async (source: string) =>
      (await of.importer.validateFor('acme', { path, fileName: 'people.csv', source })).issueCounts
    expect(await said('manual')).toMatchObject({ W_NOT_OWNER: 1 })
    expect(await said('sftp')).not.toHaveProperty('W_NOT_OWNER')
  })
})
