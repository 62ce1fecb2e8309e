/**
 * Makes one person of two. Pure. The one who stays keeps everything they have and takes over what they lack; whoever
 * reported to the other reports to them. An end date or a deactivation is never taken over: a duplicate that was closed
 * must not close the person.
 */
import type { Change } from '../plan/diff.ts'
import { type Person, storedValue, type ValueKey } from '../plan/person.ts'
import { valuesOf } from './undo-case.ts'

export interface Two {
  readonly keep: Person
  readonly other: Person
  /** Everybody who reports to the other. */
  readonly reports: readonly Person[]
  /** Numbers of the people above each of the two, their own manager first. */
  readonly above: { readonly keep: readonly number[]; readonly other: readonly number[] }
}

export interface Merged {
  /** Of the one who stays. */
  readonly changes: readonly Change[]
  readonly reports: readonly { readonly person: Person; readonly changes: readonly Change[] }[]
  /** Person and manager, 0 for nobody. */
  readonly lines: readonly (readonly [person: number, manager: number])[]
}

const NEVER_TAKEN: readonly ValueKey[] = ['endDate', 'deactivated', 'managerEmail', 'managerEmployeeId']
const MANAGER_KEYS = ['managerEmail', 'managerEmployeeId'] as const

/** Null where somebody would then report to themselves. */
export function merged({ keep, other, reports, above }: Two): Merged | null {
  const isDirect = above.keep[0] === other.id
  if (!isDirect && above.keep.includes(other.id)) return null
  const taken = valuesOf(other).filter(([key, value]) => isTaken(keep, key, value))
  const changes: Change[] = taken.map(([key, value]) => [key, null, value])
  const hasManager = MANAGER_KEYS.some((key) => keep.core[key] !== null)
  const takesManager = (isDirect || !hasManager) && !above.other.includes(keep.id)
  if (takesManager) changes.push(...changesTo(keep, other.core))
  const keys = {
    managerEmail: keep.core.email ?? other.core.email,
    managerEmployeeId: keep.core.employeeId ?? other.core.employeeId,
  }
  const moved = reports.filter(({ id }) => id !== keep.id)
  const lines: [number, number][] = moved.map(({ id }) => [id, keep.id])
  if (takesManager) lines.push([keep.id, other.managerId ?? 0])
  return { changes, reports: moved.map((person) => ({ person, changes: renamed(person, keys) })), lines }
}

function isTaken(keep: Person, key: ValueKey, value: string): boolean {
  if (NEVER_TAKEN.includes(key) || storedValue(keep, key) !== null) return false
  // A start after the end would be nobody's employment.
  return key !== 'startDate' || keep.core.endDate === null || value <= keep.core.endDate
}

type ManagerKeys = Readonly<Record<(typeof MANAGER_KEYS)[number], string | null>>

/** A report names the one who stays by the keys by which they named the other, or by the one that is left. */
function renamed(person: Person, keys: ManagerKeys): Change[] {
  const named = {
    managerEmail: person.core.managerEmail === null ? null : keys.managerEmail,
    managerEmployeeId: person.core.managerEmployeeId === null ? null : keys.managerEmployeeId,
  }
  const isNamed = MANAGER_KEYS.some((key) => named[key] !== null)
  return changesTo(person, isNamed ? named : keys)
}

function changesTo(person: Person, keys: ManagerKeys): Change[] {
  return MANAGER_KEYS.flatMap((key) =>
    person.core[key] === keys[key] ? [] : [[key, person.core[key], keys[key]]],
  )
}

/** What the other says differently from the one who stays. */
export function dropped({ keep, other }: Pick<Two, 'keep' | 'other'>): Change[] {
  return valuesOf(other).flatMap(([key, value]) => {
    const own = storedValue(keep, key)
    const isLost = own === null ? !isTaken(keep, key, value) && !isManager(key) : own !== value
    return isLost ? [[key, own, value]] : []
  })
}

function isManager(key: ValueKey): boolean {
  return (MANAGER_KEYS as readonly ValueKey[]).includes(key)
}
