/** A file that a command was given: a path, or `-` for what comes in on stdin. */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ImportError, problemOf } from '../../importer/errors.ts'
import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

export interface Input {
  /** The name under which it is delivered. */
  readonly fileName: string
  /** Throws `FILE_UNREADABLE`. */
  bytes(): AsyncIterable<Uint8Array>
}

/** Looks whether the file can be read at all, before anything else is done. */
export async function openInput(terminal: Terminal, path: string, name: string | undefined): Promise<Input> {
  if (path === '-') {
    if (name !== undefined) return { fileName: name, bytes: () => readable(terminal.stdin) }
    throw new UsageError(
      'What comes in on stdin has no name.',
      'Add --name people.csv; its ending says what it is.',
    )
  }
  const found = await stat(path).catch((error: unknown) => {
    throw new ImportError('FILE_UNREADABLE', { problem: problemOf(error) })
  })
  if (found.isDirectory()) throw new ImportError('FILE_UNREADABLE', { problem: 'it is a directory' })
  return { fileName: name ?? basename(path), bytes: () => readable(createReadStream(path)) }
}

/** The text of what is short by its nature, such as a key; a wrong file is not read to its end. */
export async function shortText(input: Pick<Input, 'bytes'>, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of input.bytes()) {
    chunks.push(chunk)
    size += chunk.length
    if (size > bytesMax) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** For what can only read a file on the disk: stdin is kept in one while `use` runs. */
export async function withPath<T>(input: Input, path: string, use: (path: string) => Promise<T>): Promise<T> {
  if (path !== '-') return await use(path)
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-'))
  try {
    const copy = join(folder, 'input')
    await pipeline(input.bytes(), createWriteStream(copy, { mode: 0o600 }))
    return await use(copy)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function* readable(stream: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield Buffer.from(chunk)
  } catch (error) {
    throw new ImportError('FILE_UNREADABLE', { problem: problemOf(error) }, { cause: error })
  }
}
