/** Time as the HTTP client sees it, as an argument: a test must not wait for a backoff. */
import { setTimeout } from 'node:timers/promises'

export interface Timing {
  /** Milliseconds that only ever grow. */
  now(): number
  /** Milliseconds since 1970, to read dates that an API names. */
  date(): number
  /** Throws the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** From 0 to 1, for jitter. */
  random(): number
}

export const SYSTEM_TIMING: Timing = {
  now: () => performance.now(),
  date: () => Date.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, signal === undefined ? {} : { signal }),
  random: () => Math.random(),
}
