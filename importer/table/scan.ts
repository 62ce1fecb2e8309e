/**
 * Finds records in the bytes of a plain CSV file: UTF-8, one byte as delimiter, quoted as RFC 4180 says, with CRLF,
 * LF or CR as line ends. A quote opens only at the start of a cell; within a cell that is not quoted it is a sign
 * like any other, as in `5" pipe`. Several times as fast as csv-parse, which is its judge: a differential test holds
 * the two together, and a record that breaks these rules is left to csv-parse.
 */
import type { KnownRecords, RawRecord, RecordPlace } from './reading.ts'

const QUOTE = 34
const LF = 10
const CR = 13
const NOTHING: Buffer = Buffer.alloc(0)

/** `measure` found no whole record: more bytes are needed, or the quoting is damaged. */
const MORE = -1
const ODD = -2
/** Numbers kept of each cell: start, end, kind. */
const MARKS = 3
const IS_HIGH = 1
const IS_ESCAPED = 2
const NO_CELLS: string[] = []
/** Characters from which V8 makes a part of a string a view of the whole. */
const VIEW_FROM = 13

export interface ScanOptions {
  readonly delimiter: string
  /** Line of the first byte. */
  readonly line?: number
  readonly keepRaw?: boolean
  /** Records whose cells are not needed. */
  readonly known?: KnownRecords | undefined
  /** The scanner stops before a record that is larger. */
  readonly recordBytesMax?: number
}

export class Scanner {
  readonly #delimiter: number
  /** 1 for the bytes that end a cell without quotes. */
  readonly #ends = new Uint8Array(256)
  readonly #keepRaw: boolean
  readonly #known: KnownRecords | null
  readonly #recordBytesMax: number
  #line: number
  #rest: Buffer = NOTHING
  /** Bytes that must have come before it is worth looking again, so that a large record is not read for every chunk. */
  #needed = 0
  #isOdd = false

  // Of the record measured last.
  #marks = new Int32Array(64 * MARKS)
  #cells = 0
  #breaks = 0
  /** Where the line end before `#next` begins. */
  #end = 0
  /** Line breaks of the record before the quote that was opened last. */
  #breaksAtQuote = 0

  constructor({ delimiter, line = 1, keepRaw = false, known, recordBytesMax = Infinity }: ScanOptions) {
    this.#known = known ?? null
    this.#recordBytesMax = recordBytesMax
    this.#delimiter = delimiter.charCodeAt(0)
    for (const byte of [this.#delimiter, LF, CR]) this.#ends[byte] = 1
    this.#keepRaw = keepRaw
    this.#line = line
  }

  /** The bytes of a record that is not whole yet, or from the odd record on. */
  get rest(): Buffer {
    return this.#rest
  }

  /** The next record breaks the rules; nothing is read any more. */
  get isOdd(): boolean {
    return this.#isOdd
  }

  /** Line of the next record. */
  get line(): number {
    return this.#line
  }

  /** Line on which the odd record opened the quote that is not closed as it should be. */
  get oddLine(): number {
    return this.#line + this.#breaksAtQuote
  }

  /** Takes a chunk; adds the records that are whole now. */
  push(chunk: Buffer, into: RawRecord[]): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const isWorthIt = !this.#isOdd && bytes.length >= this.#needed
    const from = isWorthIt ? this.#scan(bytes, false, into) : 0
    // A copy: the chunk's buffer is used again.
    this.#rest = Buffer.from(bytes.subarray(from))
    if (isWorthIt) this.#needed = 2 * this.#rest.length
  }

  /** The file ends here. */
  end(into: RawRecord[]): void {
    if (this.#isOdd) return
    const from = this.#scan(this.#rest, true, into)
    this.#rest = this.#rest.subarray(from)
  }

  /** Adds the whole records; returns where the first one begins that is not. */
  #scan(bytes: Buffer, isLast: boolean, into: RawRecord[]): number {
    let at = 0
    while (at < bytes.length) {
      const next = this.#measure(bytes, at, isLast)
      if (next < 0) {
        this.#isOdd = next === ODD
        return at
      }
      if (next - at > this.#recordBytesMax) return at
      into.push(this.#known === null ? this.#record(bytes, at) : this.#marked(bytes, at, this.#known))
      this.#line += 1 + this.#breaks
      at = next
    }
    return at
  }

  /** Marks the cells of the record at `at`; returns where the next one begins, or MORE, or ODD. */
  #measure(bytes: Buffer, at: number, isLast: boolean): number {
    this.#cells = 0
    this.#breaks = 0
    for (let start = at; ; ) {
      const end = bytes[start] === QUOTE ? this.#quoted(bytes, start + 1, isLast) : this.#bare(bytes, start)
      if (end < 0) return end
      const byte = bytes[end]
      if (byte === this.#delimiter) {
        start = end + 1
        continue
      }
      this.#end = end
      if (byte === LF) return end + 1
      if (end >= bytes.length) return isLast ? end : MORE
      if (byte !== CR) return ODD
      // A return at the end of the chunk may be half of a line end.
      if (end + 1 === bytes.length && !isLast) return MORE
      return bytes[end + 1] === LF ? end + 2 : end + 1
    }
  }

  /** Marks a cell without quotes; returns where it ends. */
  #bare(bytes: Buffer, start: number): number {
    const ends = this.#ends
    const length = bytes.length
    let high = 0
    let at = start
    for (; at < length; at++) {
      const byte = bytes[at] as number // below the length
      if (ends[byte] === 1) break
      high |= byte
    }
    this.#mark(start, at, high > 127 ? IS_HIGH : 0)
    return at
  }

  /** Marks a quoted cell whose text begins at `start`; returns where its closing quote ends. */
  #quoted(bytes: Buffer, start: number, isLast: boolean): number {
    const length = bytes.length
    this.#breaksAtQuote = this.#breaks
    let high = 0
    let isEscaped = 0
    for (let at = start; at < length; at++) {
      const byte = bytes[at] as number // below the length
      high |= byte
      if (byte === QUOTE) {
        if (at + 1 === length && !isLast) return MORE
        if (bytes[at + 1] !== QUOTE) {
          this.#mark(start, at, (high > 127 ? IS_HIGH : 0) | isEscaped)
          return at + 1
        }
        isEscaped = IS_ESCAPED
        at++
      } else if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) this.#breaks++
    }
    return isLast ? ODD : MORE
  }

  #mark(start: number, end: number, kind: number): void {
    const at = this.#cells * MARKS
    if (at === this.#marks.length) {
      const larger = new Int32Array(this.#marks.length * 2)
      larger.set(this.#marks)
      this.#marks = larger
    }
    this.#marks[at] = start
    this.#marks[at + 1] = end
    this.#marks[at + 2] = kind
    this.#cells++
  }

  /** The record measured last with its mark, or only where it is if it is known. */
  #marked(bytes: Buffer, at: number, records: KnownRecords): RawRecord {
    const known = records.find(bytes, at, this.#end)
    if (known >= 0)
      return { line: this.#line, cells: NO_CELLS, known, again: { bytes, from: at, to: this.#end } }
    const record = this.#record(bytes, at)
    record.mark = records.mark.slice()
    return record
  }

  /** The record measured last. */
  #record(bytes: Buffer, at: number): RawRecord {
    const marks = this.#marks
    const cells: string[] = []
    // One string a record, which short cells are cut from; that copies them.
    const text = bytes.toString('latin1', at, this.#end)
    for (let mark = 0; mark < this.#cells * MARKS; mark += MARKS) {
      const start = marks[mark] as number // marked, as the next two
      const end = marks[mark + 1] as number
      const kind = marks[mark + 2] as number
      // A longer one would be a view of the record: slow to read, and it would keep all of the record alive.
      const isShort = end - start < VIEW_FROM
      const encoding = (kind & IS_HIGH) === 0 ? 'latin1' : 'utf8'
      const isCut = isShort && encoding === 'latin1'
      const cell = isCut ? text.slice(start - at, end - at) : bytes.toString(encoding, start, end)
      cells.push((kind & IS_ESCAPED) === 0 ? cell : cell.replaceAll('""', '"'))
    }
    return this.#keepRaw
      ? { line: this.#line, cells, raw: Buffer.from(bytes.subarray(at, this.#end)) }
      : { line: this.#line, cells }
  }
}

/** The cells of a record that was passed over. */
export function readAgain({ bytes, from, to }: RecordPlace, delimiter: string, line: number): RawRecord {
  const scanner = new Scanner({ delimiter, line })
  const records: RawRecord[] = []
  scanner.push(bytes.subarray(from, to), records)
  scanner.end(records)
  const [record] = records
  if (record === undefined || records.length > 1) throw new Error('a known record is not one record')
  return record
}
