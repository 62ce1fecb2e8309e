/** Days as they are typed behind an option. */
import { UsageError } from './failure.ts'

/** `text` as a day from today on. `option` is for the complaint. */
export function futureDay(text: string, option: string, now: Date): string {
  const time = Date.parse(`${text}T00:00:00Z`)
  const isDay =
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
  if (!isDay)
    throw new UsageError(
      `${option} takes a day, such as 2027-01-31.`,
      'Write year, month and day with hyphens.',
    )
  if (text < now.toISOString().slice(0, 10)) {
    throw new UsageError(`${option} names a day that is over.`, 'Name a day from today on.')
  }
  return text
}

/** The first moment after that day, in UTC. */
export function endOfDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 24 * 60 * 60_000).toISOString()
}

/** The day that ends then. */
export function lastDayBefore(moment: string): string {
  return new Date(Date.parse(moment) - 1).toISOString().slice(0, 10)
}
