/** When a request is tried again, and after how long. */
import type { ApiAnswer } from './client.ts'
import type { Timing } from './timing.ts'

/** Statuses that another try may change: too many, too slow, and mistakes of the server's own. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505)
}

const FIRST_MS = 500
const LONGEST_MS = 30_000

/** Twice as long every time, with half of it by chance, so that those who failed together do not return together. */
export function backoffMs(tries: number, timing: Timing): number {
  const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1))
  return Math.round(ms / 2 + (ms / 2) * timing.random())
}

/** Milliseconds the API asks for: `Retry-After` as seconds or as a date, or the time at which a count begins anew. */
export function askedMs({ headers }: ApiAnswer, timing: Timing): number | null {
  const after = headers['retry-after']?.trim()
  if (after !== undefined) {
    if (/^\d+(?:\.\d+)?$/.test(after)) return Number(after) * 1_000
    const date = Date.parse(after)
    if (!Number.isNaN(date)) return Math.max(0, date - timing.date())
  }
  const reset = headers['x-ratelimit-reset']?.trim() ?? ''
  return /^\d{10}$/.test(reset) ? Math.max(0, Number(reset) * 1_000 - timing.date()) : null
}
