/**
 * Connections that have not logged in yet, and how many of them there may be. They are counted apart from
 * customers: whatever strangers do, somebody who is logged in goes on, and somebody who wants to log in gets a
 * place from those who only sit there.
 */
import type { Socket } from 'node:net'
import { isIPv6 } from 'node:net'

/** A connection that has had this long without logging in loses its place first when places run out. */
const SITTING_MS = 1_000

interface Stranger {
  readonly network: string
  /** Somebody has logged in from there lately: such addresses have places of their own. */
  readonly isKnown: boolean
  readonly sinceMs: number
}

export interface Strangers {
  /** Takes in a new connection; false when there is no place for it. */
  admit(socket: Socket, isKnown: boolean): boolean
  /** It has logged in, or is gone. */
  dismiss(socket: Socket): void
  all(): Socket[]
}

export function createStrangers(limits: {
  readonly strangersMax: number
  readonly strangersPerAddressMax: number
  readonly knownStrangersMax: number
}): Strangers {
  // In the order in which they came.
  const strangers = new Map<Socket, Stranger>()

  function makeRoom(isCounted: (stranger: Stranger) => boolean, max: number): boolean {
    const counted = [...strangers].filter(([, stranger]) => isCounted(stranger))
    if (counted.length < max) return true
    const [oldest] = counted
    if (!oldest || performance.now() - oldest[1].sinceMs < SITTING_MS) return false
    oldest[0].destroy()
    strangers.delete(oldest[0])
    return true
  }

  return {
    admit(socket, isKnown) {
      const network = networkOf(socket.remoteAddress ?? '')
      const hasRoom =
        makeRoom((one) => one.network === network, limits.strangersPerAddressMax) &&
        makeRoom((one) => one.isKnown === isKnown, isKnown ? limits.knownStrangersMax : limits.strangersMax)
      if (hasRoom) strangers.set(socket, { network, isKnown, sinceMs: performance.now() })
      return hasRoom
    },
    dismiss: (socket) => void strangers.delete(socket),
    all: () => [...strangers.keys()],
  }
}

/** The address, or the /64 network that one IPv6 customer has to himself. */
export function networkOf(address: string): string {
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (v4 !== undefined) return v4
  return isIPv6(address) ? firstFourGroups(address) : address
}

function firstFourGroups(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => '0')
  return [...front, ...zeros, ...back].slice(0, 4).join(':')
}
