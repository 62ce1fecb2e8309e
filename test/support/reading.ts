/** Reads bytes as the importer would: through a file, or straight through the parser in chunks of any size. */
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FoundIssue, IssueList } from '../../importer/table/issue-list.ts'
import {
  DEFAULT_LIMITS,
  type FileFormat,
  type RawRecord,
  type ReadingHold,
  type ReadingLimits,
  type ReadingOptions,
  Unreadable,
} from '../../importer/table/reading.ts'
import { readRecords } from '../../importer/table/records.ts'
import { textRecords } from '../../importer/table/text-records.ts'
import type { Draw } from './draw.ts'

export interface Read {
  readonly records: RawRecord[]
  readonly cells: string[][]
  readonly issues: FoundIssue[]
  readonly codes: string[]
  readonly holds: ReadingHold[]
  readonly format: FileFormat | null
}

export interface ReadOptions extends ReadingOptions {
  readonly name?: string
  readonly limits?: Partial<ReadingLimits>
}

/** Through `readRecords`, from a file that is gone afterwards. */
export async function readBytes(bytes: string | Uint8Array, options: ReadOptions = {}): Promise<Read> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-read-'))
  try {
    const path = join(folder, 'delivered')
    await writeFile(path, bytes)
    return await readPath(path, { spoolDir: folder, ...options })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export async function readPath(path: string, options: ReadOptions = {}): Promise<Read> {
  const { name = 'people.csv', limits = {}, ...reading } = options
  const issues = new IssueList()
  const holds: ReadingHold[] = []
  const records: RawRecord[] = []
  let format: FileFormat | null = null
  const heard = {
    onHold: (hold: ReadingHold) => holds.push(hold),
    onFormat: (one: FileFormat) => (format = one),
  }
  const batches = readRecords({ path, name }, { ...DEFAULT_LIMITS, ...limits }, issues, {
    ...heard,
    ...reading,
  })
  for await (const batch of batches) records.push(...batch)
  const found = issues.take()
  const codes = found.map(({ code }) => code)
  return { records, cells: records.map(({ cells }) => cells), issues: found, codes, holds, format }
}

export interface Parsed {
  readonly records: RawRecord[]
  readonly problem: Unreadable | null
}

/** Through the parser alone. */
export async function parseChunks(
  chunks: Iterable<Buffer>,
  options: { delimiter: string; keepRaw?: boolean },
): Promise<Parsed> {
  const records: RawRecord[] = []
  const source = (async function* () {
    yield* chunks
  })()
  try {
    for await (const batch of textRecords(source, options)) records.push(...batch)
    return { records, problem: null }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { records, problem: error }
  }
}

/** Cuts at random places; the buffer of a chunk is overwritten once the next is asked for, as a file's is. */
export function* cutUp(bytes: Buffer, draw: Draw, longest: number): Generator<Buffer> {
  const shared = Buffer.alloc(longest)
  for (let at = 0; at < bytes.length; ) {
    const length = Math.min(bytes.length - at, draw.int(1, longest))
    bytes.copy(shared, 0, at, at + length)
    yield shared.subarray(0, length)
    shared.fill('#')
    at += length
  }
}
