/**
 * Encodings from before Unicode, for sources that declare one. Strict: a byte that the encoding does not define
 * ends the reading.
 */
import { isAscii } from 'node:buffer'
import { type Chunks, LineCounter } from './bytes.ts'
import { Unreadable } from './reading.ts'
import { badByte, type Utf8Watch } from './utf8.ts'

/** Checked UTF-8. `watch` sees the bytes as they came. */
export function decodeLegacy(chunks: Chunks, encoding: string, watch: Utf8Watch): Chunks {
  return MULTI_BYTE.has(encoding)
    ? decodeLines(chunks, encoding, watch)
    : decodeBytes(chunks, encoding, watch)
}

/** In these a byte means nothing by itself, but a line end never is a part of another character. */
export const MULTI_BYTE: ReadonlySet<string> = new Set(['shift_jis', 'euc-jp', 'gb18030', 'big5', 'euc-kr'])

/** A text without a line end for so long is none. */
const LINE_BYTES_MAX = 4 * 1024 * 1024

async function* decodeBytes(chunks: Chunks, encoding: string, watch: Utf8Watch): Chunks {
  const table = tableOf(encoding)
  const lines = new LineCounter()
  let offset = 0
  for await (const chunk of chunks) {
    watch.add(chunk)
    const isPlain = isAscii(chunk)
    const bad = isPlain ? -1 : chunk.findIndex((byte) => table[byte] === null)
    lines.add(bad < 0 ? chunk : chunk.subarray(0, bad))
    if (bad >= 0) throw badByte({ encoding, offset: offset + bad, byte: chunk[bad] ?? 0, line: lines.line })
    offset += chunk.length
    yield isPlain ? chunk : Buffer.from(textOf(chunk, encoding), 'utf8')
  }
}

function textOf(bytes: Buffer, encoding: string): string {
  // The web calls windows-1252 by this name too; here it means what it says.
  return encoding === 'iso-8859-1'
    ? bytes.toString('latin1')
    : new TextDecoder(encoding, { fatal: true }).decode(bytes)
}

/** The character of each byte; null where the encoding defines none. */
function tableOf(encoding: string): (string | null)[] {
  return Array.from({ length: 256 }, (_, byte) => {
    const character = decodedText(Buffer.of(byte), encoding)
    // C1 control characters stand in no text: such a byte is of another encoding.
    return character !== null && /[\u0080-\u009f]/.test(character) ? null : character
  })
}

/** Decodes whole lines, so that no character is ever cut in two. */
async function* decodeLines(chunks: Chunks, encoding: string, watch: Utf8Watch): Chunks {
  const lines = new LineCounter()
  let offset = 0
  let rest: Buffer = Buffer.alloc(0)
  const decoded = (bytes: Buffer): Buffer => {
    const text = decodedText(bytes, encoding)
    if (text === null) throw locate(bytes, encoding, { offset, lines })
    lines.add(bytes)
    offset += bytes.length
    return Buffer.from(text, 'utf8')
  }
  for await (const chunk of chunks) {
    watch.add(chunk)
    rest = Buffer.concat([rest, chunk])
    const whole = Math.max(rest.lastIndexOf(10), rest.lastIndexOf(13)) + 1
    if (whole > 0) yield decoded(rest.subarray(0, whole))
    rest = rest.subarray(whole)
    if (rest.length > LINE_BYTES_MAX)
      throw new Unreadable('FILE_ROW_SIZE', { limit: LINE_BYTES_MAX, line: lines.line }, { line: lines.line })
  }
  if (rest.length > 0) yield decoded(rest)
}

/** The text of the bytes, or null where the encoding does not allow them. */
export function decodedText(bytes: Buffer, encoding: string): string | null {
  try {
    return textOf(bytes, encoding)
  } catch {
    return null
  }
}

/** The first character of `bytes` that cannot be decoded: line by line, then byte by byte. */
function locate(bytes: Buffer, encoding: string, at: { offset: number; lines: LineCounter }): Unreadable {
  let start = 0
  for (let end = lineEnd(bytes, start); ; end = lineEnd(bytes, start)) {
    if (decodedText(bytes.subarray(start, end), encoding) === null) break
    at.lines.add(bytes.subarray(start, end))
    start = end
  }
  const bad = start + goodBytes(bytes.subarray(start, lineEnd(bytes, start)), encoding)
  return badByte({ encoding, offset: at.offset + bad, byte: bytes[bad] ?? 0, line: at.lines.line })
}

function lineEnd(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(10, start)
  return end === -1 ? bytes.length : end + 1
}

/** Length of the longest beginning of a line that can be decoded. */
function goodBytes(line: Buffer, encoding: string): number {
  let good = 0
  for (let length = 1; length <= Math.min(line.length, good + 4); length++) {
    if (decodedText(line.subarray(0, length), encoding) !== null) good = length
  }
  return good
}
