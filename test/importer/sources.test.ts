/** What a source is set to, and that the next file is read by it; on both engines. */
import { describe, expect, test } from 'vitest'
import { sourceSettingsSchema } from '../../schemas/account.ts'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter } from '../support/importer.ts'

describe.each(ENGINES)('on %s', (engine) => {
  test('an account starts with its sources at the defaults of the contract', async () => {
    const { importer } = await openTestImporter(engine)
    const sources = await importer.sources('acme')
    expect(sources.map(({ account, name, kind }) => [account, name, kind])).toEqual([
      ['acme', 'manual', 'manual'],
      ['acme', 'sftp', 'sftp'],
    ])
    expect(sources[0]?.settings).toEqual(sourceSettingsSchema.parse({}))
    expect(await importer.sources(null)).toEqual(sources)
  })

  test('a change keeps what it does not name, and null goes back to the default', async () => {
    const { importer } = await openTestImporter(engine)
    await importer.setSource('acme', 'sftp', { leaversMax: 20, datePattern: 'DD/MM/YYYY' })
    const { settings } = await importer.setSource('acme', 'sftp', { leaversMax: null, encoding: 'koi8-r' })
    expect(settings).toEqual(sourceSettingsSchema.parse({ datePattern: 'DD/MM/YYYY', encoding: 'koi8-r' }))
    expect((await importer.source('acme', 'manual')).settings).toEqual(sourceSettingsSchema.parse({}))
  })

  test('changes made at the same time are all kept', async () => {
    const { importer } = await openTestImporter(engine)
    const changes = [{ leaversMax: 7 }, { reactivate: true }, { encoding: 'big5' }, { delimiter: 'tab' }]
    await Promise.all(changes.map((change) => importer.setSource('acme', 'sftp', change)))
    expect((await importer.source('acme', 'sftp')).settings).toMatchObject(Object.assign({}, ...changes))
  })

  test.each([
    [{ leaverMax: 3 }, /there is no setting "leaverMax"/],
    [{ leaversMax: -1 }, /^leaversMax: /],
    [{ mapping: { Pay: { kind: 'demographic', label: 'Salary' } } }, /^mapping\.Pay/],
  ])('what is no good setting is refused by its name: %j', async (change, problem) => {
    const { importer } = await openTestImporter(engine)
    const before = await importer.source('acme', 'sftp')
    await expect(importer.setSource('acme', 'sftp', change)).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      params: { problem: expect.stringMatching(problem) },
    })
    expect(await importer.source('acme', 'sftp')).toEqual(before)
  })

  test('a source or an account that is not there is named', async () => {
    const { importer } = await openTestImporter(engine)
    for (const call of [importer.source('acme', 'api'), importer.setSource('acme', 'api', { leaversMax: 1 })])
      await expect(call).rejects.toMatchObject({ code: 'SOURCE_UNKNOWN' })
    await expect(importer.source('nobody', 'sftp')).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' })
  })

  test('the same bytes under other settings are not a duplicate', async () => {
    const of = await openTestImporter(engine)
    const file = csv(['Name', 'Email', 'Start Date'], ['Ada', 'ada@x.io', '03/04/2025'])
    expect((await of.deliver(file)).issueCounts).toMatchObject({ VAL_DATE_AMBIGUOUS: 1 })
    expect((await of.deliver(file)).state).toBe('duplicate')
    await of.importer.setSource('acme', 'sftp', { datePattern: 'DD/MM/YYYY' })
    expect(await of.deliver(file)).toMatchObject({ state: 'succeeded', counts: { updated: 1 } })
    expect((await of.roster())[0]?.start_date).toBe('2025-04-03')
  })
})

test('a setting of a column holds under any name that the column is known by', async () => {
  const { importer } = await openTestImporter('sqlite')
  const { settings } = await importer.setSource('acme', 'sftp', {
    datePatternOf: { 'hire date': 'DD/MM/YYYY' },
    values: { 'Worker Type': { W2: 'Employee' }, Team: { A: 'B' } },
    blankOf: { Timezone: 'clear' },
  })
  expect(settings).toMatchObject({
    datePatternOf: { 'Start Date': 'DD/MM/YYYY' },
    values: { 'Employment Type': { W2: 'Employee' }, Team: { A: 'B' } },
    blankOf: { Timezone: 'clear' },
  })
  expect((await importer.source('acme', 'sftp')).settings).toEqual(settings)
  for (const change of [{ datePatternOf: { Email: 'DD/MM/YYYY' } }, { blankOf: { 'Full Name': 'clear' } }])
    await expect(importer.setSource('acme', 'sftp', change)).rejects.toMatchObject({ code: 'SOURCE_INVALID' })
})
