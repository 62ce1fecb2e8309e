/**
 * Where a webhook may go: nowhere inside. The check is made on the address that a name has at the moment of connecting,
 * and that very address is connected to, so that a name cannot mean another one by then.
 */
import { lookup as dnsLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { isWithin, plainAddress } from '../../keys/networks.ts'

/** Addresses that are nobody's on the internet: this machine, private networks, and what is set aside. */
const INSIDE = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // What carries an IPv4 address within (mapped, compatible, NAT64, 6to4, Teredo) might come out anywhere.
  ...['::/96', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32'],
  ...['2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
]
const inside4 = new BlockList()
const inside6 = new BlockList()
for (const network of INSIDE) {
  const [base = '', bits] = network.split('/')
  if (isIP(base) === 4) inside4.addSubnet(base, Number(bits), 'ipv4')
  else inside6.addSubnet(base, Number(bits), 'ipv6')
}

/** Whether the address may be connected to. `allowed`: networks inside that an operator has named. */
export function mayReach(address: string, allowed: readonly string[]): boolean {
  return isAllowed(address, allowed) || !isInside(address)
}

/** Whether an operator has named it. */
export function isAllowed(address: string, allowed: readonly string[]): boolean {
  return allowed.length > 0 && isWithin(allowed, address)
}

function isInside(address: string): boolean {
  const plain = plainAddress(address)
  const version = isIP(plain)
  if (version === 4) return inside4.check(plain, 'ipv4')
  return version !== 6 || inside6.check(plain, 'ipv6')
}

/** No address of the name may be reached. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED'
}

/** Looks a name up as Node does, and answers only addresses that are good. */
export function guardedLookup(
  isGood: (address: string) => boolean,
  lookup: LookupFunction = dnsLookup as LookupFunction, // the overload that answers all
): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '')
      const all = Array.isArray(found) ? found : []
      const good = all.filter(({ address }) => isGood(address))
      const [first] = good
      if (first === undefined) return done(new AddressRefused(`${hostname} lies inside`), '')
      if (options.all) done(null, good)
      else done(null, first.address, first.family)
    })
  }
}
