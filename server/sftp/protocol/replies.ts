/** The server's packets, ready for the wire. */
import type { Attributes } from '../attributes.ts'
import { ATTR_FLAG, STATUS, type Status, TYPE, VERSION } from './constants.ts'

export interface NamedEntry {
  readonly name: string
  /** A line as `ls -l` prints it. */
  readonly long: string
  readonly attributes: Attributes | null
}

/** First answer of all: the version and the extensions, name and data. */
export function version(extensions: readonly (readonly [string, string])[]): Buffer {
  const pairs = extensions.flatMap(([name, data]) => [text(name), text(data)])
  return packet(TYPE.VERSION, [uint32(VERSION), ...pairs])
}

export function status(id: number, code: Status, message: string): Buffer {
  return packet(TYPE.STATUS, [uint32(id), uint32(code), text(message), text('en')])
}

export function ok(id: number): Buffer {
  // By far the most frequent answer: one for every WRITE.
  const reply = Buffer.from(OK)
  reply.writeUInt32BE(id, 5)
  return reply
}

export function handle(id: number, number: number): Buffer {
  return packet(TYPE.HANDLE, [uint32(id), uint32(4), uint32(number)])
}

export function attributes(id: number, value: Attributes): Buffer {
  return packet(TYPE.ATTRS, [uint32(id), attributeBlock(value)])
}

export function names(id: number, entries: readonly NamedEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => [
    text(entry.name),
    text(entry.long),
    attributeBlock(entry.attributes),
  ])
  return packet(TYPE.NAME, [uint32(id), uint32(entries.length), ...blocks])
}

/** Room in front of the bytes of a DATA packet, so that they are read from the disk into their place. */
export const DATA_HEAD = 4 + 1 + 4 + 4

/** Completes a buffer that has `length` bytes of a file behind `DATA_HEAD`. */
export function data(id: number, buffer: Buffer, length: number): Buffer {
  buffer.writeUInt32BE(DATA_HEAD - 4 + length, 0)
  buffer[4] = TYPE.DATA
  buffer.writeUInt32BE(id, 5)
  buffer.writeUInt32BE(length, 9)
  return buffer.subarray(0, DATA_HEAD + length)
}

/** Answer of an extension that is a row of 64-bit numbers. */
export function numbers(id: number, values: readonly number[]): Buffer {
  return packet(TYPE.EXTENDED_REPLY, [uint32(id), ...values.map(uint64)])
}

function packet(type: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(1 + body.length, 0)
  head[4] = type
  return Buffer.concat([head, body])
}

function attributeBlock(value: Attributes | null): Buffer {
  if (value === null) return uint32(0)
  const block = Buffer.alloc(32)
  block.writeUInt32BE(ATTR_FLAG.SIZE | ATTR_FLAG.UIDGID | ATTR_FLAG.PERMISSIONS | ATTR_FLAG.ACMODTIME, 0)
  block.writeBigUInt64BE(BigInt(value.size), 4)
  // Bytes 12 to 20 are owner and group: always 0.
  block.writeUInt32BE(value.mode >>> 0, 20)
  block.writeUInt32BE(value.accessed >>> 0, 24)
  block.writeUInt32BE(value.modified >>> 0, 28)
  return block
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([uint32(bytes.length), bytes])
}

const OK = status(0, STATUS.OK, '')
