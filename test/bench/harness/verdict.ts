/** Whether what was promised holds: each aim beside what was measured. */
import type { Aim } from './contest.ts'
import type { ContenderOutcome, Outcome } from './outcome.ts'
import { median } from './statistics.ts'

export interface Verdict {
  readonly isMet: boolean
  readonly text: string
}

/** Null where the peer is missing or the case was not run: nothing is proved then. */
export function verdictOn(aim: Aim, { contenders }: Outcome): Verdict | null {
  const [ours] = contenders
  if (ours === undefined || !ours.rounds[aim.case]) return null
  if (aim.kind === 'time') return verdictOnTime(aim, ours, contenders)
  const measures = (ours.rounds[aim.case] ?? []).flat()
  const value = median(measures.map((one) => (aim.kind === 'ms' ? one.ms : (one.megabytes ?? Number.NaN))))
  const unit = aim.kind === 'ms' ? 'ms' : 'MB'
  return {
    isMet: value <= aim.max,
    text: `${aim.case}: ${value.toFixed(1)} ${unit}, promised at most ${aim.max} ${unit}`,
  }
}

/** The median of how many times as long the peer took in the same round. */
export function timesAsFast(ours: ContenderOutcome, peer: ContenderOutcome, name: string): number | null {
  const [mine, theirs] = [ours.rounds[name] ?? [], peer.rounds[name] ?? []]
  const pairs = mine.flatMap((one, index) => {
    const other = theirs[index]
    return other ? [msOf(other) / msOf(one)] : []
  })
  return pairs.length === 0 ? null : median(pairs)
}

function verdictOnTime(
  aim: Extract<Aim, { kind: 'time' }>,
  ours: ContenderOutcome,
  all: readonly ContenderOutcome[],
): Verdict | null {
  const peer = all.find(({ name }) => name === aim.peer)
  const times = peer ? timesAsFast(ours, peer, aim.case) : null
  if (times === null) return null
  return {
    isMet: times >= 1 / aim.shareMax,
    text: `${aim.case}: ${times.toFixed(2)} times as fast as ${aim.peer}, promised ${(1 / aim.shareMax).toFixed(2)}`,
  }
}

function msOf(measures: readonly { ms: number }[]): number {
  return median(measures.map(({ ms }) => ms))
}
