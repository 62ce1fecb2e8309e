/** What a batch needs to know beside its people: what was lately changed on them, and who is called like the new ones. */
import { IDENTITY } from './identity.ts'
import type { Answers, InputRow, Namesake, PlanContext, Questions } from './input.ts'
import { isSameName, nameHash } from './name-key.ts'
import type { Person } from './person.ts'
import type { Slots } from './slots.ts'

type Asking = Pick<PlanContext, 'today' | 'settings' | 'nextPerson'>
export type PersonOf = (row: InputRow) => Person | null

/** The questions of the next rows. Asks too much rather than too little: who is meant in the end comes later. */
export function questionsOf(
  rows: readonly InputRow[],
  slots: Slots,
  personOf: PersonOf,
  { today, settings, nextPerson }: Asking,
): Questions {
  const changing = new Set<number>()
  const names = new Set<number>()
  for (const row of rows) {
    if (row.outcome !== 'typed') continue
    const person = personOf(row)
    if (person !== null) {
      if (settings.privacyWindowDays > 0 && changesIdentity(person, row, slots)) changing.add(person.id)
      continue
    }
    const name = newName(row, slots)
    // Where nobody is known yet, nobody can be known under the same name.
    if (name !== undefined && nextPerson > 1 && hasDates(row, slots)) names.add(nameHash(name))
  }
  return { changing, since: daysBefore(today, settings.privacyWindowDays), names }
}

/** What somebody known and a new person have in common besides their name, or null where they need not be one. */
export function sameAs(row: InputRow, slots: Slots, { namesakes }: Answers): string | null {
  const name = newName(row, slots)
  if (name === undefined || namesakes.size === 0 || !hasDates(row, slots)) return null
  const known = (namesakes.get(nameHash(name)) ?? []).filter((one) => isSameName(one.name, name))
  if (known.some((one) => isSame(one, 'dateOfBirth', row, slots))) return 'date of birth'
  return known.some((one) => isSame(one, 'startDate', row, slots)) ? 'start date' : null
}

/** The day that lies so many days before another. */
export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)
}

function newName(row: InputRow, slots: Slots): string | undefined {
  return slots.textOf(row, 'name') ?? row.soleName ?? undefined
}

function hasDates(row: InputRow, slots: Slots): boolean {
  return slots.textOf(row, 'dateOfBirth') !== undefined || slots.textOf(row, 'startDate') !== undefined
}

function isSame(one: Namesake, key: 'dateOfBirth' | 'startDate', row: InputRow, slots: Slots): boolean {
  return one[key] !== null && one[key] === slots.textOf(row, key)
}

function changesIdentity(person: Person, row: InputRow, slots: Slots): boolean {
  return IDENTITY.some((key) => {
    const value = slots.valueOf(row, key)
    return value !== undefined && value !== person.core[key]
  })
}
