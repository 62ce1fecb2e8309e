/** Text back to bytes of the encoding it was read from: what `decode` did, the other way round. */
import { decodedText, MULTI_BYTE } from './legacy-encodings.ts'

/**
 * Gives the encoder for an encoding that a source may declare. What the encoding has no code for becomes a question
 * mark: only words of ours can hold such a sign, never what was read. Where an encoding has two codes for one sign
 * (some Japanese and Chinese ones), the first is taken.
 */
export function encoderOf(encoding: string): (text: string) => Uint8Array {
  switch (encoding) {
    case 'utf-8':
      return (text) => Buffer.from(text, 'utf8')
    case 'utf-16le':
      return (text) => Buffer.from(text, 'utf16le')
    case 'utf-16be':
      return (text) => Buffer.from(text, 'utf16le').swap16()
    default:
      return encoderFor(codesOf(encoding), encoding === 'gb18030' ? farCode : () => QUESTION_MARK)
  }
}

type Codes = ReadonlyMap<string, Uint8Array>

const QUESTION_MARK = Buffer.from('?')
const tables = new Map<string, Codes>()

function encoderFor(codes: Codes, codeOf: (sign: string) => Uint8Array): (text: string) => Uint8Array {
  return (text) => Buffer.concat(Array.from(text, (sign) => codes.get(sign) ?? codeOf(sign)))
}

/** Every sign of an encoding with its code, found by asking the decoder for all codes; made once. */
function codesOf(encoding: string): Codes {
  const known = tables.get(encoding)
  if (known) return known
  const codes = new Map<string, Uint8Array>()
  for (const code of possibleCodes(encoding)) {
    const sign = decodedText(code, encoding)
    if (sign !== null && [...sign].length === 1 && !codes.has(sign)) codes.set(sign, code)
  }
  tables.set(encoding, codes)
  return codes
}

function* possibleCodes(encoding: string): Generator<Buffer> {
  for (let byte = 0; byte <= 0xff; byte++) yield Buffer.of(byte)
  if (!MULTI_BYTE.has(encoding)) return
  for (let lead = 0x80; lead <= 0xff; lead++) {
    for (let trail = 0x30; trail <= 0xff; trail++) yield Buffer.of(lead, trail)
  }
  if (encoding === 'euc-jp') yield* threeByteCodes()
  if (encoding === 'gb18030') yield* fourByteCodes()
}

/** JIS X 0212 in EUC-JP. */
function* threeByteCodes(): Generator<Buffer> {
  for (let second = 0xa1; second <= 0xfe; second++) {
    for (let third = 0xa1; third <= 0xfe; third++) yield Buffer.of(0x8f, second, third)
  }
}

/** What GB 18030 writes with four bytes, as far as U+FFFF. */
function* fourByteCodes(): Generator<Buffer> {
  for (const first of range(0x81, 0x84)) {
    for (const second of range(0x30, 0x39)) {
      for (const third of range(0x81, 0xfe)) {
        for (const fourth of range(0x30, 0x39)) yield Buffer.of(first, second, third, fourth)
      }
    }
  }
}

/** GB 18030 counts the signs above U+FFFF, a million of them, from 0x90308130 on. */
function farCode(sign: string): Uint8Array {
  const nth = (sign.codePointAt(0) ?? 0) - 0x10000
  if (nth < 0) return QUESTION_MARK
  const digits = [
    Math.floor(nth / 12_600),
    Math.floor(nth / 1_260) % 10,
    Math.floor(nth / 10) % 126,
    nth % 10,
  ]
  return Buffer.of(...[0x90, 0x30, 0x81, 0x30].map((start, place) => start + (digits[place] ?? 0)))
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}
