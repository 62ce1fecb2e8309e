/**
 * How a source is, in words, from its last runs: what must be done comes before what went well, and a source that has
 * fallen silent is told from one that is fine. Pure: the time comes in.
 */
import type { RunState } from '../../schemas/run.ts'

export const STATUS_KINDS = ['failing', 'review', 'late', 'errors', 'running', 'waiting', 'healthy'] as const
/** Worst first. */
export type StatusKind = (typeof STATUS_KINDS)[number]

export interface SourceStatus {
  readonly kind: StatusKind
  /** Only of a late source: how often it usually comes, and since when it has been silent. */
  readonly usuallyEveryMs: number | null
  /** ISO 8601, UTC: the run that says so; null where there was none. */
  readonly since: string | null
}

export interface StatusRun {
  readonly state: RunState
  readonly mode: 'apply' | 'dry_run'
  /** ISO 8601, UTC. */
  readonly receivedAt: string
  readonly hasErrors: boolean
}

export interface StatusQuestion {
  /** Newest first. */
  readonly runs: readonly StatusRun[]
  /** Whether files come by themselves, so that their staying away means something. */
  readonly isAutomatic: boolean
  readonly now: Date
}

export function sourceStatus({ runs, isAutomatic, now }: StatusQuestion): SourceStatus {
  const real = runs.filter(({ mode, state }) => mode === 'apply' && state !== 'duplicate')
  const [last] = real
  const say = (kind: StatusKind, since = last?.receivedAt ?? null): SourceStatus => {
    return { kind, usuallyEveryMs: null, since }
  }
  const held = real.find(({ state }) => state === 'held')
  if (held !== undefined) return say('review', held.receivedAt)
  if (last === undefined) return say('waiting')
  if (FAILED.includes(last.state)) return say('failing')
  if (WORKING.includes(last.state)) return say('running')
  const every = isAutomatic ? usualGap(runs) : null
  const arrived = runs[0]?.receivedAt ?? last.receivedAt
  if (every !== null && now.getTime() - Date.parse(arrived) > every * LATE_AFTER + LATE_GRACE_MS)
    return { kind: 'late', usuallyEveryMs: every, since: arrived }
  return say(last.hasErrors ? 'errors' : 'healthy')
}

const FAILED: readonly RunState[] = ['rejected', 'failed']
const WORKING: readonly RunState[] = ['received', 'reading', 'planned', 'approved', 'applied', 'reported']
/** So many usual gaps, and the grace on top: a daily file may miss a day's end, not a day. */
const LATE_AFTER = 1.5
const LATE_GRACE_MS = 15 * 60_000
/** Fewer arrivals say nothing about a rhythm. */
const ARRIVALS_MIN = 4
const ARRIVALS_LOOKED_AT = 12

/** The middle one of the last gaps between arrivals; null where there are too few, or they came all at once. */
export function usualGap(runs: readonly Pick<StatusRun, 'receivedAt'>[]): number | null {
  const times = runs.slice(0, ARRIVALS_LOOKED_AT).map(({ receivedAt }) => Date.parse(receivedAt))
  if (times.length < ARRIVALS_MIN) return null
  const gaps = times.slice(1).map((time, at) => (times[at] ?? time) - time)
  const middle = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0
  return middle < RHYTHM_MIN_MS ? null : middle
}

/** Files that come faster than that come when somebody works, not by a clock. */
const RHYTHM_MIN_MS = 10 * 60_000

/** For sorting: 0 is the worst. */
export function statusWeight({ kind }: SourceStatus): number {
  return STATUS_KINDS.indexOf(kind)
}
