/**
 * Keys of a file to its rows, without the strings: 96 bits of a seeded hash and a number a key, in typed arrays. A
 * Map of strings would cost ten times the memory at a million rows and keep the file's chunks alive. Two different
 * keys meet with a probability of about 1 in 10^15 at ten million keys.
 */

import { at } from './int-map.ts'

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
  #hashes: Uint32Array
  #values: Int32Array
  #mask: number
  #size = 0

  constructor(capacity = 1024) {
    const slots = 2 ** Math.ceil(Math.log2(capacity * 1.5))
    this.#hashes = new Uint32Array(slots * 3)
    this.#values = new Int32Array(slots).fill(-1)
    this.#mask = slots - 1
  }

  get size(): number {
    return this.#size
  }

  /** The value under the hash, or -1. */
  get(hash: KeyHash): number {
    return at(this.#values, this.#slotOf(hash))
  }

  /** Keeps the first value of a key: returns that one, or -1 when this call put `value` there. */
  add(hash: KeyHash, value: number): number {
    const slot = this.#slotOf(hash)
    const before = at(this.#values, slot)
    if (before !== -1) return before
    this.#put(slot, hash, value)
    if (++this.#size * 3 > this.#values.length * 2) this.#grow()
    return -1
  }

  #put(slot: number, hash: KeyHash, value: number): void {
    this.#hashes.set(hash, slot * 3)
    this.#values[slot] = value
  }

  #slotOf(hash: KeyHash): number {
    const hashes = this.#hashes
    let slot = at(hash, 0) & this.#mask
    while (this.#values[slot] !== -1) {
      const from = slot * 3
      if (hashes[from] === hash[0] && hashes[from + 1] === hash[1] && hashes[from + 2] === hash[2])
        return slot
      slot = (slot + 1) & this.#mask
    }
    return slot
  }

  #grow(): void {
    const hashes = this.#hashes
    const values = this.#values
    this.#hashes = new Uint32Array(hashes.length * 2)
    this.#values = new Int32Array(values.length * 2).fill(-1)
    this.#mask = this.#values.length - 1
    for (let slot = 0; slot < values.length; slot++) {
      const value = at(values, slot)
      if (value === -1) continue
      const hash = hashes.subarray(slot * 3, slot * 3 + 3)
      this.#put(this.#slotOf(hash), hash, value)
    }
  }
}
