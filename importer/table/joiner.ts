/**
 * Joins the values of demographics that differ only in case, so that "Sales" and "SALES" are not two departments.
 * The first spelling wins: the account's, else the one that came first in the file.
 */

/** Values remembered at most, over all labels: beyond it a new value keeps its own spelling. */
export const SPELLINGS_MAX = 100_000

export class ValueJoiner {
  readonly #labels = new Map<string, Spellings>()
  readonly #max: number
  #count = 0

  constructor(max: number = SPELLINGS_MAX) {
    this.#max = max
  }

  /** Takes in a spelling that the account has. */
  learn(label: string, value: string): void {
    this.join(label, value)
  }

  /** The spelling to store. */
  join(label: string, value: string): string {
    const known = this.#spellingsOf(label)
    const seen = known.asSent.get(value)
    if (seen !== undefined) return seen
    const key = spellingKey(value)
    const first = known.byKey.get(key) ?? value
    // A column with that many different values is free text, where nobody needs one spelling.
    if (this.#count >= this.#max) return first
    this.#count++
    known.byKey.set(key, first)
    known.asSent.set(value, first)
    return first
  }

  #spellingsOf(label: string): Spellings {
    const known = this.#labels.get(label)
    if (known !== undefined) return known
    const fresh = { asSent: new Map<string, string>(), byKey: new Map<string, string>() }
    this.#labels.set(label, fresh)
    return fresh
  }
}

interface Spellings {
  /** Most values come again as they came before, and then need no lower-casing. */
  readonly asSent: Map<string, string>
  readonly byKey: Map<string, string>
}

/** The form in which two values of a demographic are compared. */
export function spellingKey(value: string): string {
  return value.toLowerCase().normalize('NFC')
}
