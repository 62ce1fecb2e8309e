/**
 * The SFTP server. It owns the listening socket and every connection; what a client may do once it is logged in is
 * decided elsewhere. ssh2's own server has no login grace and no bounds, and an error event without a listener ends
 * the process: both are dealt with here, before anything else happens to a socket.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net'
import ssh2, { type ClientInfo, type Connection as SshConnection } from 'ssh2'
import { ImportError, problemOf } from '../../importer/errors.ts'
import { resultsDir } from '../../importer/importer.ts'
import type { Account } from '../../importer/types.ts'
import type { HostKey } from '../../keys/host-key.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { Intake } from '../intake.ts'
import type { Logger } from '../log.ts'
import { offeredAlgorithms } from './algorithms.ts'
import { Connection, type ConnectionDeps } from './connection.ts'
import { createFolders } from './folders.ts'
import { DEFAULT_LIMITS, type SftpLimits } from './limits.ts'
import { createRequests, type Requests } from './requests.ts'
import { createResults } from './results.ts'
import { createSpace } from './space.ts'
import { createStrangers } from './strangers.ts'
import { createExamine, type StrictDeps } from './strict.ts'
import type { Upload, Uploader } from './upload.ts'
import { createUploads, type UploadsDeps } from './uploads.ts'

export interface SftpServerDeps {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly hostKey: Pick<HostKey, 'privateKey'>
  /** By slug; null where there is none. */
  readonly findAccount: (slug: string) => Promise<Pick<Account, 'id' | 'slug'> | null>
  readonly keyring: Pick<Keyring, 'forLogin' | 'touch'>
  readonly intake: UploadsDeps['intake'] & Pick<Intake, 'takeWaiting'>
  /** Knows which sources are strict, and what is wrong with a file; without it none is. */
  readonly importer?: StrictDeps['importer']
  readonly dataDir: string
  readonly log: Logger
  readonly now: () => Date
  readonly limits?: Partial<SftpLimits>
  /** Whether to offer what clients from before 2023 need, too. */
  readonly takesOldClients?: boolean
}

/** One logged-in connection, for operators. */
export interface LiveConnection {
  readonly id: number
  readonly account: string
  readonly address: string
  /** ISO 8601, UTC. */
  readonly since: string
  /** Fingerprint of the key. */
  readonly key: string
}

/** One file being written, for operators. */
export interface LiveUpload {
  readonly account: string
  readonly fileName: string
  readonly bytes: number
}

export interface SftpServer {
  readonly address: { readonly host: string; readonly port: number }
  connections(): LiveConnection[]
  uploads(): LiveUpload[]
  /** Ends one connection; false when there is none of that id. */
  disconnect(id: number): boolean
  /** Takes no new connections, lets uploads under way finish for up to `graceMs`, then ends everything. */
  close(graceMs?: number): Promise<void>
}

const IDENT = 'Rollcall'
const CLOSE_GRACE_MS = 7_000
const EXPIRE_MS = 60_000
const CLOSE_POLL_MS = 25
/** ssh2 only says goodbye after an error; a peer that ignores it keeps the socket. */
const AFTER_ERROR_MS = 1_000
const GOODBYE_MS = 1_000

/** Listens. Throws `PORT_IN_USE`. */
export async function createSftpServer(deps: SftpServerDeps): Promise<SftpServer> {
  const log = deps.log.child({ part: 'sftp' })
  const limits: SftpLimits = { ...DEFAULT_LIMITS, ...deps.limits }
  const space = createSpace({ dataDir: deps.dataDir, log, limits })
  const examine = deps.importer
    ? createExamine({ importer: deps.importer, dataDir: deps.dataDir, log, patienceMs: limits.strictMs })
    : async () => null
  const { intake, now } = deps
  const uploads = createUploads({ intake, space, now, limits, examine, waiting: intake.takeWaiting() })
  const strangers = createStrangers(limits)
  const connections = new Map<Socket, Connection>()
  let isStopping = false
  let lastId = 0

  const connectionDeps: ConnectionDeps = {
    auth: { findAccount: deps.findAccount, keyring: deps.keyring },
    limits,
    log,
    onLogin: (connection) => !isStopping && countOf(connection) <= limits.connectionsPerAccountMax,
    requestsFor,
  }

  /** This one included: it has its login already. */
  function countOf({ login }: Connection): number {
    return [...connections.values()].filter((one) => one.login?.account.id === login?.account.id).length
  }

  function requestsFor(uploader: Uploader, connectionLog: Logger): Requests {
    const results = createResults(resultsDir(deps.dataDir, uploader.account.id))
    const isStoppingNow = () => isStopping
    return createRequests({
      folders: createFolders({ uploader, uploads, results, now: deps.now, isStopping: isStoppingNow }),
      owner: uploader.account.slug,
      room: () => space.room(uploader.account.id),
      handlesMax: limits.handlesMax,
      now: deps.now,
      onError: (error) => connectionLog.error({ err: error }, 'a request could not be served'),
    })
  }

  const algorithms = offeredAlgorithms({ takesOldClients: deps.takesOldClients ?? false })
  const ssh = new ssh2.Server({ hostKeys: [deps.hostKey.privateKey], ident: IDENT, algorithms })
  ssh.on('error', (error: unknown) => log.error({ err: error }, 'the SSH server met an error'))

  /** Sockets whose client has not said yet that it speaks SSH. */
  const silent = new Map<string, Socket>()
  const graces = new WeakMap<Socket, NodeJS.Timeout>()

  function onSocket(socket: Socket): void {
    socket.on('error', () => {})
    if (!strangers.admit(socket)) {
      socket.destroy()
      return
    }
    const end = endOf(socket.remoteAddress, socket.remotePort)
    silent.set(end, socket)
    graces.set(
      socket,
      setTimeout(() => socket.destroy(), limits.loginGraceMs),
    )
    socket.on('close', () => {
      clearTimeout(graces.get(socket))
      silent.delete(end)
      strangers.dismiss(socket)
      connections.delete(socket)
    })
    ssh.injectSocket(socket)
  }

  function onClient(client: SshConnection, { ip, port }: ClientInfo): void {
    const socket = silent.get(endOf(ip, port))
    // First thing: from here on a broken packet is an event, and an event without a listener is the end.
    client.on('error', (error) => {
      log.debug({ err: error }, 'a connection met an error')
      setTimeout(() => socket?.destroy(), AFTER_ERROR_MS).unref()
    })
    if (!socket) {
      client.end()
      return
    }
    silent.delete(endOf(ip, port))
    lastId += 1
    connections.set(socket, new Connection(connectionDeps, client, socket, lastId, deps.now()))
    client.on('ready', () => {
      clearTimeout(graces.get(socket))
      strangers.dismiss(socket)
    })
  }

  ssh.on('connection', onClient)
  const listener = createServer({ noDelay: true }, onSocket)
  await listen(listener, deps.host, deps.port)
  listener.on('error', (error) => log.error({ err: error }, 'the listening socket met an error'))
  const expiry = setInterval(() => {
    uploads
      .expire()
      .catch((error: unknown) => log.error({ err: error }, 'old uploads could not be cleared away'))
  }, EXPIRE_MS)
  // As any of Node's servers: the port is what keeps the process alive, not the cleaning.
  expiry.unref()

  const loggedIn = () => [...connections.values()].filter((one) => one.login !== null)

  return {
    // An address that is no object belongs to a pipe.
    address: { host: deps.host, port: (listener.address() as AddressInfo).port },

    connections: () => loggedIn().map(describeConnection),
    uploads: () => uploads.underWay().map(describeUpload),

    disconnect(id) {
      const connection = loggedIn().find((one) => one.id === id)
      connection?.end()
      return connection !== undefined
    },

    async close(graceMs = CLOSE_GRACE_MS) {
      isStopping = true
      clearInterval(expiry)
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
      for (const socket of strangers.all()) socket.destroy()
      await waitUntil(() => uploads.underWay().length === 0, graceMs)
      await endAll(connections)
      await uploads.stop()
      await closed
    },
  }
}

/** Says goodbye, cuts off who does not listen, and waits until nothing of their uploads is left to do. */
async function endAll(connections: ReadonlyMap<Socket, Connection>): Promise<void> {
  const all = [...connections.values()]
  for (const connection of all) connection.end()
  await waitUntil(() => connections.size === 0, GOODBYE_MS)
  for (const connection of all) connection.destroy()
  await Promise.all(all.map((connection) => connection.settled()))
}

function describeConnection({ id, login, address, since }: Connection): LiveConnection {
  return {
    id,
    account: login?.account.slug ?? '',
    address,
    since: since.toISOString(),
    key: login?.sentBy ?? '',
  }
}

function describeUpload({ uploader, place, size }: Upload): LiveUpload {
  return { account: uploader.account.slug, fileName: place.name, bytes: size }
}

async function listen(listener: ReturnType<typeof createServer>, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject)
      listener.listen({ host, port }, () => {
        listener.off('error', reject)
        resolve()
      })
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new ImportError('PORT_IN_USE', { host, port, setting: 'ROLLCALL_SFTP_PORT' })
    }
    throw new ImportError('CONFIG_INVALID', {
      problem: `the SFTP server cannot listen on ${host}, port ${port}: ${problemOf(error)}`,
      fix: 'Correct ROLLCALL_SFTP_HOST or ROLLCALL_SFTP_PORT.',
    })
  }
}

/** ssh2 tells where a client comes from, not on which of the sockets handed to it: this is what both know. */
function endOf(ip: string | undefined, port: number | undefined): string {
  return `${ip} ${port}`
}

async function waitUntil(isTrue: () => boolean, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!isTrue() && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, CLOSE_POLL_MS))
  }
}
