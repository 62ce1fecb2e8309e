/** What a plan must not do without a person's word. Each guard says in one sentence, with numbers, what it saw. */
import type { SourceSettings } from '../../schemas/account.ts'
import type { IssueCode } from '../../schemas/issues.ts'

export interface GuardFacts {
  /** Active people before the run. */
  readonly active: number
  /** Of them, how many would leave or be deactivated. */
  readonly leavers: number
}

/** A guard that tripped: the code, the numbers of its sentence, and how many rows it concerns. */
export interface Trip {
  readonly code: IssueCode
  readonly rows: number
  readonly params: Readonly<Record<string, string | number>>
}

/** Below this many active people a share says nothing, so only the count applies. */
const SHARE_FROM = 20

/** The guards that trip. */
export function guard(facts: GuardFacts, settings: SourceSettings): Trip[] {
  const trips: Trip[] = []
  const share = facts.active >= SHARE_FROM ? Math.floor(facts.active * settings.leaversShareMax) : 0
  const limit = Math.max(settings.leaversMax, share)
  if (facts.leavers > limit) {
    trips.push({
      code: 'GUARD_MASS_LEAVERS',
      rows: facts.leavers,
      params: { leavers: facts.leavers, active: facts.active, limit },
    })
  }
  return trips
}
