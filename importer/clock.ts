/** Time as an argument: everything that must know what day it is gets a clock, so that a test can say so. */
export interface Clock {
  now(): Date
}

export const SYSTEM_CLOCK: Clock = { now: () => new Date() }

/** The day in a time zone, YYYY-MM-DD. */
export function dayIn(timezone: string, now: Date): string {
  // The Swedish way of writing a date is the ISO one.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' }).format(now)
}
