/** What is redacted is read no more, and nothing of it is left anywhere; on both engines. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { deliveryPath } from '../../importer/files.ts'
import { ENGINES, type EngineName } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'DOB', 'GENDER', 'Team', 'Manager Email', 'Email']
const SECRETS = ['1990-01-17', '1991-02-18', 'Nonbinary', 'Womanly']
const first = csv(
  HEADER,
  ['Ada', '1', '1990-01-17', 'Womanly', 'Red', '', 'ada@x.io'],
  ['Bob', '2', '', '', 'Red', 'ada@x.io', ''],
)
const second = csv(
  HEADER,
  ['Ada', '1', '1991-02-18', 'Nonbinary', 'Blue', '', 'ada@x.io'],
  ['', '', '1991-02-18', 'Nonbinary', '', '', ''],
  ['Zoe', '9', '1991-02-18', 'Nonbinary'],
)
const EVE = { by: 'Eve' }

async function staffed(engine: EngineName): Promise<{ of: TestImporter; runs: string[] }> {
  const of = await openTestImporter(engine)
  await of.importer.setSource('acme', 'sftp', { results: 'full', newDemographics: 'create' })
  return { of, runs: [(await of.deliver(first)).id, (await of.deliver(second)).id] }
}

/** Everything that the database and the account's folders hold, as text. */
async function everything(of: TestImporter): Promise<string> {
  const tables = [
    'employee',
    'history',
    'plan_row',
    'run',
    'run_issue',
    'demographic_value',
    'account_policy',
  ] as const
  const rows = await Promise.all(tables.map((table) => of.db.selectFrom(table).selectAll().execute()))
  const files = readdirSync(of.dataDir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.startsWith('rollcall.db'),
  )
  return (
    JSON.stringify(rows) + files.map((entry) => readFileSync(join(entry.parentPath, entry.name))).join('\n')
  )
}

const found = (text: string) => SECRETS.filter((secret) => text.includes(secret))

describe.each(ENGINES)('on %s', (engine) => {
  test('with one command nothing of it is left: not on people, in history, plans, reports or files', async () => {
    const { of, runs } = await staffed(engine)
    expect(found(await everything(of))).toEqual(SECRETS)
    const { fields } = of.importer
    const preview = await fields.redactionPreview('acme', ['Birthdate', 'Gender'])
    expect(preview).toEqual({
      account: 'acme',
      fields: ['Date of Birth', 'Gender'],
      found: { people: 1, changes: 3, planRows: 2, files: 3 },
      isDone: false,
    })
    expect((await fields.redactionPreview('acme', [])).fields).toEqual([])
    expect(found(await everything(of))).toEqual(SECRETS)
    expect(await fields.redact('acme', ['Birthdate', 'Gender'], EVE)).toEqual({ ...preview, isDone: true })
    expect(found(await everything(of))).toEqual([])
    const none = { people: 0, changes: 0, planRows: 0, files: 0 }
    expect(await fields.redactionPreview('acme', [])).toMatchObject({ found: none })
    expect(await of.importer.labels('acme')).toEqual(['Team'])
    // What is not redacted is all there, now and of then.
    const shown = await of.importer.employee('acme', '1')
    expect(shown.values.map(({ field, value }) => [field, value])).toContainEqual(['Team', 'Blue'])
    const then = await of.importer.employee('acme', '1', { asOf: runs[0] ?? '' })
    expect(then.values.map(({ field, value }) => [field, value])).toContainEqual(['Team', 'Red'])
    expect(found(JSON.stringify([shown, then]) + (await of.export()))).toEqual([])
    // And can be taken back, without bringing anything.
    const undo = await of.importer.undo(runs[1] ?? '', EVE)
    expect(await of.settled(undo.id)).toMatchObject({ state: 'succeeded' })
    expect(
      (await of.importer.employee('acme', '1')).values.find(({ field }) => field === 'Team')?.value,
    ).toBe('Red')
    expect(found(await everything(of))).toEqual([])
  })

  test('from then on it is dropped unread under any of its names, also from the rows that are given back', async () => {
    const { of } = await staffed(engine)
    await of.importer.fields.redact('acme', ['Date of Birth', 'Gender'], EVE)
    await of.importer.setSource('acme', 'sftp', {
      mapping: { Sex: { kind: 'demographic', label: 'Gender' } },
    })
    const run = await of.deliver(
      second.replace('GENDER', 'Sex').replace('DOB', 'Birth Date').replace('Blue', 'Green'),
    )
    expect(run).toMatchObject({
      ...{ state: 'succeeded_with_errors', counts: { updated: 1, rejected: 2 } },
      issueCounts: { HDR_REDACTED: 2 },
    })
    expect(run.issueCounts).not.toHaveProperty('HDR_MISSING_EXPECTED')
    expect(found(await everything(of))).toEqual([])
    const [rejects = ''] = Object.entries(of.results()).flatMap(([name, text]) =>
      name.endsWith(`${run.id}.rejected.csv`) ? [text] : [],
    )
    const [header, ...rows] = rejects.trim().split(/\r?\n/)
    expect(header).toMatch(/^Name,Employee Id,Team,Manager Email,Email,Import Row/)
    expect(rows).toHaveLength(2)
    // The delivered file is gone with its run; what was given back stays.
    const path = deliveryPath(of.dataDir, { accountId: of.accountId(), id: run.id })
    expect(existsSync(path)).toBe(false)
    await of.settled((await of.importer.undo(run.id, EVE)).id)
    expect(await of.importer.run(run.id)).toMatchObject({ state: 'undone' })
  })

  test('a column may be read again, and then the same bytes are no duplicate', async () => {
    const { of } = await staffed(engine)
    const { fields } = of.importer
    await fields.redact('acme', ['Gender'], EVE)
    const file = csv(['Employee Id', 'Gender'], ['1', 'Womanly'])
    expect((await of.deliver(file)).counts).toMatchObject({ unchanged: 1 })
    expect((await fields.endRedaction('acme', ['gender'], EVE)).fields).toEqual([])
    const again = await of.deliver(file)
    expect(again.counts).toMatchObject({ updated: 1 })
    await expect(fields.endRedaction('acme', ['Gender'], EVE)).rejects.toMatchObject({
      code: 'REDACTION_REFUSED',
    })
  })

  test('with one key of the manager the other goes too, and the line', async () => {
    const { of } = await staffed(engine)
    expect((await of.people())['2']?.manager_id).not.toBeNull()
    const { fields } = await of.importer.fields.redact('acme', ['Manager ID'], EVE)
    expect(fields).toEqual(['Manager Email', 'Manager Employee Id'])
    expect((await of.people())['2']).toMatchObject({ manager_id: null, manager_email: null })
    expect((await of.importer.employee('acme', '2')).reportsTo).toEqual([])
  })

  test.each([
    'Name',
    'First Name',
    'Email',
    'Employee Id',
    'End Date',
    'Start Date',
    'Employee Deactivated',
    'Import Row',
  ])('%s cannot be redacted', async (field) => {
    const { importer } = await openTestImporter(engine)
    const refusal = { code: 'REDACTION_REFUSED' }
    await expect(importer.fields.redactionPreview('acme', [field])).rejects.toMatchObject(refusal)
    await expect(importer.fields.redact('acme', [field], EVE)).rejects.toMatchObject(refusal)
  })

  test('not while a plan waits that may hold it, and no other account’s', async () => {
    const { of } = await staffed(engine)
    await of.addAccount('other')
    await of.importer.setSource('acme', 'sftp', { newDemographics: 'hold' })
    const held = await of.deliver(csv(['Employee Id', 'Shoe'], ['1', '44']))
    expect(held.state).toBe('held')
    const { fields } = of.importer
    await expect(fields.redact('acme', ['DOB'], EVE)).rejects.toMatchObject({ code: 'REDACTION_REFUSED' })
    expect((await of.people())['1']?.date_of_birth).toBe('1991-02-18')
    await fields.redact('other', ['DOB'], EVE)
    expect((await of.people())['1']?.date_of_birth).toBe('1991-02-18')
    expect((await fields.redactionPreview('acme', [])).fields).toEqual([])
  })
})
