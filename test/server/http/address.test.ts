import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { addressOf, senderOf } from '../../../server/http/address.ts'
import type { HttpEnv } from '../../../server/http/route.ts'

const proxies = ['127.0.0.0/8', '10.0.0.0/8']

test.each([
  ['nobody in between', '203.0.113.7', undefined, '203.0.113.7'],
  ['a proxy of ours', '127.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['two proxies of ours', '127.0.0.1', '203.0.113.7, 10.1.2.3', '203.0.113.7'],
  ['a sender who claims to be somebody else', '127.0.0.1', '1.2.3.4, 203.0.113.7', '203.0.113.7'],
  ['somebody else’s proxy, which is not believed', '198.51.100.1', '203.0.113.7', '198.51.100.1'],
  ['IPv4 through a socket that speaks both', '::ffff:203.0.113.7', undefined, '203.0.113.7'],
])('with %s, the address is that of the sender', async (_what, peer, said, expected) => {
  const app = new Hono<HttpEnv>().get('/', (c) => c.text(addressOf({ proxies }, c)))
  const headers: Record<string, string> = said === undefined ? {} : { 'x-forwarded-for': said }
  const incoming = { socket: { remoteAddress: peer } } as NonNullable<HttpEnv['Bindings']['incoming']> // all that is read of it
  const response = await app.request('/', { headers }, { incoming })
  expect(await response.text()).toBe(expected)
})

test.each([
  ['all addresses of one IPv6 network', '2001:db8:1:2::5', '2001:db8:1:2:ffff::1', true],
  ['two IPv6 networks', '2001:db8:1:2::5', '2001:db8:1:3::5', false],
  ['two IPv4 addresses', '203.0.113.7', '203.0.113.8', false],
  ['one IPv4 address, however it comes', '::ffff:203.0.113.7', '203.0.113.7', true],
])('%s are one sender: %s, %s, %s', async (_what, one, other, isOne) => {
  const app = new Hono<HttpEnv>().get('/', (c) => c.text(senderOf({ proxies: [] }, c)))
  const senders = [one, other].map(async (remoteAddress) => {
    const incoming = { socket: { remoteAddress } } as NonNullable<HttpEnv['Bindings']['incoming']> // all that is read of it
    return await (await app.request('/', {}, { incoming })).text()
  })
  const [first, second] = await Promise.all(senders)
  expect(first === second).toBe(isOne)
})
