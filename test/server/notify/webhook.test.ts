import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openVault } from '../../../keys/vault.ts'
import { createWebhooks } from '../../../keys/webhooks.ts'
import { createLog } from '../../../server/log.ts'
import { mayReach } from '../../../server/notify/addresses.ts'
import { createWebhookSender, signed } from '../../../server/notify/webhook.ts'
import { createNotifier } from '../../../server/notify.ts'
import { csv, openTestImporter } from '../../support/importer.ts'

const ALLOWED = ['127.0.0.0/8']
const HOUR_MS = 3_600_000
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

interface Received {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** An endpoint that answers as the test says. */
async function endpoint(
  answer: (response: ServerResponse, count: number) => void = (response) => response.end(),
) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    received.push({ headers: request.headers, body })
    answer(response, received.length)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { received, url: `http://127.0.0.1:${port}/hook`, port }
}

const call = (url: string) => ({
  url,
  secrets: [SECRET],
  id: 'msg_1',
  body: '{}',
  now: new Date('2026-11-21T09:00:00Z'),
})

test("what is sent is signed as the standard's own example is", () => {
  const headers = signed({
    ...{ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', seconds: 1614265330 },
    secrets: [SECRET, SECRET],
  })
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': `${signature} ${signature}`,
  })
})

describe('an address', () => {
  test.each([
    ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '0.0.0.0', '100.64.0.1'],
    ...[
      '::1',
      '::',
      '::ffff:10.0.0.1',
      '::ffff:a00:1',
      '::7f00:1',
      '64:ff9b::a00:1',
      '2002:a00:1::',
      'fd00::1',
    ],
    ...['fe80::1%eth0', 'ff02::1', '224.0.0.1', '255.255.255.255', 'not an address', ''],
  ])('inside is refused: %s', (address) => {
    expect(mayReach(address, [])).toBe(false)
  })

  test.each(['1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
    'outside is reached: %s',
    (address) => {
      expect(mayReach(address, [])).toBe(true)
    },
  )

  test('inside is reached where an operator has named it', () => {
    expect(mayReach('10.1.2.3', ['10.1.0.0/16'])).toBe(true)
    expect(mayReach('10.2.2.3', ['10.1.0.0/16'])).toBe(false)
  })
})

describe('a webhook goes nowhere inside', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://localhost:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'https://127.0.0.1:PORT/',
  ])('%s', async (url) => {
    const { received, port } = await endpoint()
    const answer = await createWebhookSender({ allowed: [] }).send(call(url.replace('PORT', String(port))))
    expect(answer).toMatchObject({ status: null, problem: expect.stringContaining('lies inside') })
    expect(received).toEqual([])
  })

  test('also not by a name that means another address when it is connected to', async () => {
    const { received, port } = await endpoint()
    let asked = 0
    const rebinding: LookupFunction = (_name, _options, done) => {
      asked++
      done(null, [{ address: asked === 1 ? '127.0.0.1' : '1.1.1.1', family: 4 }])
    }
    const sender = createWebhookSender({ allowed: [], lookup: rebinding })
    expect(await sender.send(call(`https://rebind.example.com:${port}/`))).toMatchObject({ status: null })
    expect([received.length, asked]).toEqual([0, 1])
  })

  test('nor by a redirect, which is not followed', async () => {
    const inner = await endpoint()
    const outer = await endpoint((response) => response.writeHead(302, { location: inner.url }).end())
    const answer = await createWebhookSender({ allowed: ALLOWED }).send(call(outer.url))
    expect(answer).toMatchObject({ status: 302, problem: expect.stringContaining('redirect') })
    expect(inner.received).toEqual([])
  })
})

test('an endpoint that says nothing does not hold up more than its time', async () => {
  const { url } = await endpoint(() => {})
  const answer = await createWebhookSender({ allowed: ALLOWED, timeoutMs: 100 }).send(call(url))
  expect(answer).toEqual({ status: null, problem: 'it did not answer in time', retryAfterMs: null })
})

describe('a message', () => {
  test('comes signed, with numbers only, and is taken once', async () => {
    const { of, notifier, webhooks, account } = await setUp()
    const { url, received } = await endpoint()
    await webhooks.add(account, { url, types: ['run.*', 'employee.*'] })
    await of.deliver(
      csv(
        ['Name', 'Employee Id', 'Email'],
        ['Ada Lovelace', 'E1', 'ada@example.com'],
        ['Bob', 'E2', 'bob@example.com'],
      ),
    )
    await of.deliver(csv(['Employee Id', 'End Date'], ['E2', '2026-11-20']))
    await notifier.deliver()
    await notifier.deliver()
    const bodies = received.map(({ body }) => JSON.parse(body))
    expect(bodies.map(({ type, data }) => [type, data.people ?? data.counts.created]).sort()).toEqual([
      ['employee.created', [1, 2]],
      ['employee.former', [2]],
      ['employee.updated', [2]],
      ['run.finished', 0],
      ['run.finished', 2],
    ])
    expect(bodies[0]).toMatchObject({
      timestamp: expect.stringContaining('2026-11-21'),
      data: { account: 'acme' },
    })
    expect(received.map(({ body }) => body).join()).not.toMatch(/ada|bob|E1|example/i)
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(5)
  })

  test('is tried again with the same id, keeps what was answered, and can be sent once more', async () => {
    const { of, notifier, webhooks, account } = await setUp()
    const { url, received } = await endpoint((response, count) =>
      count === 1 ? response.writeHead(429, { 'retry-after': '60' }).end() : response.end(),
    )
    await webhooks.add(account, { url, types: ['run.finished'] })
    await of.deliver(csv(['Name', 'Employee Id'], ['Ada', '1']))
    await notifier.deliver()
    const { outbox } = of.importer
    const [message] = await outbox.messages({ channel: 'webhook' })
    expect(message).toMatchObject({ state: 'waiting', problem: 'it answered with status 429', target: url })
    of.wait(76_000)
    await notifier.deliver()
    await outbox.resend(message?.id ?? '')
    await notifier.deliver()
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([message?.id]))
    expect((await outbox.attempts(message?.id ?? '')).map(({ number, status }) => [number, status])).toEqual([
      [1, 429],
      [2, 200],
      [3, 200],
    ])
    await expect(outbox.attempts('none')).rejects.toMatchObject({ code: 'MESSAGE_UNKNOWN' })
  })

  test('to an endpoint that is gone is given up, and nothing more goes there', async () => {
    const { of, notifier, webhooks, account } = await setUp()
    const { url, received } = await endpoint((response) => response.writeHead(410).end())
    await webhooks.add(account, { url })
    await of.deliver(csv(['Name', 'Employee Id'], ['Ada', '1']))
    await notifier.deliver()
    expect(received.length).toBeGreaterThan(0)
    const count = received.length
    expect((await webhooks.list())[0]?.disabledAt).not.toBeNull()
    await of.deliver(csv(['Name', 'Employee Id'], ['Bob', '2']))
    of.wait(HOUR_MS)
    await notifier.deliver()
    expect(received).toHaveLength(count)
  })

  test('is signed by both secrets for a day after a change', async () => {
    const { of, notifier, webhooks, account } = await setUp()
    const { url, received } = await endpoint()
    const { id, secret } = await webhooks.add(account, { url, types: ['run.finished'] })
    const { secret: next } = await webhooks.rotate(id)
    expect(next).not.toBe(secret)
    for (const [name, wait] of [
      ['Ada', 25 * HOUR_MS],
      ['Bob', 0],
    ] as const) {
      await of.deliver(csv(['Name', 'Employee Id'], [name, name]))
      await notifier.deliver()
      of.wait(wait)
    }
    const signatures = received.map(({ headers }) => String(headers['webhook-signature']).split(' ').length)
    expect(signatures).toEqual([2, 1])
    const rows = await of.db.selectFrom('webhook_endpoint').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(next)
  })

  test('that waits for an endpoint is given up when the endpoint is taken away', async () => {
    const { of, notifier, webhooks, account } = await setUp()
    const { id } = await webhooks.add(account, { url: 'https://example.com/hook', types: ['run.finished'] })
    await of.deliver(csv(['Name', 'Employee Id'], ['Ada', '1']))
    await of.importer.mailroom.spread()
    await webhooks.remove(id)
    await notifier.deliver()
    expect(await of.importer.outbox.messages({})).toMatchObject([
      { state: 'dead', problem: expect.stringContaining('no longer') },
    ])
    await expect(webhooks.remove(id)).rejects.toMatchObject({ code: 'WEBHOOK_UNKNOWN' })
  })
})

test.each([
  ['ftp://example.com', []],
  ['https://user:secret@example.com', []],
  ['https://:secret@example.com', []],
  ['nowhere', []],
  ['https://example.com', ['employee.born']],
])('%s %s is no webhook', async (url, types) => {
  const { webhooks, account } = await setUp()
  const given = { url, ...(types.length > 0 ? { types } : {}) }
  await expect(webhooks.add(account, given)).rejects.toMatchObject({ code: 'WEBHOOK_INVALID' })
})

async function setUp() {
  const of = await openTestImporter('sqlite')
  const now = () => of.clock.now()
  const vault = () => openVault(`${of.dataDir}/master.key`, { mayCreate: true })
  const webhooks = createWebhooks({ db: of.db, vault, now })
  const notifier = createNotifier({
    ...{ mailroom: of.importer.mailroom, mailer: null, publicUrl: () => 'https://rollcall.example.com' },
    ...{ webhooks, sender: createWebhookSender({ allowed: ALLOWED }), now },
    log: createLog({ level: 'silent' }),
  })
  return { of, webhooks, notifier, account: { id: of.accountId(), slug: 'acme' } }
}
