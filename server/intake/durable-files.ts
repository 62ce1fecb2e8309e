/**
 * The steps after which a file survives a power cut. A rename without an fsync of the file before it may leave an
 * empty file; without one of the directory after it, no file at all. (Both were seen.)
 */

import type * as nodeFs from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What of `node:fs/promises` is used to make files durable; handed in, so that a test can watch the order. */
export type DurableFs = Pick<typeof nodeFs, 'open' | 'rename' | 'mkdir' | 'rm'>

/** Writes a new file and does not return before the disk has it. */
export async function writeDurably(fs: DurableFs, path: string, text: string): Promise<void> {
  const file = await fs.open(path, 'wx', 0o600)
  await syncAndClose(file, () => file.writeFile(text))
}

/** Makes a directory and its parents, each of them durable in the one above it. */
export async function makeDirectory(fs: DurableFs, path: string): Promise<void> {
  const first = await fs.mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) {
    await syncDirectory(fs, dirname(made))
  }
}

/** Makes the entries of a directory durable. */
export async function syncDirectory(fs: DurableFs, path: string): Promise<void> {
  const directory = await fs.open(path, 'r')
  await syncAndClose(directory)
}

/** A sync that fails must be heard even when the close after it fails too. */
export async function syncAndClose(file: FileHandle, before?: () => Promise<void>): Promise<void> {
  try {
    await before?.()
    await file.sync()
  } finally {
    await file.close()
  }
}
