/**
 * Bytes of a delivered file to records with their line numbers, in batches. csv-parse does the parsing; around it
 * stand the checks it does not make: that the bytes are a text file, strict UTF-8, and which delimiter is meant.
 */
import { isUtf8 } from 'node:buffer'
import { open } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse'
import type { IssueList } from './issue-list.ts'

export interface RawRecord {
  /** Line on which the record starts, counted from 1. */
  readonly line: number
  readonly cells: string[]
}

export interface ReadingLimits {
  /** Bytes of the file. */
  readonly bytesMax: number
  /** Data rows. */
  readonly rowsMax: number
  /** Characters of one cell. */
  readonly cellMax: number
}

export const DEFAULT_LIMITS: ReadingLimits = { bytesMax: 4 * 1024 ** 3, rowsMax: 10_000_000, cellMax: 4_096 }

/** Records a batch; small enough that nothing waits long, large enough that nothing is done too often. */
export const BATCH = 1_000
const CHUNK_BYTES = 256 * 1024
/** A record larger than this is a quote that was never closed. */
const RECORD_BYTES_MAX = 4 * 1024 * 1024
const EXTENSION = /\.(csv|tsv|txt)$/i

/** Reads the file at `path`. What makes it unreadable becomes a fatal issue, and the reading ends there. */
export async function* readRecords(
  file: { path: string; name: string },
  limits: ReadingLimits,
  issues: IssueList,
  onBytes: (done: number) => void = () => {},
): AsyncGenerator<RawRecord[]> {
  if (!EXTENSION.test(file.name)) {
    issues.add('FILE_TYPE', {}, { problem: 'its name does not end in .csv, .tsv or .txt' })
    return
  }
  const handle = await open(file.path, 'r')
  try {
    const text = new TextCheck(limits, issues)
    const first = await readHead(handle)
    if (!text.accepts(first) || isEmptyText(first, issues)) return
    yield* parseRecords(chunks(handle, first, text, onBytes), sniffDelimiter(first), issues, text)
  } finally {
    await handle.close()
  }
}

type Handle = Awaited<ReturnType<typeof open>>

async function readHead(handle: Handle): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.subarray(0, length)
}

function isEmptyText(head: Buffer, issues: IssueList): boolean {
  const isEmpty = head.length < CHUNK_BYTES && head.toString('utf8').replace(/^\ufeff/, '').trim() === ''
  if (isEmpty) issues.add('FILE_EMPTY')
  return isEmpty
}

async function* chunks(handle: Handle, first: Buffer, text: TextCheck, onBytes: (done: number) => void) {
  const bom = first.length >= 3 && first.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0
  let done = first.length
  if (first.length > bom) yield first.subarray(bom)
  for (;;) {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, null)
    const chunk = buffer.subarray(0, bytesRead)
    if (!text.accepts(chunk)) return
    if (bytesRead === 0) return
    done += bytesRead
    onBytes(done)
    yield chunk
  }
}

async function* parseRecords(
  source: AsyncGenerator<Buffer>,
  delimiter: string,
  issues: IssueList,
  text: TextCheck,
): AsyncGenerator<RawRecord[]> {
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: RECORD_BYTES_MAX,
  })
  let line = 1
  let batch: RawRecord[] = []
  const take = (): void => {
    for (let cells: string[] | null = parser.read(); cells !== null; cells = parser.read()) {
      batch.push({ line, cells })
      line += 1 + lineBreaks(cells)
    }
  }
  let failure: unknown = null
  const closed = new Promise<void>((resolve) => {
    parser.once('error', (error) => {
      failure = error
      resolve()
    })
    parser.once('end', resolve)
  })
  parser.on('readable', take)
  for await (const chunk of source) {
    // The parser works within write(), so its records are there at once and no more than a chunk's pile up.
    parser.write(chunk)
    take()
    while (batch.length >= BATCH) {
      yield batch.slice(0, BATCH)
      batch = batch.slice(BATCH)
    }
    if (failure !== null) break
  }
  text.assertEnd()
  if (!issues.isFatal) {
    parser.end()
    take()
    await closed
  }
  if (failure !== null) {
    if (!(failure instanceof CsvError)) throw failure
    // The message of the library repeats cells, so only its place is told.
    issues.add('FILE_PARSE', { line }, { opened: line })
  }
  if (batch.length > 0) yield batch
}

/** Line breaks within the cells of one record: CRLF, LF and CR each count as one. */
function lineBreaks(cells: readonly string[]): number {
  let count = 0
  for (const cell of cells) {
    if (!cell.includes('\n') && !cell.includes('\r')) continue
    count += cell.match(/\r\n|\n|\r/g)?.length ?? 0
  }
  return count
}

/** The delimiter that the header row holds most of, outside quotes; a comma where it holds none. */
export function sniffDelimiter(head: Buffer): string {
  const counts = new Map<string, number>([',', ';', '\t', '|'].map((one) => [one, 0]))
  let isQuoted = false
  for (const sign of head.toString('latin1')) {
    if (sign === '"') isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (sign === '\n' || sign === '\r') break
    else if (counts.has(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1])
  return best && best[1] > 0 ? best[0] : ','
}

/** Signatures of files that people rename to .csv. */
const MAGIC: readonly (readonly [string, string])[] = [
  ['504b0304', 'its content is a zip archive or an Excel workbook'],
  ['d0cf11e0', 'its content is an old Excel workbook'],
  ['25504446', 'its content is a PDF'],
  ['1f8b', 'its content is compressed with gzip'],
]

/** Watches the bytes go by: kind of file, size, and strict UTF-8 across chunk borders, with line and offset. */
class TextCheck {
  readonly #limits: ReadingLimits
  readonly #issues: IssueList
  #offset = 0
  #line = 1
  /** The bytes of a character that the last chunk cut in two. */
  #carry: Buffer = Buffer.alloc(0)

  constructor(limits: ReadingLimits, issues: IssueList) {
    this.#limits = limits
    this.#issues = issues
  }

  /** False, with an issue added, where reading must stop. An empty chunk is the end of the file. */
  accepts(chunk: Buffer): boolean {
    if (this.#offset === 0 && this.#carry.length === 0 && !this.#isText(chunk)) return false
    if (this.#offset + chunk.length > this.#limits.bytesMax) {
      this.#issues.add('FILE_TOO_LARGE', {}, { limit: this.#limits.bytesMax })
      return false
    }
    const bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk
    const whole = chunk.length === 0 ? bytes.length : wholeCharacters(bytes)
    const checked = bytes.subarray(0, whole)
    if (!isUtf8(checked)) {
      this.#refuse(checked)
      return false
    }
    this.#line += countLines(checked)
    this.#offset += whole
    this.#carry = Buffer.from(bytes.subarray(whole))
    return true
  }

  /** At the end of the file no half character may be left. */
  assertEnd(): void {
    if (this.#carry.length > 0 && !this.#issues.isFatal) this.#refuse(this.#carry)
  }

  #isText(head: Buffer): boolean {
    const magic = MAGIC.find(([hex]) => head.subarray(0, hex.length / 2).toString('hex') === hex)
    // UTF-16 holds zero bytes too, but starts with 0xFF or 0xFE, which is told as a matter of encoding.
    const isBinary = head.subarray(0, 8_192).includes(0) && (head[0] ?? 0) < 0xfe
    const problem = magic?.[1] ?? (isBinary ? 'it holds binary data' : null)
    if (problem !== null) this.#issues.add('FILE_TYPE', {}, { problem })
    return problem === null
  }

  #refuse(bytes: Buffer): void {
    const bad = firstInvalid(bytes)
    const line = this.#line + countLines(bytes.subarray(0, bad))
    const byte = (bytes[bad] ?? 0).toString(16).toUpperCase().padStart(2, '0')
    this.#issues.add('FILE_ENCODING', { line }, { offset: this.#offset + bad, byte, line })
  }
}

/** Length of `bytes` without a character that is cut off at its end. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes.length
    if (byte < 0xc0) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return needed > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** Index of the first byte that is not part of valid UTF-8. Walks character by character: runs once a file. */
function firstInvalid(bytes: Buffer): number {
  let at = 0
  while (at < bytes.length) {
    const length = [1, 2, 3, 4].find((n) => isUtf8(bytes.subarray(at, at + n)))
    if (length === undefined) return at
    at += length
  }
  return 0
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++
  if (count > 0) return count
  for (let at = bytes.indexOf(13); at !== -1; at = bytes.indexOf(13, at + 1)) count++
  return count
}
