/**
 * Bytes that wait on disk while a file is read: what was decrypted, and what does not fit into memory. The file has
 * no name once it is open, and what is written is sealed under a key that only this process knows, so that nothing
 * readable is left behind, whatever happens.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readSync } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ByteSource } from './bytes.ts'

const CIPHER = 'aes-256-ctr'
const BLOCK = 16

export class Spool implements ByteSource {
  readonly #handle: FileHandle
  readonly #key = randomBytes(32)
  readonly #cipher = createCipheriv(CIPHER, this.#key, counterAt(0))
  #size = 0

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  static async create(folder: string = tmpdir()): Promise<Spool> {
    const path = join(folder, `rollcall-${randomBytes(12).toString('hex')}`)
    const handle = await open(path, 'wx+', 0o600)
    await unlink(path)
    return new Spool(handle)
  }

  get size(): number {
    return this.#size
  }

  async append(bytes: Uint8Array): Promise<void> {
    const sealed = this.#cipher.update(bytes)
    for (let done = 0; done < sealed.length; ) {
      const { bytesWritten } = await this.#handle.write(sealed, done, sealed.length - done, this.#size + done)
      done += bytesWritten
    }
    this.#size += sealed.length
  }

  async read(into: Buffer, position: number): Promise<number> {
    const { bytesRead } = await this.#handle.read(into, 0, this.#within(into, position), position)
    this.#open(into.subarray(0, bytesRead), position)
    return bytesRead
  }

  /** For a few kilobytes that the operating system still has in memory. */
  readNow(into: Buffer, position: number): number {
    const bytesRead = readSync(this.#handle.fd, into, 0, this.#within(into, position), position)
    this.#open(into.subarray(0, bytesRead), position)
    return bytesRead
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  #within(into: Buffer, position: number): number {
    return Math.max(0, Math.min(into.length, this.#size - position))
  }

  /** Unseals in place. */
  #open(bytes: Buffer, position: number): void {
    const decipher = createDecipheriv(CIPHER, this.#key, counterAt(Math.floor(position / BLOCK)))
    decipher.update(Buffer.alloc(position % BLOCK))
    decipher.update(bytes).copy(bytes)
  }
}

/** The counter of a block; the key is never used again, so it may start at 0. */
function counterAt(block: number): Buffer {
  const counter = Buffer.alloc(BLOCK)
  counter.writeBigUInt64BE(BigInt(block), BLOCK - 8)
  return counter
}
