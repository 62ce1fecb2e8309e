/** A gzip file, unpacked while it is read. */
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type ByteSource, CHUNK_BYTES, type Chunks, chunksOf } from './bytes.ts'
import type { Meter } from './meter.ts'
import { Unreadable } from './reading.ts'

export async function* gunzip(source: ByteSource, meter: Meter): Chunks {
  const unpacking = createGunzip({ chunkSize: CHUNK_BYTES })
  const count = meter.stage()
  pipeline(chunksOf(source, { isKept: true }), unpacking, () => {
    // The reader of the stream hears of every error; this only keeps it from being thrown a second time.
  })
  try {
    for await (const chunk of unpacking as AsyncIterable<Buffer>) {
      count(chunk.length)
      yield chunk
    }
  } catch (error) {
    throw isDamage(error)
      ? new Unreadable('FILE_ARCHIVE', { problem: 'it is damaged, or its end is missing' })
      : error
  } finally {
    unpacking.destroy()
  }
  await refuseRest(source, unpacking.bytesWritten)
}

/** Errors of zlib, as opposed to those of the disk or of who counts the bytes. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^Z_/.test(error.code)
}

/** What follows the packed data is never read: were it rows, they would be lost without a word. */
async function refuseRest(source: ByteSource, from: number): Promise<void> {
  for await (const chunk of chunksOf(source, { from })) {
    // Padding, as tapes and some tools write it.
    if (chunk.some((byte) => byte !== 0)) {
      throw new Unreadable('FILE_ARCHIVE', { problem: 'something else follows the packed data' })
    }
  }
}
