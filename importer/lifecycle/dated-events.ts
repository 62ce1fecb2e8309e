/** Which dated events a person's dates call for on a day. Pure; whether one was recorded before is not its business. */
import type { LifecycleKind } from '../../schemas/lifecycle.ts'

export interface DatedPerson {
  readonly id: number
  /** YYYY-MM-DD, both. */
  readonly startDate: string | null
  readonly endDate: string | null
  readonly isDeactivated: boolean
}

export interface DatedEvent {
  readonly person: number
  readonly kind: LifecycleKind
  readonly day: string
  /** Whether its day was over already. */
  readonly isLate: boolean
}

/** The days around today on which dates are looked at: earlier ones are history, later ones nobody's worry yet. */
export interface Span {
  readonly from: string
  readonly today: string
  readonly to: string
}

const DAYS_BACK = 30
const DAYS_AHEAD = 60
const DAY_MS = 86_400_000

/** The span of a day. Whoever was away longer than it reaches back looks back as far as that. */
export function spanOf(today: string, lastTurned: string): Span {
  const earliest = plus(today, -DAYS_BACK)
  const from = lastTurned !== '' && lastTurned < earliest ? lastTurned : earliest
  return { from, today, to: plus(today, DAYS_AHEAD) }
}

/** What is to be recorded of the person. Someone switched off neither starts nor is about to. */
export function datedEvents(
  { id, startDate, endDate, isDeactivated }: DatedPerson,
  { from, today, to }: Span,
): DatedEvent[] {
  const events: DatedEvent[] = []
  const add = (day: string | null, past: LifecycleKind, ahead: LifecycleKind): void => {
    if (day === null || day < from || day > to) return
    const kind = day <= today ? past : ahead
    if (isDeactivated && kind !== 'left') return
    events.push({ person: id, kind, day, isLate: day < today })
  }
  // Somebody whose last day comes before the first never was there.
  if (startDate !== null && (endDate === null || startDate <= endDate)) add(startDate, 'started', 'upcoming')
  add(endDate, 'left', 'leaving')
  return events
}

function plus(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)
}
