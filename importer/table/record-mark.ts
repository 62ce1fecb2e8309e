/**
 * Marks of records: 96 bits of a keyed hash over the bytes of a record, by which the next file of the source tells
 * what it says again. Two different records share one with a probability of about 1 in 10^17 in a million; the key
 * is random and kept, so that nobody can prepare records that do.
 */

/** Three numbers of 32 bits. */
export type RecordMark = Int32Array

/** Bytes of a key. */
export const MARK_KEY_BYTES = 12

export class RecordMarker {
  readonly #key: Int32Array
  /** Of the record marked last; the next one overwrites it. */
  readonly mark: RecordMark = new Int32Array(3)
  #bytes: Buffer | null = null
  #view: DataView = new DataView(new ArrayBuffer(0))

  constructor(key: Uint8Array) {
    this.#key = new Int32Array(Uint8Array.from(key).buffer)
  }

  /** Marks the bytes from one place to before another. */
  of(bytes: Buffer, from: number, to: number): RecordMark {
    const view = this.#viewOf(bytes)
    let a = this.#key[0] as number // a key has three numbers
    let b = this.#key[1] as number
    let c = this.#key[2] as number
    let at = from
    // Each step can be undone, so records that differ in one word never share a mark.
    for (const last = to - 3; at < last; at += 4) {
      const word = view.getInt32(at, true)
      a = Math.imul(a ^ word, 0x9e3779b1)
      a ^= a >>> 15
      b = Math.imul(b ^ word, 0x85ebca77)
      b ^= b >>> 13
      c = Math.imul(c ^ word, 0xc2b2ae3d)
      c ^= c >>> 16
    }
    let rest = to - from
    for (; at < to; at++) rest = Math.imul(rest, 257) + (bytes[at] as number) // below the length
    this.mark[0] = finished(a ^ rest, b)
    this.mark[1] = finished(b ^ rest, c)
    this.mark[2] = finished(c ^ rest, a)
    return this.mark
  }

  #viewOf(bytes: Buffer): DataView {
    if (this.#bytes === bytes) return this.#view
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return this.#view
  }
}

function finished(value: number, other: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  h ^= Math.imul(other ^ (other >>> 15), 0x27d4eb2f)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
