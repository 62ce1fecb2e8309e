/**
 * One upload, from OPEN to its end: delivered, abandoned, or for a while still visible though long taken.
 *
 * Whether it becomes a delivery is decided by its name at the moment of CLOSE or RENAME: a temporary name waits,
 * any other is final. Once one write has failed nothing of it is ever delivered: half a list of employees is worse
 * than none.
 */
import type { Intake, PartFile, PausedPart, Route } from '../intake.ts'
import { isTemporaryName } from '../intake.ts'
import { type Attributes, FILE_TYPE, type WantedAttributes } from './attributes.ts'
import { Coverage } from './coverage.ts'
import { modeOf, type Place, type UploadFolder } from './paths.ts'
import { failed, type Refusal, refusalOf } from './refusal.ts'
import { type Write, WriteQueue } from './write-queue.ts'

export type UploadPlace = Place & { readonly folder: UploadFolder }

/** Who writes: one SFTP channel of a logged-in customer. */
export interface Uploader {
  readonly account: Route['account']
  readonly source: string
  /** Fingerprint of the key. */
  readonly sentBy: string
}

/** `open`: being written. `staged`: complete under a temporary name. `ending`: on its way to the disk. `gone`: abandoned. */
export type UploadState = 'open' | 'staged' | 'ending' | 'taken' | 'gone'

export interface UploadDeps {
  readonly intake: Pick<Intake, 'sync' | 'pause' | 'resume' | 'complete' | 'abandon'>
  readonly now: () => Date
  readonly fileBytesMax: number
}

export class Upload {
  readonly #deps: UploadDeps
  #part: PartFile | PausedPart
  #queue: WriteQueue
  readonly #coverage = new Coverage()
  #broken: Refusal | null = null
  #isRemoved = false
  #size = 0
  #mode = FILE_TYPE | 0o600
  #accessed: number
  #modified: number
  #timesAreSet = false

  uploader: Uploader
  place: UploadPlace
  state: UploadState = 'open'
  /** When it was taken or staged, in milliseconds. */
  since: number

  constructor(deps: UploadDeps, part: PartFile, uploader: Uploader, place: UploadPlace) {
    this.#deps = deps
    this.#part = part
    this.#queue = new WriteQueue(part.handle)
    this.uploader = uploader
    this.place = place
    this.since = deps.now().getTime()
    this.#accessed = this.#modified = this.#seconds()
  }

  get size(): number {
    return this.#size
  }

  get attributes(): Attributes {
    return { mode: this.#mode, size: this.#size, accessed: this.#accessed, modified: this.#modified }
  }

  /** Removed by its own sender while it is written: it is not listed, and its CLOSE delivers nothing. */
  get isRemoved(): boolean {
    return this.#isRemoved
  }

  write(write: Write): void {
    const end = write.offset + write.length
    if (end > this.#deps.fileBytesMax) this.#break(tooLarge(this.#deps.fileBytesMax))
    if (this.#broken) {
      write.done(this.#broken)
      return
    }
    this.#size = Math.max(this.#size, end)
    if (!this.#coverage.add(write.offset, end))
      this.#break(failed('the file comes in too many separate pieces'))
    if (!this.#timesAreSet) this.#modified = this.#seconds()
    this.#queue.push({
      ...write,
      done: (error) => {
        if (error !== null) this.#break(refusalOf(error))
        write.done(this.#broken)
      },
    })
  }

  /** Makes the file exactly this long, after everything written before. */
  async truncate(size: number): Promise<void> {
    if (size > this.#deps.fileBytesMax) this.#break(tooLarge(this.#deps.fileBytesMax))
    await this.#queue.idle()
    if (this.#broken) throw this.#broken
    if (this.state !== 'open') throw failed('its size can be changed only while it is open')
    await this.#openPart().handle.truncate(size)
    this.#coverage.cut(size)
    this.#size = size
  }

  /** Brings what was written so far to the disk. */
  async sync(): Promise<void> {
    await this.#queue.idle()
    if (!this.#broken) {
      // A sync that failed may wrongly succeed the next time: this upload is over.
      await this.#deps.intake.sync(this.#openPart()).catch((error: unknown) => this.#break(refusalOf(error)))
    }
    if (this.#broken) throw this.#broken
  }

  /** Remembered and shown again; they mean nothing here. Clients check that they were. */
  setTimesAndMode({ accessed, modified, mode }: WantedAttributes): void {
    if (mode !== undefined) this.#mode = FILE_TYPE | (mode & 0o7777)
    if (accessed === undefined || modified === undefined) return
    this.#accessed = accessed
    this.#modified = modified
    this.#timesAreSet = true
  }

  /** CLOSE: resolves when the file is safe, throws a reason when it is not. */
  async close(): Promise<void> {
    await this.#queue.idle()
    this.state = 'ending'
    const isFinal = !isTemporaryName(this.place.name)
    if (isFinal && !this.#isWhole()) this.#break(gap())
    if (this.#broken || this.#isRemoved) return this.#discardAsTold()
    if (isFinal) await this.#deliver()
    else await this.#stage()
  }

  /** The client went away, or the server stops. */
  async abandon(): Promise<void> {
    this.#isRemoved = true
    await this.#queue.idle()
    await this.#discard()
  }

  /** A staged upload goes on where it ended. */
  async reopen(uploader: Uploader): Promise<void> {
    this.state = 'open'
    try {
      const part = await this.#deps.intake.resume(this.#part)
      this.#part = part
      this.#queue = new WriteQueue(part.handle)
      this.uploader = uploader
    } catch (error) {
      this.state = 'gone'
      throw error
    }
  }

  /** RENAME. Resolves when the file under its new name is as safe as CLOSE makes it. */
  async rename(place: UploadPlace): Promise<void> {
    const isTaken = this.state === 'taken' || this.state === 'ending'
    if (isTaken && modeOf(place.folder) !== modeOf(this.place.folder)) {
      throw failed('this file has been taken already; upload it again to that folder')
    }
    const isFinal = this.state === 'staged' && !isTemporaryName(place.name)
    // Under its temporary name it can still be completed.
    if (isFinal && !this.#isWhole()) throw gap()
    this.place = place
    if (!isFinal) return
    await this.reopen(this.uploader)
    this.state = 'ending'
    await this.#deliver()
  }

  /** REMOVE by its own sender, or of a staged one by anybody of the account. */
  async remove(): Promise<void> {
    this.#isRemoved = true
    if (this.state === 'staged') await this.#discard()
  }

  async #stage(): Promise<void> {
    try {
      this.#part = await this.#deps.intake.pause(this.#openPart())
    } catch (error) {
      await this.#discard()
      throw error
    }
    this.since = this.#deps.now().getTime()
    this.state = 'staged'
    // Another channel may have renamed or removed it meanwhile.
    if (this.#isRemoved) await this.#discard()
    else if (!isTemporaryName(this.place.name)) await this.rename(this.place)
  }

  async #deliver(): Promise<void> {
    const { account, source, sentBy } = this.uploader
    const route: Route = { account, source, importType: 'partial', mode: modeOf(this.place.folder) }
    try {
      const delivery = await this.#deps.intake.complete(
        { ...this.#openPart(), route },
        this.place.name,
        sentBy,
      )
      this.#size = delivery.size
      this.since = this.#deps.now().getTime()
      this.state = 'taken'
    } catch (error) {
      this.state = 'gone'
      throw error
    }
  }

  #isWhole(): boolean {
    return this.#coverage.isWhole(this.#size)
  }

  #openPart(): PartFile {
    if (!('handle' in this.#part)) throw new Error('the part file of an open upload is not open')
    return this.#part
  }

  #break(refusal: Refusal): void {
    if (this.#broken) return
    this.#broken = refusal
    void this.#giveSpaceBack()
  }

  /** At once, not when the client gets round to closing: other customers' uploads need the space. */
  async #giveSpaceBack(): Promise<void> {
    await this.#queue.idle()
    if ('handle' in this.#part) await this.#part.handle.truncate(0).catch(() => {})
  }

  /** A broken upload's CLOSE says so once more: the client may have looked at nothing else. */
  async #discardAsTold(): Promise<void> {
    await this.#discard()
    if (this.#broken) throw this.#broken
  }

  async #discard(): Promise<void> {
    this.state = 'gone'
    await this.#deps.intake.abandon(this.#part)
  }

  #seconds(): number {
    return Math.floor(this.#deps.now().getTime() / 1000)
  }
}

function gap(): Refusal {
  return failed('a part of the file was never sent; upload the whole file again')
}

function tooLarge(bytes: number): Refusal {
  return failed(`the file is larger than the ${bytes} bytes that this server takes`)
}
