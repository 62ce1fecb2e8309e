/** What one SFTP channel has open. A handle is a number that never means another file later on. */
import type { Listed, OpenFile } from './folders.ts'
import { failed } from './refusal.ts'

/** A folder whose entries are being handed out. */
export interface OpenFolder {
  readonly kind: 'folder'
  readonly entries: Listed[]
}

export type Open = OpenFile | OpenFolder
export type OpenUpload = Extract<OpenFile, { kind: 'upload' }>

export class Handles {
  readonly #max: number
  readonly #open = new Map<number, Open>()
  #next = 1

  constructor(max: number) {
    this.#max = max
  }

  /** Asked before anything is opened: what cannot be handed out must not be made. */
  checkRoom(): void {
    if (this.#open.size >= this.#max) throw failed('too many open files')
  }

  add(open: Open): number {
    const number = this.#next
    this.#next = (this.#next + 1) >>> 0
    this.#open.set(number, open)
    return number
  }

  get(number: number | null): Open {
    const open = number === null ? undefined : this.#open.get(number)
    if (!open) throw failed('no such handle')
    return open
  }

  take(number: number | null): Open {
    const open = this.get(number)
    if (number !== null) this.#open.delete(number)
    return open
  }

  takeAll(): Open[] {
    const all = [...this.#open.values()]
    this.#open.clear()
    return all
  }
}
