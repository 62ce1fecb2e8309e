/** One client's connection, from the first byte to the last: login, channels, bounds, end. */
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { AuthContext, PublicKeyAuthContext, ServerChannel, Connection as SshConnection } from 'ssh2'
import type { Keyring } from '../../keys/keyring.ts'
import type { Logger } from '../log.ts'
import { type AuthDeps, judge, slugOf } from './auth.ts'
import type { SftpLimits } from './limits.ts'
import { PacketStream } from './protocol/packet-stream.ts'
import type { Requests } from './requests.ts'
import { serveSessions } from './session.ts'
import { SftpChannel } from './sftp-channel.ts'
import type { Uploader } from './upload.ts'

export interface ConnectionDeps {
  readonly auth: AuthDeps & { readonly keyring: Pick<Keyring, 'forLogin' | 'touch'> }
  readonly limits: SftpLimits
  readonly log: Logger
  /** False when the account has all the connections it may have. */
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
/** How long a peer may take to answer our goodbye. */
const GOODBYE_MS = 2_000

export class Connection {
  readonly id: number
  readonly since: Date
  readonly address: string
  readonly #socket: Socket
  readonly #ssh: SshConnection
  readonly #deps: ConnectionDeps
  readonly #channels = new Map<SftpChannel, ServerChannel>()
  #log: Logger
  #login: Uploader | null = null
  #failures = 0
  #idle: NodeJS.Timeout | undefined

  constructor(deps: ConnectionDeps, ssh: SshConnection, socket: Socket, id: number, since: Date) {
    this.id = id
    this.since = since
    this.address = socket.remoteAddress ?? ''
    this.#deps = deps
    this.#ssh = ssh
    this.#socket = socket
    this.#log = deps.log.child({ connection: id, address: this.address })
    ssh.on('authentication', (context) => void this.#authenticate(context))
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
      if (context.method !== 'publickey') await this.#refuse(context, startedMs, context.method !== 'none')
      else await this.#tryKey(context, startedMs)
    } catch (error) {
      this.#log.error({ err: error }, 'a login could not be judged')
      this.destroy()
    }
  }

  async #tryKey(context: PublicKeyAuthContext, startedMs: number): Promise<void> {
    const { signature, blob } = context
    const verdict = await judge(this.#deps.auth, {
      userName: context.username,
      keyType: context.key.algo,
      // A copy: what ssh2 hands out lies in the packet that it arrived in.
      keyBlob: Buffer.from(context.key.data),
      proof: signature && blob ? { signed: blob, signature } : null,
      hash: context.hashAlgo,
    })
    if (this.#socket.destroyed) return
    if (verdict.kind === 'no') await this.#refuse(context, startedMs, true)
    else if (verdict.kind === 'known') context.accept()
    else this.#accept(context, verdict.login)
  }

  #accept(context: PublicKeyAuthContext, login: Uploader): void {
    this.#login = login
    this.#log = this.#log.child({ account: login.account.slug })
    if (!this.#deps.onLogin(this)) {
      this.#log.warn('refused: the account has too many connections')
      this.end()
      return
    }
    // Before the client hears of it: its first request may come in the same breath.
    this.#serve(login)
    context.accept()
    this.#log.info({ key: login.sentBy }, 'logged in')
    this.#deps.auth.keyring.touch(login.sentBy).catch((error: unknown) => {
      this.#log.warn({ err: error }, 'the use of a key could not be written down')
    })
  }

  async #refuse(context: AuthContext, startedMs: number, isCounted: boolean): Promise<void> {
    if (isCounted) this.#failures += 1
    const tookMs = performance.now() - startedMs
    if (isCounted) await delay(REFUSE_STEP_MS - (tookMs % REFUSE_STEP_MS))
    if (this.#socket.destroyed) return
    context.reject(['publickey'])
    if (!isCounted) return
    this.#log.info(
      { user: slugOf(context.username) ?? '[other]', method: context.method },
      'a login was refused',
    )
    if (this.#failures >= this.#deps.limits.loginAttemptsMax) this.end()
  }

  #serve(login: Uploader): void {
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
    const requests = this.#deps.requestsFor({ ...login }, this.#log)
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

  #onClose(): void {
    clearTimeout(this.#idle)
    for (const channel of this.#channels.keys()) channel.stop()
    if (this.#login)
      this.#log.info({ seconds: Math.round((Date.now() - this.since.getTime()) / 1000) }, 'disconnected')
  }
}
