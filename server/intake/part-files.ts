/**
 * Files while they are being written, under names that nobody outside chose. Nothing here is ever read by the
 * importer. A file that waits for its sender has a note beside it and outlives the process; what else a former
 * process left is removed at the start.
 */
import { constants } from 'node:fs'
import { type FileHandle, lstat, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ID_PATTERN, newId, partPath } from '../../importer/importer.ts'
import type { Delivery } from '../../importer/types.ts'
import { type PartNote, partNoteSchema } from '../../schemas/part-note.ts'
import { type DurableFs, makeDirectory, syncAndClose, syncDirectory, writeDurably } from './durable-files.ts'
import type { Filing, Route } from './filing.ts'

/** A file being written. Whoever began it must complete, pause or abandon it. */
export interface PartFile {
  readonly id: string
  readonly path: string
  readonly route: Route
  readonly handle: FileHandle
}

/** A file whose bytes are on the disk but whose sender may still write to it, or rename it. */
export type PausedPart = Omit<PartFile, 'handle'>

/** A file that waits for its sender since before this process. */
export interface WaitingPart {
  readonly part: PausedPart
  readonly note: PartNote
}

export interface PartFiles {
  begin(route: Route): Promise<PartFile>
  pause(part: PartFile): Promise<PausedPart>
  /** Writes beside a paused file what it is; without a note it does not outlive the process. */
  keep(part: PausedPart, note: PartNote): Promise<void>
  /** Before the bytes change: what the note says would no longer be true. */
  forget(part: PausedPart): Promise<void>
  resume(part: PausedPart): Promise<PartFile>
  complete(part: PartFile, fileName: string, sentBy: string): Promise<Delivery>
  abandon(part: PartFile | PausedPart): Promise<void>
  /** Finds what a former process kept and removes what else it left. Only before the first `begin`. */
  recover(): Promise<{ readonly waiting: WaitingPart[]; readonly removed: number }>
}

// A name that somebody put here before us is never followed and never written to.
const NEW_FILE = constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | constants.O_RDWR
const SAME_FILE = constants.O_NOFOLLOW | constants.O_RDWR

export function createPartFiles(deps: {
  dataDir: string
  fs: DurableFs
  now: () => Date
  filing: Filing
}): PartFiles {
  const { dataDir, fs, now, filing } = deps
  const directory = dirname(partPath(dataDir, 'any'))
  /** Ids of the parts that have a note. */
  const noted = new Set<string>()

  async function removeNote({ id, path }: Pick<PartFile, 'id' | 'path'>): Promise<void> {
    if (noted.delete(id)) await fs.rm(notePath({ path }), { force: true })
  }

  return {
    async begin(route) {
      const id = newId(now())
      const path = partPath(dataDir, id)
      await makeDirectory(fs, directory)
      return { id, path, route, handle: await fs.open(path, NEW_FILE, 0o600) }
    },

    async pause({ handle, ...part }) {
      await syncAndClose(handle)
      return part
    },

    async keep(part, note) {
      const path = notePath(part)
      const half = `${path}.new`
      try {
        await writeDurably(fs, half, JSON.stringify(note))
        await fs.rename(half, path)
      } catch (error) {
        await fs.rm(half, { force: true }).catch(() => {})
        throw error
      }
      noted.add(part.id)
      await syncDirectory(fs, directory)
    },

    async forget(part) {
      if (!noted.has(part.id)) return
      await removeNote(part)
      await syncDirectory(fs, directory)
    },

    async resume(part) {
      return { ...part, handle: await fs.open(part.path, SAME_FILE) }
    },

    async complete({ id, handle, path, route }, fileName, sentBy) {
      try {
        let size = 0
        await syncAndClose(handle, async () => {
          size = (await handle.stat()).size
        })
        const delivery = await filing.file({ route, path, size, fileName, sentBy })
        // A note without its file says nothing; the next start removes it where this does not.
        await removeNote({ id, path }).catch(() => {})
        return delivery
      } catch (error) {
        await removeNote({ id, path }).catch(() => {})
        await fs.rm(path, { force: true }).catch(() => {})
        throw error
      }
    },

    async abandon(part) {
      if ('handle' in part) await part.handle.close().catch(() => {})
      await removeNote(part)
      await fs.rm(part.path, { force: true })
    },

    async recover() {
      await makeDirectory(fs, directory)
      const names = new Set(await readdir(directory))
      const waiting: WaitingPart[] = []
      for (const id of names) {
        const found = ID_PATTERN.test(id) && names.has(`${id}.json`) ? await waitingPart(dataDir, id) : null
        if (found) waiting.push(found)
      }
      for (const { part } of waiting) noted.add(part.id)
      const kept = new Set(waiting.flatMap(({ part: { id } }) => [id, `${id}.json`]))
      const stale = [...names].filter((name) => !kept.has(name))
      for (const name of stale) await fs.rm(join(directory, name), { force: true, recursive: true })
      waiting.sort((one, other) => one.note.since - other.note.since)
      return { waiting, removed: stale.length }
    },
  }
}

function notePath({ path }: Pick<PartFile, 'path'>): string {
  return `${path}.json`
}

/** Null where note and bytes do not fit: then it is not known what the bytes are. */
async function waitingPart(dataDir: string, id: string): Promise<WaitingPart | null> {
  const path = partPath(dataDir, id)
  const file = await lstat(path).catch(() => null)
  const text = await readFile(notePath({ path }), 'utf8').catch(() => '')
  const note = partNoteSchema.safeParse(parseJson(text)).data
  if (!note || !file?.isFile() || file.size !== note.size) return null
  const { account, source, folder } = note
  const mode = folder === '/test' ? 'dry_run' : 'apply'
  return { part: { id, path, route: { account, source, importType: 'partial', mode } }, note }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
