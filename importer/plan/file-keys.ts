/** Which row of a file brought which key first, as hashes: the rows themselves are not kept. */
import { hashKey, KeyTable } from './key-table.ts'

export type KeyKind = 'email' | 'employeeId'

export class FileKeys {
  readonly #tables = { employeeId: new KeyTable(), email: new KeyTable() }
  readonly #seed: number
  readonly #hash = new Uint32Array(3)

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Enters a key of a row: the row that brought it before, or -1. */
  add(kind: KeyKind, key: string, row: number): number {
    return this.#tables[kind].add(this.#hashed(key), row)
  }

  /** The row that brought the key, or less than 1. */
  rowOf(kind: KeyKind, key: string): number {
    return this.#tables[kind].get(this.#hashed(key))
  }

  rowOfHash(kind: KeyKind, hash: Uint32Array): number {
    return this.#tables[kind].get(hash)
  }

  #hashed(key: string): Uint32Array {
    return hashKey(key, this.#seed, this.#hash)
  }
}
