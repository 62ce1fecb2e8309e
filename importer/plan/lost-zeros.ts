/**
 * Employee Ids that lost their leading zeros in a spreadsheet: 417 for 000417. Such a row would create its person a
 * second time. A file that has ids with leading zeros of its own was not damaged, so it is judged at its end.
 */
import { idsWithZeros, type ZeroLengths } from '../table/id-zeros.ts'
import type { InputRow, People } from './input.ts'
import { IntList } from './int-map.ts'

export class LostZeros {
  readonly #lengths: ZeroLengths
  readonly #suspects = new IntList()
  #isIntact = false

  constructor(lengths: ZeroLengths) {
    this.#lengths = lengths
  }

  /** An id of the file begins with a zero. */
  see(): void {
    this.#isIntact = true
  }

  /** What the id may have been before. */
  before(id: string): string[] {
    if (id.startsWith('0')) this.see()
    return idsWithZeros(id, this.#lengths)
  }

  /** Looks at a row that found nobody. */
  look(row: InputRow, id: string | null | undefined, people: People): void {
    if (typeof id !== 'string') return
    if (this.before(id).some((one) => people.byEmployeeId.has(one))) this.#suspects.push(row.row)
  }

  /** After the last row: the rows that mean somebody with zeros before the id. */
  suspects(): Iterable<number> {
    return this.#isIntact ? [] : this.#suspects
  }
}
