/** An SFTP client that sends whatever it is told to, well-formed or not, and hands out the server's packets. */
import type { ClientChannel } from 'ssh2'
import { STATUS, TYPE } from '../../server/sftp/protocol/constants.ts'

/** One packet of the server. `body` is everything behind type and id. */
export interface Reply {
  readonly type: number
  readonly id: number
  readonly body: Buffer
}

const PATIENCE_MS = 10_000

export class RawSftp {
  readonly channel: ClientChannel
  /** In the order in which they came. */
  readonly replies: Reply[] = []
  isClosed = false
  /** Exit status of the channel. */
  exit: number | null = null
  #input = Buffer.alloc(0)
  // Far from the version number, which VERSION has in the place of an id.
  #lastId = 1_000
  #wake: (() => void)[] = []

  constructor(channel: ClientChannel) {
    this.channel = channel
    channel.on('data', (chunk: Buffer) => this.#onData(chunk))
    channel.on('exit', (code: number) => {
      this.exit = code
    })
    channel.on('close', () => {
      this.isClosed = true
      this.#wakeAll()
    })
    channel.on('error', () => {})
  }

  /** Says INIT and waits for VERSION. */
  async init(version = 3): Promise<Reply> {
    this.sendBytes(packet(TYPE.INIT, u32(version)))
    return this.waitFor((reply) => reply.type === TYPE.VERSION)
  }

  sendBytes(bytes: Buffer): void {
    this.channel.write(bytes)
  }

  /** Sends a request with an id of its own and returns that id. */
  send(type: number, ...fields: readonly Buffer[]): number {
    this.#lastId += 1
    this.sendBytes(packet(type, u32(this.#lastId), ...fields))
    return this.#lastId
  }

  /** Sends a request and waits for its answer. */
  async ask(type: number, ...fields: readonly Buffer[]): Promise<Reply> {
    const id = this.send(type, ...fields)
    return this.answer(id)
  }

  async answer(id: number): Promise<Reply> {
    return this.waitFor((reply) => reply.id === id && reply.type !== TYPE.VERSION)
  }

  /** Opens a file and returns its handle; throws the status text when it is refused. */
  async open(path: string | Buffer, flags: number, attributes = u32(0)): Promise<Buffer> {
    const reply = await this.ask(TYPE.OPEN, string(path), u32(flags), attributes)
    if (reply.type !== TYPE.HANDLE) throw new Error(statusOf(reply).text)
    return reply.body.subarray(4)
  }

  async write(handle: Buffer, offset: number, data: string | Buffer): Promise<Status> {
    return statusOf(await this.ask(TYPE.WRITE, string(handle), u64(offset), string(data)))
  }

  /** The text that is there, or the status that came instead. */
  async read(handle: Buffer, offset: number, length: number): Promise<string | Status> {
    const reply = await this.ask(TYPE.READ, string(handle), u64(offset), u32(length))
    return reply.type === TYPE.DATA ? reply.body.toString('utf8', 4) : statusOf(reply)
  }

  async close(handle: Buffer): Promise<Status> {
    return statusOf(await this.ask(TYPE.CLOSE, string(handle)))
  }

  async waitFor(isIt: (reply: Reply) => boolean): Promise<Reply> {
    const deadline = performance.now() + PATIENCE_MS
    for (;;) {
      const found = this.replies.find(isIt)
      if (found) return found
      if (this.isClosed) throw new Error('the channel was closed without the answer')
      if (performance.now() > deadline) throw new Error('no answer came')
      await this.#next()
    }
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 500)
      this.#wake.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #onData(chunk: Buffer): void {
    this.#input = Buffer.concat([this.#input, chunk])
    while (this.#input.length >= 4 && this.#input.length >= 4 + this.#input.readUInt32BE(0)) {
      const length = this.#input.readUInt32BE(0)
      const body = this.#input.subarray(4, 4 + length)
      this.#input = this.#input.subarray(4 + length)
      this.replies.push({ type: body[0] ?? 0, id: body.readUInt32BE(1), body: body.subarray(5) })
    }
    this.#wakeAll()
  }

  #wakeAll(): void {
    const sleepers = this.#wake
    this.#wake = []
    for (const wake of sleepers) wake()
  }
}

export interface Status {
  readonly code: number
  readonly text: string
}

/** What a STATUS says; anything else counts as OK with the packet's type as text. */
export function statusOf(reply: Reply): Status {
  if (reply.type !== TYPE.STATUS) return { code: STATUS.OK, text: `packet of type ${reply.type}` }
  const length = reply.body.readUInt32BE(4)
  return { code: reply.body.readUInt32BE(0), text: reply.body.toString('utf8', 8, 8 + length) }
}

/** Size and modification time out of an ATTRS packet of this server. */
export function attributesOf(reply: Reply): { size: number; mode: number; modified: number } {
  if (reply.type !== TYPE.ATTRS) throw new Error(statusOf(reply).text)
  return {
    size: Number(reply.body.readBigUInt64BE(4)),
    mode: reply.body.readUInt32BE(20),
    modified: reply.body.readUInt32BE(28),
  }
}

/** Names out of a NAME packet. */
export function namesOf(reply: Reply): string[] {
  if (reply.type !== TYPE.NAME) throw new Error(statusOf(reply).text)
  const names: string[] = []
  let at = 4
  for (let left = reply.body.readUInt32BE(0); left > 0; left--) {
    const length = reply.body.readUInt32BE(at)
    names.push(reply.body.toString('utf8', at + 4, at + 4 + length))
    at += 4 + length
    at += 4 + reply.body.readUInt32BE(at)
    at += 32
  }
  return names
}

export function packet(type: number, ...fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from([type]), ...fields])
  return Buffer.concat([u32(body.length), body])
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

export function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([u32(bytes.length), bytes])
}
