/**
 * From a socket to a client that speaks SSH: who may come in, for how long without a login, and what it costs an
 * address when its clients misbehave. ssh2 knows nothing of all this.
 */
import type { Socket } from 'node:net'
import type { ClientInfo, Connection as SshConnection } from 'ssh2'
import type { Logger } from '../log.ts'
import type { Connection } from './connection.ts'
import type { SftpLimits } from './limits.ts'
import { createPenalties, type Offence } from './penalties.ts'
import { createStrangers } from './strangers.ts'

export interface Arrivals {
  /** A socket that was just accepted. */
  onSocket(socket: Socket): void
  /** A client that said that it speaks SSH, on one of those sockets. */
  onClient(client: SshConnection, info: ClientInfo): void
  /** Cuts off everybody who has not logged in, and takes no more. */
  stop(): void
}

export interface ArrivalsDeps {
  readonly limits: SftpLimits
  readonly sharedAddresses: readonly string[]
  readonly log: Logger
  /** Hands a socket to ssh2. */
  readonly inject: (socket: Socket) => void
  readonly welcome: (client: SshConnection, socket: Socket, info: ClientInfo) => Connection
}

interface Arrival {
  readonly socket: Socket
  /** A socket that is closed no longer tells. */
  readonly address: string
  readonly grace: NodeJS.Timeout
  connection: Connection | null
  isOverdue: boolean
}

const IDENT_MAX = 100
/** ssh2 only says goodbye after an error; a peer that ignores it keeps the socket. */
const AFTER_ERROR_MS = 1_000

export function createArrivals({ limits, sharedAddresses, log, inject, welcome }: ArrivalsDeps): Arrivals {
  const strangers = createStrangers(limits)
  const penalties = createPenalties({ sharedAddresses, nowMs: () => performance.now() })
  /** Those whose client has not said yet that it speaks SSH. */
  const silent = new Map<string, Arrival>()
  let isStopping = false

  function onClose(arrival: Arrival): void {
    const { socket, address, grace, connection } = arrival
    clearTimeout(grace)
    strangers.dismiss(socket)
    const offence = connection?.login || isStopping ? null : offenceOf(arrival)
    if (offence === null) return
    const penaltyMs = penalties.punish(address, offence)
    if (penaltyMs === 0) return
    log.warn({ address, offence, seconds: penaltyMs / 1000 }, 'shut out for a while')
  }

  /** An old client finds nothing in common with us: an operator must be able to see that. */
  function noteError(error: unknown, { ip: address, header }: ClientInfo): void {
    const isHandshake = error instanceof Error && 'level' in error && error.level === 'handshake'
    if (!isHandshake) {
      log.debug({ err: error }, 'a connection met an error')
      return
    }
    const client = printableIdent(header.versions.software)
    log.info({ address, client, problem: error.message }, 'a client could not agree with us on how to talk')
  }

  return {
    onSocket(socket) {
      socket.on('error', () => {})
      const { remoteAddress: address = '', remotePort } = socket
      const mayCome = !isStopping && penalties.mayCome(address)
      if (!mayCome || !strangers.admit(socket, penalties.isKnown(address))) {
        socket.destroy()
        return
      }
      const end = endOf(address, remotePort)
      const grace = setTimeout(() => {
        arrival.isOverdue = true
        socket.destroy()
      }, limits.loginGraceMs)
      const arrival: Arrival = { socket, address, grace, connection: null, isOverdue: false }
      silent.set(end, arrival)
      socket.on('close', () => {
        silent.delete(end)
        onClose(arrival)
      })
      inject(socket)
    },

    onClient(client, info) {
      const end = endOf(info.ip, info.port)
      const arrival = silent.get(end)
      // First thing: from here on a broken packet is an event, and an event without a listener is the end.
      client.on('error', (error) => {
        noteError(error, info)
        setTimeout(() => arrival?.socket.destroy(), AFTER_ERROR_MS).unref()
      })
      if (!arrival) {
        client.end()
        return
      }
      silent.delete(end)
      const connection = welcome(client, arrival.socket, info)
      arrival.connection = connection
      client.on('ready', () => {
        clearTimeout(arrival.grace)
        strangers.dismiss(arrival.socket)
        penalties.welcome(connection.address, connection.credential?.kind ?? 'password')
      })
    },

    stop() {
      isStopping = true
      for (const socket of strangers.all()) socket.destroy()
    },
  }
}

/** Null for somebody who only came and went, as the health check of a load balancer does. */
function offenceOf({ socket, connection, isOverdue }: Arrival): Offence | null {
  if (isOverdue) return 'grace'
  if (connection === null) return socket.bytesRead > 0 ? 'garbage' : null
  if (connection.failures > 0) return 'login'
  return connection.hasBrokenOff ? 'garbage' : 'probe'
}

/** A client says of itself whatever it likes. */
export function printableIdent(software: string): string {
  return software.replace(/[^\x20-\x7e]/g, '?').slice(0, IDENT_MAX)
}

/** ssh2 tells where a client comes from, not on which of the sockets handed to it: this is what both know. */
function endOf(ip: string | undefined, port: number | undefined): string {
  return `${ip} ${port}`
}
