/** Reads the fields of one packet. Never past its end; what a client adds behind the last field is ignored. */
import type { WantedAttributes } from '../attributes.ts'
import { ATTR_FLAG } from './constants.ts'

/** A packet whose fields do not fit into it. */
export class Malformed extends Error {}

export class Fields {
  readonly #body: Buffer
  #at = 0

  constructor(body: Buffer) {
    this.#body = body
  }

  uint32(): number {
    this.#need(4)
    const value = this.#body.readUInt32BE(this.#at)
    this.#at += 4
    return value
  }

  /** Inexact above 2^53, where no file can be anyway. */
  uint64(): number {
    return this.uint32() * 2 ** 32 + this.uint32()
  }

  bytes(): Buffer {
    const length = this.uint32()
    this.#need(length)
    const value = this.#body.subarray(this.#at, this.#at + length)
    this.#at += length
    return value
  }

  /** Our own handles are 4 bytes; any other handle was never given out. */
  handle(): number | null {
    const bytes = this.bytes()
    return bytes.length === 4 ? bytes.readUInt32BE(0) : null
  }

  attributes(): WantedAttributes {
    const flags = this.uint32()
    const has = (flag: number) => (flags & flag) !== 0
    const size = has(ATTR_FLAG.SIZE) ? { size: this.uint64() } : {}
    // Who owns a file means nothing here; the numbers are read past.
    const owner = has(ATTR_FLAG.UIDGID) ? { hasOwner: this.#skipOwner() } : {}
    const mode = has(ATTR_FLAG.PERMISSIONS) ? { mode: this.uint32() } : {}
    const times = has(ATTR_FLAG.ACMODTIME) ? { accessed: this.uint32(), modified: this.uint32() } : {}
    if (has(ATTR_FLAG.EXTENDED)) this.#skipExtended()
    return { ...size, ...owner, ...mode, ...times }
  }

  #skipOwner(): true {
    this.uint64()
    return true
  }

  #skipExtended(): void {
    for (let left = this.uint32(); left > 0; left--) {
      this.bytes()
      this.bytes()
    }
  }

  #need(length: number): void {
    if (this.#body.length - this.#at < length) throw new Malformed('a field goes past the end of its packet')
  }
}
