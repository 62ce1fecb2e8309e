import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TYPE } from '../../../server/sftp/protocol/constants.ts'
import { NotSftp, type Packet, PacketStream } from '../../../server/sftp/protocol/packet-stream.ts'
import { packet, string, u32, u64 } from '../../support/sftp-raw-client.ts'

/** Every packet that comes out when the bytes go in by these pieces. */
function parse(bytes: Buffer, pieceLengths: readonly number[]): Packet[] {
  const stream = new PacketStream()
  const packets: Packet[] = []
  const take = () => {
    for (let next = stream.next(); next !== null; next = stream.next()) packets.push(next)
  }
  let at = 0
  for (const length of pieceLengths) {
    stream.push(bytes.subarray(at, at + length))
    at += length
    take()
  }
  stream.push(bytes.subarray(at))
  take()
  expect(stream.size).toBe(0)
  return packets
}

/** The same as plain values: pieces joined, ready to be compared. */
function plain(packets: readonly Packet[]): unknown[] {
  return packets.map((one) =>
    'data' in one
      ? { ...one, data: Buffer.concat(one.data).toString('hex') }
      : { ...one, body: one.body.toString('hex') },
  )
}

const anyPacket = fc.oneof(
  fc
    .record({
      id: fc.nat(),
      handle: fc.nat(),
      offset: fc.nat(),
      data: fc.uint8Array({ maxLength: 400 }),
      behind: fc.uint8Array({ maxLength: 9 }),
    })
    .map(({ id, handle, offset, data, behind }) =>
      packet(
        TYPE.WRITE,
        u32(id),
        string(u32(handle)),
        u64(offset),
        string(Buffer.from(data)),
        Buffer.from(behind),
      ),
    ),
  fc
    .record({ type: fc.integer({ min: 0, max: 255 }), body: fc.uint8Array({ minLength: 4, maxLength: 300 }) })
    .map(({ type, body }) => packet(type, Buffer.from(body))),
)

test('the same packets come out however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(anyPacket, { maxLength: 8 }),
      fc.array(fc.integer({ min: 0, max: 60 })),
      (packets, cuts) => {
        const bytes = Buffer.concat(packets)
        const whole = plain(parse(bytes, []))
        expect(plain(parse(bytes, cuts))).toEqual(whole)
        expect(
          plain(
            parse(
              bytes,
              Array.from(bytes, () => 1),
            ),
          ),
        ).toEqual(whole)
        expect(whole).toHaveLength(packets.length)
      },
    ),
    { numRuns: 300 },
  )
})

test('a WRITE keeps its data and drops what a client put behind it', () => {
  const bytes = packet(TYPE.WRITE, u32(7), string(u32(3)), u64(2 ** 40), string('hello'), Buffer.from('junk'))
  const [write] = parse(bytes, [10, 20])
  expect(write).toMatchObject({ id: 7, handle: 3, offset: 2 ** 40, length: 5 })
  expect(write && 'data' in write && String(Buffer.concat(write.data))).toBe('hello')
})

test('a WRITE whose data goes past its end, or with a foreign handle, is no WRITE', () => {
  const tooLong = packet(TYPE.WRITE, u32(1), string(u32(1)), u64(0), u32(100), Buffer.from('abc'))
  const foreign = packet(TYPE.WRITE, u32(1), string('handle of another server'), u64(0), string('abc'))
  const zeros = packet(TYPE.WRITE, u32(1), string(Buffer.alloc(8)), u64(0), string('abc'))
  for (const bytes of [tooLong, foreign, zeros]) expect(parse(bytes, [])[0]).not.toHaveProperty('data')
})

test.each([0, 1, 4, 256 * 1024 + 1, 0xffffffff])('a packet of %i bytes is not SFTP', (length) => {
  const stream = new PacketStream()
  stream.push(Buffer.concat([u32(length), Buffer.alloc(8)]))
  expect(() => stream.next()).toThrow(NotSftp)
})

test('a megabyte that comes byte by byte is taken apart quickly', () => {
  const bytes = packet(TYPE.WRITE, u32(1), string(u32(1)), u64(0), string(Buffer.alloc(250_000, 'x')))
  const stream = new PacketStream()
  const startedMs = performance.now()
  for (let round = 0; round < 4; round++) {
    for (const byte of bytes) stream.push(Buffer.from([byte]))
    expect(stream.next()).toMatchObject({ length: 250_000 })
  }
  expect(performance.now() - startedMs).toBeLessThan(3_000)
})
