/** A person as the plan sees them, and what their dates and flags mean on a given day. */
import type { CoreField } from '../../schemas/columns.ts'

/** Key of a value on a person: a core field, or `d` and the number of a demographic. */
export type ValueKey = CoreField | `d${number}`

export interface Person {
  /** Number within the account; never used again. */
  readonly id: number
  /** Grows with every change. */
  readonly version: number
  /** `deactivated` is TRUE or FALSE; days are YYYY-MM-DD. */
  readonly core: Readonly<Record<CoreField, string | null>>
  /** Demographic number -> value. */
  readonly demographics: Readonly<Record<string, string>>
  /** The person they report to, where that is known. */
  readonly managerId: number | null
}

/** former: the end date has come · deactivated: switched off · upcoming: starts later · active. */
export type Status = 'former' | 'deactivated' | 'upcoming' | 'active'

/** Status on a day; former goes before deactivated, deactivated before the rest. */
export function statusOf(
  person: { endDate: string | null; startDate: string | null; deactivated: string | null },
  today: string,
): Status {
  if (person.endDate !== null && person.endDate <= today) return 'former'
  if (person.deactivated === 'TRUE') return 'deactivated'
  if (person.startDate !== null && person.startDate > today) return 'upcoming'
  return 'active'
}

/** Whether the person counts as present: neither gone nor switched off. */
export function isPresent(status: Status): boolean {
  return status === 'active' || status === 'upcoming'
}

/** Key of a demographic's value. */
export function demographicKey(id: number): ValueKey {
  return `d${id}`
}

/** The stored value under a key. */
export function storedValue(person: Person, key: ValueKey): string | null {
  if (isDemographicKey(key)) return person.demographics[key.slice(1)] ?? null
  return person.core[key]
}

export function isDemographicKey(key: string): key is `d${number}` {
  if (key.charCodeAt(0) !== LETTER_D) return false
  const digit = key.charCodeAt(1) - DIGIT_0
  return digit >= 0 && digit <= 9
}

const LETTER_D = 100
const DIGIT_0 = 48
