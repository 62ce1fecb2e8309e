/** Where a request came from. */
import ipaddr from 'ipaddr.js'
import { isWithin, plainAddress } from '../../keys/networks.ts'
import type { Http } from './http.ts'
import type { HttpContext } from './route.ts'

/** The address of the sender. What a proxy says of it is believed only where the proxy is one of ours. */
export function addressOf(http: Pick<Http, 'proxies'>, c: HttpContext): string {
  const peer = plainAddress(c.env?.incoming?.socket.remoteAddress ?? '')
  const said = c.req.header('x-forwarded-for')
  if (said === undefined || http.proxies.length === 0) return peer
  // The last one that is no proxy of ours: everything before it is what the sender wants us to think.
  const way = [...said.split(',').map((one) => plainAddress(one.trim())), peer].reverse()
  return way.find((one) => !isWithin(http.proxies, one)) ?? peer
}

/**
 * Who is held to a number of requests: the address; with IPv6 its network of 64 bits, since whoever has one address of
 * such a network has all of them.
 */
export function senderOf(http: Pick<Http, 'proxies'>, c: HttpContext): string {
  const address = addressOf(http, c)
  if (!ipaddr.IPv6.isValid(address)) return address
  return ipaddr.IPv6.parse(address)
    .parts.slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')
}
