/**
 * When a connection syncs by itself: times of day on the account's clock. A slot is named by its day and time there, so
 * it happens once also when the clocks are put back; a time that is skipped when they are put forward comes at the
 * moment they jump to. Pure: nodes that ask at the same moment get the same answer.
 */
import { createHash } from 'node:crypto'
import { dayIn } from '../clock.ts'

export interface SlotPlan {
  readonly timezone: string
  /** `HH:MM`. */
  readonly times: readonly string[]
  readonly jitterMinutes: number
  /** Whose slots: each connection has a delay of its own, the same for all its slots, so that they stay in order. */
  readonly seed: string
}

export interface Slot {
  /** `YYYY-MM-DDTHH:MM` on the account's clock; sorts by time. */
  readonly name: string
  /** When it is due, its delay included. */
  readonly due: Date
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** The latest slot that is due at `now`: after a rest only that one is caught up. */
export function lastSlot(plan: SlotPlan, now: Date): Slot {
  const due = slotsAround(plan, now).filter((slot) => slot.due.getTime() <= now.getTime())
  const last = due.at(-1)
  if (last === undefined) throw new Error('a day has no slot')
  return last
}

/** When the next one is due. */
export function nextSlot(plan: SlotPlan, now: Date): Date {
  const next = slotsAround(plan, now).find((slot) => slot.due.getTime() > now.getTime())
  if (next === undefined) throw new Error('a day has no slot')
  return next.due
}

/** From two days before to two days after, by when they are due: no day is longer than 26 hours, no delay than two. */
function slotsAround({ timezone, times, jitterMinutes, seed }: SlotPlan, now: Date): Slot[] {
  // Days of the calendar, not of 24 hours: an hour after midnight, 24 hours ago may be two days ago.
  const today = Date.parse(`${dayIn(timezone, now)}T00:00:00Z`)
  const days = [-2, -1, 0, 1, 2].map((days) => new Date(today + days * DAY_MS).toISOString().slice(0, 10))
  return days
    .flatMap((day) => times.map((time) => `${day}T${time}`))
    .map((name) => ({
      name,
      due: new Date(momentOf(timezone, name) + delayOf(seed, jitterMinutes)),
    }))
    .sort((a, b) => a.due.getTime() - b.due.getTime() || (a.name < b.name ? -1 : 1))
}

/** Whole seconds, the same on every node. */
function delayOf(seed: string, jitterMinutes: number): number {
  const part = createHash('sha256').update(seed).digest().readUInt32BE() / 2 ** 32
  return Math.floor(part * jitterMinutes * 60) * 1_000
}

/** The first moment at which the clocks of the zone show that time or a later one. */
function momentOf(timezone: string, local: string): number {
  const wanted = Date.parse(`${local}:00Z`)
  const guess = wanted - offsetAt(timezone, wanted)
  const [from, to] = [guess - HOURS_AROUND, guess + HOURS_AROUND]
  const [before, after] = [offsetAt(timezone, from), offsetAt(timezone, to)]
  if (before === after) return wanted - before
  // The clocks are changed on that day: go up minute by minute.
  for (let at = from; at <= to; at += MINUTE_MS) if (at + offsetAt(timezone, at) >= wanted) return at
  throw new Error('a time of day that never comes')
}

const HOURS_AROUND = 30 * 60 * MINUTE_MS

/** How far the clocks of a zone are ahead of UTC. */
function offsetAt(timezone: string, at: number): number {
  let format = FORMATS.get(timezone)
  if (format === undefined) {
    const parts = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    } as const
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, ...parts, hourCycle: 'h23' })
    FORMATS.set(timezone, format)
  }
  const shown = Date.parse(`${format.format(at).replace(' ', 'T')}:00Z`)
  return shown - Math.floor(at / MINUTE_MS) * MINUTE_MS
}

/** Making one costs more than using it. */
const FORMATS = new Map<string, Intl.DateTimeFormat>()
