/**
 * The traffic of one SFTP channel. Requests are served in the order in which they come; only the bytes of WRITEs
 * and READs are under way side by side. What waits is bounded on every side: unread input, unwritten data, unsent
 * replies.
 */
import type { ServerChannel } from 'ssh2'
import type { Logger } from '../log.ts'
import type { OpenUpload } from './handles.ts'
import { TYPE } from './protocol/constants.ts'
import { NotSftp, type PacketStream, type PlainPacket, type WritePacket } from './protocol/packet-stream.ts'
import * as replies from './protocol/replies.ts'
import { failed, type Refusal, refusalOf } from './refusal.ts'
import { EXTENSIONS, type Requests } from './requests.ts'

export interface SftpChannelDeps {
  readonly channel: ServerChannel
  readonly packets: PacketStream
  readonly requests: Requests
  readonly log: Logger
  /** True while the connection's socket has more to send than it should: nothing is answered until it drains. */
  readonly isPeerSlow: () => boolean
  /** Called for every request: the connection is not idle. */
  readonly onRequest: () => void
}

/** Input that is not yet a request; a request is at most 256 KB. */
const INPUT_MAX = 1024 * 1024
/** Bytes on their way to the disk or from it: above the first nothing more is read, below the second it goes on. */
const UNDER_WAY_MAX = 4 * 1024 * 1024
const UNDER_WAY_LOW = 2 * 1024 * 1024
/** A READ asks for at most this much, whatever it gets. */
const READ_COST = 256 * 1024

export class SftpChannel {
  readonly #deps: SftpChannelDeps
  /** Resolves when nothing of this channel is left: no open file, no part file, no answer to come. */
  readonly ended: Promise<void>
  #resolveEnded: () => void = () => {}
  #replies: Buffer[] = []
  #underWay = 0
  #isHeld = false
  #isStarted = false
  #isPumping = false
  /** Something changed since the last look at what waits. */
  #isWoken = false
  #hasInputEnded = false
  #isOver = false
  #isPeerGone = false
  #isDraining = false

  constructor(deps: SftpChannelDeps) {
    this.#deps = deps
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    const { channel } = deps
    channel.on('data', (chunk: Buffer) => this.#onData(chunk))
    channel.on('drain', () => this.wake())
    channel.on('end', () => {
      this.#hasInputEnded = true
      this.wake()
    })
  }

  /** Goes on with what waits, if it may. */
  wake(): void {
    this.#isWoken = true
    if (!this.#isPumping && !this.#isOver) void this.#pump()
  }

  /** The client has closed the channel or is gone: finishes the request that is being served and puts the rest away. */
  stop(): void {
    this.#isPeerGone = true
    if (this.#isOver) return
    this.#isOver = true
    if (!this.#isPumping) void this.#cleanUp()
  }

  #onData(chunk: Buffer): void {
    if (this.#isOver) return
    this.#deps.packets.push(chunk)
    this.wake()
    if (this.#isFull()) this.#deps.channel.pause()
  }

  async #pump(): Promise<void> {
    this.#isPumping = true
    try {
      while (this.#isWoken && !this.#isOver) {
        this.#isWoken = false
        await this.#serveAll()
      }
    } catch (error) {
      this.#giveUp(error)
    }
    this.#isPumping = false
    if (this.#isOver) await this.#cleanUp()
    else if (!this.#isFull()) this.#deps.channel.resume()
  }

  async #serveAll(): Promise<void> {
    while (!this.#isOver && !this.#isCongested()) {
      const packet = this.#deps.packets.next()
      if (packet === null) return this.#endIfDone()
      this.#deps.onRequest()
      if ('data' in packet) this.#write(packet)
      else await this.#serve(packet)
    }
  }

  async #serve(packet: PlainPacket): Promise<void> {
    if (!this.#isStarted || packet.type === TYPE.INIT) return this.#start(packet)
    const answer = this.#deps.requests.answer(packet.type, packet.body)
    if (packet.type === TYPE.READ) this.#serveBeside(answer)
    else this.#reply(await answer)
  }

  #serveBeside(answer: Promise<Buffer>): void {
    this.#underWay += READ_COST
    void answer.then((reply) => {
      this.#underWay -= READ_COST
      this.#reply(reply)
      this.wake()
    })
  }

  #start({ type }: PlainPacket): void {
    if (type !== TYPE.INIT || this.#isStarted) throw new NotSftp('INIT is the first packet, and comes once')
    this.#isStarted = true
    this.#reply(replies.version(EXTENSIONS))
  }

  #write(packet: WritePacket): void {
    if (!this.#isStarted) throw new NotSftp('INIT is the first packet')
    this.#underWay += packet.length
    const done = (error: unknown): void => {
      this.#underWay -= packet.length
      this.#reply(error === null ? replies.ok(packet.id) : this.#status(packet.id, error))
      this.wake()
    }
    try {
      const { upload, isAppending } = this.#uploadOf(packet.handle)
      const offset = isAppending ? Math.max(packet.offset, upload.size) : packet.offset
      upload.write({ offset, data: packet.data, length: packet.length, done })
    } catch (error) {
      done(error)
    }
  }

  #uploadOf(handle: number): OpenUpload {
    const open = this.#deps.requests.handles.get(handle)
    if (open.kind !== 'upload') throw failed('this cannot be written')
    return open
  }

  #status(id: number, error: unknown): Buffer {
    const refusal: Refusal = refusalOf(error)
    if (refusal.cause !== undefined)
      this.#deps.log.error({ err: refusal.cause }, 'an upload could not be stored')
    return replies.status(id, refusal.status, refusal.message)
  }

  /** Replies that are ready at the same time leave together. */
  #reply(reply: Buffer): void {
    if (this.#replies.length === 0) queueMicrotask(() => this.#flush())
    this.#replies.push(reply)
  }

  #flush(): void {
    const ready = this.#replies
    this.#replies = []
    const [only] = ready
    if (only === undefined) return
    this.#say((channel) => channel.write(ready.length === 1 ? only : Buffer.concat(ready)))
  }

  /** ssh2 throws where a channel's connection is gone. That is no news, and must not end the process. */
  #say(what: (channel: ServerChannel) => void): void {
    const { channel, log } = this.#deps
    if (this.#isPeerGone || !channel.writable) return
    try {
      what(channel)
    } catch (error) {
      log.debug({ err: error }, 'nobody is left to hear an answer')
    }
  }

  #isFull(): boolean {
    return this.#deps.packets.size > INPUT_MAX || this.#isCongested()
  }

  #isCongested(): boolean {
    if (this.#underWay > UNDER_WAY_MAX) this.#isHeld = true
    else if (this.#underWay < UNDER_WAY_LOW) this.#isHeld = false
    return this.#isHeld || this.#deps.channel.writableNeedDrain || this.#deps.isPeerSlow()
  }

  /** The client has said all it had to say: everything is answered, then the channel ends with status 0. */
  #endIfDone(): void {
    if (!this.#hasInputEnded || this.#underWay > 0) return
    this.#isOver = true
    this.#flush()
    this.#sayGoodbye(0)
  }

  #sayGoodbye(exitStatus: number): void {
    this.#say((channel) => {
      channel.exit(exitStatus)
      channel.end()
    })
  }

  #giveUp(error: unknown): void {
    const isGarbage = error instanceof NotSftp
    if (!isGarbage) this.#deps.log.error({ err: error }, 'an SFTP channel ended by a mistake of ours')
    else this.#deps.log.info('a client sent something that is not SFTP')
    this.#isOver = true
    this.#sayGoodbye(1)
  }

  async #cleanUp(): Promise<void> {
    if (this.#isDraining) return
    this.#isDraining = true
    for (const open of this.#deps.requests.handles.takeAll()) {
      try {
        if (open.kind === 'upload') await open.upload.cut()
        if (open.kind === 'result') await open.handle.close()
      } catch (error) {
        this.#deps.log.error({ err: error }, 'an open file could not be put away')
      }
    }
    this.#resolveEnded()
  }
}
