/**
 * One upload, from OPEN to its end: delivered, abandoned, or for a while still visible though long taken.
 *
 * Whether it becomes a delivery is decided by its name at the moment of CLOSE or RENAME: a temporary name waits,
 * any other is final. One whose connection is lost waits too, for its sender to go on with it; it is never a
 * delivery before somebody has gone on and closed it.
 */
import type { Delivery } from '../../importer/types.ts'
import type { PartNote } from '../../schemas/part-note.ts'
import type { Intake, PartFile, PausedPart, Route, WaitingPart } from '../intake.ts'
import { isTemporaryName } from '../intake.ts'
import { type Attributes, FILE_TYPE, type WantedAttributes } from './attributes.ts'
import { Content } from './content.ts'
import { modeOf, type Place, placeIn, type UploadFolder } from './paths.ts'
import { denied, failed, type Refusal, refusalOf } from './refusal.ts'
import type { Hold } from './space.ts'
import type { Write } from './write-queue.ts'

export type UploadPlace = Place & { readonly folder: UploadFolder }

/** Who writes: one SFTP channel of a logged-in customer. */
export interface Uploader {
  readonly account: Route['account']
  readonly source: string
  /** Fingerprint of the key. */
  readonly sentBy: string
}

/**
 * `open`: being written. `staged`: complete under a temporary name. `cut`: its connection was lost; it can be gone
 * on with. `ending`: on its way to the disk. `gone`: abandoned.
 */
export type UploadState = 'open' | 'staged' | 'cut' | 'ending' | 'taken' | 'gone'

export interface UploadDeps {
  readonly intake: Pick<Intake, 'sync' | 'pause' | 'keep' | 'forget' | 'resume' | 'complete' | 'abandon'>
  readonly now: () => Date
  readonly fileBytesMax: number
  /** Whether a cut upload is worth keeping … */
  readonly mayKeepCut: (upload: Upload) => boolean
  /** … and what follows when it was kept. */
  readonly onCut: (upload: Upload) => Promise<void>
  /** In a strict source: what is fatally wrong with a delivered file, or null. */
  readonly examine: (uploader: Uploader, delivery: Delivery) => Promise<Refusal | null>
}

/** An upload that just begins, or one that waits since before this process. */
export interface UploadFile {
  readonly part: PartFile | PausedPart
  readonly hold: Hold
  readonly content?: Content
}

export class Upload {
  readonly #deps: UploadDeps
  readonly #hold: Hold
  readonly #content: Content
  #part: PartFile | PausedPart
  /** What it was before it was opened again. */
  #before: 'staged' | 'cut' | null = null
  /** Who may read it back: whoever wrote all of it. */
  #reader: Uploader | null
  #isRemoved = false
  #isHandedOver = false
  #mode = FILE_TYPE | 0o600
  #accessed: number
  #modified: number
  #timesAreSet = false

  uploader: Uploader
  place: UploadPlace
  state: UploadState = 'open'
  /** When it was taken, staged or cut, in milliseconds. */
  since: number

  readonly #toDisk = () => this.#deps.intake.sync(this.#openPart())

  constructor(deps: UploadDeps, file: UploadFile, uploader: Uploader, place: UploadPlace) {
    this.#deps = deps
    this.#part = file.part
    this.#hold = file.hold
    this.#content = file.content ?? new Content({ hold: file.hold, fileBytesMax: deps.fileBytesMax })
    if (!file.content && 'handle' in file.part) this.#content.begin(file.part.handle, this.#toDisk)
    this.#reader = file.content ? null : uploader
    this.uploader = uploader
    this.place = place
    this.since = deps.now().getTime()
    this.#accessed = this.#modified = this.#seconds()
  }

  /** One that a former process kept. */
  static waiting(deps: UploadDeps, { part, note }: WaitingPart, hold: Hold): Upload {
    const { account, source, sentBy, folder, name, isCut, size, pieces } = note
    const content = new Content({ hold, fileBytesMax: deps.fileBytesMax }, { size, pieces })
    const upload = new Upload(
      deps,
      { part, hold, content },
      { account, source, sentBy },
      placeIn(folder, name),
    )
    upload.state = isCut ? 'cut' : 'staged'
    upload.since = note.since
    upload.setTimesAndMode(note)
    return upload
  }

  get size(): number {
    return this.#content.size
  }

  get attributes(): Attributes {
    return { mode: this.#mode, size: this.size, accessed: this.#accessed, modified: this.#modified }
  }

  /** Removed by its own sender while it is written, or refused: it is not listed, and its CLOSE delivers nothing. */
  get isRemoved(): boolean {
    return this.#isRemoved
  }

  write(write: Write): void {
    if (this.#isHandedOver) {
      write.done(handedOver())
      return
    }
    if (!this.#timesAreSet) this.#modified = this.#seconds()
    this.#content.write(write)
  }

  /** Only while it is open, and only for the one who wrote it: what was taken is nobody's to fetch. */
  async read(reader: Uploader, buffer: Buffer, at: number, offset: number): Promise<number> {
    if (this.state !== 'open' || this.#reader !== reader) throw denied(NOT_READ_BACK)
    return await this.#content.read(buffer, at, offset)
  }

  /** Makes the file exactly this long, after everything written before. */
  async truncate(size: number): Promise<void> {
    if (this.#isHandedOver) throw handedOver()
    if (this.state !== 'open') throw failed('its size can be changed only while it is open')
    await this.#content.truncate(size)
  }

  /** Brings what was written so far to the disk. */
  async sync(): Promise<void> {
    if (this.#isHandedOver) throw handedOver()
    await this.#content.idle()
    if (!this.#content.broken) {
      // A sync that failed may wrongly succeed the next time: this upload is over.
      await this.#toDisk().catch((error: unknown) => this.#content.break(refusalOf(error)))
    }
    if (this.#content.broken) throw this.#content.broken
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
    if (this.#isHandedOver) throw handedOver()
    await this.#content.idle()
    this.state = 'ending'
    const isFinal = !isTemporaryName(this.place.name)
    if (isFinal && !this.#content.isWhole) this.#content.break(gap())
    if (this.#content.broken || this.#isRemoved) return this.#discardAsTold()
    if (this.#before === 'cut' && !this.#content.isTouched) {
      await this.#putAway('cut')
      throw failed(
        'nothing was added to this unfinished upload; send what is missing, or the whole file again',
      )
    }
    await this.#content.settle()
    if (isFinal) await this.#deliver()
    else await this.#putAway('staged')
  }

  /** Its client went away, or the server stops: what came is kept for a while, so that the client can go on. */
  async cut(): Promise<void> {
    if (this.#isHandedOver) return
    await this.#content.idle()
    this.state = 'ending'
    try {
      if (this.#content.broken || this.#isRemoved) return await this.#discard()
      if (this.#before !== null && !this.#content.isTouched) return await this.#putAway(this.#before)
      const isKept = (await this.#content.cut()) > 0 && this.#deps.mayKeepCut(this)
      if (!isKept) return await this.#discard()
      await this.#putAway('cut')
      await this.#deps.onCut(this)
    } catch (error) {
      // Nothing is promised to anybody yet.
      await this.#discard()
      throw error
    }
  }

  /** A waiting upload goes on where it ended. */
  async reopen(uploader: Uploader): Promise<void> {
    const before = this.state === 'cut' ? 'cut' : 'staged'
    this.state = 'open'
    this.uploader = uploader
    this.#before = before
    try {
      await this.#deps.intake.forget(this.#part)
      await this.#openAgain({ isCut: before === 'cut' })
    } catch (error) {
      this.state = 'gone'
      throw error
    }
  }

  /**
   * Another connection goes on with what this one still writes: after a broken line the client is back long before
   * the server hears of the break. Returns what the new one writes to; this one takes nothing more.
   */
  async handOver(uploader: Uploader): Promise<Upload> {
    this.#isHandedOver = true
    await this.#content.idle()
    const file = { part: this.#openPart(), hold: this.#hold, content: this.#content }
    const next = new Upload(this.#deps, file, uploader, this.place)
    this.state = 'gone'
    return next
  }

  /** RENAME. Resolves when the file under its new name is as safe as CLOSE makes it. */
  async rename(place: UploadPlace): Promise<void> {
    if (this.state === 'cut') {
      throw failed('this upload was cut off; go on with it, or upload the file again, before it is renamed')
    }
    const isTaken = this.state === 'taken' || this.state === 'ending'
    if (isTaken && modeOf(place.folder) !== modeOf(this.place.folder)) {
      throw failed('this file has been taken already; upload it again to that folder')
    }
    const isFinal = this.state === 'staged' && !isTemporaryName(place.name)
    // Under its temporary name it can still be completed.
    if (isFinal && !this.#content.isWhole) throw gap()
    this.place = place
    if (isFinal) await this.#deliverStaged()
    else if (this.state === 'staged') await this.#deps.intake.keep(this.#part, this.#note(true))
  }

  /** REMOVE by its own sender, or of a waiting one by anybody of the account. */
  async remove(): Promise<void> {
    this.#isRemoved = true
    if (this.state === 'staged' || this.state === 'cut') await this.#discard()
  }

  /** Closes the file, its bytes safe and a note beside it. */
  async #putAway(state: 'staged' | 'cut'): Promise<void> {
    try {
      this.#part = await this.#deps.intake.pause(this.#openPart())
      this.#content.detach()
      this.since = this.#deps.now().getTime()
      await this.#deps.intake.keep(this.#part, this.#note(state === 'staged'))
    } catch (error) {
      await this.#discard()
      throw error
    }
    this.state = state
    // Another channel may have renamed or removed it meanwhile.
    if (this.#isRemoved) await this.#discard()
    else if (state === 'staged' && !isTemporaryName(this.place.name)) await this.rename(this.place)
  }

  async #deliverStaged(): Promise<void> {
    this.state = 'ending'
    try {
      await this.#openAgain({ isCut: false })
    } catch (error) {
      this.state = 'gone'
      throw error
    }
    await this.#deliver()
  }

  async #openAgain(how: { readonly isCut: boolean }): Promise<void> {
    const part = await this.#deps.intake.resume(this.#part)
    this.#part = part
    this.#content.resume(part.handle, this.#toDisk, how)
  }

  async #deliver(): Promise<void> {
    const { account, source, sentBy } = this.uploader
    const route: Route = { account, source, importType: 'partial', mode: modeOf(this.place.folder) }
    const part = { ...this.#openPart(), route }
    let delivery: Delivery
    try {
      delivery = await this.#deps.intake.complete(part, this.place.name, sentBy)
    } catch (error) {
      this.#hold.release()
      this.state = 'gone'
      throw error
    }
    this.#content.detach()
    this.#hold.keep()
    const refusal = await this.#deps.examine(this.uploader, delivery)
    this.since = this.#deps.now().getTime()
    this.state = 'taken'
    if (refusal === null) return
    // It is kept as a run, but its sender was told no: a listing that shows it would say otherwise.
    this.#isRemoved = true
    throw refusal
  }

  #note(isStaged: boolean): PartNote {
    const { account, source, sentBy } = this.uploader
    return {
      ...{ account: { id: account.id, slug: account.slug }, source, sentBy },
      ...{ folder: this.place.folder, name: this.place.name, isCut: !isStaged, since: this.since },
      ...{ pieces: [...this.#content.pieces], size: this.size },
      ...{ mode: this.#mode, accessed: this.#accessed, modified: this.#modified },
    }
  }

  #openPart(): PartFile {
    if (!('handle' in this.#part)) throw new Error('the part file of an open upload is not open')
    return this.#part
  }

  /** A broken upload's CLOSE says so once more: the client may have looked at nothing else. */
  async #discardAsTold(): Promise<void> {
    await this.#discard()
    if (this.#content.broken) throw this.#content.broken
  }

  async #discard(): Promise<void> {
    this.state = 'gone'
    this.#content.detach()
    this.#hold.release()
    await this.#deps.intake.abandon(this.#part)
  }

  #seconds(): number {
    return Math.floor(this.#deps.now().getTime() / 1000)
  }
}

export const NOT_READ_BACK = 'an uploaded file cannot be read back; look into /results for what came of it'

function gap(): Refusal {
  return failed('a part of the file was never sent; upload the whole file again')
}

function handedOver(): Refusal {
  return failed('another connection of this account goes on with this upload')
}
