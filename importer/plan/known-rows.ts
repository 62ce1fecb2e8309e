/**
 * Rows that were not read, since an earlier file had the same records: what they leave behind for the other rows. Their
 * keys are entered among those of the file only once somebody asks for their people, who have the same.
 */
import type { Claims } from './claims.ts'
import type { FileKeys } from './file-keys.ts'
import type { FillCounter } from './fill.ts'
import type { InputRow, KnownPeople, People } from './input.ts'
import type { LostZeros } from './lost-zeros.ts'
import type { Outcomes } from './outcomes.ts'
import type { Person } from './person.ts'
import { NAMED_BY_EMAIL, NAMED_BY_ID, ZERO_FIRST } from './snapshot.ts'

export interface KnownContext {
  readonly known: KnownPeople
  readonly claims: Claims
  readonly keys: FileKeys
  readonly outcomes: Outcomes
  readonly zeros: LostZeros
  readonly fill: FillCounter
  /** Whether an id is a stronger claim than an email. */
  readonly isIdStronger: boolean
}

export class KnownRows {
  readonly #context: KnownContext

  constructor(context: KnownContext) {
    this.#context = context
  }

  /** Places of the known rows that must be read all the same: another row names their person. `named`: by the others. */
  contested(rows: readonly InputRow[], named: Set<number>): number[] {
    const { known, claims } = this.#context
    return rows.flatMap(({ entry }, place) => {
      if (entry === undefined) return []
      const person = known.snapshot.personOf(entry)
      if (named.has(person) || claims.isMentioned(person)) return [place]
      named.add(person)
      return []
    })
  }

  /** Takes the row; answers for whom it speaks. */
  take({ row, line, entry = 0 }: InputRow): number {
    const { known, claims, outcomes, zeros, fill, isIdStronger } = this.#context
    const { snapshot, gone } = known
    const [person, flags] = [snapshot.personOf(entry), snapshot.flagsOf(entry)]
    outcomes.addKnown(line)
    claims.mention(person, !gone.has(person))
    if ((flags & NAMED_BY_ID) !== 0 && isIdStronger) claims.nameById(person)
    claims.owe(person, flags & (NAMED_BY_ID | NAMED_BY_EMAIL))
    claims.take(person, row)
    if ((flags & ZERO_FIRST) !== 0) zeros.see()
    for (let word = 0; word < snapshot.words; word++) fill.addBits(snapshot.filledOf(entry, word), word)
    return person
  }

  /** Enters the keys of the row that speaks for the person, if it was not read. */
  recall({ id, core: { employeeId, email } }: Person): void {
    const { claims, keys } = this.#context
    const owed = claims.takeOwed(id)
    if (owed === 0) return
    const row = claims.rowOf(id)
    if ((owed & NAMED_BY_ID) !== 0 && employeeId !== null) keys.add('employeeId', employeeId, row)
    if ((owed & NAMED_BY_EMAIL) !== 0 && email !== null) keys.add('email', email, row)
  }

  recallAll({ byEmployeeId, byEmail }: People): void {
    for (const person of byEmployeeId.values()) this.recall(person)
    for (const person of byEmail.values()) this.recall(person)
  }
}
