/**
 * The bytes of one upload while they come in: written where the client says, counted, and held against the bounds.
 * Once one write has failed nothing more is taken and the space is given back: half a list of employees is worse
 * than none.
 */
import type { FileHandle } from 'node:fs/promises'
import { Coverage } from './coverage.ts'
import { failed, type Refusal, refusalOf } from './refusal.ts'
import type { Hold } from './space.ts'
import { type Write, WriteQueue } from './write-queue.ts'

export interface ContentDeps {
  readonly hold: Hold
  readonly fileBytesMax: number
}

/** What was written in an earlier life of the file. */
export interface Written {
  readonly size: number
  readonly pieces: readonly number[]
}

export class Content {
  readonly #deps: ContentDeps
  #handle: FileHandle | null = null
  #queue: WriteQueue | null = null
  #coverage: Coverage
  #size: number
  #broken: Refusal | null = null
  #isTouched = true
  #isCut = false
  /** The file on the disk may be longer than what counts. */
  #hasOldTail = false

  constructor(deps: ContentDeps, written: Written = { size: 0, pieces: [] }) {
    this.#deps = deps
    this.#size = written.size
    this.#coverage = new Coverage(written.pieces)
  }

  get size(): number {
    return this.#size
  }

  /** Starts and ends of what was written. */
  get pieces(): readonly number[] {
    return this.#coverage.edges
  }

  /** Why nothing more is taken. */
  get broken(): Refusal | null {
    return this.#broken
  }

  /** Whether anything was written since the file was opened last; a new file counts as written. */
  get isTouched(): boolean {
    return this.#isTouched
  }

  /** True when every byte up to the end was written. */
  get isWhole(): boolean {
    return this.#coverage.isWhole(this.#size)
  }

  /** Begins with a file that was just made; `sync` brings its bytes to the disk. */
  begin(handle: FileHandle, sync: () => Promise<void>): void {
    this.#handle = handle
    this.#queue = new WriteQueue(handle, sync)
  }

  /** Goes on with a file that was just opened. */
  resume(handle: FileHandle, sync: () => Promise<void>, { isCut }: { readonly isCut: boolean }): void {
    this.begin(handle, sync)
    this.#isTouched = false
    this.#isCut = isCut
  }

  write(write: Write): void {
    const end = write.offset + write.length
    if (end > this.#deps.fileBytesMax) this.break(tooLarge(this.#deps.fileBytesMax))
    if (!this.#broken && end > this.#size) this.#hold(end)
    if (this.#broken || !this.#queue) {
      write.done(this.#broken ?? failed('this file is not open'))
      return
    }
    // Who goes on begins where it ended. Who begins at the start sends another file, of which no old end may be left.
    if (this.#isCut && !this.#isTouched && write.offset === 0) this.#startAnew()
    this.#isTouched = true
    this.#size = Math.max(this.#size, end)
    if (!this.#coverage.add(write.offset, end))
      this.break(failed('the file comes in too many separate pieces'))
    this.#queue.push({
      ...write,
      done: (error) => {
        if (error !== null) this.break(refusalOf(error))
        write.done(this.#broken)
      },
    })
  }

  /** Reads into the buffer behind its first `at` bytes, after everything written before; returns how many. */
  async read(buffer: Buffer, at: number, offset: number): Promise<number> {
    await this.idle()
    if (this.#broken) throw this.#broken
    const length = Math.min(buffer.length - at, this.#size - offset)
    if (length <= 0 || !this.#handle) return 0
    return (await this.#handle.read(buffer, at, length, offset)).bytesRead
  }

  /** Makes the file exactly this long, after everything written before. */
  async truncate(size: number): Promise<void> {
    if (size > this.#deps.fileBytesMax) this.break(tooLarge(this.#deps.fileBytesMax))
    await this.idle()
    if (!this.#broken && size > this.#size) this.#hold(size)
    if (this.#broken) throw this.#broken
    if (!this.#handle) throw failed('its size can be changed only while it is open')
    await this.#handle.truncate(size)
    if (size === 0) this.#isTouched = true
    this.#coverage.cut(size)
    this.#size = size
    this.#hasOldTail = false
    this.#deps.hold.resize(size)
  }

  /** Cuts off what does not count. Before the file is closed. */
  async settle(): Promise<void> {
    await this.idle()
    if (!this.#broken && this.#hasOldTail) await this.truncate(this.#size)
  }

  /**
   * Leaves of a cut upload what came without a gap, less the last byte: what is listed is then shorter than the
   * sender's file in any case, so no client takes it for done. Returns what is left.
   */
  async cut(): Promise<number> {
    await this.idle()
    const left = Math.max(0, this.#coverage.prefix - 1)
    await this.truncate(left)
    return left
  }

  /** Resolves when no write waits. */
  async idle(): Promise<void> {
    await this.#queue?.idle()
    const failure = this.#queue?.failure ?? null
    if (failure !== null) this.break(refusalOf(failure))
  }

  /** The file is closed; what is known of it stays. */
  detach(): void {
    this.#handle = null
    this.#queue = null
  }

  break(refusal: Refusal): void {
    if (this.#broken) return
    this.#broken = refusal
    void this.#giveSpaceBack()
  }

  #hold(bytes: number): void {
    const refusal = this.#deps.hold.resize(bytes)
    if (refusal) this.break(refusal)
  }

  #startAnew(): void {
    this.#hasOldTail = true
    this.#coverage = new Coverage()
    this.#size = 0
  }

  /** At once, not when the client gets round to closing: other customers' uploads need the space. */
  async #giveSpaceBack(): Promise<void> {
    await this.idle()
    await this.#handle?.truncate(0).catch(() => {})
    this.#deps.hold.resize(0)
  }
}

function tooLarge(bytes: number): Refusal {
  return failed(`the file is larger than the ${bytes} bytes that this server takes`)
}
