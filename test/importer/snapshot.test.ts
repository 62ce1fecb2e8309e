/** Records that come again are not read again, and nobody can tell by what comes of the file; on both engines. */
import { describe, expect, test } from 'vitest'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'
import { makePeople, PEOPLE_HEADERS } from '../support/people.ts'

const ACCOUNTS = ['acme', 'globex'] as const
/** Its files find no snapshot. */
const WHOLE = 'globex'
const PEOPLE = makePeople({ seed: 5, count: 60 }).map((one) => PEOPLE_HEADERS.map((header) => one[header]))
const HEADERS = [...PEOPLE_HEADERS]

async function twins(engine: (typeof ENGINES)[number]): Promise<TestImporter> {
  const of = await openTestImporter(engine)
  await of.addAccount(WHOLE)
  for (const slug of ACCOUNTS)
    await of.importer.setSource(slug, 'sftp', { missing: 'report', matching: 'employeeIdThenEmail' })
  return of
}

async function unread(of: TestImporter): Promise<void> {
  await of.db.deleteFrom('source_snapshot').where('account_id', '=', of.accountId(WHOLE)).execute()
}

/** What anybody can see of a file and of the roster after it. */
async function seen(of: TestImporter, account: (typeof ACCOUNTS)[number], text: string) {
  if (account === WHOLE) await unread(of)
  const held = await of.deliver(text, { account })
  const run = held.state === 'held' ? await of.approve(held.id) : held
  const { counts, state, holds, issues, issueCounts } = run
  const rows = await of.db
    .selectFrom('plan_row')
    .select(['row', 'line', 'action', 'person_id', 'version', 'matched_by', 'changes', 'codes'])
    .where('run_id', '=', run.id)
    .orderBy('row')
    .execute()
  let report = ''
  for await (const chunk of of.importer.report(run.id, 'csv')) report += chunk
  const { people: missing } = await of.importer.missing(account, 'sftp', {})
  const absent = missing.map(({ id, absences }) => [id, absences])
  const lines = report.replaceAll(run.id, 'RUN')
  return { counts, state, holds, issues, issueCounts, rows, lines, absent, digest: await of.digest(account) }
}

async function same(of: TestImporter, text: string) {
  const [ours, theirs] = [await seen(of, 'acme', text), await seen(of, WHOLE, text)]
  expect(ours).toEqual(theirs)
  return ours
}

const file = (rows: readonly string[][]) => csv(HEADERS, ...rows)
const at = (header: (typeof PEOPLE_HEADERS)[number]) => PEOPLE_HEADERS.indexOf(header)
const changed = (row: readonly string[], header: (typeof PEOPLE_HEADERS)[number], value: string) =>
  row.with(at(header), value)

async function records(of: TestImporter, account = 'acme') {
  return await of.db
    .selectFrom('source_snapshot')
    .select('entries')
    .where('account_id', '=', of.accountId(account))
    .execute()
}

/** Changes somebody behind everybody's back: only a file that is read notices. */
async function forge(of: TestImporter, id: string): Promise<void> {
  await of.db
    .updateTable('employee')
    .set({ language: 'fi' })
    .where('account_id', '=', of.accountId())
    .where('employee_id', '=', id)
    .execute()
}

describe.each(ENGINES)('on %s', (engine) => {
  test('a file that says the same in other bytes, in part, and with changes ends as if it were read whole', async () => {
    const of = await twins(engine)
    const [one = [], two = [], three = [], four = []] = PEOPLE
    await same(of, file(PEOPLE))
    expect((await same(of, `${file(PEOPLE)}\n`)).counts).toMatchObject({ unchanged: 60 })
    const later = [
      [...PEOPLE.slice(5), changed(one, 'Job Title', 'Painter'), two, changed(three, 'Department', 'sales')],
      PEOPLE.toReversed(),
      // The same person twice, the same keys twice, a manager who moves, an id without its zeros.
      [...PEOPLE, one],
      [changed(one, 'Name', 'Somebody Else'), ...PEOPLE.slice(1), changed(four, 'Email', 'new@example.com')],
      [
        ...PEOPLE.slice(0, 30),
        changed(two, 'Employee Id', String(Number(two[at('Employee Id')]))),
        ...PEOPLE.slice(30),
      ],
      PEOPLE.slice(10, 20),
      PEOPLE.map((row, place) => (place % 9 === 0 ? changed(row, 'End Date', '2026-11-01') : row)),
      PEOPLE,
    ]
    for (const rows of later) await same(of, file(rows))
    expect((await records(of)).length).toBeGreaterThan(0)
  })

  test('what something else has changed is said again', async () => {
    const of = await twins(engine)
    const [one = []] = PEOPLE
    await same(of, file(PEOPLE))
    const id = one[at('Employee Id')] ?? ''
    const other = csv(['Employee Id', 'Language'], [id, 'fi'])
    for (const account of ACCOUNTS) await of.deliver(other, { account, source: 'manual' })
    expect((await same(of, file(PEOPLE))).counts).toMatchObject({ updated: 1, unchanged: 59 })
    expect((await same(of, `${file(PEOPLE)}\n`)).counts).toMatchObject({ updated: 0, unchanged: 60 })
  })

  test('a record that is known is not read; under another header, or other settings, it is', async () => {
    const of = await openTestImporter(engine)
    const [one = []] = PEOPLE
    await of.deliver(file(PEOPLE))
    await forge(of, one[at('Employee Id')] ?? '')
    expect((await of.deliver(`${file(PEOPLE)}\n`)).counts).toMatchObject({ unchanged: 60 })
    const wide = csv([...HEADERS, 'Desk'], ...PEOPLE.map((row) => [...row, '']))
    expect((await of.deliver(wide, { mode: 'dry_run' })).counts).toMatchObject({ updated: 1 })
    await of.importer.setSource('acme', 'sftp', { blank: 'clear' })
    expect((await of.deliver(file(PEOPLE), { mode: 'dry_run' })).counts.updated).toBeGreaterThan(0)
  })

  test('a cell that may have swallowed people is told as often as it comes', async () => {
    const of = await openTestImporter(engine)
    const rows = [
      ['Ada', 'a@x.io', 'Red'],
      ['Bo', 'b@x.io', 'Red\nCy,c@x.io,Blue\nDi,d@x.io,Blue'],
    ]
    const text = csv(['Name', 'Email', 'Team'], ...rows)
    const first = await of.deliver(text)
    expect(first.holds.map(({ code }) => code)).toEqual(['FILE_SUSPECT_QUOTE'])
    await of.approve(first.id)
    expect((await of.deliver(`${text}\n`)).holds.map(({ code }) => code)).toEqual(['FILE_SUSPECT_QUOTE'])
  })

  test('an age that becomes odd in the course of the year is told on its day', async () => {
    const of = await openTestImporter(engine)
    const text = csv(
      ['Name', 'Email', 'Date of Birth'],
      ['Ada', 'a@x.io', '1915-12-01'],
      ['Bo', 'b@x.io', '1980-01-01'],
    )
    expect((await of.deliver(text)).issueCounts).toEqual({})
    of.wait(11 * 86_400_000)
    expect((await of.deliver(`${text}\n`)).issueCounts).toMatchObject({ W_AGE: 1 })
  })

  test('a column that was redacted comes back with the next file once it may be read again', async () => {
    const of = await openTestImporter(engine)
    await of.deliver(file(PEOPLE))
    await of.importer.fields.redact('acme', ['Language'], { by: 'Op' })
    await of.importer.fields.endRedaction('acme', ['Language'], { by: 'Op' })
    const filled = PEOPLE.filter((row) => row[at('Language')] !== '').length
    expect((await of.deliver(`${file(PEOPLE)}\n`)).counts).toMatchObject({ updated: filled })
  })

  test('who is erased is in no snapshot, and a plan that was never applied adds nothing to one', async () => {
    const of = await openTestImporter(engine)
    const [one = []] = PEOPLE
    await of.deliver(file(PEOPLE), { mode: 'dry_run' })
    expect(await records(of)).toEqual([])
    await of.deliver(file(PEOPLE))
    expect(await records(of)).toHaveLength(1)
    await of.importer.erase('acme', one[at('Email')] ?? '')
    expect(await records(of)).toEqual([])
  })
})
