import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, LookupFunction } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isPublicAddress } from '../../../importer/connectors/http/addresses.ts'
import { ApiClients, type ApiClientsOptions } from '../../../importer/connectors/http/api-clients.ts'
import { askedMs, backoffMs } from '../../../importer/connectors/http/retry.ts'
import { type FaultRule, type SimApi, Simulator } from '../../../server/cli/demo/hris/simulator.ts'
import { TestTiming } from '../../support/hris.ts'

/** Made for this test, signed by itself, good for nothing. */
const OWN_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgg696u9INRV3tdy1/
BduGRtxNpyrSlz/6hXdiwfYrsmShRANCAAQUz8SpM6mnWoeTyJmBZYEOihAqajMD
omdNds6bo8slSzmmmZKehocM0zVuR1SoGT3kw2cZwyN5971v92twdM4z
-----END PRIVATE KEY-----
`
const OWN_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBjjCCATSgAwIBAgIUNmNW6qudPaLWApJkzzhqYtPs2gswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMB4XDTI2MTEyMTIyNTcxM1oXDTM2MTExODIy
NTcxM1owFDESMBAGA1UEAwwJMTI3LjAuMC4xMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEFM/EqTOpp1qHk8iZgWWBDooQKmozA6JnTXbOm6PLJUs5ppmSnoaHDNM1
bkdUqBk95MNnGcMjefe9b/drcHTOM6NkMGIwHQYDVR0OBBYEFLeF+G+cs5fr4xQA
t7cHW2eyOrNyMB8GA1UdIwQYMBaAFLeF+G+cs5fr4xQAt7cHW2eyOrNyMA8GA1Ud
EwEB/wQFMAMBAf8wDwYDVR0RBAgwBocEfwAAATAKBggqhkjOPQQDAgNIADBFAiEA
l+qU2fgxA0fdRzCLOfuYpcpRdLVW0sRn/TQsr9dfvncCIELrGJlDdKAKIhMUlTOr
KLrbNERdd+QUPRM7HfLqSh8x
-----END CERTIFICATE-----
`

const OK: SimApi = { answer: () => ({ status: 200, json: {} }) }

async function simulator(options: Parameters<typeof Simulator.start>[1] = {}, ...rules: FaultRule[]) {
  const started = await Simulator.start(OK, options)
  started.script(...rules)
  onTestFinished(() => started.close())
  return started
}

function clientsWith(options: ApiClientsOptions = {}) {
  const timing = new TestTiming()
  const clients = new ApiClients({ mayBePrivate: true, timing, ...options })
  onTestFinished(() => clients[Symbol.asyncDispose]())
  const client = (id = 'one', requestsPerMinute = 100_000) =>
    clients.client({ id, title: 'Acme HR', requestsPerMinute })
  return { timing, clients, client }
}

describe('addresses inside', () => {
  test.each([
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['172.16.0.1', false],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:7f00:1', false],
    ['64:ff9b::a00:1', false],
    ['2002:7f00:1::', false],
    ['not an address', false],
    ['93.184.215.14', true],
    ['::ffff:93.184.215.14', true],
    ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', true],
  ])('%s is public: %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic)
  })

  test.each([
    ['by its number', (port: number) => `https://127.0.0.1:${port}/`],
    ['by its number as one figure', (port: number) => `https://2130706433:${port}/`],
    ['by its number in IPv6', (port: number) => `https://[::ffff:127.0.0.1]:${port}/`],
    ['by a name that resolves to it', (port: number) => `https://hris.example:${port}/`],
  ])('are not connected to, %s', async (_, urlOf) => {
    const inside = await simulator()
    const lookup: LookupFunction = (_name, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }])
    const { client } = clientsWith({ mayBePrivate: false, lookup })
    const sent = client().send({ url: urlOf(Number(new URL(inside.url).port)) })
    await expect(sent).rejects.toMatchObject({
      code: 'API_UNREACHABLE',
      message: expect.stringContaining('private'),
    })
    expect(inside.requests).toEqual([])
  })

  test('are asked only over https, unless the operator allows them', async () => {
    const { client } = clientsWith({ mayBePrivate: false })
    await expect(client().send({ url: 'http://hris.example/' })).rejects.toMatchObject({
      code: 'API_UNREACHABLE',
      message: expect.stringContaining('https'),
    })
  })
})

test('a certificate that nobody vouches for is refused, and the credential is not sent', async () => {
  let isAsked = false
  const server: Server = createServer({ key: OWN_KEY, cert: OWN_CERTIFICATE }, (_, response) => {
    isAsked = true
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { client } = clientsWith()
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await expect(client().send({ url, headers: { authorization: 'Bearer x' } })).rejects.toMatchObject({
    code: 'API_UNREACHABLE',
    message: expect.stringContaining('certificate'),
  })
  expect(isAsked).toBe(false)
})

describe('requests are kept', () => {
  test('to so many a minute', async () => {
    const { url } = await simulator()
    const { client, timing } = clientsWith()
    const slow = client('slow', 60)
    const began = timing.current
    for (let count = 0; count < 66; count++) await slow.send({ url })
    // Six at once, then one a second.
    expect(timing.current - began).toBeGreaterThanOrEqual(59_000)
    expect(timing.current - began).toBeLessThan(62_000)
  })

  test('to so many at the same time', async () => {
    const hris = await simulator({ latencyMs: 5 })
    const { client } = clientsWith()
    await Promise.all(Array.from({ length: 30 }, () => client().send({ url: hris.url })))
    expect(hris.inFlightMost).toBe(4)
  })

  test('below twenty failures in ten seconds to one server, whichever connection they come from', async () => {
    const hris = await simulator({}, { fault: { kind: 'answer', answer: { status: 404, json: {} } } })
    const { client, timing } = clientsWith()
    const times: number[] = []
    for (let count = 0; count < 60; count++) {
      await client(`connection ${count % 7}`).send({ url: hris.url })
      times.push(timing.current)
    }
    for (const [index, time] of times.entries()) {
      expect(times.slice(0, index + 1).filter((one) => one > time - 10_000).length).toBeLessThan(20)
    }
  })

  test('to one where sending twice could do something twice, unless it never arrived', async () => {
    const hris = await simulator(
      {},
      { times: 1, fault: { kind: 'answer', answer: { status: 500, json: {} } } },
    )
    const { client } = clientsWith()
    const post = client().send({ url: hris.url, form: { grant_type: 'refresh_token' } })
    await expect(post).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
    expect(hris.requests).toHaveLength(1)
    const again = await client().send({ url: hris.url, json: {}, isRepeatable: true })
    expect(again.status).toBe(200)
  })

  test('back as a whole where the API wants to be left alone, not only the one request that heard it', async () => {
    const answer = { status: 429, headers: { 'retry-after': '45' }, json: {} }
    const hris = await simulator({}, { times: 1, fault: { kind: 'answer', answer } })
    const { client, timing } = clientsWith({ limits: { triesMax: 1 } })
    await expect(client().send({ url: hris.url })).rejects.toMatchObject({ code: 'API_RATE' })
    const began = timing.current
    expect((await client().send({ url: hris.url })).status).toBe(200)
    expect(timing.current - began).toBeGreaterThanOrEqual(45_000)
  })

  test('going when a token ends under many of them at once: that is one refusal, not many', async () => {
    const hris = await simulator(
      {},
      { times: 4, fault: { kind: 'answer', answer: { status: 401, json: {} } } },
    )
    const { client } = clientsWith()
    const refused = await Promise.all([1, 2, 3, 4].map(() => client().send({ url: hris.url })))
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401])
    expect((await client().send({ url: hris.url })).status).toBe(200)
  })

  test('no longer than anybody would wait: what wants an hour is told at once', async () => {
    const answer = { status: 429, headers: { 'retry-after': '3600' }, json: {} }
    const hris = await simulator({}, { fault: { kind: 'answer', answer } })
    const { client, timing } = clientsWith()
    await expect(client().send({ url: hris.url })).rejects.toMatchObject({ code: 'API_RATE' })
    expect(timing.slept).toEqual([])
  })

  test('back when nobody wants the answer any more', async () => {
    const hris = await simulator({}, { fault: { kind: 'silence' } })
    const { client } = clientsWith()
    const stop = new AbortController()
    const sent = client().send({ url: hris.url, signal: stop.signal })
    while (hris.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    stop.abort(new Error('enough'))
    await expect(sent).rejects.toThrow('enough')
  })
})

describe('how long to wait', () => {
  const timing = new TestTiming()
  const answer = (headers: Record<string, string>) => ({ status: 429, headers, text: '' })
  test.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Sat, 21 Nov 2026 09:01:00 GMT' }, 60_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 08:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, null],
    [{ 'x-ratelimit-reset': String(Date.parse('2026-11-21T09:00:09Z') / 1_000) }, 9_000],
    [{}, null],
  ])('the answer with %o says %s', (headers, ms) => {
    expect(askedMs(answer(headers), timing)).toBe(ms)
  })

  test('grows from try to try, up to half a minute, and is not the same for everybody', () => {
    expect([1, 2, 3, 4].map((tries) => backoffMs(tries, timing))).toEqual([375, 750, 1_500, 3_000])
    expect(backoffMs(20, timing)).toBe(22_500)
    const others = [0, 0.9].map((lot) => backoffMs(3, Object.assign(new TestTiming(), { random: () => lot })))
    expect(new Set(others).size).toBe(2)
  })
})
