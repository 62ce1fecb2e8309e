/**
 * Keys of a file to its rows, without the strings: 96 bits of a seeded hash and a number a key, in typed arrays. A
 * Map of strings would cost ten times the memory at a million rows and keep the file's chunks alive. Two different
 * keys meet with a probability of about 1 in 10^15 at ten million keys.
 */

import { at, IntList } from './int-map.ts'

/** Hash of one key: three numbers of 32 bits. */
export type KeyHash = Uint32Array

/** Hashes `key` into `into`. The seed keeps a hostile file from preparing keys that meet. */
export function hashKey(key: string, seed: number, into: KeyHash): KeyHash {
  let a = seed | 0
  let b = (seed ^ 0x9e3779b9) | 0
  let c = (seed ^ 0x85ebca6b) | 0
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    a ^= a >>> 15
    b = Math.imul(b ^ unit, 0x5bd1e995)
    b ^= b >>> 13
    c = Math.imul(c ^ unit, 0x27d4eb2f)
    c ^= c >>> 16
  }
  into[0] = finish(a ^ key.length)
  into[1] = finish(b ^ a)
  into[2] = finish(c ^ b)
  return into
}

function finish(value: number): number {
  let h = value ^ (value >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Open addressing, linear probing, at most two thirds full. Values are 0 or more. */
export class KeyTable {
  /** Three numbers an entry, in the order in which they came: they stay where they are when the table grows. */
  readonly #hashes = new IntList()
  readonly #values = new IntList()
  /** Number of the entry, counted from 1; 0 where there is none. */
  #slots: Int32Array

  constructor(capacity = 1024) {
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 1.5)))
  }

  get size(): number {
    return this.#values.length
  }

  /** The value under the hash, or -1. */
  get(hash: KeyHash): number {
    const entry = at(this.#slots, this.#slotOf(hash))
    return entry === 0 ? -1 : this.#values.get(entry - 1)
  }

  /** Keeps the first value of a key: returns that one, or -1 when this call put `value` there. */
  add(hash: KeyHash, value: number): number {
    const slot = this.#slotOf(hash)
    const entry = at(this.#slots, slot)
    if (entry !== 0) return this.#values.get(entry - 1)
    for (let part = 0; part < 3; part++) this.#hashes.push(at(hash, part))
    this.#values.push(value)
    this.#slots[slot] = this.#values.length
    if (this.#values.length * 3 > this.#slots.length * 2) this.#grow()
    return -1
  }

  #slotOf(hash: KeyHash): number {
    const [a, b, c] = [at(hash, 0) | 0, at(hash, 1) | 0, at(hash, 2) | 0]
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = a & mask
    for (let entry = slots[slot] ?? 0; entry !== 0; entry = slots[slot] ?? 0) {
      const from = (entry - 1) * 3
      const hashes = this.#hashes
      if (hashes.get(from) === a && hashes.get(from + 1) === b && hashes.get(from + 2) === c) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let entry = 1; entry <= this.#values.length; entry++) {
      let slot = this.#hashes.get((entry - 1) * 3) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = entry
    }
    this.#slots = slots
  }
}
