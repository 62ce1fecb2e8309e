/** One client's connection, from the first byte to the last: login, channels, bounds, end. */
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type {
  AuthContext,
  AuthenticationType,
  PasswordAuthContext,
  PublicKeyAuthContext,
  ServerChannel,
  Connection as SshConnection,
} from 'ssh2'
import type { Keyring } from '../../keys/keyring.ts'
import type { Passwords } from '../../keys/passwords.ts'
import type { Logger } from '../log.ts'
import { type AuthDeps, type Credential, judge, judgePassword, slugOf, type Verdict } from './auth.ts'
import type { SftpLimits } from './limits.ts'
import { PacketStream } from './protocol/packet-stream.ts'
import type { Requests } from './requests.ts'
import { serveSessions } from './session.ts'
import { SftpChannel } from './sftp-channel.ts'
import type { Uploader } from './upload.ts'

export interface ConnectionDeps {
  readonly auth: AuthDeps & {
    readonly keyring: Pick<Keyring, 'forLogin' | 'touch'>
    readonly passwords: Pick<Passwords, 'isAnySet' | 'verify' | 'touch'>
  }
  readonly limits: SftpLimits
  readonly log: Logger
  /** False when the account, or the server, has all the connections it may have. */
  readonly onLogin: (connection: Connection) => boolean
  readonly requestsFor: (uploader: Uploader, log: Logger) => Requests
}

/** Failed attempts are answered in steps of this: how long the looking took does not show. */
const REFUSE_STEP_MS = 25
/** Bytes that a peer has asked for and does not fetch. */
const UNSENT_SLOW = 4 * 1024 * 1024
const UNSENT_MAX = 16 * 1024 * 1024
/** Bytes of one channel that wait for us; ssh2 grants 2 MB, and does not enforce it. */
const UNREAD_MAX = 4 * 1024 * 1024
/** New keys that a logged-in client may ask for: so many, and one more for so many bytes on the wire. */
const REKEYS_FREE = 20
const REKEY_BYTES = 128 * 1024
/** A key that ends sooner is spoken of at every login. */
const EXPIRY_WARNING_MS = 14 * 24 * 60 * 60_000
/** How long a peer may take to answer our goodbye. */
const GOODBYE_MS = 2_000

export interface ConnectionFacts {
  readonly id: number
  readonly since: Date
  readonly client: string
}

export class Connection {
  readonly id: number
  readonly since: Date
  readonly address: string
  /** What the client calls itself. */
  readonly client: string
  readonly #socket: Socket
  readonly #ssh: SshConnection
  readonly #deps: ConnectionDeps
  readonly #channels = new Map<SftpChannel, ServerChannel>()
  /** One for each channel. */
  readonly #uploaders = new WeakSet<Uploader>()
  #log: Logger
  #login: Uploader | null = null
  #credential: Credential | null = null
  #hasBrokenOff = false
  #rekeys = 0
  #failures = 0
  #idle: NodeJS.Timeout | undefined
  #session: NodeJS.Timeout | undefined

  constructor(deps: ConnectionDeps, ssh: SshConnection, socket: Socket, facts: ConnectionFacts) {
    this.id = facts.id
    this.since = facts.since
    this.client = facts.client
    this.address = socket.remoteAddress ?? ''
    this.#deps = deps
    this.#ssh = ssh
    this.#socket = socket
    this.#log = deps.log.child({ connection: this.id, address: this.address })
    ssh.on('authentication', (context) => void this.#authenticate(context))
    ssh.on('error', () => {
      this.#hasBrokenOff = true
    })
    ssh.on('rekey', () => this.#checkRekeys())
    socket.on('data', () => this.#checkBounds())
    socket.on('drain', () => {
      for (const channel of this.#channels.keys()) channel.wake()
    })
    socket.on('close', () => this.#onClose())
  }

  /** Null until the login has succeeded. */
  get login(): Uploader | null {
    return this.#login
  }

  /** What it logged in with; null until then. */
  get credential(): Credential | null {
    return this.#credential
  }

  /** Attempts to log in that failed. */
  get failures(): number {
    return this.#failures
  }

  /** Whether the peer broke the protocol. */
  get hasBrokenOff(): boolean {
    return this.#hasBrokenOff
  }

  /** Bytes on the wire, both ways. */
  get bytes(): { readonly received: number; readonly sent: number } {
    return { received: this.#socket.bytesRead, sent: this.#socket.bytesWritten }
  }

  /** Whether that is one of its channels. */
  owns(uploader: Uploader): boolean {
    return this.#uploaders.has(uploader)
  }

  /** Resolves when nothing of its uploads is left to do. */
  async settled(): Promise<void> {
    await Promise.all([...this.#channels.keys()].map((channel) => channel.ended))
  }

  /** Says goodbye; a peer that does not react is cut off. */
  end(): void {
    try {
      this.#ssh.end()
    } catch {
      // The protocol object is unusable after a fatal error; the socket below still is to be closed.
    }
    setTimeout(() => this.#socket.destroy(), GOODBYE_MS).unref()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  async #authenticate(context: AuthContext): Promise<void> {
    const startedMs = performance.now()
    try {
      if (context.method === 'publickey') await this.#tryKey(context, startedMs)
      else if (context.method === 'password') await this.#tryPassword(context, startedMs)
      else await this.#refuse(context, startedMs, context.method !== 'none')
    } catch (error) {
      this.#log.error({ err: error }, 'a login could not be judged')
      this.destroy()
    }
  }

  async #tryKey(context: PublicKeyAuthContext, startedMs: number): Promise<void> {
    const { signature, blob } = context
    const verdict = await judge(this.#deps.auth, {
      userName: context.username,
      address: this.address,
      keyType: context.key.algo,
      // A copy: what ssh2 hands out lies in the packet that it arrived in.
      keyBlob: Buffer.from(context.key.data),
      proof: signature && blob ? { signed: blob, signature } : null,
      hash: context.hashAlgo,
    })
    if (this.#socket.destroyed) return
    if (verdict.kind === 'no') await this.#refuse(context, startedMs, true)
    else if (verdict.kind === 'known') context.accept()
    else if (verdict.kind === 'good') this.#accept(context, verdict)
  }

  /** Where no account has a password, none is computed. */
  async #tryPassword(context: PasswordAuthContext, startedMs: number): Promise<void> {
    const { auth } = this.#deps
    const attempt = { userName: context.username, password: String(context.password) }
    const verdict = (await auth.passwords.isAnySet()) ? await judgePassword(auth, attempt) : null
    if (this.#socket.destroyed) return
    if (verdict?.kind === 'good') this.#accept(context, verdict)
    else if (verdict?.kind === 'busy') this.#putOff()
    else await this.#refuse(context, startedMs, true)
  }

  /** No failure of this client: it must not be shut out because others flood us with passwords. */
  #putOff(): void {
    this.#log.warn('a login was put off: too many passwords are being checked')
    this.end()
  }

  #accept(
    context: PublicKeyAuthContext | PasswordAuthContext,
    { login, credential }: Extract<Verdict, { kind: 'good' }>,
  ): void {
    this.#login = login
    this.#credential = credential
    this.#log = this.#log.child({ account: login.account.slug })
    if (!this.#deps.onLogin(this)) {
      this.#log.warn('refused: too many connections')
      this.end()
      return
    }
    // Before the client hears of it: its first request may come in the same breath.
    this.#serve(login)
    context.accept()
    this.#log.info({ key: login.sentBy }, 'logged in')
    this.#warnOfExpiry(credential)
    this.#touch(credential).catch((error: unknown) => {
      this.#log.warn({ err: error }, 'the use of a key could not be written down')
    })
  }

  async #touch(credential: Credential): Promise<void> {
    const { keyring, passwords } = this.#deps.auth
    if (credential.kind === 'key') await keyring.touch(credential.fingerprint)
    else await passwords.touch(credential.proof.accountId)
  }

  #warnOfExpiry(credential: Credential): void {
    if (credential.kind !== 'key' || credential.expiresAt === null) return
    if (Date.parse(credential.expiresAt) - this.since.getTime() > EXPIRY_WARNING_MS) return
    const { fingerprint: key, expiresAt } = credential
    this.#log.warn({ key, expiresAt }, 'this key expires soon: ask the customer for a new one')
  }

  async #refuse(context: AuthContext, startedMs: number, isCounted: boolean): Promise<void> {
    if (isCounted) this.#failures += 1
    const tookMs = performance.now() - startedMs
    if (isCounted) await delay(REFUSE_STEP_MS - (tookMs % REFUSE_STEP_MS))
    if (this.#socket.destroyed) return
    context.reject(await this.#methods())
    if (!isCounted) return
    this.#log.info(
      { user: slugOf(context.username) ?? '[other]', method: context.method },
      'a login was refused',
    )
    if (this.#failures >= this.#deps.limits.loginAttemptsMax) this.end()
  }

  /** The same for every user name. */
  async #methods(): Promise<AuthenticationType[]> {
    return (await this.#deps.auth.passwords.isAnySet()) ? ['publickey', 'password'] : ['publickey']
  }

  #serve(login: Uploader): void {
    this.#session = setTimeout(() => {
      this.#log.info('ended: as long as a connection may last')
      this.end()
    }, this.#deps.limits.sessionMs)
    this.#idle = setTimeout(() => {
      this.#log.info('ended: idle')
      this.end()
    }, this.#deps.limits.idleMs)
    serveSessions(this.#ssh, {
      channelsMax: this.#deps.limits.channelsMax,
      onSftp: (channel, onGone) => this.#serveSftp(login, channel, onGone),
      onError: (error) => this.#log.debug({ err: error }, 'a channel met an error'),
    })
  }

  #serveSftp(login: Uploader, channel: ServerChannel, onGone: (listener: () => void) => void): void {
    // Each channel is a sender of its own: what one writes, another does not take for its own.
    const uploader = { ...login }
    this.#uploaders.add(uploader)
    const requests = this.#deps.requestsFor(uploader, this.#log)
    const served = new SftpChannel({
      channel,
      packets: new PacketStream(),
      requests,
      log: this.#log,
      isPeerSlow: () => this.#socket.writableLength > UNSENT_SLOW,
      onRequest: () => this.#idle?.refresh(),
    })
    this.#channels.set(served, channel)
    onGone(() => served.stop())
    void served.ended.then(() => this.#channels.delete(served))
  }

  /** A peer that neither fetches its answers nor keeps to its window may not fill our memory. */
  #checkBounds(): void {
    const isUnsent = this.#socket.writableLength > UNSENT_MAX
    const isFlooding = [...this.#channels.values()].some((channel) => channel.readableLength > UNREAD_MAX)
    if (!isUnsent && !isFlooding) return
    this.#log.warn({ isUnsent, isFlooding }, 'cut off: it does not keep to the protocol')
    this.destroy()
  }

  /** An exchange of keys costs a millisecond: who asks for one again and again, without data, wants only that. */
  #checkRekeys(): void {
    this.#rekeys += 1
    const { received, sent } = this.bytes
    const allowed = this.#login ? REKEYS_FREE + (received + sent) / REKEY_BYTES : 0
    if (this.#rekeys <= allowed) return
    this.#hasBrokenOff = true
    this.#log.warn('cut off: it asks for new keys too often')
    this.destroy()
  }

  #onClose(): void {
    clearTimeout(this.#idle)
    clearTimeout(this.#session)
    for (const channel of this.#channels.keys()) channel.stop()
    if (this.#login)
      this.#log.info({ seconds: Math.round((Date.now() - this.since.getTime()) / 1000) }, 'disconnected')
  }
}
