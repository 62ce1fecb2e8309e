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
import type { Keyring } from '../../keys/keyring.ts'
import type { Passwords } from '../../keys/passwords.ts'
import type { Intake } from '../intake.ts'
import type { Logger } from '../log.ts'
import { offeredAlgorithms } from './algorithms.ts'
import { createArrivals, printableIdent } from './arrivals.ts'
import { Connection, type ConnectionDeps } from './connection.ts'
import { findEnded } from './credentials.ts'
import { createFolders } from './folders.ts'
import { announceHostKeys, type OwnKey } from './host-key-news.ts'
import { DEFAULT_LIMITS, type SftpLimits } from './limits.ts'
import { countPacketsWithHeap } from './packet-memory.ts'
import { createRequests, type Requests } from './requests.ts'
import { createResults } from './results.ts'
import { createSpace } from './space.ts'
import { createExamine, type StrictDeps } from './strict.ts'
import type { Upload, Uploader } from './upload.ts'
import { createUploads, type UploadsDeps } from './uploads.ts'

export interface SftpServerDeps {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly hostKey: OwnKey
  /** Where a change of the host key is planned: clients are told of the next one. */
  readonly nextHostKey?: OwnKey | null
  /** By slug; null where there is none. */
  readonly findAccount: (slug: string) => Promise<Pick<Account, 'id' | 'slug'> | null>
  readonly keyring: Pick<Keyring, 'forLogin' | 'touch' | 'stillGood'>
  readonly passwords: Pick<Passwords, 'isAnySet' | 'verify' | 'stillGood' | 'touch'>
  readonly intake: UploadsDeps['intake'] & Pick<Intake, 'takeWaiting'>
  /** Knows which sources are strict, and what is wrong with a file; without it none is. */
  readonly importer?: StrictDeps['importer']
  readonly dataDir: string
  /** Bytes free on the disk; default what the file system says. */
  readonly freeBytes?: () => Promise<number>
  readonly log: Logger
  readonly now: () => Date
  readonly limits?: Partial<SftpLimits>
  /** Whether to offer what clients from before 2023 need, too. */
  readonly takesOldClients?: boolean
  /** Addresses that many share, such as a proxy's: misbehaviour from there shuts nobody out. */
  readonly sharedAddresses?: readonly string[]
}

/** One logged-in connection, for operators. */
export interface LiveConnection {
  readonly id: number
  readonly account: string
  readonly address: string
  /** ISO 8601, UTC. */
  readonly since: string
  /** Fingerprint of the key, or `password`. */
  readonly key: string
  /** What the client calls itself. */
  readonly client: string
  /** On the wire. */
  readonly bytesReceived: number
  readonly bytesSent: number
  /** Files that it is writing. */
  readonly writing: readonly { readonly fileName: string; readonly bytes: number }[]
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
  /** Shows this host key to whoever connects from now on; with the next one, clients are told of that. */
  useHostKey(key: OwnKey, next: OwnKey | null): void
  /** Takes no new connections, lets uploads under way finish for up to `graceMs`, then ends everything. */
  close(graceMs?: number): Promise<void>
}

const IDENT = 'Rollcall'
/** Connections that the system holds for us: in a crowd, what does not fit waits for seconds. */
const BACKLOG = 4_096
const CLOSE_GRACE_MS = 7_000
const EXPIRE_MS = 60_000
const CLOSE_POLL_MS = 25
const KEEP_ALIVE_QUESTIONS = 3
const GOODBYE_MS = 1_000

/** Listens. Throws `PORT_IN_USE`. */
export async function createSftpServer(deps: SftpServerDeps): Promise<SftpServer> {
  countPacketsWithHeap()
  const log = deps.log.child({ part: 'sftp' })
  const limits: SftpLimits = { ...DEFAULT_LIMITS, ...deps.limits }
  const space = createSpace({ ...deps, log, limits })
  /** Aborted when the patience with uploads under way is over. */
  const grace = new AbortController()
  const examine = deps.importer
    ? createExamine({
        importer: deps.importer,
        dataDir: deps.dataDir,
        log,
        patienceMs: limits.strictMs,
        stopping: grace.signal,
      })
    : async () => null
  const { intake, now } = deps
  const uploads = createUploads({ intake, space, now, limits, examine, waiting: intake.takeWaiting() })
  const connections = new Map<Socket, Connection>()
  const loggedIn = () => [...connections.values()].filter((one) => one.login !== null)
  let isStopping = false
  let lastId = 0

  const connectionDeps: ConnectionDeps = {
    auth: { findAccount: deps.findAccount, keyring: deps.keyring, passwords: deps.passwords },
    limits,
    log,
    onLogin: (connection) => !isStopping && hasRoomFor(connection),
    requestsFor,
  }
  const arrivals = createArrivals({
    ...{ limits, log, welcome, sharedAddresses: deps.sharedAddresses ?? [] },
    inject: (socket) => ssh.injectSocket(socket),
  })

  /** Counted with this one, which has its login already. */
  function hasRoomFor({ login }: Connection): boolean {
    const all = loggedIn()
    const ofAccount = all.filter((one) => one.login?.account.id === login?.account.id)
    return all.length <= limits.connectionsMax && ofAccount.length <= limits.connectionsPerAccountMax
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

  let ssh = createSsh(deps.hostKey)
  let announced: OwnKey[] = deps.nextHostKey ? [deps.hostKey, deps.nextHostKey] : []

  function createSsh({ privateKey }: OwnKey): ssh2.Server {
    const server = new ssh2.Server({
      hostKeys: [privateKey],
      ident: IDENT,
      algorithms: offeredAlgorithms({ takesOldClients: deps.takesOldClients ?? false }),
      keepaliveInterval: limits.keepAliveMs,
      keepaliveCountMax: KEEP_ALIVE_QUESTIONS,
    })
    server.on('error', (error: unknown) => log.error({ err: error }, 'the SSH server met an error'))
    server.on('connection', arrivals.onClient)
    return server
  }

  function welcome(client: SshConnection, socket: Socket, { header }: ClientInfo): Connection {
    lastId += 1
    const facts = { id: lastId, since: deps.now(), client: printableIdent(header.versions.software) }
    const connection = new Connection(connectionDeps, client, socket, facts)
    connections.set(socket, connection)
    client.on('ready', () => {
      if (announced.length > 0) announceHostKeys(client, announced)
    })
    socket.on('close', () => connections.delete(socket))
    return connection
  }

  async function recheck(): Promise<void> {
    for (const connection of await findEnded(deps, loggedIn())) {
      log.info({ connection: connection.id }, 'ended: what it logged in with no longer holds')
      connection.end()
    }
  }

  const listener = createServer({ noDelay: true }, arrivals.onSocket)
  await listen(listener, deps.host, deps.port)
  listener.on('error', (error) => log.error({ err: error }, 'the listening socket met an error'))
  const expiry = setInterval(() => {
    uploads
      .expire()
      .catch((error: unknown) => log.error({ err: error }, 'old uploads could not be cleared away'))
  }, EXPIRE_MS)
  let isChecking = false
  const checking = setInterval(() => {
    if (isChecking) return
    isChecking = true
    recheck()
      .catch((error: unknown) => log.error({ err: error }, 'live logins could not be checked'))
      .finally(() => {
        isChecking = false
      })
  }, limits.recheckMs)
  // As any of Node's servers: the port is what keeps the process alive, not the cleaning.
  expiry.unref()
  checking.unref()

  return {
    // An address that is no object belongs to a pipe.
    address: { host: deps.host, port: (listener.address() as AddressInfo).port },

    connections() {
      const writing = uploads.underWay()
      return loggedIn().map((one) => describeConnection(one, writing))
    },
    uploads: () => uploads.underWay().map(describeUpload),

    disconnect(id) {
      const connection = loggedIn().find((one) => one.id === id)
      connection?.end()
      return connection !== undefined
    },

    useHostKey(key, next) {
      ssh = createSsh(key)
      announced = next === null ? [] : [key, next]
    },

    async close(graceMs = CLOSE_GRACE_MS) {
      isStopping = true
      clearInterval(expiry)
      clearInterval(checking)
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
      arrivals.stop()
      await waitUntil(() => uploads.underWay().length === 0, graceMs)
      grace.abort()
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

function describeConnection(connection: Connection, uploads: readonly Upload[]): LiveConnection {
  const { id, login, address, since, client, bytes } = connection
  return {
    ...{ id, address, client, account: login?.account.slug ?? '', key: login?.sentBy ?? '' },
    since: since.toISOString(),
    ...{ bytesReceived: bytes.received, bytesSent: bytes.sent },
    writing: uploads
      .filter(({ uploader }) => connection.owns(uploader))
      .map(({ place, size }) => ({ fileName: place.name, bytes: size })),
  }
}

function describeUpload({ uploader, place, size }: Upload): LiveUpload {
  return { account: uploader.account.slug, fileName: place.name, bytes: size }
}

async function listen(listener: ReturnType<typeof createServer>, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject)
      listener.listen({ host, port, backlog: BACKLOG }, () => {
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

async function waitUntil(isTrue: () => boolean, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!isTrue() && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, CLOSE_POLL_MS))
  }
}
