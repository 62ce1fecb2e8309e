/**
 * Bytes of a text in whatever encoding to checked UTF-8 without byte order mark. The encoding is told by the mark
 * or declared for the source, never guessed: a wrong guess damages names, and nobody notices for months.
 */
import { isUtf8 } from 'node:buffer'
import { type Chunks, followedBy, LineCounter, peek } from './bytes.ts'
import { decodeLegacy } from './legacy-encodings.ts'
import { Unreadable } from './reading.ts'
import { badByte, firstInvalid, Utf8Watch, wholeCharacters } from './utf8.ts'

export interface Decoded {
  readonly encoding: string
  readonly hasBom: boolean
  readonly chunks: Chunks
  /** At the end: the bytes say something else than what was declared. */
  readonly isDoubtful: () => boolean
}

/** Decodes; throws `Unreadable` here or later, at the first byte that does not belong. */
export async function decode(bytes: Chunks, declared: string): Promise<Decoded> {
  const { head, all } = await peek(bytes, HEAD_BYTES)
  const mark = BOMS.find(({ signature }) => head.subarray(0, signature.length).equals(signature))
  if (mark?.encoding === 'utf-32') throw new Unreadable('FILE_TYPE', { problem: 'it is written in UTF-32' })
  const encoding = mark?.encoding ?? declared
  refuseBinary(head, encoding)
  const skip = mark?.signature.length ?? 0
  const chunks = skip === 0 ? all : withoutFirst(all, skip)
  const decoder = DECODERS[encoding]
  const found = { encoding, hasBom: mark !== undefined }
  if (decoder) return { ...found, chunks: decoder(chunks, skip), isDoubtful: () => false }
  const watch = new Utf8Watch()
  return { ...found, chunks: decodeLegacy(chunks, encoding, watch), isDoubtful: () => watch.looksLikeUtf8 }
}

/** Enough to recognise what is not a text. */
const HEAD_BYTES = 8_192

const BOMS: readonly { readonly encoding: string; readonly signature: Buffer }[] = [
  { encoding: 'utf-8', signature: Buffer.from([0xef, 0xbb, 0xbf]) },
  // Before UTF-16LE, whose mark is its first half.
  { encoding: 'utf-32', signature: Buffer.from([0xff, 0xfe, 0, 0]) },
  { encoding: 'utf-32', signature: Buffer.from([0, 0, 0xfe, 0xff]) },
  { encoding: 'utf-16le', signature: Buffer.from([0xff, 0xfe]) },
  { encoding: 'utf-16be', signature: Buffer.from([0xfe, 0xff]) },
]

type Decoder = (chunks: Chunks, offset: number) => Chunks

const DECODERS: Readonly<Record<string, Decoder>> = {
  'utf-8': utf8,
  'utf-16le': (chunks, offset) => utf16(chunks, offset, 'utf-16le'),
  'utf-16be': (chunks, offset) => utf16(chunks, offset, 'utf-16be'),
}

/** Signatures of files that people rename to .csv. */
const MAGIC: readonly (readonly [string, string])[] = [
  ['504b0304', 'its content is a zip archive or an Excel workbook'],
  ['d0cf11e0', 'its content is an old Excel workbook, or one with a password'],
  ['25504446', 'its content is a PDF'],
  ['1f8b', 'its content is compressed with gzip'],
  ['2d2d2d2d2d424547494e20504750', 'its content is encrypted with PGP'],
]

function refuseBinary(head: Buffer, encoding: string): void {
  const magic = MAGIC.find(([hex]) => head.subarray(0, hex.length / 2).toString('hex') === hex)
  const isWide = encoding.startsWith('utf-16')
  let zeros = 0
  for (let at = 0; at < head.length; at++) if (head[at] === 0) zeros++
  // One zero is a damaged cell, which its row is refused for; many are not a text.
  const isBinary = !isWide && zeros > Math.max(2, head.length / 100)
  const looksWide = zeros > head.length / 4 ? ', or UTF-16 without a byte order mark' : ''
  const problem =
    (isPgpMessage(head) ? 'its content is encrypted with PGP' : magic?.[1]) ??
    (isBinary ? `it holds binary data${looksWide}` : null)
  if (problem !== null) throw new Unreadable('FILE_TYPE', { problem })
}

/** Whether it begins as an encrypted message does (RFC 9580, 4.2 and 5.1): a session key packet of a known version. */
function isPgpMessage(head: Buffer): boolean {
  const [tag = 0, length = 0] = head
  const versionAt = tag === 0x84 || (tag === 0xc1 && length < 192) ? 2 : tag === 0x85 || tag === 0xc1 ? 3 : 0
  const version = head[versionAt]
  return versionAt > 0 && (version === 3 || version === 6)
}

async function* withoutFirst(chunks: Chunks, count: number): Chunks {
  const { head, all } = await peek(chunks, count)
  await all.next()
  yield* followedBy(head.subarray(count), all)
}

async function* utf8(chunks: Chunks, skipped: number): Chunks {
  const lines = new LineCounter()
  let offset = skipped
  /** The bytes of a character that the last chunk cut in two. */
  let carry: Buffer = Buffer.alloc(0)
  const checked = (bytes: Buffer): Buffer => {
    if (!isUtf8(bytes)) refuseUtf8(bytes, offset, lines)
    lines.add(bytes)
    offset += bytes.length
    return bytes
  }
  for await (const chunk of chunks) {
    const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk
    const whole = wholeCharacters(bytes)
    carry = Buffer.from(bytes.subarray(whole))
    if (whole > 0) yield checked(bytes.subarray(0, whole))
  }
  if (carry.length > 0) refuseUtf8(carry, offset, lines)
}

function refuseUtf8(bytes: Buffer, offset: number, lines: LineCounter): never {
  const bad = firstInvalid(bytes)
  lines.add(bytes.subarray(0, bad))
  throw badByte({ encoding: 'UTF-8', offset: offset + bad, byte: bytes[bad] ?? 0, line: lines.line })
}

async function* utf16(chunks: Chunks, skipped: number, encoding: 'utf-16le' | 'utf-16be'): Chunks {
  const lines = new LineCounter()
  let offset = skipped
  let carry: Buffer = Buffer.alloc(0)
  const toUtf8 = (units: Buffer): Buffer => {
    const text = (encoding === 'utf-16be' ? Buffer.from(units).swap16() : units).toString('utf16le')
    if (!text.isWellFormed()) refuseUtf16(text, units, { offset, lines, encoding })
    const bytes = Buffer.from(text, 'utf8')
    lines.add(bytes)
    offset += units.length
    return bytes
  }
  for await (const chunk of chunks) {
    const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk
    const whole = wholePairs(bytes, encoding)
    carry = Buffer.from(bytes.subarray(whole))
    if (whole > 0) yield toUtf8(bytes.subarray(0, whole))
  }
  // Half a character, or the first half of a pair.
  if (carry.length > 0)
    throw badByte({ encoding: encoding.toUpperCase(), offset, byte: carry[0] ?? 0, line: lines.line })
}

/** Bytes up to the last unit that is not the first half of a pair. */
function wholePairs(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): number {
  const even = bytes.length - (bytes.length % 2)
  if (even === 0) return 0
  const high = bytes[even - (encoding === 'utf-16le' ? 1 : 2)] ?? 0
  return high >= 0xd8 && high <= 0xdb ? even - 2 : even
}

function refuseUtf16(
  text: string,
  units: Buffer,
  at: { offset: number; lines: LineCounter; encoding: string },
): never {
  let good = 0
  for (let length = 1; length > 0; good += length) length = unitsAt(text, good)
  at.lines.add(Buffer.from(text.slice(0, good), 'utf8'))
  const bad = good * 2
  const encoding = at.encoding.toUpperCase()
  throw badByte({ encoding, offset: at.offset + bad, byte: units[bad] ?? 0, line: at.lines.line })
}

/** Units of the character at `at`: 1, 2 for a pair, 0 for half a pair. */
function unitsAt(text: string, at: number): number {
  if (text.slice(at, at + 1).isWellFormed()) return 1
  return text.slice(at, at + 2).isWellFormed() ? 2 : 0
}
