/** Time as an argument: everything that must know what day it is gets a clock, so that a test can say so. */
export interface Clock {
  now(): Date
}

export const SYSTEM_CLOCK: Clock = { now: () => new Date() }

/** The last moment of a day in a time zone, to the millisecond: the clocks may have been changed on that day. */
export function endOfDay(timezone: string, day: string): Date {
  const noon = Date.parse(`${day}T12:00:00Z`)
  // No time zone is further than 26 hours from another. Halving finds the border between that day and the next.
  let [on, past] = [noon - 40 * 3_600_000, noon + 40 * 3_600_000]
  while (past - on > 1) {
    const middle = Math.floor((on + past) / 2)
    if (dayIn(timezone, new Date(middle)) <= day) on = middle
    else past = middle
  }
  return new Date(on)
}

/** The day in a time zone, YYYY-MM-DD. */
export function dayIn(timezone: string, now: Date): string {
  let format = FORMATS.get(timezone)
  if (format === undefined) {
    // The Swedish way of writing a date is the ISO one.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' })
    FORMATS.set(timezone, format)
  }
  return format.format(now)
}

/** Making one costs more than a small file does; there are some hundred time zones. */
const FORMATS = new Map<string, Intl.DateTimeFormat>()
