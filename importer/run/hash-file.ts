import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { ImportError, problemOf } from '../errors.ts'

/** SHA-256 of a delivered file, in hex. Throws `FILE_UNREADABLE` where the file is gone for good. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk)
  } catch (error) {
    // The folder is there and the file is not: it will not come back. Anything else may pass, and is tried again.
    if (!(await isGone(path))) throw error
    throw new ImportError('FILE_UNREADABLE', { problem: problemOf(error) }, { cause: error })
  }
  return hash.digest('hex')
}

async function isGone(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null)
  if (found !== null) return !found.isFile()
  const names = await readdir(dirname(path)).catch(() => null)
  return names !== null && !names.includes(basename(path))
}
