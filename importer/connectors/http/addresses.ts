/**
 * Keeps a connection that a customer sets up from reaching into the network that Rollcall runs in. Names are judged
 * by the addresses they resolve to, and the socket by the address it reached: a name may resolve otherwise the
 * second time.
 */
import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { buildConnector } from 'undici'

export class PrivateAddress extends Error {
  constructor() {
    super('its address is a private one')
    this.name = 'PrivateAddress'
  }
}

/** Whether an address is one of the public Internet. An address that nobody can read is none. */
export function isPublicAddress(address: string): boolean {
  // `process` takes IPv4 out of its IPv6 wrapping; whatever is no plain unicast address is refused.
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'
}

export interface GuardOptions {
  readonly mayBePrivate: boolean
  readonly connectMs: number
  readonly lookup?: LookupFunction
}

/** Connects like undici does, but only to public addresses. TLS certificates are always checked. */
export function guardedConnector({
  mayBePrivate,
  connectMs,
  lookup = systemLookup,
}: GuardOptions): buildConnector.connector {
  const options = { timeout: connectMs, rejectUnauthorized: true }
  if (mayBePrivate) return buildConnector({ ...options, lookup } as buildConnector.BuildOptions)
  // The types of undici name neither option of the socket that it passes on.
  const connect = buildConnector({ ...options, lookup: publicOnly(lookup) } as buildConnector.BuildOptions)
  return (target, callback) => {
    // A literal address is never looked up.
    const host = target.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) !== 0 && !isPublicAddress(host)) return callback(new PrivateAddress(), null)
    connect(target, (...[error, socket]) => {
      if (error !== null) return callback(error, null)
      if (isPublicAddress(socket.remoteAddress ?? '')) return callback(null, socket)
      socket.destroy()
      callback(new PrivateAddress(), null)
    })
  }
}

/** A lookup that gives only public addresses, and an error where there are none. */
function publicOnly(lookup: LookupFunction): LookupFunction {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0)
      // With `all` there is a list, whatever the types say.
      const addresses = (Array.isArray(found) ? found : []).filter(({ address }) => isPublicAddress(address))
      const [first] = addresses
      if (first === undefined) return callback(new PrivateAddress(), '', 0)
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}
