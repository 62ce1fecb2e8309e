/**
 * Joins the values of demographics that differ only in case, so that "Sales" and "SALES" are not two departments.
 * The first spelling wins: the account's, else the one that came first in the file.
 */

/** Values remembered at most, over all labels: beyond it a new value keeps its own spelling. */
export const SPELLINGS_MAX = 100_000
/** Of one label, in a file and in the account: one that has more is free text. */
export const SPELLINGS_OF_LABEL_MAX = 5_000

export class ValueJoiner {
  /** Whether the value joined last is spelled as only this file has it so far. */
  isFresh = false
  readonly #labels = new Map<string, Spellings>()
  readonly #max: number
  #count = 0

  constructor(max: number = SPELLINGS_MAX) {
    this.#max = max
  }

  /** Takes in a spelling that the account has. */
  learn(label: string, value: string): void {
    const known = this.#spellingsOf(label)
    known.learned.add(this.join(label, value))
  }

  /** The spelling to store. */
  join(label: string, value: string): string {
    const known = this.#spellingsOf(label)
    const seen = known.asSent.get(value)
    if (seen === undefined) return this.#first(known, value)
    this.isFresh = !known.learned.has(seen)
    return seen
  }

  #first(known: Spellings, value: string): string {
    const key = spellingKey(value)
    const before = known.byKey.get(key)
    const first = before ?? value
    const isFull = known.byKey.size >= SPELLINGS_OF_LABEL_MAX || this.#count >= this.#max
    this.isFresh = before === undefined ? !isFull : !known.learned.has(first)
    // A column with that many different values is free text, where nobody needs one spelling.
    if (isFull) return first
    if (before === undefined) this.#count++
    known.byKey.set(key, first)
    if (known.asSent.size < this.#max) known.asSent.set(value, first)
    return first
  }

  #spellingsOf(label: string): Spellings {
    const known = this.#labels.get(label)
    if (known !== undefined) return known
    const fresh = {
      asSent: new Map<string, string>(),
      byKey: new Map<string, string>(),
      learned: new Set<string>(),
    }
    this.#labels.set(label, fresh)
    return fresh
  }
}

interface Spellings {
  /** Most values come again as they came before, and then need no lower-casing. */
  readonly asSent: Map<string, string>
  readonly byKey: Map<string, string>
  /** As the account spells them. */
  readonly learned: Set<string>
}

/** The form in which two values of a demographic are compared. */
export function spellingKey(value: string): string {
  return value.toLowerCase().normalize('NFC')
}
