/**
 * Zip archives, over bytes that can be read at any place. Names inside an archive are looked at for their ending
 * only and never become a path. What an archive claims about itself is checked against what comes out of it.
 */
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { type ByteSource, type Chunks, chunksOf } from './bytes.ts'
import type { Meter } from './meter.ts'
import { Unreadable } from './reading.ts'

export interface ZipEntry {
  readonly name: string
  readonly size: number
  /** The bytes, unpacked. */
  read(): Chunks
}

export interface ZipFound {
  readonly entries: readonly ZipEntry[]
  close(): void
}

/** More files than this are no delivery of a list of people. */
const ENTRIES_MAX = 1_000
const ENCRYPTED = 1

/** Reads the table of contents. */
export async function openZip(source: ByteSource, meter: Meter): Promise<ZipFound> {
  const zip = await attempt(() =>
    // As bytes: yauzl would refuse the whole archive for a name that climbs out of it, and nobody follows names here.
    yauzl.fromRandomAccessReaderPromise(new Reader(source), source.size, {
      autoClose: false,
      decodeStrings: false,
    }),
  )
  try {
    const entries: ZipEntry[] = []
    if (zip.entryCount > ENTRIES_MAX) refuse(`it holds more than ${ENTRIES_MAX} files`)
    await attempt(async () => {
      for await (const entry of zip.eachEntry()) entries.push(entryOf(zip, entry, meter))
    })
    return { entries, close: () => zip.close() }
  } catch (error) {
    zip.close()
    throw error
  }
}

class Reader extends yauzl.RandomAccessReader {
  readonly #source: ByteSource

  constructor(source: ByteSource) {
    super()
    this.#source = source
  }

  override _readStreamForRange(from: number, to: number): Readable {
    return Readable.from(chunksOf(this.#source, { from, to, isKept: true }), { objectMode: false })
  }
}

function entryOf(zip: ZipFile, entry: Entry, meter: Meter): ZipEntry {
  // Only its ending is of interest, and that is ASCII in every alphabet that names are written in.
  const name = Buffer.from(entry.fileName).toString('latin1')
  return {
    name,
    size: entry.uncompressedSize,
    read: () => unpacked(zip, entry, meter),
  }
}

async function* unpacked(zip: ZipFile, entry: Entry, meter: Meter): Chunks {
  if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0)
    refuse('it is protected by a password; encrypt with PGP instead')
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    refuse('it is packed by a method that is not read')
  const count = meter.stage()
  let sum = 0
  for await (const chunk of streamed(zip, entry)) {
    count(chunk.length)
    sum = crc32(chunk, sum)
    yield chunk
  }
  // That the size is the claimed one, yauzl has seen to.
  if (sum !== entry.crc32) throw damaged()
}

async function* streamed(zip: ZipFile, entry: Entry): Chunks {
  const stream = await attempt(() => zip.openReadStreamPromise(entry))
  try {
    yield* stream as AsyncIterable<Buffer>
  } catch (error) {
    throw error instanceof Unreadable ? error : damaged()
  } finally {
    stream.destroy()
  }
}

/**
 * What yauzl throws says no more than that the archive is damaged, and may repeat names. Were it the disk that
 * failed, the watch at the source knows.
 */
async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof Unreadable ? error : damaged()
  }
}

function damaged(): Unreadable {
  return new Unreadable('FILE_ARCHIVE', { problem: 'it is damaged, or its end is missing' })
}

function refuse(problem: string): never {
  throw new Unreadable('FILE_ARCHIVE', { problem })
}
