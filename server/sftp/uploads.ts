/**
 * All uploads that a client may still speak of, by account: those being written, those waiting for their rename or
 * for a client that lost its connection, and for some minutes those that have long been taken. Clients that look after their `put` (rclone, paramiko,
 * WinSCP) do so on another connection as well, so this is shared by all connections of an account.
 */
import type { Intake, WaitingPart } from '../intake.ts'
import type { SftpLimits } from './limits.ts'
import type { UploadFolder } from './paths.ts'
import { denied, failed, noSuchFile } from './refusal.ts'
import type { Hold, Space } from './space.ts'
import { Upload, type UploadDeps, type Uploader, type UploadPlace } from './upload.ts'

export interface Uploads {
  /** A new upload, whatever already has that name: a second file of the same name is a delivery of its own. */
  begin(uploader: Uploader, place: UploadPlace): Promise<Upload>
  /** Goes on with an upload that waits, or that another connection still seems to write. */
  goOn(uploader: Uploader, upload: Upload): Promise<Upload>
  /** The upload that goes by this name; of several the caller's own, else the latest. */
  find(uploader: Uploader, key: string): Upload | undefined
  /** One upload for each name in the folder. */
  list(uploader: Uploader, folder: UploadFolder): Upload[]
  rename(upload: Upload, place: UploadPlace): Promise<void>
  remove(uploader: Uploader, key: string): Promise<void>
  /** Forgets what has been visible, or has waited, for long enough. */
  expire(): Promise<void>
  /** Uploads that are being written or on their way to the disk. */
  underWay(): Upload[]
  /** Ends what is being written and forgets the rest; what waits on the disk is taken up by the next process. */
  stop(): Promise<void>
}

/** Taken files remembered for one account: beyond that the oldest are forgotten early. */
const TAKEN_MAX = 10_000

export interface UploadsDeps {
  readonly intake: Pick<Intake, 'begin'> & UploadDeps['intake']
  readonly space: Space
  readonly now: () => Date
  readonly limits: SftpLimits
  readonly examine: UploadDeps['examine']
  /** What former processes kept, oldest first. */
  readonly waiting?: readonly WaitingPart[]
}

export function createUploads(deps: UploadsDeps): Uploads {
  const { intake, space, now, limits, examine } = deps
  const byAccount = new Map<string, Set<Upload>>()
  const uploadDeps = {
    intake,
    now,
    fileBytesMax: limits.fileBytesMax,
    mayKeepCut,
    onCut: removeOldestCut,
    examine,
  }
  /** Places promised to uploads whose file is just being opened. */
  const beginning = new Map<string, number>()

  function of(accountId: string): Set<Upload> {
    const uploads = byAccount.get(accountId) ?? new Set()
    byAccount.set(accountId, uploads)
    return uploads
  }

  for (const one of deps.waiting ?? []) {
    const { account } = one.note
    const hold = space.adopt(account.id, one.note.size, () => giveWay(account.id))
    of(account.id).add(Upload.waiting(uploadDeps, one, hold))
  }

  /** Latest first; what is gone or removed is nobody's business. */
  function visible(accountId: string): Upload[] {
    const uploads = [...(byAccount.get(accountId) ?? [])].filter(
      (one) => one.state !== 'gone' && !one.isRemoved,
    )
    return uploads.reverse()
  }

  function withKey(accountId: string, key: string): Upload[] {
    return visible(accountId).filter((one) => one.place.key === key)
  }

  function checkRoom(accountId: string): void {
    const uploads = visible(accountId)
    const open = uploads.filter(isUnderWay).length + (beginning.get(accountId) ?? 0)
    if (open >= limits.uploadsMax) throw failed('too many uploads at the same time')
    if (uploads.filter((one) => one.state === 'staged').length >= limits.stagedMax) {
      throw failed('too many files wait under a temporary name; rename or remove them')
    }
  }

  /** Not when its sender has begun the same name anew meanwhile. */
  function mayKeepCut(upload: Upload): boolean {
    const latest = withKey(upload.uploader.account.id, upload.place.key)[0]
    return latest === upload && upload.size <= limits.cutBytesMax && limits.cutMax > 0
  }

  /** The oldest make way. */
  async function removeOldestCut({ uploader }: Upload): Promise<void> {
    let bytes = 0
    for (const [index, one] of visible(uploader.account.id).filter(isCut).entries()) {
      bytes += one.size
      if (index >= limits.cutMax || bytes > limits.cutBytesMax) await one.remove()
    }
  }

  /** Of what was cut off the oldest goes before anybody is refused. */
  function giveWay(accountId: string): Promise<void> | null {
    return visible(accountId).filter(isCut).at(-1)?.remove() ?? null
  }

  /** What waits under a name goes when another file comes to its end under it. */
  async function removeWaiting(upload: Upload): Promise<void> {
    for (const one of withKey(upload.uploader.account.id, upload.place.key)) {
      if (one !== upload && (one.state === 'staged' || one.state === 'cut')) await one.remove()
    }
  }

  async function expireOf(uploads: Set<Upload>, nowMs: number): Promise<void> {
    const taken = [...uploads].filter((one) => one.state === 'taken')
    const tooMany = new Set(taken.slice(0, Math.max(0, taken.length - TAKEN_MAX)))
    for (const upload of uploads) {
      const age = nowMs - upload.since
      if (upload.state === 'gone' || tooMany.has(upload)) uploads.delete(upload)
      else if (upload.state === 'taken' && age > limits.visibleMs) uploads.delete(upload)
      else if (upload.state === 'staged' && age > limits.stagedMs) await upload.remove()
      else if (upload.state === 'cut' && age > limits.cutMs) await upload.remove()
    }
  }

  return {
    async begin(uploader, place) {
      const { id } = uploader.account
      checkRoom(id)
      beginning.set(id, (beginning.get(id) ?? 0) + 1)
      let hold: Hold | undefined
      try {
        hold = await space.hold(id, () => giveWay(id))
        const route = { account: uploader.account, source: uploader.source, importType: 'partial' } as const
        // The mode is decided by the folder in which the file ends; this one is only where it begins.
        const part = await intake.begin({ ...route, mode: 'dry_run' })
        const upload = new Upload(uploadDeps, { part, hold }, uploader, place)
        of(id).add(upload)
        // It is being written anew from its beginning.
        await removeWaiting(upload)
        return upload
      } catch (error) {
        hold?.release()
        throw error
      } finally {
        beginning.set(id, (beginning.get(id) ?? 1) - 1)
      }
    },

    async goOn(uploader, upload) {
      const uploads = of(uploader.account.id)
      uploads.delete(upload)
      if (upload.state !== 'open') {
        uploads.add(upload)
        await upload.reopen(uploader)
        return upload
      }
      const next = await upload.handOver(uploader)
      uploads.add(next)
      return next
    },

    find(uploader, key) {
      const uploads = withKey(uploader.account.id, key)
      return uploads.find((one) => one.uploader === uploader) ?? uploads[0]
    },

    list(uploader, folder) {
      const byKey = new Map<string, Upload>()
      for (const upload of visible(uploader.account.id)) {
        const shown = byKey.get(upload.place.key)
        const isBetter = shown?.uploader !== uploader && upload.uploader === uploader
        if (upload.place.folder === folder && (!shown || isBetter)) byKey.set(upload.place.key, upload)
      }
      return [...byKey.values()]
    },

    async rename(upload, place) {
      const uploads = of(upload.uploader.account.id)
      await upload.rename(place)
      // Now the latest of its name.
      uploads.delete(upload)
      uploads.add(upload)
      await removeWaiting(upload)
    },

    async remove(uploader, key) {
      const all = withKey(uploader.account.id, key)
      const mine = all.filter(
        (one) => !isUnderWay(one) || (one.state === 'open' && one.uploader === uploader),
      )
      if (all.length === 0) throw noSuchFile()
      if (mine.length === 0) throw denied('this file is being uploaded by another connection')
      for (const upload of mine) await upload.remove()
    },

    async expire() {
      for (const [accountId, uploads] of byAccount) {
        await expireOf(uploads, now().getTime())
        if (uploads.size === 0) byAccount.delete(accountId)
      }
    },

    underWay: () => [...byAccount.values()].flatMap((uploads) => [...uploads].filter(isUnderWay)),

    async stop() {
      for (const upload of [...byAccount.values()].flatMap((uploads) => [...uploads])) {
        if (upload.state === 'open') await upload.cut()
      }
      byAccount.clear()
    },
  }
}

function isCut(upload: Upload): boolean {
  return upload.state === 'cut'
}

function isUnderWay(upload: Upload): boolean {
  return upload.state === 'open' || upload.state === 'ending'
}
