/**
 * Files while they are being written, under names that nobody outside chose. Nothing here is ever read by the
 * importer; what is left over from a former process is removed at the start.
 */
import { constants } from 'node:fs'
import { type FileHandle, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { newId, partPath } from '../../importer/importer.ts'
import type { Delivery } from '../../importer/types.ts'
import { type DurableFs, makeDirectory, syncAndClose } from './durable-files.ts'
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

export interface PartFiles {
  begin(route: Route): Promise<PartFile>
  pause(part: PartFile): Promise<PausedPart>
  resume(part: PausedPart): Promise<PartFile>
  complete(part: PartFile, fileName: string, sentBy: string): Promise<Delivery>
  abandon(part: PartFile | PausedPart): Promise<void>
  /** Removes what a former process left; returns how many. Only before the first `begin`. */
  removeStale(): Promise<number>
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

    async resume(part) {
      return { ...part, handle: await fs.open(part.path, SAME_FILE) }
    },

    async complete({ handle, path, route }, fileName, sentBy) {
      try {
        let size = 0
        await syncAndClose(handle, async () => {
          size = (await handle.stat()).size
        })
        return await filing.file({ route, path, size, fileName, sentBy })
      } catch (error) {
        await fs.rm(path, { force: true }).catch(() => {})
        throw error
      }
    },

    async abandon(part) {
      if ('handle' in part) await part.handle.close().catch(() => {})
      await fs.rm(part.path, { force: true })
    },

    async removeStale() {
      await makeDirectory(fs, directory)
      const names = await readdir(directory)
      for (const name of names) await fs.rm(join(directory, name), { force: true, recursive: true })
      return names.length
    },
  }
}
