/**
 * A delivered file to records with their line numbers, in batches: unwrapped, decoded, parsed. What makes a file
 * unreadable becomes one fatal issue; nothing of the file is ever guessed.
 */
import { isBlank } from '../../schemas/cell-text.ts'
import { DELIMITERS, type DelimiterName } from '../../schemas/reading.ts'
import { CHUNK_BYTES, type Chunks, fileSource, peek } from './bytes.ts'
import { decode } from './decode.ts'
import type { IssueList } from './issue-list.ts'
import { Meter } from './meter.ts'
import {
  type FileFormat,
  type RawRecord,
  type ReadingLimits,
  type ReadingOptions,
  Unreadable,
} from './reading.ts'
import { ReadingWatch } from './reading-watch.ts'
import { headerBelow, sniff } from './sniff.ts'
import { QuoteWatch } from './suspect-quotes.ts'
import { textRecords } from './text-records.ts'
import { type Content, unwrap } from './unwrap.ts'

export type { PgpOptions } from './pgp.ts'
export {
  DEFAULT_LIMITS,
  type RawRecord,
  type ReadingLimits,
  type ReadingOptions,
  readingLimits,
} from './reading.ts'
export { BATCH } from './text-records.ts'

/** What the settings of a source say about the bytes of its files. */
export function readingOptions(settings: {
  readonly encoding: string
  readonly delimiter: 'auto' | DelimiterName
}): Pick<ReadingOptions, 'encoding' | 'delimiter'> {
  const { encoding, delimiter } = settings
  return delimiter === 'auto' ? { encoding } : { encoding, delimiter: DELIMITERS[delimiter] }
}

/**
 * Reads the file at `path`; the first record is the header. What makes it unreadable becomes a fatal issue, and the
 * reading ends there. Ending the iteration early closes everything.
 */
export async function* readRecords(
  file: { path: string; name: string },
  limits: ReadingLimits,
  issues: IssueList,
  options: ReadingOptions = {},
): AsyncGenerator<RawRecord[]> {
  await using opened = new AsyncDisposableStack()
  const source = await fileSource(file.path)
  opened.defer(() => source.close())
  const watch = new ReadingWatch(options)
  try {
    const content = await unwrap({
      name: file.name,
      source: watch.delivered(source),
      watch,
      meter: new Meter(source.size, limits),
      options,
      opened,
    })
    const records =
      content.kind === 'text'
        ? readText(content, issues, options)
        : readSheet(content, { opened, options, issues })
    yield* withoutBlankStart(records, issues)
  } catch (error) {
    watch.assertNoFailure()
    if (!(error instanceof Unreadable)) throw error
    issues.add(error.code, error.place, error.params)
  }
}

async function* readText(
  content: Extract<Content, { kind: 'text' }>,
  issues: IssueList,
  options: ReadingOptions,
): AsyncGenerator<RawRecord[]> {
  const decoded = await decode(content.chunks, options.encoding ?? 'utf-8')
  const { head, all } = await peek(decoded.chunks, CHUNK_BYTES)
  if (head.length === 0) throw new Unreadable('FILE_EMPTY')
  const { delimiter, skip, headerLine } = sniff(head, head.length < CHUNK_BYTES, options.delimiter)
  if (headerLine !== null) refuseTitle(headerLine)
  const { encoding, hasBom } = decoded
  options.onFormat?.({ kind: 'csv', wrapping: content.wrapping, encoding, hasBom, delimiter })
  const watch = new QuoteWatch(delimiter, issues)
  const records = textRecords(await from(all, skip), {
    ...{ delimiter, line: skip > 0 ? 2 : 1, keepRaw: options.keepRaw === true },
    known: options.known,
    onRecords: (some, nextLine) => watch.see(some, nextLine),
  })
  yield* records
  if (watch.hold !== null) options.onHold?.(watch.hold)
  if (decoded.isDoubtful()) doubt(encoding, issues, options)
}

async function* readSheet(
  { zip, wrapping }: Extract<Content, { kind: 'workbook' }>,
  context: { opened: AsyncDisposableStack; options: ReadingOptions; issues: IssueList },
): AsyncGenerator<RawRecord[]> {
  const { sheetRecords } = await import('./xlsx.ts')
  let isFirst = true
  for await (const batch of sheetRecords(zip, { ...context, wrapping })) {
    const headerLine = isFirst ? headerBelow(batch) : null
    if (headerLine !== null) refuseTitle(headerLine)
    isFirst = false
    yield batch
  }
}

function refuseTitle(headerLine: number): never {
  const hint = `; the header seems to be on line ${headerLine}`
  throw new Unreadable('HDR_TITLE_ROW', { hint }, { line: headerLine })
}

function doubt(encoding: FileFormat['encoding'], issues: IssueList, { onHold }: ReadingOptions): void {
  issues.add('FILE_ENCODING_DOUBT', {}, { encoding })
  onHold?.({ code: 'FILE_ENCODING_DOUBT', rows: 0, params: { encoding } })
}

/** The bytes after the first `skip`, which lie within the first chunk. */
async function from(all: Chunks, skip: number): Promise<Chunks> {
  if (skip === 0) return all
  const { head, all: again } = await peek(all, skip)
  await again.next()
  return (async function* () {
    yield head.subarray(skip)
    yield* again
  })()
}

/** The header is the first record that says anything. */
async function* withoutBlankStart(
  batches: AsyncGenerator<RawRecord[]>,
  issues: IssueList,
): AsyncGenerator<RawRecord[]> {
  let hasHeader = false
  for await (const batch of batches) {
    const header = hasHeader ? 0 : batch.findIndex(({ cells }) => !cells.every(isBlank))
    if (header === -1) continue
    hasHeader = true
    yield header === 0 ? batch : batch.slice(header)
  }
  if (!hasHeader && !issues.isFatal) throw new Unreadable('FILE_EMPTY')
}
