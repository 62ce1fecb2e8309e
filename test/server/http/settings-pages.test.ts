// The pages of who is told what: what they change, for whom, and what is written down of it.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Client, startHttp, type TestHttp } from '../../support/http-server.ts'
import { csv } from '../../support/importer.ts'

let http: TestHttp
let admin: Client
let other: Client
/** Id of a mail that was given up. */
let dead: string

beforeAll(async () => {
  http = await startHttp()
  for (const slug of ['acme', 'other']) await http.server.door.addAccount({ slug })
  admin = await http.person('acme', 'account_admin')
  other = await http.person('other', 'account_admin')
  dead = await deadMail()
})
afterAll(() => http[Symbol.asyncDispose]())

/** Messages are written every few seconds. */
const PATIENCE = { timeout: 20_000, interval: 50 }
const AT = '/a/acme/settings'
const textOf = async (path: string, client = admin) => await (await client.get(path)).text()

async function sent(text: string, account = 'acme'): Promise<string> {
  const bytes = (async function* () {
    yield Buffer.from(text)
  })()
  const file = { account, fileName: 'a.csv', importType: 'partial', mode: 'apply' } as const
  const { id } = await http.server.door.deliver({ ...file, sentBy: 'a test' }, bytes)
  return (await http.server.door.settled(id)).id
}

/** Nobody is told by mail of what is imported by hand, so a message of another kind is made one. */
async function deadMail(): Promise<string> {
  const { outbox, webhooks } = http.server.door
  const { id: webhook } = await webhooks.add('acme', { url: 'https://192.0.2.1/', types: ['run.*'] })
  await sent(csv(['Employee Id', 'Name', 'Shoe Size'], ['1', 'Ada', '38']))
  const id = await vi.waitFor(async () => {
    const [message] = await outbox.messages({ account: 'acme' })
    expect(message).toBeDefined()
    return message?.id ?? ''
  }, PATIENCE)
  await webhooks.remove(webhook)
  const db = new Database(join(http.dataDir, 'rollcall.db'))
  db.prepare(
    `update outbox set channel = 'mail', target = 'gone@example.com', state = 'dead' where id = ?`,
  ).run(id)
  db.close()
  return id
}

async function actions(): Promise<string[]> {
  const { entries } = await http.server.door.auditLog('acme', {})
  return entries.filter(({ actor }) => actor === admin.email).map(({ action }) => action)
}

describe('notifications', () => {
  test('go to an address from when it is added until it is removed', async () => {
    const at = `${AT}/notifications`
    // Boxes of one name come several times.
    const chosen = await admin.request('POST', at, {
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-csrf-token': await admin.csrf() },
      body: 'address=hr%40example.com&topics=held&topics=finished',
    })
    expect(chosen.status).toBe(303)
    expect(await http.server.door.outbox.recipients('acme')).toMatchObject([
      { address: 'hr@example.com', topics: ['held', 'finished'] },
    ])
    expect(await textOf(at)).toContain('what waits, successes')
    const refused = await admin.post(at, { address: 'not an address', topics: 'held' })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('value="not an address"')
    expect((await admin.post(`${at}/remove`, { address: 'hr@example.com' })).status).toBe(303)
    expect(await textOf(at)).toContain('Nobody is listed')
    expect(await actions()).toEqual(expect.arrayContaining(['recipient.set', 'recipient.remove']))
  })

  test('that were given up are tried again, by nobody of another account', async () => {
    const message = dead
    expect(await textOf(`${AT}/notifications`)).toContain('Try again: gone@example.com')
    expect((await other.post('/a/other/settings/notifications/retry', { message })).status).toBe(404)
    expect((await admin.post(`${AT}/notifications/retry`, { message })).status).toBe(303)
    expect(await textOf(`${AT}/notifications`)).not.toContain('Try again: gone@example.com')
    expect(await actions()).toContain('message.retry')
  })
})

describe('a webhook', () => {
  test('is added with a secret that is shown once, gets a new one, is sent to again, and is removed', async () => {
    const at = `${AT}/webhooks`
    const made = await (await admin.post(at, { url: 'https://192.0.2.1/hook', types: 'run.*' })).text()
    const secret = /whsec_[\w+/=]+/.exec(made)?.[0] ?? ''
    expect(secret).toHaveLength(50)
    expect(await textOf(at)).not.toContain('whsec_')
    const [webhook] = await http.server.door.webhooks.list('acme')
    const id = webhook?.id ?? ''
    expect(webhook?.types).toEqual(['run.*'])
    // Nobody of another account makes it a new secret, nor removes it.
    for (const act of ['rotate', 'remove'])
      expect((await other.post(`/a/other/settings/webhooks/${act}`, { webhook: id })).status).toBe(404)
    const rotated = await (await admin.post(`${at}/rotate`, { webhook: id })).text()
    expect(/whsec_[\w+/=]+/.exec(rotated)?.[0]).not.toBe(secret)
    expect(rotated).toContain('The secret before signs too until')

    await sent(csv(['Employee Id', 'Name'], ['2', 'Ben']))
    const deliveries = () => http.server.door.outbox.messages({ account: 'acme', channel: 'webhook' })
    await expect.poll(async () => (await deliveries()).length, PATIENCE).toBeGreaterThan(0)
    const message = (await deliveries())[0]?.id ?? ''
    expect(await textOf(at)).toContain(`${at}/${message}`)
    expect(await textOf(`${at}/${message}`)).toContain('Tries')
    expect((await admin.post(`${at}/${message}/resend`)).status).toBe(303)
    for (const path of ['', '/resend'])
      expect((await other.post(`/a/other/settings/webhooks/${message}${path}`)).status).toBe(404)

    expect((await admin.post(`${at}/remove`, { webhook: id })).status).toBe(303)
    expect(await textOf(at)).toContain('No webhook yet')
    expect(await actions()).toEqual(
      expect.arrayContaining(['webhook.add', 'webhook.rotate', 'webhook.remove', 'message.resend']),
    )
  })

  test('with an address that is none, or without a type, is refused where it was typed', async () => {
    for (const given of [{ url: 'nowhere', types: 'run.*' }, { url: 'https://example.com/x' }]) {
      const response = await admin.post(`${AT}/webhooks`, given)
      expect(response.status).toBe(422)
      expect(await response.text()).toContain(`value="${given.url}"`)
    }
  })
})

describe('what is kept', () => {
  test('is set in days, shown before it goes, and refused where it is no number of days', async () => {
    const at = `${AT}/retention`
    expect((await admin.post(at, { files: '5', rows: '90', hold: 'true' })).headers.get('location')).toBe(
      `${at}?saved=1`,
    )
    const { settings } = await http.server.door.retention.settings('acme')
    expect(settings).toMatchObject({ files: 5, rows: 90, hold: true })
    expect(await textOf(at)).toContain('Nothing, until that is switched off again.')
    const refused = await admin.post(at, { files: 'a few' })
    expect([refused.status, (await refused.text()).includes('value="a few"')]).toEqual([422, true])
    expect((await http.server.door.retention.settings('acme')).settings.files).toBe(5)
    await admin.post(at, { files: '0', hold: 'false' })
    expect(await textOf(at)).toContain('Remove it now')
    expect(await (await admin.post(`${at}/run`)).text()).toContain('What was old enough is gone')
    expect(await textOf(at)).toContain('Nothing is old enough.')
    expect(await actions()).toEqual(expect.arrayContaining(['retention.set', 'retention.run']))
  })

  test('of a field is owned by a source after a look, and given back after another', async () => {
    const at = `${AT}/ownership`
    const form = {
      field: 'Preferred Name',
      source_manual: 'always2',
      source_sftp: 'always1',
      silentDays: '9',
    }
    const look = await (await admin.post(`${at}/preview`, form)).text()
    expect(look).toContain('Nothing has been set yet')
    expect(look).toContain('waits until the owner is silent')
    expect((await http.server.door.fields.ownership('acme')).fields).toEqual([])
    expect((await admin.post(at, form)).status).toBe(303)
    expect((await http.server.door.fields.ownership('acme')).fields).toMatchObject([
      {
        field: 'Preferred Name',
        ownership: {
          sources: [
            { source: 'sftp', mode: 'always' },
            { source: 'manual', mode: 'always' },
          ],
          others: 'never',
          silentDays: 9,
        },
      },
    ])
    const wrong = await admin.post(`${at}/preview`, { ...form, silentDays: 'soon' })
    expect([wrong.status, (await wrong.text()).includes('OWNERSHIP_INVALID')]).toEqual([422, false])
    await admin.post(at, { field: 'Preferred Name', release: 'yes' })
    expect((await http.server.door.fields.ownership('acme')).fields).toEqual([])
    expect(await actions()).toContain('ownership.set')
  })

  test('is nothing of a column that is redacted, which takes a look and a word', async () => {
    const at = `${AT}/redaction`
    const look = await (await admin.post(`${at}/preview`, { fields: 'Shoe Size' })).text()
    expect(look).toContain('<dt>People with a value</dt><dd>1</dd>')
    const mistyped = await admin.post(at, { fields: 'Shoe Size', word: 'yes' })
    expect([mistyped.status, (await mistyped.text()).includes('nothing was redacted')]).toEqual([422, true])
    const redacted = async () => (await http.server.door.fields.redactionPreview('acme', [])).fields
    expect(await redacted()).toEqual([])
    expect((await admin.post(at, { fields: 'Shoe Size', word: 'Redact' })).status).toBe(303)
    expect(await redacted()).toEqual(['Shoe Size'])
    expect(await textOf(at)).toContain('Read again from now on: Shoe Size')
    const refused = await admin.post(`${at}/preview`, { fields: 'Email' })
    expect([refused.status, await redacted()]).toEqual([409, ['Shoe Size']])
    expect((await admin.post(`${at}/end`, { field: 'Shoe Size' })).status).toBe(303)
    expect(await redacted()).toEqual([])
    expect(await actions()).toEqual(expect.arrayContaining(['redaction.begin', 'redaction.end']))
  })
})

test('two records that may be one person are looked at, or said to be two', async () => {
  await http.server.door.addAccount({ slug: 'pairs' })
  const clerk = await http.person('pairs', 'data_admin')
  const header = ['Employee Id', 'Name', 'Start Date', 'Date of Birth']
  const rows = [
    ['1', 'Ada Byron', '2020-01-01', '1990-02-03'],
    ['2', 'Ada Byron', '2020-01-01', '1990-02-03'],
  ]
  await sent(csv(header, rows[0] ?? []), 'pairs')
  await sent(csv(header, rows[1] ?? []), 'pairs')
  const [held] = await http.server.door.runs({ account: 'pairs', state: 'held' })
  if (held !== undefined) await http.server.door.approve(held.id, { by: 'a test' })
  if (held !== undefined) await http.server.door.settled(held.id)
  const page = await textOf('/a/pairs/duplicates', clerk)
  const [, one, other] =
    /name="one" value="(\d+)"><input type="hidden" name="other" value="(\d+)"/.exec(page) ?? []
  expect(page).toContain(`action="/a/pairs/employees/${one}/merge"`)
  const apart = { one: one ?? '', other: other ?? '' }
  expect((await clerk.post('/a/pairs/duplicates/apart', apart)).status).toBe(303)
  expect(await textOf('/a/pairs/duplicates', clerk)).toContain('Nobody seems to be there twice')
})

test('who starts and leaves is told by day, what is to come apart from what was', async () => {
  const db = new Database(join(http.dataDir, 'rollcall.db'))
  const put = db.prepare(
    `insert into lifecycle_event (account_id, person_id, kind, day, recorded_at, late)
     select account_id, id, ?, ?, ?, 0 from employee where employee_id = '1' and name = 'Ada'`,
  )
  const dayAt = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  for (const [kind, days] of [
    ['leaving', 20],
    ['started', -9],
    ['upcoming', -9],
    ['left', -40],
  ] as const)
    put.run(kind, dayAt(days), new Date().toISOString())
  db.close()
  const [coming = '', past = ''] = (await textOf('/a/acme/dates')).split('id="past"')
  expect(coming).toContain('Will leave')
  expect(coming).toContain(dayAt(20))
  expect(past).toContain(dayAt(-9))
  expect(past).not.toContain('Will start')
  expect(past).not.toContain(dayAt(-40))
})
