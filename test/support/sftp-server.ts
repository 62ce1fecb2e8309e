/** A whole SFTP server on a free port: real intake, real keyring on SQLite, real files; only the ledger is ours. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type ClientChannel, type SFTPWrapper, type Client as SshClient } from 'ssh2'
import { openDatabase } from '../../importer/db/open.ts'
import { deliveryPath } from '../../importer/importer.ts'
import type { Account, Delivery } from '../../importer/types.ts'
import { type Ed25519Key, newEd25519Key } from '../../keys/ed25519.ts'
import { openHostKey } from '../../keys/host-key.ts'
import { createKeyring, type Keyring } from '../../keys/keyring.ts'
import { createPasswords, type Passwords } from '../../keys/passwords.ts'
import { createIntake, type Intake, type IntakeDeps } from '../../server/intake.ts'
import { createLog } from '../../server/log.ts'
import type { SftpLimits } from '../../server/sftp/limits.ts'
import { createSftpServer, type SftpServer, type SftpServerDeps } from '../../server/sftp/listener.ts'
import { RecordingLedger, testAccount } from './sftp-ledger.ts'

export interface TestServer extends AsyncDisposable {
  readonly dataDir: string
  readonly server: SftpServer
  readonly port: number
  readonly intake: Intake
  /** Stops server and intake and starts them anew on the same data, on another port. */
  restart(): Promise<void>
  readonly ledger: RecordingLedger
  readonly keyring: Keyring
  readonly passwords: Passwords
  readonly account: Account
  readonly other: Account
  /** Logs in as `account`. */
  readonly key: Ed25519Key
  /** Logs in as `other`. */
  readonly otherKey: Ed25519Key
  readonly hostFingerprint: string
  /** All log lines so far. */
  readonly lines: () => string[]
  /** A logged-in client; ended with the server. */
  connect(options?: Partial<ssh2.ConnectConfig>): Promise<SshClient>
  sftp(options?: Partial<ssh2.ConnectConfig>): Promise<SFTPWrapper>
  /** Waits until so many deliveries are in the ledger, and returns them. */
  delivered(count: number): Promise<Delivery[]>
  content(delivery: Delivery): Promise<Buffer>
  /** Names in the hidden folder of unfinished files, without the notes beside them. */
  parts(): Promise<string[]>
}

export interface TestServerOptions {
  readonly limits?: Partial<SftpLimits>
  readonly intake?: Partial<IntakeDeps>
  readonly host?: string
  /** Where the data directory is made; default the machine's folder for such things. */
  readonly directory?: string
  readonly freeBytes?: () => Promise<number>
  readonly importer?: NonNullable<SftpServerDeps['importer']>
  readonly logLevel?: 'info' | 'debug'
  readonly takesOldClients?: boolean
  /** Empty where penalties are to be seen; all tests come from the same few addresses. */
  readonly sharedAddresses?: readonly string[]
}

/** Starts a server with the accounts `acme` and `globex`. */
export async function startSftp(options: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(options.directory ?? tmpdir(), 'rollcall-sftp-'))
  const log: string[] = []
  const logger = createLog({
    level: options.logLevel ?? 'debug',
    destination: { write: (line: string) => void log.push(line) },
  })
  const [account, other] = [testAccount('acme'), testAccount('globex')]
  const { db, close } = await openDatabase(join(dataDir, 'test.sqlite'))
  for (const { id, slug, name, timezone, createdAt } of [account, other]) {
    await db.insertInto('account').values({ id, slug, name, timezone, created_at: createdAt }).execute()
  }
  const now = () => new Date()
  const keyring = createKeyring({ db, now })
  const passwords = createPasswords({ db, now })
  const [key, otherKey] = [newEd25519Key('test'), newEd25519Key('other')]
  await keyring.add(account, key.publicKeyLine)
  await keyring.add(other, otherKey.publicKeyLine)
  const ledger = new RecordingLedger([account, other])
  const hostKey = await openHostKey(dataDir)

  async function start(): Promise<{ intake: Intake; server: SftpServer }> {
    const intake = createIntake({ dataDir, importer: ledger, log: logger, now, ...options.intake })
    await intake.start()
    const server = await createSftpServer({
      host: options.host ?? '127.0.0.1',
      port: 0,
      hostKey,
      findAccount: async (slug) => [account, other].find((one) => one.slug === slug) ?? null,
      keyring,
      passwords,
      intake,
      dataDir,
      log: logger,
      now,
      ...(options.importer ? { importer: options.importer } : {}),
      ...(options.freeBytes ? { freeBytes: options.freeBytes } : {}),
      ...(options.limits ? { limits: options.limits } : {}),
      takesOldClients: options.takesOldClients ?? false,
      sharedAddresses: options.sharedAddresses ?? ['127.0.0.0/8'],
    })
    return { intake, server }
  }

  let running = await start()
  const clients: SshClient[] = []

  async function connect(config: Partial<ssh2.ConnectConfig> = {}): Promise<SshClient> {
    const client = new ssh2.Client()
    clients.push(client)
    await login(client, {
      host: '127.0.0.1',
      port: running.server.address.port,
      username: account.slug,
      privateKey: key.privateKey,
      ...config,
    })
    return client
  }

  return {
    dataDir,
    get server() {
      return running.server
    },
    get port() {
      return running.server.address.port
    },
    get intake() {
      return running.intake
    },
    async restart() {
      await running.server.close(0)
      await running.intake.stop()
      running = await start()
    },
    ledger,
    keyring,
    passwords,
    account,
    other,
    key,
    otherKey,
    hostFingerprint: hostKey.fingerprint,
    lines: () => log,
    connect,
    sftp: async (config) => openSftp(await connect(config)),
    async delivered(count) {
      await until(() => ledger.deliveries.length >= count, `${count} deliveries`)
      return ledger.deliveries
    },
    content: (delivery) => readFile(deliveryPath(dataDir, delivery)),
    parts: async () =>
      (await readdir(join(dataDir, 'deliveries', '.partial'))).filter((name) => !name.includes('.')),
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.end()
      await running.server.close(500)
      await running.intake.stop()
      await close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Connects a client; rejects when the login fails. Later errors of the connection are of no interest. */
export async function login(client: SshClient, config: ssh2.ConnectConfig): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.on('error', reject)
    client.once('ready', () => resolve())
    client.once('close', () => reject(new Error('the connection was closed')))
    client.connect(config)
  })
}

export async function openSftp(client: SshClient): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)))
  })
}

/** A customer's whole errand, on a connection of its own. */
export async function uploadFile(
  server: TestServer,
  name: string,
  config: Partial<ssh2.ConnectConfig> = {},
): Promise<void> {
  const sftp = await server.sftp(config)
  await new Promise<void>((resolve, reject) => {
    sftp.writeFile(`/inbox/${name}`, 'Name\n', (error) => (error ? reject(error) : resolve()))
  })
}

/** The bare channel of the `sftp` subsystem, for packets of our own making. */
export async function openChannel(client: SshClient): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.subsys('sftp', (error, channel) => (error ? reject(error) : resolve(channel)))
  })
}

/** Waits for a condition; says which one when it does not come. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  what: string,
  patienceMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited ${patienceMs} ms for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
