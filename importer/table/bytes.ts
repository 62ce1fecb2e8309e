/**
 * Bytes on their way through the reader. A chunk belongs to the consumer only until the next one is asked for:
 * the buffer under it is used again, which keeps memory flat however large the file is.
 */
import { open } from 'node:fs/promises'

export type Chunks = AsyncGenerator<Buffer>

/** Bytes that can be read at any place: the delivered file, or what was decrypted from it. */
export interface ByteSource {
  readonly size: number
  /** Fills `into` from `position` on; fewer bytes only at the end. */
  read(into: Buffer, position: number): Promise<number>
  close(): Promise<void>
}

/** Large enough that calls cost nothing, small enough that nothing waits long: about a batch of people. */
export const CHUNK_BYTES = 192 * 1024

/** Opens the file once; it is never opened again by name, so nobody can put another in its place meanwhile. */
export async function fileSource(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r')
  const { size } = await handle.stat()
  return {
    size,
    read: async (into, position) => {
      let done = 0
      while (done < into.length) {
        const { bytesRead } = await handle.read(into, done, into.length - done, position + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return done
    },
    close: () => handle.close(),
  }
}

export interface ChunkOptions {
  readonly from?: number
  readonly to?: number
  /** A new buffer for every chunk: for consumers that keep them, as streams do. */
  readonly isKept?: boolean
}

/** The source from one end to the other. */
export async function* chunksOf(source: ByteSource, options: ChunkOptions = {}): Chunks {
  const { from = 0, to = source.size, isKept = false } = options
  let buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, Math.max(1, to - from)))
  for (let at = from; at < to; ) {
    if (isKept) buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    const wanted = buffer.subarray(0, Math.min(buffer.length, to - at))
    const length = await source.read(wanted, at)
    if (length === 0) return
    at += length
    yield buffer.subarray(0, length)
  }
}

/** The first `length` bytes, or all if there are fewer, and the whole again from its start. */
export async function peek(chunks: Chunks, length: number): Promise<{ head: Buffer; all: Chunks }> {
  const parts: Buffer[] = []
  let total = 0
  while (total < length) {
    const { done, value } = await chunks.next()
    if (done === true) break
    parts.push(Buffer.from(value))
    total += value.length
  }
  const head = Buffer.concat(parts)
  return { head, all: followedBy(head, chunks) }
}

/** `head`, then the rest. */
export async function* followedBy(head: Buffer, rest: Chunks): Chunks {
  if (head.length > 0) yield head
  yield* rest
}

/** Lines of a text that goes by in chunks: CRLF, LF and CR each end one. */
export class LineCounter {
  line = 1
  #endsInReturn = false

  add(bytes: Buffer): void {
    if (bytes.length === 0) return
    if (this.#endsInReturn && bytes[0] === 10) this.line--
    this.line += lineBreaks(bytes)
    this.#endsInReturn = bytes[bytes.length - 1] === 13
  }
}

export function lineBreaks(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++
  for (let at = bytes.indexOf(13); at !== -1; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] !== 10) count++
  }
  return count
}
