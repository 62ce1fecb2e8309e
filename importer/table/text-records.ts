/** Records of a checked UTF-8 text, in batches: by our own scanner as long as the text keeps the rules. */
import { type Chunks, followedBy } from './bytes.ts'
import { damageOf, judge, RECORD_BYTES_MAX } from './judge.ts'
import type { KnownRecords, RawRecord } from './reading.ts'
import { Scanner } from './scan.ts'

export interface TextOptions {
  readonly delimiter: string
  /** Line of the first byte. */
  readonly line?: number
  readonly keepRaw?: boolean
  /** Records whose cells are not needed. */
  readonly known?: KnownRecords | undefined
  /** Sees the records before they are given out, and the line on which the next one starts. */
  readonly onRecords?: (records: readonly RawRecord[], nextLine: number) => void
}

/** Most records a batch; small enough that nothing waits long. */
export const BATCH = 1_000

/** The file from one end to the other. Throws `Unreadable`; the records before the damage were given out by then. */
export async function* textRecords(chunks: Chunks, options: TextOptions): AsyncGenerator<RawRecord[]> {
  const scanner = new Scanner({ ...options, recordBytesMax: RECORD_BYTES_MAX })
  let batch: RawRecord[] = []
  const first = (count: number): RawRecord[] => {
    const records = batch.slice(0, count)
    batch = batch.slice(count)
    options.onRecords?.(records, batch[0]?.line ?? scanner.line)
    return records
  }
  for (;;) {
    const { done, value } = await chunks.next()
    if (done === true) scanner.end(batch)
    else scanner.push(value, batch)
    // All of a chunk before the next: records that wait grow old, and old ones make the heap several times as large.
    for (const count of evenly(batch.length)) yield first(count)
    if (done === true || scanner.isOdd || scanner.rest.length > RECORD_BYTES_MAX) break
  }
  const { delimiter } = options
  if (scanner.isOdd) return yield* judge(followedBy(scanner.rest, chunks), { ...options, line: scanner.line })
  if (scanner.rest.length > 0) throw damageOf(scanner.rest, delimiter, scanner.line)
}

/** Sizes of the batches that a chunk's records make. */
function evenly(count: number): number[] {
  const batches = Math.ceil(count / BATCH)
  return Array.from(
    { length: batches },
    (_, n) => Math.floor(((n + 1) * count) / batches) - Math.floor((n * count) / batches),
  )
}
