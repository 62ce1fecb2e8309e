/**
 * The few SSH wire types (RFC 4251) that key files are made of. Reading is strict: it never goes past the end,
 * and whoever reads asks at the end whether anything is left over.
 */

/** Thrown by `WireReader`; callers turn it into an error that a person can read. */
export class WireError extends Error {}

/** Reads SSH strings and numbers from bytes, one after the other. */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  uint32(): number {
    if (this.left < 4) throw new WireError('it ends too early')
    const value = this.#bytes.readUInt32BE(this.#at)
    this.#at += 4
    return value
  }

  string(): Buffer {
    const length = this.uint32()
    return this.bytes(length)
  }

  bytes(length: number): Buffer {
    if (this.left < length) throw new WireError('it ends too early')
    const value = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return value
  }
}

/** An SSH string: length and bytes. */
export function wireString(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([wireUint32(bytes.length), bytes])
}

export function wireUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
