/**
 * The composition root: configuration in, parts joined, started in the order written here and stopped in the reverse
 * one. What stops first is what lets work in; the data directory is given up last.
 */
import { access, constants, open } from 'node:fs/promises'
import { ImportError, problemOf } from '../importer/errors.ts'
import { type ImporterHandle, openImporter } from '../importer/importer.ts'
import { type Audit, createAudit } from '../keys/audit.ts'
import { type HostKey, openHostKey } from '../keys/host-key.ts'
import { openNextHostKey } from '../keys/host-key-rotation.ts'
import { createKeyring, type Keyring } from '../keys/keyring.ts'
import { parseNetworks } from '../keys/networks.ts'
import { createPasswords, type Passwords } from '../keys/passwords.ts'
import { createIdempotency } from '../keys/people/idempotency.ts'
import { createPeople, type People } from '../keys/people/people.ts'
import { createSecondFactor } from '../keys/people/second-factor.ts'
import { createSessions } from '../keys/people/sessions.ts'
import { createTokens, type Tokens } from '../keys/people/tokens.ts'
import { createPgpKeyring, type PgpKeyring } from '../keys/pgp-keyring.ts'
import { createSecretRotator, type SecretRotator } from '../keys/secret-rotation.ts'
import { masterKeyPath, openVault, type Vault } from '../keys/vault.ts'
import { createWebhooks, type Webhooks } from '../keys/webhooks.ts'
import { auditedDoor } from './control/audited-door.ts'
import { lockDataDir, makeDataDir, nodeIdOf, tryLock } from './control/data-dir.ts'
import { createDoor, type Door, type Status } from './control/door.ts'
import { createHrisDoor } from './control/hris-door.ts'
import { createPeopleDoor, type PeopleDoor } from './control/people-door.ts'
import { createSftpDoor } from './control/sftp-door.ts'
import { databaseStatus, waitingFiles } from './control/status.ts'
import type { Readiness } from './http/app.ts'
import { createIntake, type Intake } from './intake.ts'
import type { Logger } from './log.ts'
import type { Mailer } from './notify/mailer.ts'
import type { Config } from './settings.ts'

export interface ServerOptions {
  readonly config: Config
  readonly log: Logger
  readonly version: string
}

export interface RunningServer extends AsyncDisposable {
  readonly door: Door
  readonly status: Status
  readonly hostKey: Pick<HostKey, 'fingerprint' | 'publicKeyLine' | 'created'>
  /** The link by which the first operator comes in; null where there is somebody already. */
  readonly setup: { readonly url: string; readonly expiresAt: string } | null
  /** Resolves when the disk turns out not to keep what it confirms: stop, and start anew. Never before that. */
  readonly diskFault: Promise<void>
  /** Stops taking work in, lets what is under way come to a safe place, and gives the data back. Again is the same. */
  stop(): Promise<void>
}

/** The data directory opened by a command, with no server around it. */
export interface OpenedData extends AsyncDisposable {
  readonly door: Door
  /** Begins to work on runs. Until then the door only reads and enters. */
  work(): Promise<void>
}

/** For a server that starts while a command is about to end. */
const LOCK_PATIENCE_MS = 5_000
const SFTP_GRACE_MS = 4_000
/** Whoever can open the data directory is the operator of the machine, by whatever name. */
const COMMAND_LINE = 'command line'

/** Starts everything, or nothing: what was started before a failure is stopped again. */
export async function startServer({ config, log, version }: ServerOptions): Promise<RunningServer> {
  const startedAt = new Date().toISOString()
  const fault = Promise.withResolvers<void>()
  await using parts = new AsyncDisposableStack()

  await makeDataDir(config.data)
  const lock = parts.use(await lockDataDir(config.data, { kind: 'server', patienceMs: LOCK_PATIENCE_MS }))
  const { createApp, serveApp, openControl, startScheduler, createSftpServer, ...telling } =
    await servingParts()
  const core = await openCore({ config, log, parts, onDiskFault: () => fault.resolve() })
  const hostKey = await openHostKey(config.data)
  let hostFingerprint = hostKey.fingerprint
  // Files that the last process received but never entered come before anything new.
  await core.intake.start()
  await core.importer.start()

  const sftp = await createSftpServer({
    host: config.sftpHost,
    port: config.sftpPort,
    hostKey,
    nextHostKey: await openNextHostKey(config.data),
    findAccount: (slug) => core.importer.account(slug).catch(nullIfUnknown),
    keyring: core.keyring,
    passwords: core.passwords,
    intake: core.intake,
    importer: core.importer,
    dataDir: config.data,
    log,
    now,
    limits: {
      accountBytesMax: config.accountBytesMax,
      accountFilesMax: config.accountFilesMax,
      diskReserveBytes: config.diskReserveBytes,
    },
    takesOldClients: config.sftpOldClients === 'on',
    sharedAddresses: parseNetworks(config.sftpSharedAddresses),
  })
  parts.defer(() => sftp.close(SFTP_GRACE_MS))

  let httpAddress: Status['http'] = null
  const status = async (): Promise<Status> => ({
    ...(await core.facts()),
    ...{ version, startedAt },
    sftp: { ...sftp.address, fingerprint: hostFingerprint },
    http: httpAddress,
  })
  const sftpDoor = createSftpDoor({
    ...core,
    dataDir: config.data,
    sftp,
    onHostKeys(key, next) {
      sftp.useHostKey(key, next)
      hostFingerprint = key.fingerprint
    },
  })
  const ownUrl = () => publicUrlOf(config, httpAddress ?? { host: config.httpHost, port: config.httpPort })
  const hrisDoor = createHrisDoor({ hris: core.importer.hris, publicUrl: ownUrl })
  const plainDoor = createDoor({ ...core, sftpDoor, hrisDoor, status })
  const { publicUrl } = config
  const app = createApp({
    ...{ ...core, door: plainDoor, readiness: readinessOf(config, core.importer), now, version, publicUrl },
    ...{ hris: core.importer.hris, ownUrl },
    sessions: createSessions({ db: core.importer.db, now }),
    secondFactor: createSecondFactor({ db: core.importer.db, vault: core.vault, now }),
    idempotency: createIdempotency({ db: core.importer.db, vault: core.vault, now }),
    insight: core.importer.insight,
    log: log.child({ part: 'http' }),
    proxies: parseNetworks(config.httpProxies),
  })
  const http = await serveApp(app, { host: config.httpHost, port: config.httpPort })
  parts.defer(() => http.close())
  httpAddress = http.address

  const door = auditedDoor(plainDoor, { audit: core.audit, actor: COMMAND_LINE })
  const control = await openControl({ dataDir: config.data, door, log })
  parts.defer(() => control.stop())
  lock.announce(control.socket)

  const notifier = telling.createNotifier({
    ...{ mailroom: core.importer.mailroom, webhooks: core.webhooks, now },
    mailer: mailerOf(config, telling.createMailer),
    sender: telling.createWebhookSender({ allowed: parseNetworks(config.webhookNetworks) }),
    publicUrl: () => publicUrlOf(config, http.address),
    log: log.child({ part: 'notify' }),
  })
  parts.defer(() => notifier.stop())

  const scheduler = startScheduler({
    ...{ intake: core.intake, chores: core.importer.chores, hris: core.importer.hris, notifier, log },
    rotator: core.rotator,
  })
  parts.defer(() => scheduler.stop())

  const all = parts.move()
  const stop = () => all.disposeAsync()
  return {
    door,
    status: await status(),
    hostKey,
    setup: await setupOf(core.people, publicUrlOf(config, http.address)),
    diskFault: fault.promise,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Opens the data for a command if nobody works on it; null where somebody does. */
export async function openData({ config, log, version }: ServerOptions): Promise<OpenedData | null> {
  await using parts = new AsyncDisposableStack()
  const lock = tryLock(config.data, 'command')
  if (lock === null) return null
  parts.use(lock)
  // It waits for one run at most, so a second thread would start for nothing.
  const core = await openCore({ config, log, parts, workers: 1 })
  const startedAt = new Date().toISOString()
  const status = async (): Promise<Status> => ({
    ...(await core.facts()),
    ...{ version, startedAt, sftp: null, http: null },
  })
  const all = parts.move()
  const sftpDoor = createSftpDoor({ ...core, dataDir: config.data, sftp: null, onHostKeys: () => {} })
  const hrisDoor = createHrisDoor({ hris: core.importer.hris, publicUrl: null })
  return {
    door: auditedDoor(createDoor({ ...core, sftpDoor, hrisDoor, status }), {
      audit: core.audit,
      actor: COMMAND_LINE,
    }),
    async work() {
      await core.intake.start()
      await core.importer.start()
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

interface Core {
  readonly importer: ImporterHandle
  readonly keyring: Keyring
  readonly passwords: Passwords
  readonly pgpKeyring: PgpKeyring
  readonly webhooks: Webhooks
  readonly people: People
  readonly tokens: Tokens
  readonly audit: Audit
  readonly vault: () => Promise<Vault>
  readonly rotator: SecretRotator
  readonly peopleDoor: PeopleDoor
  readonly intake: Intake
  /** What a status says about the node, its database and what waits. */
  facts(): Promise<Pick<Status, 'pid' | 'nodeId' | 'database' | 'waiting'>>
}

/** What a server and a command both need. */
async function openCore(deps: {
  config: Config
  log: Logger
  parts: AsyncDisposableStack
  workers?: number
  onDiskFault?: () => void
}): Promise<Core> {
  const { config, log, parts } = deps
  const nodeId = await nodeIdOf(config.data, config.nodeId)
  await keepToOurselves(config.databaseUrl)
  const secretFile = config.secretFile ?? masterKeyPath(config.data)
  const importer = parts.use(
    await openImporter({
      databaseUrl: config.databaseUrl,
      dataDir: config.data,
      secretFile,
      nodeId,
      hrisMayBePrivate: config.hrisPrivate === 'on',
      log: log.child({ part: 'importer' }),
      ...(deps.workers === undefined ? {} : { workers: deps.workers }),
    }),
  )
  const keyring = createKeyring({ db: importer.db, now })
  const passwords = createPasswords({ db: importer.db, now })
  const vault = () => openVault(secretFile, { mayCreate: true })
  const rotator = createSecretRotator({ db: importer.db, path: secretFile, now })
  const pgpKeyring = createPgpKeyring({ db: importer.db, vault, now })
  const webhooks = createWebhooks({ db: importer.db, vault, now })
  const people = createPeople({ db: importer.db, now })
  const tokens = createTokens({ db: importer.db, now })
  const audit = createAudit({ db: importer.db, now })
  const peopleDoor = createPeopleDoor({ people, tokens, audit })
  const intake = createIntake({
    dataDir: config.data,
    importer,
    log,
    now,
    // The scheduler calls the sweep.
    sweepMs: null,
    ...(deps.onDiskFault ? { onDiskFault: deps.onDiskFault } : {}),
  })
  parts.defer(() => intake.stop())
  const facts = async () => ({
    ...{ pid: process.pid, nodeId },
    database: await databaseStatus(importer.db, importer.engine),
    waiting: await waitingFiles(intake, importer),
  })
  return {
    importer,
    keyring,
    passwords,
    pgpKeyring,
    webhooks,
    people,
    tokens,
    audit,
    vault,
    rotator,
    peopleDoor,
    intake,
    facts,
  }
}

/** SQLite makes its files readable by everybody, unless there is one to take after. */
async function keepToOurselves(databaseUrl: string): Promise<void> {
  if (!databaseUrl.startsWith('sqlite:')) return
  // What cannot be made here cannot be opened either, and is explained there.
  const file = await open(databaseUrl.slice('sqlite:'.length), 'a', 0o600).catch(() => null)
  await file?.close()
}

type ServingParts = Awaited<ReturnType<typeof servingParts>>

/** What only a server needs. Loaded by no command: each of them would take a third longer to start. */
async function servingParts() {
  const parts = await Promise.all([
    ...([import('./http/app.ts'), import('./http/listen.ts'), import('./control.ts')] as const),
    ...([import('./notify/mailer.ts'), import('./notify.ts'), import('./notify/webhook.ts')] as const),
    ...([import('./scheduler.ts'), import('./sftp/listener.ts')] as const),
  ])
  const [app, listen, control, mailer, notify, webhook, scheduler, sftp] = parts
  return { ...app, ...listen, ...control, ...mailer, ...notify, ...webhook, ...scheduler, ...sftp }
}

function mailerOf(
  { smtpUrl: url, mailFrom: from }: Config,
  createMailer: ServingParts['createMailer'],
): Mailer | null {
  return url === null || from === null ? null : createMailer({ url, from })
}

function publicUrlOf({ publicUrl }: Config, { host, port }: { host: string; port: number }): string {
  // What listens everywhere is found under the machine's own name, at least by who sits at it.
  const name = ['0.0.0.0', '::', '127.0.0.1'].includes(host) ? 'localhost' : host
  return publicUrl ?? `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

function readinessOf(config: Config, importer: ImporterHandle): Readiness {
  const problemWith = (work: Promise<unknown>) => work.then(() => null, problemOf)
  return async () => ({
    database: await problemWith(importer.db.selectFrom('account').select('id').limit(1).execute()),
    dataDirectory: await problemWith(access(config.data, constants.W_OK)),
  })
}

async function setupOf(people: People, publicUrl: string): Promise<RunningServer['setup']> {
  const link = await people.setupLink()
  return link && { url: `${publicUrl}/welcome/${link.secret}`, expiresAt: link.expiresAt }
}

function now(): Date {
  return new Date()
}

function nullIfUnknown(error: unknown): null {
  if (error instanceof ImportError && error.code === 'ACCOUNT_UNKNOWN') return null
  throw error
}
