/**
 * Answers one SFTP request: reads its fields, asks the folders, and builds the reply. Every request has exactly one
 * answer; what is thrown here becomes a status, never silence.
 */
import { type Attributes, isChown, longName, type WantedAttributes } from './attributes.ts'
import type { Folders, Listed, OpenFile } from './folders.ts'
import { Handles, type Open } from './handles.ts'
import { DATA_MAX, PACKET_MAX, STATUS, TYPE } from './protocol/constants.ts'
import { Fields, Malformed } from './protocol/fields.ts'
import * as replies from './protocol/replies.ts'
import { denied, failed, Refusal, refusalOf } from './refusal.ts'
import type { Room } from './space.ts'

/** What the server can do beyond version 3, as said in its first packet. */
export const EXTENSIONS = [
  ['posix-rename@openssh.com', '1'],
  ['statvfs@openssh.com', '2'],
  ['fsync@openssh.com', '1'],
  ['lsetstat@openssh.com', '1'],
  ['limits@openssh.com', '1'],
  ['home-directory', '1'],
] as const

export interface Requests {
  readonly handles: Handles
  /** Never rejects. */
  answer(type: number, body: Buffer): Promise<Buffer>
}

export interface RequestsDeps {
  readonly folders: Folders
  /** Shown as the owner of every file. */
  readonly owner: string
  /** What is left for the account: `df` shows it, the disk itself is nobody's business. */
  readonly room: () => Promise<Room>
  readonly handlesMax: number
  readonly now: () => Date
  /** An error that is not the client's. */
  readonly onError: (error: unknown) => void
}

/** Entries of one READDIR reply: some clients take no more than 32 KB at once. */
const ENTRIES_AT_ONCE = 64

const OWNER_FIXED = 'files here belong to the account and cannot be given away'

/** Unit in which free space is told. */
const BLOCK = 4096

type Answer = (id: number, fields: Fields) => Promise<Buffer>

export function createRequests(deps: RequestsDeps): Requests {
  const { folders, now } = deps
  const handles = new Handles(deps.handlesMax)

  const answers: ReadonlyMap<number, Answer> = new Map<number, Answer>([
    [TYPE.OPEN, open],
    [TYPE.CLOSE, close],
    [TYPE.READ, read],
    [TYPE.WRITE, misplacedWrite],
    [TYPE.LSTAT, attributes],
    [TYPE.STAT, attributes],
    [TYPE.FSTAT, handleAttributes],
    [TYPE.SETSTAT, setAttributes],
    [TYPE.FSETSTAT, setHandleAttributes],
    [TYPE.OPENDIR, openFolder],
    [TYPE.READDIR, readFolder],
    [TYPE.REMOVE, (id, fields) => done(id, folders.remove(fields.bytes()))],
    [TYPE.MKDIR, async (_id, fields) => folders.makeFolder(fields.bytes())],
    [TYPE.RMDIR, async (_id, fields) => folders.removeFolder(fields.bytes())],
    [TYPE.REALPATH, realPath],
    [TYPE.RENAME, rename],
    [TYPE.READLINK, async () => refuse(failed('there are no links here'))],
    [TYPE.SYMLINK, async () => refuse(denied('links cannot be made here'))],
    [TYPE.EXTENDED, extended],
  ])

  const extensions: ReadonlyMap<string, Answer> = new Map<string, Answer>([
    ['posix-rename@openssh.com', rename],
    ['lsetstat@openssh.com', setAttributes],
    ['fsync@openssh.com', sync],
    ['statvfs@openssh.com', space],
    ['limits@openssh.com', limits],
    ['home-directory', async (id) => named(id, '/')],
  ])

  async function open(id: number, fields: Fields): Promise<Buffer> {
    const [path, flags, wanted] = [fields.bytes(), fields.uint32(), fields.attributes()]
    handles.checkRoom()
    return replies.handle(id, handles.add(await folders.open(path, flags, wanted)))
  }

  async function openFolder(id: number, fields: Fields): Promise<Buffer> {
    handles.checkRoom()
    return replies.handle(id, handles.add({ kind: 'folder', entries: await folders.list(fields.bytes()) }))
  }

  async function close(id: number, fields: Fields): Promise<Buffer> {
    const file = handles.take(fields.handle())
    if (file.kind === 'upload') await file.upload.close()
    if (file.kind === 'result') await file.handle.close()
    return replies.ok(id)
  }

  async function read(id: number, fields: Fields): Promise<Buffer> {
    const [file, offset, wanted] = [handles.get(fields.handle()), fields.uint64(), fields.uint32()]
    if (file.kind === 'folder') throw failed('this is a folder')
    if (file.kind === 'upload' && !file.isReadable) throw denied('this file was opened only to be written')
    // Checked against the size that it has: no buffer is made for bytes that are not there.
    const { size } = file.kind === 'result' ? file.attributes : file.upload
    const length = Math.max(0, Math.min(wanted, DATA_MAX, size - offset))
    const buffer = Buffer.allocUnsafe(replies.DATA_HEAD + length)
    const bytesRead = await readInto(file, buffer, offset)
    if (bytesRead === 0) throw new Refusal(STATUS.EOF, 'end of file')
    return replies.data(id, buffer, bytesRead)
  }

  async function attributes(id: number, fields: Fields): Promise<Buffer> {
    return replies.attributes(id, await folders.attributes(fields.bytes()))
  }

  async function handleAttributes(id: number, fields: Fields): Promise<Buffer> {
    const file = handles.get(fields.handle())
    if (file.kind === 'folder') throw failed('this is a folder')
    return replies.attributes(id, file.kind === 'result' ? file.attributes : file.upload.attributes)
  }

  async function setAttributes(id: number, fields: Fields): Promise<Buffer> {
    const [path, wanted] = [fields.bytes(), fields.attributes()]
    if (isChown(wanted)) throw denied(OWNER_FIXED)
    return done(id, folders.setAttributes(path, wanted))
  }

  async function setHandleAttributes(id: number, fields: Fields): Promise<Buffer> {
    const [file, wanted] = [handles.get(fields.handle()), fields.attributes()]
    if (isChown(wanted)) throw denied(OWNER_FIXED)
    return done(id, setOpenAttributes(file, wanted))
  }

  async function readFolder(id: number, fields: Fields): Promise<Buffer> {
    const folder = handles.get(fields.handle())
    if (folder.kind !== 'folder') throw failed('not a folder')
    const entries = folder.entries.splice(0, ENTRIES_AT_ONCE)
    if (entries.length === 0) throw new Refusal(STATUS.EOF, 'end of folder')
    return replies.names(id, entries.map(entry))
  }

  function entry({ name, attributes }: Listed): replies.NamedEntry {
    return { name, long: longName(name, attributes, deps.owner, now().getTime() / 1000), attributes }
  }

  async function realPath(id: number, fields: Fields): Promise<Buffer> {
    return named(id, folders.realPath(fields.bytes()))
  }

  async function rename(id: number, fields: Fields): Promise<Buffer> {
    return done(id, folders.rename(fields.bytes(), fields.bytes()))
  }

  async function sync(id: number, fields: Fields): Promise<Buffer> {
    const file = handles.get(fields.handle())
    if (file.kind !== 'upload') throw failed('nothing was written to this handle')
    return done(id, file.upload.sync())
  }

  async function space(id: number, fields: Fields): Promise<Buffer> {
    await folders.attributes(fields.bytes())
    const { bytesMax, bytesLeft, filesMax, filesLeft } = await deps.room()
    const [fileSystemId, flags, nameMax] = [0, 0, 255]
    const [blocks, free] = [Math.floor(bytesMax / BLOCK), Math.floor(bytesLeft / BLOCK)]
    return replies.numbers(id, [
      ...[BLOCK, BLOCK, blocks, free, free],
      ...[filesMax, filesLeft, filesLeft],
      ...[fileSystemId, flags, nameMax],
    ])
  }

  async function limits(id: number): Promise<Buffer> {
    return replies.numbers(id, [PACKET_MAX, DATA_MAX, DATA_MAX, deps.handlesMax])
  }

  async function extended(id: number, fields: Fields): Promise<Buffer> {
    const answer = extensions.get(fields.bytes().toString('latin1'))
    if (!answer) throw unsupported()
    return answer(id, fields)
  }

  return {
    handles,
    async answer(type, body) {
      const id = body.readUInt32BE(0)
      try {
        const answer = answers.get(type)
        if (!answer) throw unsupported()
        return await answer(id, new Fields(body.subarray(4)))
      } catch (error) {
        const refusal =
          error instanceof Malformed ? new Refusal(STATUS.BAD_MESSAGE, error.message) : refusalOf(error)
        if (refusal.cause !== undefined) deps.onError(refusal.cause)
        return replies.status(id, refusal.status, refusal.message)
      }
    },
  }
}

/** Reads behind the head of a DATA packet; returns how many bytes. */
async function readInto(file: OpenFile, buffer: Buffer, offset: number): Promise<number> {
  const at = replies.DATA_HEAD
  if (file.kind !== 'result') return file.upload.read(file.uploader, buffer, at, offset)
  if (buffer.length === at) return 0
  return (await file.handle.read(buffer, at, buffer.length - at, offset)).bytesRead
}

async function setOpenAttributes(file: Open, wanted: WantedAttributes): Promise<void> {
  if (file.kind === 'result') throw denied('the folder /results is read-only')
  if (file.kind === 'folder') return
  if (file.kind === 'look') throw denied('this file was opened only to be read')
  if (wanted.size !== undefined) await file.upload.truncate(wanted.size)
  file.upload.setTimesAndMode(wanted)
}

async function done(id: number, work: Promise<void>): Promise<Buffer> {
  await work
  return replies.ok(id)
}

/** The answer of REALPATH: one name, whose attributes nobody reads. */
function named(id: number, path: string): Buffer {
  const none: Attributes = { mode: 0, size: 0, accessed: 0, modified: 0 }
  return replies.names(id, [{ name: path, long: path, attributes: none }])
}

/** A WRITE comes here only when its handle has a form that we never gave out, or its data goes past its end. */
async function misplacedWrite(_id: number, fields: Fields): Promise<Buffer> {
  const handle = fields.handle()
  fields.uint64()
  fields.bytes()
  throw failed(handle === null ? 'no such handle' : 'this cannot be written')
}

function refuse(refusal: Refusal): never {
  throw refusal
}

function unsupported(): Refusal {
  return new Refusal(STATUS.OP_UNSUPPORTED, 'this server does not do that')
}
