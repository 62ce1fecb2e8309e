/**
 * Writes of one upload, in the order in which they came, each at its own position. Writes that follow one another
 * in the file go to the disk together: one system call for dozens of packets is most of what makes uploads fast.
 */
import type { FileHandle } from 'node:fs/promises'

export interface Write {
  readonly offset: number
  readonly data: readonly Buffer[]
  readonly length: number
  /** Called once, with what went wrong or with null. Never before the bytes are with the operating system. */
  readonly done: (error: unknown) => void
}

const BATCH_BYTES_MAX = 2 * 1024 * 1024
/** So much is brought to the disk while more comes in: at the end of a large file, its sender waits for the rest only. */
const SYNC_BYTES = 64 * 1024 * 1024

export class WriteQueue {
  readonly #handle: FileHandle
  readonly #sync: () => Promise<void>
  #waiting: Write[] = []
  #running: Promise<void> | undefined
  #syncing: Promise<void> | undefined
  #unsynced = 0
  #failure: unknown = null

  constructor(handle: FileHandle, sync: () => Promise<void>) {
    this.#handle = handle
    this.#sync = sync
  }

  /** Why what was written may not be on the disk, or null. A sync that failed may wrongly succeed the next time. */
  get failure(): unknown {
    return this.#failure
  }

  push(write: Write): void {
    this.#waiting.push(write)
    // Not at once: the packets that came in the same piece of data are to be in the same batch.
    this.#running ??= Promise.resolve().then(() => this.#run())
  }

  /** Resolves when nothing waits. Never rejects: each write hears of its own end. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
    await this.#syncing
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch()
      const error = this.#failure ?? (await this.#store(batch))
      for (const write of batch) write.done(error)
      this.#syncEarly(batch)
    }
    this.#running = undefined
  }

  /** Beside the writes that follow; one at a time. */
  #syncEarly(batch: readonly Write[]): void {
    for (const { length } of batch) this.#unsynced += length
    if (this.#unsynced < SYNC_BYTES || this.#syncing !== undefined) return
    this.#unsynced = 0
    this.#syncing = this.#sync()
      .catch((error: unknown) => {
        this.#failure = error
      })
      .finally(() => {
        this.#syncing = undefined
      })
  }

  /** The longest run from the front without a gap. */
  #takeBatch(): Write[] {
    let count = 0
    let bytes = 0
    let end = this.#waiting[0]?.offset ?? 0
    for (const write of this.#waiting) {
      if (write.offset !== end || (count > 0 && bytes + write.length > BATCH_BYTES_MAX)) break
      end += write.length
      bytes += write.length
      count += 1
    }
    return this.#waiting.splice(0, count)
  }

  async #store(batch: readonly Write[]): Promise<unknown> {
    let buffers = batch.flatMap((write) => write.data)
    let position = batch[0]?.offset ?? 0
    try {
      while (buffers.length > 0) {
        const { bytesWritten } = await this.#handle.writev(buffers, position)
        // Seen on no file system; without this line it would be tried for ever.
        if (bytesWritten === 0) throw new Error('a write stored nothing and reported no error')
        position += bytesWritten
        buffers = behind(buffers, bytesWritten)
      }
      return null
    } catch (error) {
      return error
    }
  }
}

/** What is left of some buffers behind their first bytes. A short write is followed by one that tells why. */
function behind(buffers: readonly Buffer[], written: number): Buffer[] {
  let skip = written
  const left: Buffer[] = []
  for (const buffer of buffers) {
    if (skip < buffer.length) left.push(buffer.subarray(skip))
    skip = Math.max(0, skip - buffer.length)
  }
  return left
}
