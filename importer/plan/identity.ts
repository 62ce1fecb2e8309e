/**
 * The privacy guard: a row that changes two or more of what says who somebody is is likely about somebody else, and
 * would show one person's data to another. A blank that is filled is no change. Never looks at one run alone: what
 * the last days changed counts as well, or a change could be spread over runs.
 */
import type { Change } from './diff.ts'
import { isSameName } from './name-key.ts'
import type { Person, ValueKey } from './person.ts'

/** Values that say who somebody is. */
export const IDENTITY = ['name', 'dateOfBirth', 'email', 'employeeId'] as const satisfies readonly ValueKey[]
export type IdentityKey = (typeof IDENTITY)[number]

/** What somebody's values were at the start of the window, of those that were changed since. */
export type PastValues = ReadonlyMap<IdentityKey, string | null>

export interface IdentityDoubt {
  readonly code: 'GUARD_PRIVACY' | 'GUARD_PRIVACY_WINDOW'
  /** What changed. */
  readonly keys: readonly IdentityKey[]
}

/** Whether a row changes too much of who somebody is, by itself or with what was changed before. */
export function identityDoubt(
  person: Person,
  changes: readonly Change[],
  { isByEmail, past }: { isByEmail: boolean; past: PastValues | undefined },
): IdentityDoubt | null {
  const now = new Map(changes.map(([key, , after]) => [key, after]))
  // The id that found the person may not be doubted by itself.
  const watched = IDENTITY.filter((key) => isByEmail || key !== 'employeeId')
  const changed = watched.filter((key) => {
    const after = now.get(key)
    return after !== undefined && isOther(key, person.core[key], after)
  })
  if (changed.length >= LIMIT) return { code: 'GUARD_PRIVACY', keys: changed }
  if (past === undefined || !watched.some((key) => now.has(key))) return null
  const since = watched.filter((key) => {
    const before = past.get(key)
    const first = before === undefined ? person.core[key] : before
    const after = now.get(key)
    return isOther(key, first, after === undefined ? person.core[key] : after)
  })
  return since.length >= LIMIT ? { code: 'GUARD_PRIVACY_WINDOW', keys: since } : null
}

/** So many changes at once are doubted. */
const LIMIT = 2

/** Whether a value that was there gave way to another one, or to none. */
export function isOther(key: IdentityKey, before: string | null, after: string | null): boolean {
  if (before === null || before === after) return false
  return key !== 'name' || after === null || !isSameName(before, after)
}
