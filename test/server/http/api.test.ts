import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { demoBadFiles, demoPeopleCsv } from '../../../server/cli/demo-people.ts'
import { type Client, startHttp, type TestHttp } from '../../support/http-server.ts'
import { until } from '../../support/sftp-server.ts'

const PEOPLE = 40
const CSV = { 'content-type': 'text/csv' }
const everybodyLeaves = demoBadFiles(PEOPLE).find(({ name }) => name === 'all-leave.csv')?.text ?? ''
const run = z.object({
  id: z.string(),
  state: z.string(),
  mode: z.string(),
  fileName: z.string(),
  size: z.number(),
})

let http: TestHttp
let program: Client
let admin: Client
/** The roster before anybody leaves. */
let exported = ''
beforeAll(async () => {
  http = await startHttp()
  await http.server.door.addAccount({ slug: 'acme' })
  await http.server.door.addAccount({ slug: 'other' })
  program = await http.token('acme', 'account_admin')
  admin = await http.person('acme', 'account_admin')
  await settled(
    await program.request('POST', '/api/v1/imports', { headers: CSV, body: demoPeopleCsv(PEOPLE) }),
  )
  exported = await (await program.get('/api/v1/employees.csv')).text()
})
afterAll(() => http[Symbol.asyncDispose]())

async function settled(response: Response) {
  const { id } = run.parse(await response.json())
  return await http.server.door.settled(id)
}

let heldSoFar = 0
/** A run that waits for a person. */
async function held(): Promise<string> {
  heldSoFar += 1
  const body = everybodyLeaves.replaceAll('2026-01-31', `2026-01-${String(heldSoFar).padStart(2, '0')}`)
  const { id, state } = await settled(
    await program.request('POST', '/api/v1/imports', { headers: CSV, body }),
  )
  expect(state).toBe('held')
  return id
}

describe('a file', () => {
  test('comes in as a body, or as a form of a page, and is the same run', async () => {
    const body = await program.request('POST', '/api/v1/imports?dryRun=true&fileName=a.csv', {
      headers: CSV,
      body: demoPeopleCsv(3),
    })
    expect(body.status).toBe(202)
    const form = new FormData()
    form.set('csrf', await admin.csrf())
    form.set('file', new Blob([demoPeopleCsv(3)]), 'a.csv')
    const page = await admin.request('POST', '/api/v1/imports?dryRun=true', {
      body: form,
      headers: { origin: http.url },
    })
    const [one, two] = [run.parse(await body.json()), run.parse(await page.json())]
    expect({ ...two, id: '', state: '' }).toEqual({ ...one, id: '', state: '' })
    expect(body.headers.get('location')).toBe(`/api/v1/imports/${one.id}`)
  })

  test('of a form that is not of the session is not taken, wherever its word stands', async () => {
    const before = (await http.server.door.runs({ account: 'acme', limit: 500 })).length
    for (const csrf of [null, 'x'.repeat(43), 'behind']) {
      const form = new FormData()
      if (csrf !== null && csrf !== 'behind') form.set('csrf', csrf)
      form.set('file', new Blob([demoPeopleCsv(3)]), 'a.csv')
      if (csrf === 'behind') form.set('csrf', await admin.csrf())
      const response = await admin.request('POST', '/api/v1/imports', {
        body: form,
        headers: { origin: http.url },
      })
      expect(response.status).toBe(403)
    }
    expect((await http.server.door.runs({ account: 'acme', limit: 500 })).length).toBe(before)
  })

  test('that breaks off leaves nothing', async () => {
    const before = (await http.server.door.runs({ account: 'acme', limit: 500 })).length
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from('Name,Email\n'))
      },
      pull: (controller) => controller.error(new Error('gone')),
    })
    await expect(program.request('POST', '/api/v1/imports', { headers: CSV, body })).rejects.toThrow()
    expect((await http.server.door.runs({ account: 'acme', limit: 500 })).length).toBe(before)
  })

  test('goes to the disk as it comes in: the beginning lies there before the end is sent', async () => {
    const megabyte = Buffer.from(`${'x'.repeat(1023)}\n`.repeat(1024))
    const isOnDisk = async () => {
      const names = await readdir(http.dataDir, { recursive: true })
      const sizes = await Promise.all(
        names.map((name) =>
          stat(join(http.dataDir, name)).then(
            ({ size }) => size,
            () => 0,
          ),
        ),
      )
      return names.some((name, at) => /deliveries/.test(name) && sizes[at] === 3 * megabyte.length)
    }
    let sent = 0
    const body = new ReadableStream({
      async pull(controller) {
        if (sent === 3) await until(isOnDisk, 'three megabytes to lie on the disk')
        if (sent === 4) return controller.close()
        controller.enqueue(megabyte)
        sent += 1
      },
    })
    const response = await program.request('POST', '/api/v1/imports?dryRun=true', { headers: CSV, body })
    expect(run.parse(await response.json()).size).toBe(4 * megabyte.length)
  })
})

describe('an Idempotency-Key', () => {
  const post = (client: Client, key: string, body: unknown, path = '/api/v1/tokens') =>
    client.json('POST', path, body, { 'idempotency-key': key })

  test('makes one of two, with the same answer', async () => {
    const first = await post(program, 'once', { name: 'nightly' })
    const again = await post(program, 'once', { name: 'nightly' })
    expect([first.status, again.status]).toEqual([201, 201])
    expect(await again.text()).toBe(await first.text())
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect((await http.server.door.listTokens('acme')).filter(({ name }) => name === 'nightly')).toHaveLength(
      1,
    )
  })

  test('is refused for anything else', async () => {
    await post(program, 'mine', { name: 'a' })
    for (const response of [
      await post(program, 'mine', { name: 'b' }),
      await post(program, 'mine', { name: 'a' }, '/api/v1/tokens?account=acme'),
    ])
      expect(await response.json()).toMatchObject({ code: 'KEY_REUSED', status: 422 })
  })

  test('is nobody else’s, and free again after what was refused', async () => {
    const wrong = await post(program, 'retry', { name: '' })
    expect(wrong.status).toBe(422)
    expect((await post(program, 'retry', { name: 'right' })).status).toBe(201)
    expect((await post(admin, 'retry', { name: 'of the other' })).status).toBe(201)
  })

  test('knows a file by its bytes', async () => {
    const send = (text: string) =>
      program.request('POST', '/api/v1/imports?dryRun=true', {
        headers: { ...CSV, 'idempotency-key': 'file' },
        body: text,
      })
    const [first, again] = [await send(demoPeopleCsv(4)), await send(demoPeopleCsv(4))]
    expect(run.parse(await again.json()).id).toBe(run.parse(await first.json()).id)
    expect((await send(demoPeopleCsv(5))).status).toBe(422)
  })

  test('answers again what was a change of something that has changed since by it', async () => {
    const path = '/api/v1/sources/manual'
    const etag = (await program.get(path)).headers.get('etag') ?? ''
    const send = () =>
      program.json('PATCH', path, { leaversMax: 7 }, { 'if-match': etag, 'idempotency-key': 'lost' })
    const [first, again] = [await send(), await send()]
    expect([first.status, again.status]).toEqual([200, 200])
    expect(await again.text()).toBe(await first.text())
  })

  test('of two at the same moment carries out one', async () => {
    const both = await Promise.all([1, 2, 3].map(() => post(program, 'race', { name: 'raced' })))
    for (const { status } of both) expect([201, 409]).toContain(status)
    expect((await http.server.door.listTokens('acme')).filter(({ name }) => name === 'raced')).toHaveLength(1)
  })
})

test('rows as they were sent go to who imports, by the API and by a page, and to nobody who only looks', async () => {
  const bad = `${demoPeopleCsv(2)}\n,,,,,,,\nNobody At All,,,,\n`
  const { id } = await settled(
    await program.request('POST', '/api/v1/imports?dryRun=true', { headers: CSV, body: bad }),
  )
  const [looker, importer] = [await http.person('acme', 'viewer'), await http.person('acme', 'data_admin')]
  const page = `/a/acme/imports/${id}`
  for (const path of [`/api/v1/imports/${id}/rejects.csv`, `${page}/report/rejects`]) {
    expect([path, (await looker.get(path)).status]).toEqual([path, 403])
    expect([path, (await importer.get(path)).status]).toEqual([path, 200])
  }
  expect(await (await importer.get(page)).text()).toContain('/report/rejects')
  expect(await (await looker.get(page)).text()).not.toContain('/report/rejects')
  expect((await looker.get(`${page}/report/csv`)).status).toBe(200)
})

describe('a change', () => {
  test('of settings is refused when they are not what was looked at', async () => {
    const path = '/api/v1/sources/manual'
    const etag = (await program.get(path)).headers.get('etag') ?? ''
    expect((await program.json('PATCH', path, { leaversMax: 3 }, { 'if-match': etag })).status).toBe(200)
    const stale = await program.json('PATCH', path, { leaversMax: 4 }, { 'if-match': etag })
    expect(await stale.json()).toMatchObject({ code: 'CHANGED_MEANWHILE', status: 412 })
    const unchanged = await program.request('GET', path, {
      headers: { 'if-none-match': (await program.get(path)).headers.get('etag') ?? '' },
    })
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ''])
  })

  test('of a guard needs who answers for the account; of the reading, who imports', async () => {
    const importer = await http.token('acme', 'data_admin')
    const patch = (change: object) => importer.json('PATCH', '/api/v1/sources/manual', change)
    for (const change of [
      { leaversMax: 900 },
      { approvers: 1 },
      { privacyGuard: null },
      { pgpSignature: 'ignored' },
    ])
      expect((await patch(change)).status).toBe(403)
    expect((await patch({ newDemographics: 'ignore' })).status).toBe(200)
  })

  test.each([
    ['a body that is no JSON', '{', 'the body is not JSON'],
    ['a field that nobody knows', '{"name":"x","surprise":1}', 'body'],
    ['a value of the wrong kind', '{"name":5}', 'body.name'],
  ])('with %s is refused, and what was sent is not repeated', async (_what, body, where) => {
    const response = await program.request('POST', '/api/v1/tokens', {
      headers: { 'content-type': 'application/json' },
      body,
    })
    const problem = await response.text()
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
    expect(JSON.parse(problem)).toMatchObject({
      code: 'REQUEST_INVALID',
      detail: expect.stringContaining(where),
    })
    expect(problem).not.toContain('surprise":1')
  })
})

describe('a decision', () => {
  test('has the name of who signed in, whatever the request says', async () => {
    const id = await held()
    const response = await admin.json('POST', `/api/v1/imports/${id}/discard`, { reason: 'wrong export' })
    expect(await response.json()).toMatchObject({
      state: 'discarded',
      decidedBy: 'account_admin 1',
      reason: 'wrong export',
    })
    expect((await admin.json('POST', `/api/v1/imports/${await held()}/discard`, { by: 'Kim' })).status).toBe(
      400,
    )
  })

  test('of two people is one of two people: a name alone does not make a second', async () => {
    await http.server.door.setSource('acme', 'manual', { approvers: 2 })
    const id = await held()
    const approve = (client: Client) => client.json('POST', `/api/v1/imports/${id}/approve`, {})
    const [first, second] = [await http.person('acme', 'data_admin'), await http.person('acme', 'data_admin')]
    const program = await http.token('acme', 'data_admin')
    expect(await (await approve(program)).json()).toMatchObject({ code: 'APPROVER_PROGRAM' })
    expect(await (await approve(first)).json()).toMatchObject({ state: 'held' })
    expect(await (await approve(program)).json()).toMatchObject({ code: 'APPROVER_PROGRAM' })
    expect(await (await approve(first)).json()).toMatchObject({ code: 'APPROVER_SAME' })
    await first.post('/sign-out')
    await first.post('/sign-in', { email: first.email ?? '', password: 'tangerine velvet 8 anchors' })
    expect(await (await approve(first)).json()).toMatchObject({ code: 'APPROVER_SAME' })
    expect((await approve(second)).status).toBe(200)
    await http.server.door.settled(id)
    await http.server.door.setSource('acme', 'manual', { approvers: null })
  })
})

test('what no database could look for is refused with a word, wherever it stands', async () => {
  const answers = await Promise.all([
    program.get('/api/v1/imports/%00'),
    program.get('/api/v1/imports?source=%00'),
    admin.get('/a/acme/imports?source=%00'),
    admin.post('/a/acme/employees', { search: 'a\0b' }),
    program.json('POST', '/api/v1/employees/find', { key: 'a\0b' }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400])
})

test('lists come in pages that leave nothing out and give nothing twice', async () => {
  const page = z.object({
    items: z.array(z.object({ id: z.union([z.string(), z.number()]) })),
    next: z.string().nullable(),
  })
  for (const path of ['/api/v1/imports', '/api/v1/employees', '/api/v1/audit']) {
    const ids: unknown[] = []
    let cursor = ''
    do {
      const body = z
        .record(z.string(), z.unknown())
        .parse(await (await program.get(`${path}?limit=7${cursor}`)).json())
      const items = body['entries']
        ? (body['entries'] as { seq: number }[]).map(({ seq }) => ({ id: seq }))
        : body['items']
      const { next, ...known } = page.parse({ items, next: body['next'] })
      ids.push(...known.items.map(({ id }) => id))
      cursor = next === null ? '' : `&cursor=${next}`
    } while (cursor !== '')
    expect([path, new Set(ids).size]).toEqual([path, ids.length])
    expect(ids.length).toBeGreaterThan(7)
    const whole = (await (await program.get(`${path}?limit=1000`)).json()) as Record<string, unknown[]> // as above
    expect(ids.length).toBe((whole['items'] ?? whole['entries'])?.length)
  }
})

test('nothing of an account is in what another one gets, also of keys and tokens named rightly', async () => {
  const other = await http.token('other', 'account_admin')
  const [token] = await http.server.door.listTokens('acme')
  expect((await other.json('DELETE', `/api/v1/tokens/${token?.id}`)).status).toBe(404)
  const [key] = await http.server.door.listKeys('acme')
  expect(
    (await other.json('POST', '/api/v1/keys/revoke', { fingerprint: key?.fingerprint ?? 'x' })).status,
  ).toBe(404)
  expect((await other.json('POST', '/api/v1/users/role', { user: admin.email, role: null })).status).toBe(404)
  expect(await (await other.get('/api/v1/accounts')).json()).toMatchObject({
    items: [{ slug: 'other' }],
    next: null,
  })
})

test('what was done stands in the audit log, by whom, and without a value of a cell', async () => {
  const log = await (await program.get('/api/v1/audit?limit=1000')).text()
  for (const action of [
    'import.deliver',
    'source.set',
    'token.add',
    'run.discard',
    'run.approve',
    'roster.export',
  ])
    expect(log).toContain(`"action":"${action}"`)
  expect(log).toContain(admin.email ?? '')
  const values = exported
    .split(/\r?\n/)
    .slice(1)
    .flatMap((line) => line.split(','))
    .filter((value) => /@|^E\d+/.test(value))
  expect(values.length).toBeGreaterThan(PEOPLE)
  for (const value of values) expect(log).not.toContain(value)
  expect(await http.server.door.verifyAudit()).toMatchObject({ brokenAt: null })
})

test('no more than so many requests come from one token, and it hears when to go on', async () => {
  const busy = await http.token('acme', 'viewer')
  const statuses = await Promise.all(
    Array.from({ length: 900 }, async () => (await busy.get('/api/v1/me')).status),
  )
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(600)
  expect(statuses).toContain(429)
  expect((await program.get('/api/v1/me')).status).toBe(200)
})
