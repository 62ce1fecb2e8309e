/** From where a key may be used: addresses and networks, IPv4 and IPv6. */
import { BlockList, isIP } from 'node:net'
import { ImportError } from '../schemas/errors.ts'

/** More than that is no list that a person keeps true. */
const NETWORKS_MAX = 50

/** Reads `203.0.113.7, 2001:db8::/32`; empty for everywhere. Throws `NETWORK_INVALID`. */
export function parseNetworks(text: string): string[] {
  const networks = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  if (networks.length > NETWORKS_MAX) {
    throw new ImportError('NETWORK_INVALID', { problem: `more than ${NETWORKS_MAX} are named` })
  }
  return networks.map(canonical)
}

/** Whether an address lies in one of them. An address that nobody can read lies in none. */
export function isWithin(networks: readonly string[], address: string): boolean {
  if (networks.length === 0) return true
  const plain = plainAddress(address)
  const version = isIP(plain)
  if (version === 0) return false
  const list = new BlockList()
  for (const network of networks) {
    const [base = '', bits] = network.split('/')
    list.addSubnet(base, Number(bits), familyOf(base))
  }
  return list.check(plain, version === 4 ? 'ipv4' : 'ipv6')
}

/** Without a zone, and IPv4 as IPv4 where it came through a socket that speaks both. */
export function plainAddress(address: string): string {
  const [bare = ''] = address.split('%')
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare
}

function canonical(text: string): string {
  const [base = '', bits, ...more] = text.split('/')
  const version = isIP(base)
  // A zone would tie the key to a network card of this machine.
  if (version === 0 || base.includes('%') || more.length > 0) {
    throw new ImportError('NETWORK_INVALID', { problem: `"${shown(text)}" is no address and no network` })
  }
  const max = version === 4 ? 32 : 128
  const length = bits === undefined ? max : Number(bits)
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || length > max)) {
    throw new ImportError('NETWORK_INVALID', {
      problem: `"${shown(text)}" needs a number from 0 to ${max} behind the /`,
    })
  }
  return `${base.toLowerCase()}/${length}`
}

function familyOf(base: string): 'ipv4' | 'ipv6' {
  return isIP(base) === 4 ? 'ipv4' : 'ipv6'
}

/** What somebody typed, fit for a terminal. */
function shown(text: string): string {
  return text.replace(/[^\w.:/%-]/g, '?').slice(0, 50)
}
