/**
 * What a customer sees: `/` and `/inbox` (import), `/test` (dry run), `/results` (read only). For each verb: which
 * place, is it allowed, then do it. No name that comes in here is ever a path on the disk.
 */
import type { FileHandle } from 'node:fs/promises'
import { type Attributes, folderAttributes, type WantedAttributes } from './attributes.ts'
import {
  type CanonicalPath,
  canonicalPath,
  type Folder,
  type Location,
  locate,
  RESULTS,
  UPLOAD_FOLDERS,
} from './paths.ts'
import { OPEN_FLAG, STATUS } from './protocol/constants.ts'
import { denied, failed, noSuchFile, Refusal } from './refusal.ts'
import type { Results } from './results.ts'
import { NOT_READ_BACK, type Upload, type Uploader, type UploadPlace } from './upload.ts'
import type { Uploads } from './uploads.ts'

export interface Listed {
  readonly name: string
  readonly attributes: Attributes
}

/** An open file: one that is being received, or a result that is being read. */
export type OpenFile =
  | {
      readonly kind: 'upload'
      readonly upload: Upload
      readonly uploader: Uploader
      readonly isAppending: boolean
      /** Some clients look at what they have just written. */
      readonly isReadable: boolean
    }
  /** A second look at an upload while it is being written, by the one who writes it. */
  | { readonly kind: 'look'; readonly upload: Upload; readonly uploader: Uploader }
  | { readonly kind: 'result'; readonly handle: FileHandle; readonly attributes: Attributes }

export interface Folders {
  realPath(path: Buffer): CanonicalPath
  attributes(path: Buffer): Promise<Attributes>
  list(path: Buffer): Promise<Listed[]>
  open(path: Buffer, flags: number, wanted: WantedAttributes): Promise<OpenFile>
  setAttributes(path: Buffer, wanted: WantedAttributes): Promise<void>
  rename(from: Buffer, to: Buffer): Promise<void>
  remove(path: Buffer): Promise<void>
  /** No folder can be made; that one exists is a softer answer than that one must not. */
  makeFolder(path: Buffer): never
  removeFolder(path: Buffer): never
}

export interface FoldersDeps {
  readonly uploader: Uploader
  readonly uploads: Uploads
  readonly results: Results
  readonly now: () => Date
  /** True while the server stops: what is being written may finish, nothing new begins. */
  readonly isStopping: () => boolean
}

const READ_ONLY = 'the folder /results is read-only; put files into /inbox, or into /test for a dry run'
const FOLDERS_FIXED = 'there are no folders but /inbox, /test and /results'

export function createFolders(deps: FoldersDeps): Folders {
  const { uploader, uploads, results, now } = deps

  function at(path: Buffer): Location {
    return locate(canonicalPath(path))
  }

  function folder(which: Folder): Attributes {
    return folderAttributes(which === RESULTS ? 0o555 : 0o755, Math.floor(now().getTime() / 1000))
  }

  function uploadAt(place: UploadPlace): Upload {
    const upload = uploads.find(uploader, place.key)
    if (!upload) throw noSuchFile()
    return upload
  }

  async function attributesAt(location: Location): Promise<Attributes> {
    if (location.kind === 'folder') return folder(location.folder)
    if (location.kind === 'nowhere') throw noSuchFile()
    return isUploadPlace(location) ? uploadAt(location).attributes : results.attributes(location.name)
  }

  async function openUpload(place: UploadPlace, flags: number, wanted: WantedAttributes): Promise<OpenFile> {
    if (deps.isStopping()) throw failed('the server is stopping; try again in a moment')
    const existing = uploads.find(uploader, place.key)
    checkFlags(flags, existing)
    const how = {
      uploader,
      isAppending: has(flags, OPEN_FLAG.APPEND),
      isReadable: has(flags, OPEN_FLAG.READ),
    }
    if (existing && isGoneOnWith(existing, flags)) {
      return { kind: 'upload', upload: await uploads.goOn(uploader, existing), ...how }
    }
    const upload = await uploads.begin(uploader, place)
    upload.setTimesAndMode(wanted)
    return { kind: 'upload', upload, ...how }
  }

  function isGoneOnWith(existing: Upload, flags: number): boolean {
    if (has(flags, OPEN_FLAG.TRUNC) || has(flags, OPEN_FLAG.EXCL)) return false
    if (existing.state === 'staged' || existing.state === 'cut') return true
    // Only a client that says so: two others that write the same name are two files.
    return existing.state === 'open' && existing.uploader !== uploader && has(flags, OPEN_FLAG.APPEND)
  }

  return {
    realPath: canonicalPath,
    attributes: (path) => attributesAt(at(path)),

    async list(path) {
      const location = at(path)
      if (location.kind !== 'folder') {
        await attributesAt(location)
        throw failed('not a folder')
      }
      if (location.folder === RESULTS) return results.list()
      const files = uploads.list(uploader, location.folder)
      const listed = files.map(({ place, attributes }) => ({ name: place.name, attributes }))
      return location.folder === '/' ? [...subfolders(folder), ...listed] : listed
    },

    async open(path, flags, wanted) {
      const location = at(path)
      if (location.kind === 'folder') throw failed('this is a folder')
      if (location.kind === 'nowhere') throw noSuchFile()
      const isWriting = has(flags, OPEN_FLAG.WRITE)
      if (!isUploadPlace(location)) {
        if (isWriting) throw denied(READ_ONLY)
        return { kind: 'result', ...(await results.open(location.name)) }
      }
      if (isWriting) return openUpload(location, flags, wanted)
      const upload = uploadAt(location)
      if (upload.state !== 'open' || upload.uploader !== uploader) throw denied(NOT_READ_BACK)
      return { kind: 'look', upload, uploader }
    },

    async setAttributes(path, wanted) {
      const location = at(path)
      const { size } = await attributesAt(location)
      if (location.kind === 'name' && !isUploadPlace(location)) throw denied(READ_ONLY)
      // A folder's times and mode are ours; clients that set them expect no more than a yes.
      if (location.kind !== 'name' || !isUploadPlace(location)) return
      const upload = uploadAt(location)
      if (wanted.size !== undefined && wanted.size !== size) await upload.truncate(wanted.size)
      upload.setTimesAndMode(wanted)
    },

    async rename(from, to) {
      const source = mustBeUpload(at(from))
      const target = mustBeUpload(at(to))
      await uploads.rename(uploadAt(source), target)
    },

    async remove(path) {
      const location = at(path)
      if (location.kind === 'folder') throw denied(FOLDERS_FIXED)
      await uploads.remove(uploader, mustBeUpload(location).key)
    },

    makeFolder(path) {
      // lftp, rclone and curl make every parent first, and go on when they hear that it is there.
      if (at(path).kind === 'folder') throw failed('the folder exists already')
      throw denied(FOLDERS_FIXED)
    },

    removeFolder(path) {
      throw at(path).kind === 'folder' ? denied(FOLDERS_FIXED) : noSuchFile()
    },
  }
}

function subfolders(attributes: (folder: Folder) => Attributes): Listed[] {
  const folders: Folder[] = [...UPLOAD_FOLDERS, RESULTS]
  return folders
    .filter((one) => one !== '/')
    .map((one) => ({ name: one.slice(1), attributes: attributes(one) }))
}

function mustBeUpload(location: Location): UploadPlace {
  if (location.kind === 'nowhere') throw noSuchFile()
  if (location.kind === 'folder') throw denied(FOLDERS_FIXED)
  if (!isUploadPlace(location)) throw denied(READ_ONLY)
  return location
}

function isUploadPlace<T extends { readonly folder: Folder }>(place: T): place is T & UploadPlace {
  return place.folder !== RESULTS
}

function checkFlags(flags: number, existing: Upload | undefined): void {
  if (!existing && !has(flags, OPEN_FLAG.CREAT)) throw noSuchFile()
  // What was cut off is no file yet: a client that tries again may do so as if nothing had come.
  const isThere = existing !== undefined && existing.state !== 'cut'
  if (isThere && has(flags, OPEN_FLAG.CREAT) && has(flags, OPEN_FLAG.EXCL)) {
    throw new Refusal(STATUS.FAILURE, 'the file exists already')
  }
  const isTaken = existing?.state === 'taken' || existing?.state === 'ending'
  if (isTaken && has(flags, OPEN_FLAG.APPEND)) {
    throw failed('this file has been taken already and cannot be continued; upload the whole file again')
  }
}

function has(flags: number, flag: number): boolean {
  return (flags & flag) !== 0
}
