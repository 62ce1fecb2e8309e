/** How each system is linked, told as its own documents tell it, against the simulated one. */
import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openImporter } from '../../../importer/importer.ts'
import type { GivenSecrets } from '../../../importer/types.ts'
import { hrisPerson } from '../../../server/cli/demo/hris/company.ts'
import { ENGINES } from '../../support/engines.ts'
import { openStory } from '../../support/hris-story.ts'
import { csv } from '../../support/importer.ts'

const BOXES = { consent: { dateOfBirth: true, sex: true } }

test('Justworks: what is read is said first, with exactly the fields of its documents', async () => {
  const { hris } = await openStory({ kind: 'justworks' })
  const [employees, groups] = await hris.readAccess('justworks')
  expect(employees).toMatchObject({
    object: 'Employees',
    fields: [
      ...[
        'Date Of Birth',
        'Display Full Name',
        'Employee Number',
        'Employment Status',
        'First Name',
        'Gender',
      ],
      ...['Groups', 'Last Name', 'Manager', 'Mobile Phone Number', 'Personal Email', 'Preferred Name'],
      ...['Remote Created Timestamp', 'Start Date', 'Termination Date', 'Work Email'],
    ],
  })
  expect(groups).toMatchObject({ object: 'Groups', fields: ['Name', 'Type'] })
})

test('Justworks: connect, consent, a first sync that imports nobody, a review, and only then people', async () => {
  const story = await openStory({ kind: 'justworks' })
  const { hris, test } = story
  const ticket = await story.connect(BOXES)
  expect(await hris.consentPage(ticket ?? '')).toMatchObject({
    connection: { state: 'connecting' },
    boxes: ['Date of birth', 'Sex'],
  })
  expect(await story.authorise(ticket, { box: true })).toContain('Also share sex and date of birth')
  expect(await story.round()).toMatchObject({
    state: 'finalise_pending',
    preview: { counts: { read: 30, created: 30 }, withoutEmployeeId: 0 },
    granted: expect.arrayContaining(['member.dob:read', 'member.sex:read']),
  })
  expect(await test.roster()).toEqual([])
  await hris.setAutoSync('acme', 'justworks', { on: true })
  story.later(48)
  await story.round()
  expect(await story.runs()).toHaveLength(1)
  await expect(story.sync()).rejects.toMatchObject({
    code: 'CONNECTION_STATE',
    fix: expect.stringContaining('finalise'),
  })

  const review = await story.finalise()
  expect(review).toMatchObject({ state: 'held', importType: 'full', counts: { created: 30, updated: 0 } })
  expect(review.holds).toMatchObject([{ code: 'API_FIRST_IMPORT' }])
  expect(await story.finalise()).toMatchObject({ id: review.id })
  await test.importer.discard(review.id, { by: 'Eve' })
  expect(await test.roster()).toEqual([])
  expect(await story.round()).toMatchObject({ state: 'finalise_pending', review: null })

  const again = await story.finalise()
  expect(await test.approve(again.id)).toMatchObject({ state: 'succeeded' })
  expect(await story.round()).toMatchObject({ state: 'connected', lastSync: { run: again.id } })
  const people = await test.roster()
  expect(people).toHaveLength(30)
  expect(people[0]).toMatchObject({ date_of_birth: story.company.people[0]?.born })
  expect(JSON.stringify(people)).not.toContain('home.example')
})

test('Justworks: without the tick nobody has a birthday from there, and one that is stored stays', async () => {
  const story = await openStory({ kind: 'justworks' })
  await story.begin(BOXES, { box: false })
  const [first] = await story.test.roster()
  expect(first?.date_of_birth).toBeNull()
  const email = first?.email ?? ''
  await story.test.deliver(csv(['Email', 'Date of Birth'], [email, '1980-02-03']), { source: 'manual' })
  story.company.people.push(hrisPerson(30))
  expect(await story.sync()).toMatchObject({ state: 'succeeded', counts: { created: 1 } })
  expect((await story.test.roster())[0]).toMatchObject({ date_of_birth: '1980-02-03' })
})

test('Justworks: a consent that is refused, used twice, or brought back by another browser connects nobody', async () => {
  const story = await openStory({ kind: 'justworks' })
  const ticket = await story.connect(BOXES)
  await expect(story.authorise(ticket, { decision: 'deny' })).rejects.toMatchObject({
    code: 'CONSENT_INVALID',
  })
  await expect(story.authorise(ticket)).rejects.toMatchObject({ code: 'CONSENT_INVALID' })
  const anew = (await story.hris.reauthorize('acme', 'justworks', null)).ticket ?? ''
  const { url } = await story.hris.leave(anew, 'http://localhost:8080/connect/callback')
  const state = new URL(url).searchParams.get('state') ?? ''
  const back = { query: { state, code: 'stolen' }, browser: 'another' }
  await expect(story.hris.comeBack(back)).rejects.toMatchObject({ code: 'CONSENT_INVALID' })
  story.later(2)
  await expect(story.hris.consentPage(anew)).rejects.toMatchObject({ code: 'CONSENT_INVALID' })
  expect(await story.hris.show('acme', 'justworks')).toMatchObject({ state: 'connecting' })
})

test('Justworks: auto-sync is off by default, syncs daily when on, and a privacy guard blocks it and sends a mail', async () => {
  const story = await openStory({
    kind: 'justworks',
    now: '2026-11-21T09:00:00Z',
    timezone: 'America/New_York',
  })
  const { hris, company } = story
  await story.begin(BOXES)
  const before = (await story.runs()).length
  story.later(48)
  await story.round()
  expect(await story.runs()).toHaveLength(before)

  const { nextSync } = await hris.setAutoSync('acme', 'justworks', { on: true, jitterMinutes: 0 })
  expect(nextSync).toBe('2026-11-24T08:00:00.000Z')
  const [, somebody] = company.people
  if (!somebody) throw new Error('nobody')
  Object.assign(somebody, { given: 'Quite', family: 'Another', born: '1999-09-09' })
  company.people.push(hrisPerson(30))
  story.later(23)
  await story.round()
  const [blocked] = await story.runs()
  expect(blocked).toMatchObject({ state: 'held', holds: [{ code: 'GUARD_PRIVACY' }] })
  expect(await story.test.roster()).toHaveLength(30)
  expect((await story.mails())[0]).toBe('run.held')
  await story.test.approve(blocked?.id ?? '')
  expect(await story.test.roster()).toHaveLength(31)

  await hris.setAutoSync('acme', 'justworks', { on: false })
  story.later(48)
  await story.round()
  expect((await story.runs())[0]?.id).toBe(blocked?.id)
})

test('Justworks: who falls off the list stays active and is listed; an End Date makes them former', async () => {
  const story = await openStory({ kind: 'justworks' })
  await story.begin(BOXES)
  const gone = story.company.people.splice(5, 1)[0]
  if (!gone) throw new Error('nobody')
  await story.sync()
  const missing = await story.test.importer.missing('acme', 'justworks', {})
  expect(missing.people.map(({ employeeId }) => employeeId)).toEqual([gone.number])
  expect((await story.test.people())[gone.number ?? '']).toMatchObject({ end_date: null, deactivated: 0 })
  gone.end = '2026-11-20'
  story.company.people.push(gone)
  expect(await story.sync()).toMatchObject({ counts: { former: 1 } })
})

test('Justworks: access that was taken back ends in a failed run, a mail and a way to reconnect; the next sync brings all', async () => {
  const story = await openStory({ kind: 'justworks' })
  await story.begin(BOXES)
  story.api.access.revokeAll()
  story.api.refresh.revokeAll()
  story.company.people.push(hrisPerson(30))
  await expect(story.sync()).rejects.toMatchObject({ code: 'API_AUTH' })
  const connection = await story.round()
  expect(connection).toMatchObject({ state: 'needs_reauthorization', problem: { code: 'API_AUTH' } })
  const [failed] = await story.runs()
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'API_AUTH' }, counts: { read: 0 } })
  expect((await story.mails())[0]).toBe('run.failed')
  await expect(story.sync()).rejects.toMatchObject({ fix: expect.stringContaining('reauthorize') })
  const { ticket } = await story.hris.reauthorize('acme', 'justworks', null)
  await story.authorise(ticket, { box: true })
  expect(await story.round()).toMatchObject({ state: 'connected', problem: null })
  expect(await story.sync()).toMatchObject({ state: 'succeeded', counts: { created: 1, unchanged: 30 } })
})

test('Justworks: a permission that was taken back holds the run, names it, and stored values stay', async () => {
  const story = await openStory({ kind: 'justworks' })
  await story.begin(BOXES)
  const born = (await story.test.roster()).map(({ date_of_birth }) => date_of_birth)
  const { ticket } = await story.hris.reauthorize('acme', 'justworks', null)
  await story.authorise(ticket, { box: false })
  await story.round()
  const run = await story.sync()
  expect(run).toMatchObject({ state: 'held' })
  expect(run.issues.filter(({ code }) => code === 'API_COLUMN_EMPTY').map(({ fix }) => fix)).toContainEqual(
    expect.stringContaining('"member.dob:read" in Justworks'),
  )
  await story.test.approve(run.id)
  expect((await story.test.roster()).map(({ date_of_birth }) => date_of_birth)).toEqual(born)
})

test('Justworks: a token that has run out is renewed, and the new refresh token is the one that is kept', async () => {
  const story = await openStory({ kind: 'justworks' })
  await story.begin(BOXES)
  for (let day = 0; day < 3; day++) {
    story.later(25)
    story.company.people.push(hrisPerson(30 + day))
    expect(await story.sync()).toMatchObject({ state: 'succeeded', counts: { created: 1 } })
  }
})

test('TriNet: another product, or wrong credentials, connect nobody and say why', async () => {
  const story = await openStory({ kind: 'trinet' })
  await expect(story.connect({ product: 'hr-plus' })).rejects.toMatchObject({ code: 'API_PLAN' })
  const wrong = { kind: 'trinet', clientId: 'trinet-client', clientSecret: 'not-it-at-all' } as const
  const refused = await story.connect({}, wrong).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'API_AUTH' })
  expect(JSON.stringify(refused)).not.toContain('not-it-at-all')
  expect(await story.hris.show('acme', 'trinet')).toMatchObject({ state: 'not_connected' })
  await story.connect()
  expect(await story.round()).toMatchObject({ state: 'finalise_pending' })
  expect(JSON.stringify(await story.hris.show('acme', 'trinet'))).not.toContain('simulated-secret')
})

test('TriNet: blank Employee Ids are counted and listed, and another field can be taken', async () => {
  const story = await openStory({ kind: 'trinet' })
  for (const person of story.company.people.slice(0, 7)) person.number = null
  await story.connect({ employeeIdFrom: 'alternateId' })
  expect(await story.round()).toMatchObject({ preview: { withoutEmployeeId: 7 } })
  const run = await story.finalise()
  expect(run.issueCounts).toMatchObject({ API_EMPLOYEE_ID_BLANK: 7 })
  await story.test.importer.discard(run.id, { by: 'Eve' })
  await story.hris.configure('acme', 'trinet', { employeeIdFrom: 'employeeId' })
  expect((await story.finalise()).issueCounts).not.toHaveProperty('API_EMPLOYEE_ID_BLANK')
})

test('a mapping is changed after the fact: what it would do is shown, then it is used, and it can be gone back to', async () => {
  const story = await openStory({ kind: 'trinet' })
  await story.begin()
  const change = {
    fields: { job_title: { kind: 'demographic', label: 'Role' } },
    values: { Role: { Engineer: 'Maker' } },
  } as const
  const proposing = story.hris.proposeMapping('acme', 'trinet', { change, by: 'Eve', reason: 'we say roles' })
  const impact = await workUntil(story.test, proposing)
  expect(impact).toMatchObject({ version: 2, isFresh: false, gained: ['Role'], lost: ['Job Title'] })
  expect(impact.run).toMatchObject({ state: 'dry_run', counts: { updated: 30, created: 0 } })
  const plan = await story.test.importer.plan(impact.run.id, {}, {})
  expect(JSON.stringify(plan)).toContain('Maker')
  expect(await story.sync()).toMatchObject({ state: 'duplicate' })

  await story.hris.useMapping('acme', 'trinet', 2)
  await story.hris.show('acme', 'trinet')
  const used = await story.sync()
  expect(used.counts).toMatchObject({ updated: 30 })
  const back = await story.hris.revertMapping('acme', 'trinet', { to: 1, by: 'Eve', reason: null })
  expect(back[0]).toMatchObject({ version: 3, revertsTo: 1, isCurrent: true })
  const twice = { fields: { job_title: { kind: 'field', field: 'email' } } } as const
  const refused = story.hris.proposeMapping('acme', 'trinet', { change: twice, by: 'Eve', reason: null })
  await expect(refused).rejects.toMatchObject({ code: 'MAPPING_INVALID' })
})

test('Merge: a public token is exchanged once; a copy that is not whole is no list; a webhook asks for a sync', async () => {
  const story = await openStory({ kind: 'merge' })
  const { hris, api, test } = story
  const secrets: GivenSecrets = {
    ...{
      kind: 'merge',
      apiKey: 'simulated-key',
      publicToken: 'simulated-public-token',
      webhookSecret: 'whsec',
    },
  }
  await story.connect({}, secrets)
  await story.round()
  await test.approve((await story.finalise()).id)
  expect(await story.round()).toMatchObject({ state: 'connected' })

  api.status.Employee = 'FAILED'
  await expect(story.sync()).rejects.toMatchObject({ code: 'API_PARTIAL' })
  expect(await story.round()).toMatchObject({ state: 'failing', problem: { code: 'API_PARTIAL' } })
  api.status.Employee = 'DISABLED'
  await expect(story.sync()).rejects.toMatchObject({ code: 'API_PERMISSION' })
  expect(await test.roster()).toHaveLength(30)
  api.status.Employee = 'DONE'

  const hook = (await test.db.selectFrom('connection').select('hook').executeTakeFirstOrThrow()).hook
  const body = JSON.stringify({
    hook: { event: 'LinkedAccount.sync_completed' },
    data: { name: 'never looked at' },
  })
  const signature = `${createHmac('sha256', 'whsec').update(body).digest('base64url')}==`
  const call = (signature: string, of = body, to = hook, more = {}) =>
    hris.hook({ hook: to, headers: { 'x-merge-webhook-signature': signature, ...more }, body: of })
  story.company.people.push(hrisPerson(30))
  expect(await call('wrong')).toBe('unsigned')
  expect(await call(signature, `${body} `)).toBe('unsigned')
  expect(await call(signature, body, 'nowhere')).toBe('unknown')
  expect((await story.round()).state).toBe('failing')
  expect(await call(signature)).toBe('taken')
  expect(await call(signature)).toBe('again')
  // What was overheard is not made new by what no signature covers.
  const unsigned = { 'x-justworks-webhook-signature-timestamp': '1' }
  expect(await call(signature, body, hook, unsigned)).toBe('again')
  expect(await story.round()).toMatchObject({ state: 'connected', problem: null })
  expect((await story.runs())[0]).toMatchObject({ state: 'succeeded', counts: { created: 1 } })
})

test('a pause reads nothing; disconnecting forgets the secrets and keeps the people', async () => {
  const story = await openStory({ kind: 'trinet' })
  await story.begin()
  await story.hris.pause('acme', 'trinet')
  await expect(story.sync()).rejects.toMatchObject({ code: 'CONNECTION_STATE' })
  expect(await story.hris.resume('acme', 'trinet')).toMatchObject({ state: 'connected' })
  expect(await story.hris.disconnect('acme', 'trinet')).toMatchObject({
    state: 'not_connected',
    secretsSetAt: null,
  })
  expect(await story.test.db.selectFrom('connection_secret').selectAll().execute()).toEqual([])
  expect(await story.test.roster()).toHaveLength(30)
})

describe.each(ENGINES)('two nodes on %s', (engine) => {
  test('fire a slot once between them, and after days of downtime catch up once', async () => {
    const story = await openStory({ kind: 'trinet', engine, people: 5 })
    await story.begin()
    await story.hris.setAutoSync('acme', 'trinet', { on: true, times: ['03:00', '15:00'] })
    const { databaseUrl, dataDir, clock } = story.test
    const options = { databaseUrl, dataDir, clock, workers: 0, hrisMayBePrivate: true }
    await using other = await openImporter({ ...options, nodeId: 'other' })
    const before = (await story.runs()).length
    story.later(24 * 5)
    for (let n = 1; n <= 3; n++) {
      story.company.people.push(hrisPerson(10 + n))
      await Promise.all([story.hris.tick(), other.hris.tick()])
      await Promise.all([story.hris.idle(), other.hris.idle()])
      await story.test.work()
      expect(await story.runs()).toHaveLength(before + 1)
    }
    story.later(12)
    await Promise.all([story.hris.tick(), other.hris.tick()])
    await Promise.all([story.hris.idle(), other.hris.idle()])
    expect(await story.runs()).toHaveLength(before + 2)
  })

  test('a list that breaks off is tried again later, told once, and the next one brings all', async () => {
    const story = await openStory({ kind: 'trinet', engine, people: 5 })
    await story.begin()
    await story.hris.setAutoSync('acme', 'trinet', { on: true })
    const before = (await story.runs()).length
    story.company.people.push(hrisPerson(10))
    story.simulator.script({
      when: ({ path }) => path.endsWith('/employees'),
      fault: { kind: 'answer', answer: { status: 200, json: { nothing: 'of the kind' } } },
    })
    story.later(24)
    for (let tries = 1; tries <= 3; tries++) {
      expect(await story.round()).toMatchObject({ state: 'failing', problem: { code: 'API_SCHEMA' } })
      story.later(1)
    }
    expect(await story.runs()).toHaveLength(before + 1)
    story.simulator.script()
    expect(await story.round()).toMatchObject({ state: 'connected', problem: null })
    expect((await story.runs())[0]).toMatchObject({ state: 'succeeded', counts: { created: 1 } })
  })
})

async function workUntil<T>(test: { work(): Promise<void> }, promise: Promise<T>): Promise<T> {
  let isDone = false
  const done = promise.finally(() => {
    isDone = true
  })
  while (!isDone) {
    await test.work()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return await done
}
