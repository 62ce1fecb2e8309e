/** UTF-8 by the byte: where characters end, and which byte is not part of one. */
import { isAscii, isUtf8 } from 'node:buffer'
import { Unreadable } from './reading.ts'

/** Length of `bytes` without a character that is cut off at its end. */
export function wholeCharacters(bytes: Buffer): number {
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
export function firstInvalid(bytes: Buffer): number {
  let at = 0
  while (at < bytes.length) {
    const length = [1, 2, 3, 4].find((n) => at + n <= bytes.length && isUtf8(bytes.subarray(at, at + n)))
    if (length === undefined) return at
    at += length
  }
  return at
}

/** `byte` at `offset` has no place in a text of that encoding. */
export function badByte(at: { encoding: string; offset: number; byte: number; line: number }): Unreadable {
  const byte = at.byte.toString(16).toUpperCase().padStart(2, '0')
  return new Unreadable('FILE_ENCODING', { ...at, byte }, { line: at.line })
}

/** Watches bytes that are said to be in another encoding: are they UTF-8 after all? */
export class Utf8Watch {
  #isUtf8 = true
  #hasLetters = false
  #carry: Buffer = Buffer.alloc(0)

  add(chunk: Buffer): void {
    if (!this.#isUtf8 || (this.#carry.length === 0 && isAscii(chunk))) return
    this.#hasLetters = true
    const bytes = Buffer.concat([this.#carry, chunk])
    const whole = wholeCharacters(bytes)
    this.#carry = bytes.subarray(whole)
    this.#isUtf8 = isUtf8(bytes.subarray(0, whole))
  }

  /** At the end: letters beyond ASCII, and every one of them valid UTF-8, which no other encoding is by chance. */
  get looksLikeUtf8(): boolean {
    return this.#isUtf8 && this.#hasLetters && this.#carry.length === 0
  }
}
