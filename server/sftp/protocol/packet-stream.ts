/**
 * Cuts a channel's bytes into SFTP packets. The payload of a WRITE stays in the pieces in which it was decrypted
 * and is never copied; everything else is small and is joined.
 */
import { PACKET_MAX, TYPE } from './constants.ts'

/** The peer does not speak SFTP: nothing after this can be trusted to be a packet. */
export class NotSftp extends Error {}

export interface WritePacket {
  readonly type: typeof TYPE.WRITE
  readonly id: number
  readonly handle: number
  /** From the start of the file; not a safe integer where the client asked for an absurd one. */
  readonly offset: number
  readonly data: readonly Buffer[]
  readonly length: number
}

export interface PlainPacket {
  /** Any number up to 255 that is not a well-formed WRITE. */
  readonly type: number
  /** Everything behind the type. */
  readonly body: Buffer
}

export type Packet = WritePacket | PlainPacket

/** Length, type, id, handle's length, our handle of 4 bytes, offset, data's length. */
const WRITE_HEAD = 4 + 1 + 4 + 4 + 4 + 8 + 4

/** An honest WRITE of 256 KB comes in 8 to 70 pieces. */
const CHUNKS_MAX = 2048

export class PacketStream {
  #chunks: Buffer[] = []
  /** Bytes of the first chunk that are used up. */
  #used = 0
  #size = 0
  readonly #head = Buffer.alloc(WRITE_HEAD)

  /** Bytes waiting, complete packets and the beginning of the next one. */
  get size(): number {
    return this.#size
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#chunks.length > CHUNKS_MAX) this.#join()
  }

  /** A client that sends byte by byte would otherwise make every step through the list slow. */
  #join(): void {
    this.#chunks = [Buffer.concat(this.#chunks).subarray(this.#used)]
    this.#used = 0
  }

  /** The next complete packet. Throws `NotSftp` on a length that no packet has. */
  next(): Packet | null {
    if (this.#size < 4) return null
    const head = this.#peek(Math.min(WRITE_HEAD, this.#size))
    const length = head.readUInt32BE(0)
    // Type and id are in every packet, except that INIT has a version in the id's place.
    if (length < 5 || length > PACKET_MAX) throw new NotSftp(`a packet of ${length} bytes`)
    if (this.#size < 4 + length) return null
    const type = head[4] ?? 0
    if (type === TYPE.WRITE && isPlainWrite(head, length)) return this.#takeWrite(head, length)
    this.#skip(5)
    return { type, body: this.#takeJoined(length - 1) }
  }

  #takeWrite(head: Buffer, length: number): WritePacket {
    const dataLength = head.readUInt32BE(25)
    const offset = head.readUInt32BE(17) * 2 ** 32 + head.readUInt32BE(21)
    const [id, handle] = [head.readUInt32BE(5), head.readUInt32BE(13)]
    this.#skip(WRITE_HEAD)
    const data = this.#takeSlices(dataLength)
    // rclone's last WRITE carries bytes behind its data.
    this.#skip(4 + length - WRITE_HEAD - dataLength)
    return { type: TYPE.WRITE, id, handle, offset, data, length: dataLength }
  }

  #peek(length: number): Buffer {
    const first = this.#chunks[0]
    if (first && first.length - this.#used >= length) return first.subarray(this.#used, this.#used + length)
    let filled = 0
    let from = this.#used
    for (const chunk of this.#chunks) {
      filled += chunk.copy(this.#head, filled, from, from + length - filled)
      from = 0
      if (filled === length) break
    }
    return this.#head.subarray(0, length)
  }

  #takeJoined(length: number): Buffer {
    const slices = this.#takeSlices(length)
    const [only] = slices
    return slices.length === 1 && only ? only : Buffer.concat(slices, length)
  }

  #takeSlices(length: number): Buffer[] {
    const slices: Buffer[] = []
    let left = length
    while (left > 0) {
      const slice = this.#takeUpTo(left)
      slices.push(slice)
      left -= slice.length
    }
    return slices
  }

  #skip(length: number): void {
    let left = length
    while (left > 0) left -= this.#takeUpTo(left).length
  }

  #takeUpTo(length: number): Buffer {
    const first = this.#chunks[0]
    if (!first) throw new Error('more bytes were taken than have come')
    const slice = first.subarray(this.#used, this.#used + length)
    this.#used += slice.length
    this.#size -= slice.length
    if (this.#used === first.length) {
      this.#chunks.shift()
      this.#used = 0
    }
    return slice
  }
}

/** True when the handle is one of ours by its form and the data is all there; anything else is read, and refused, field by field. */
function isPlainWrite(head: Buffer, length: number): boolean {
  if (4 + length < WRITE_HEAD || head.readUInt32BE(9) !== 4) return false
  return head.readUInt32BE(25) <= 4 + length - WRITE_HEAD
}
