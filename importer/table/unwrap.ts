/**
 * From a delivered file to the text or the workbook in it: encryption off, then one archive. What a file is, its
 * name says; what its content says otherwise is refused, not guessed.
 */
import type { ByteSource, Chunks } from './bytes.ts'
import { chunksOf } from './bytes.ts'
import { gunzip } from './gzip.ts'
import type { Meter } from './meter.ts'
import { type FileFormat, type ReadingOptions, Unreadable } from './reading.ts'
import type { ReadingWatch } from './reading-watch.ts'
import { openZip, type ZipEntry, type ZipFound } from './zip.ts'

export type Content =
  | { readonly kind: 'text'; readonly wrapping: FileFormat['wrapping']; readonly chunks: Chunks }
  | { readonly kind: 'workbook'; readonly wrapping: FileFormat['wrapping']; readonly zip: ZipFound }

export interface Unwrapping {
  readonly name: string
  readonly source: ByteSource
  readonly meter: Meter
  readonly watch: ReadingWatch
  readonly options: ReadingOptions
  /** Closes what was opened, when the reading ends. */
  readonly opened: AsyncDisposableStack
}

const ENCRYPTED = /\.(?:pgp|gpg)$/i
const TEXT = /\.(?:csv|tsv|txt)$/i
const GZIP = /\.(?:csv|tsv|txt)\.gz$/i
const ZIP = /\.zip$/i
const WORKBOOK = /\.xlsx$/i
const ARCHIVE = /\.(?:zip|gz|tgz|tar|7z|rar|xlsx|bz2|xz|zst)$/i

/** Opens the file down to its content. */
export async function unwrap(unwrapping: Unwrapping): Promise<Content> {
  const { name, options } = unwrapping
  const policy = options.pgp?.policy ?? 'off'
  if (!ENCRYPTED.test(name)) {
    if (policy === 'required' && isAccepted(name))
      throw new Unreadable('FILE_NOT_ENCRYPTED', { reason: 'this source takes nothing else' })
    return open(unwrapping, [])
  }
  if (!isAccepted(name.replace(ENCRYPTED, ''))) throw wrongName()
  if (!options.pgp || policy === 'off') {
    throw new Unreadable('FILE_TYPE', { problem: 'it is encrypted, and this source is not set up for that' })
  }
  return open(await decrypted(unwrapping, options.pgp), ['pgp'])
}

async function decrypted(
  unwrapping: Unwrapping,
  pgp: NonNullable<ReadingOptions['pgp']>,
): Promise<Unwrapping> {
  const { name, source, watch } = unwrapping
  // Loaded when it is needed: the library takes more memory than reading a million rows does.
  const { decryptToSpool, isPgp } = await import('./pgp.ts')
  if (!(await isPgp(source))) throw new Unreadable('FILE_NOT_ENCRYPTED', { reason: 'its name says so' })
  const plain = watch.between(await decryptToSpool(source, pgp, unwrapping))
  return { ...unwrapping, name: name.replace(ENCRYPTED, ''), source: plain }
}

async function open(unwrapping: Unwrapping, outer: FileFormat['wrapping']): Promise<Content> {
  const { name, source, meter, opened } = unwrapping
  if (TEXT.test(name)) return { kind: 'text', wrapping: outer, chunks: chunksOf(source) }
  if (GZIP.test(name)) {
    await expectStart(source, [0x1f, 0x8b], 'gzip')
    return { kind: 'text', wrapping: [...outer, 'gzip'], chunks: gunzip(source, meter) }
  }
  if (!ZIP.test(name) && !WORKBOOK.test(name)) throw wrongName()
  await expectStart(source, [0x50, 0x4b], ZIP.test(name) ? 'zip' : 'Excel')
  const zip = await openZip(source, meter)
  opened.defer(() => zip.close())
  if (WORKBOOK.test(name)) return { kind: 'workbook', wrapping: outer, zip }
  return { kind: 'text', wrapping: [...outer, 'zip'], chunks: onlyText(zip).read() }
}

async function expectStart(source: ByteSource, signature: readonly number[], kind: string): Promise<void> {
  const start = Buffer.alloc(signature.length)
  await source.read(start, 0)
  if (source.size === 0) throw new Unreadable('FILE_EMPTY')
  if (!start.equals(Buffer.from(signature))) {
    throw new Unreadable('FILE_TYPE', { problem: `its name says ${kind}, and its content is something else` })
  }
}

/** The one CSV of an archive. */
function onlyText({ entries }: ZipFound): ZipEntry {
  const files = entries.filter(({ name }) => !name.endsWith('/') && !isHousekeeping(name))
  const texts = files.filter(({ name }) => TEXT.test(name))
  const problem = archiveProblem(files, texts)
  const [only] = texts
  if (problem !== null || !only)
    throw new Unreadable('FILE_ARCHIVE', { problem: problem ?? 'it holds no CSV file' })
  return only
}

function archiveProblem(files: readonly ZipEntry[], texts: readonly ZipEntry[]): string | null {
  if (files.some(({ name }) => ARCHIVE.test(name) || ENCRYPTED.test(name))) return 'it holds another archive'
  if (texts.length > 1) return `it holds ${texts.length} CSV files instead of one`
  return null
}

/** What operating systems put into archives for themselves. */
function isHousekeeping(name: string): boolean {
  return /^__MACOSX\/|(?:^|[\\/])(?:\._[^\\/]*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(name)
}

function isAccepted(name: string): boolean {
  return [TEXT, GZIP, ZIP, WORKBOOK].some((pattern) => pattern.test(name))
}

function wrongName(): Unreadable {
  const problem = 'its name does not end in .csv, .tsv, .txt, .csv.gz, .zip or .xlsx'
  return new Unreadable('FILE_TYPE', { problem })
}
