/**
 * Records by csv-parse: the judge of our own scanner, which hands it every record that breaks the rules, and all
 * that follows. Several times slower, so it reads only what the scanner cannot.
 */
import { CsvError, parse } from 'csv-parse'
import type { Chunks } from './bytes.ts'
import { type RawRecord, Unreadable } from './reading.ts'
import { Scanner } from './scan.ts'

export interface JudgeOptions {
  readonly delimiter: string
  /** Line of the first byte. */
  readonly line: number
  readonly keepRaw?: boolean
  readonly onRecords?: (records: readonly RawRecord[], nextLine: number) => void
}

/** A record larger than this is a quote that was never closed. */
export const RECORD_BYTES_MAX = 4 * 1024 * 1024

/** What csv-parse gives with `info`. */
interface Parsed {
  readonly record: string[]
  /** `bytes`: where the record ends, line end included. */
  readonly info: { readonly bytes: number }
}

/** Reads to the end; throws `Unreadable` where csv-parse gives up. */
export async function* judge(chunks: Chunks, options: JudgeOptions): AsyncGenerator<RawRecord[]> {
  const { delimiter } = options
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: RECORD_BYTES_MAX,
    info: true,
  })
  let failure: unknown = null
  const closed = new Promise<void>((resolve) => {
    parser.once('end', resolve)
    parser.once('error', (error) => {
      failure = error
      resolve()
    })
  })
  const tail = new Tail(options)
  const take = (): RawRecord[] => {
    const records: RawRecord[] = []
    for (let one: Parsed | null = parser.read(); one !== null; one = parser.read())
      records.push(tail.cut(one))
    options.onRecords?.(records, tail.line)
    return records
  }
  for await (const chunk of chunks) {
    tail.add(chunk)
    // The parser works within write(), so its records are there at once and no more than a chunk's pile up.
    parser.write(Buffer.from(chunk))
    yield take()
    if (failure !== null) break
  }
  parser.end()
  yield take()
  parser.resume()
  await closed
  if (failure === null) return
  if (!(failure instanceof CsvError)) throw failure
  // The message of the library repeats cells, so only its place is told.
  throw tail.problem(delimiter)
}

/** The bytes that are not part of a record yet. */
class Tail {
  readonly #keepRaw: boolean
  #bytes: Buffer = Buffer.alloc(0)
  #offset = 0
  #line: number

  constructor({ line, keepRaw = false }: JudgeOptions) {
    this.#line = line
    this.#keepRaw = keepRaw
  }

  /** Line of the next record. */
  get line(): number {
    return this.#line
  }

  add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
  }

  cut({ record, info }: Parsed): RawRecord {
    const length = info.bytes - this.#offset
    const bytes = this.#bytes.subarray(0, length)
    const line = this.#line
    this.#bytes = this.#bytes.subarray(length)
    this.#offset = info.bytes
    this.#line += 1 + record.reduce((breaks, cell) => breaks + breaksIn(cell), 0)
    return this.#keepRaw ? { line, cells: record, raw: withoutLineEnd(bytes) } : { line, cells: record }
  }

  /** Why the record at which csv-parse stopped cannot be read. */
  problem(delimiter: string): Unreadable {
    return damageOf(this.#bytes, delimiter, this.#line)
  }
}

/** What is wrong with the record at the beginning of `bytes`. */
export function damageOf(bytes: Buffer, delimiter: string, line: number): Unreadable {
  const scanner = new Scanner({ delimiter, line })
  const records: RawRecord[] = []
  scanner.push(bytes.subarray(0, RECORD_BYTES_MAX), records)
  scanner.end(records)
  if (records.length > 0 || !scanner.isOdd)
    return new Unreadable('FILE_ROW_SIZE', { limit: RECORD_BYTES_MAX, line }, { line })
  const opened = scanner.oddLine
  return new Unreadable('FILE_PARSE', { opened }, { line: opened })
}

function breaksIn(cell: string): number {
  if (!cell.includes('\n') && !cell.includes('\r')) return 0
  return cell.match(/\r\n|\n|\r/g)?.length ?? 0
}

function withoutLineEnd(bytes: Buffer): Buffer {
  const last = bytes.at(-1)
  const length = last === 10 ? (bytes.at(-2) === 13 ? 2 : 1) : last === 13 ? 1 : 0
  return Buffer.from(bytes.subarray(0, bytes.length - length))
}
