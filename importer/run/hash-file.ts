import { createHash } from 'node:crypto'
import { lstat, open, readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { ImportError, problemOf } from '../errors.ts'

const BUFFER_BYTES = 256 * 1024
/** Kept for the next file: buffers that are thrown away, one for every file, make V8 clean its whole heap again and again. */
let spare: Buffer | null = null

/** SHA-256 of a delivered file, in hex. Throws `FILE_UNREADABLE` where the file is gone for good. */
export async function hashFile(path: string): Promise<string> {
  const buffer = spare ?? Buffer.allocUnsafeSlow(BUFFER_BYTES)
  spare = null
  try {
    return await hashInto(buffer, path)
  } catch (error) {
    // The folder is there and the file is not: it will not come back. Anything else may pass, and is tried again.
    if (!(await isGone(path))) throw error
    throw new ImportError('FILE_UNREADABLE', { problem: problemOf(error) }, { cause: error })
  } finally {
    spare = buffer
  }
}

async function hashInto(buffer: Buffer, path: string): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'r')
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

async function isGone(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null)
  if (found !== null) return !found.isFile()
  const names = await readdir(dirname(path)).catch(() => null)
  return names !== null && !names.includes(basename(path))
}
