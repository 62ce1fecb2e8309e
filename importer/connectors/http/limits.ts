/** What keeps the requests of a connection within what its API allows. */
import type { Timing } from './timing.ts'

/**
 * So many requests a minute: a tenth of them at once, the others evenly. Who comes when there is none left waits,
 * in order of coming.
 */
export class TokenBucket {
  readonly #timing: Timing
  readonly #perMs: number
  readonly #most: number
  #tokens: number
  #at: number
  #closedUntil = 0

  constructor(perMinute: number, timing: Timing) {
    this.#timing = timing
    this.#perMs = perMinute / 60_000
    this.#most = Math.ceil(perMinute / 10)
    this.#tokens = this.#most
    this.#at = timing.now()
  }

  async take(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const waitMs = this.#waitMs()
      if (waitMs <= 0) break
      await this.#timing.sleep(waitMs, signal)
    }
    this.#tokens -= 1
  }

  /** The API said when it may be asked again; that holds for every request of the connection. */
  closeFor(ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#timing.now() + ms)
  }

  #waitMs(): number {
    const now = this.#timing.now()
    this.#tokens = Math.min(this.#most, this.#tokens + (now - this.#at) * this.#perMs)
    this.#at = now
    const untilOpen = this.#closedUntil - now
    return untilOpen > 0 ? untilOpen : Math.ceil((1 - this.#tokens) / this.#perMs)
  }
}

/** So many at the same time; the others wait in order of coming. */
export class Gate {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #inside = 0

  constructor(most: number) {
    this.#most = most
  }

  async through<T>(task: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#inside += 1
    try {
      return await task()
    } finally {
      // Whoever waits longest takes over the place.
      const next = this.#waiting.shift()
      if (next === undefined) this.#inside -= 1
      else next()
    }
  }
}

/**
 * Failed requests to one server in the last ten seconds, of all connections together: Merge blocks an address after
 * the twentieth, and with it every customer behind it.
 */
export class FailureWindow {
  readonly #timing: Timing
  readonly #failures: number[] = []

  constructor(timing: Timing) {
    this.#timing = timing
  }

  note(): void {
    this.#failures.push(this.#timing.now())
  }

  /** Waits until there is room for one more failure. */
  async room(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const now = this.#timing.now()
      while ((this.#failures[0] ?? now) <= now - FAILURES_MS) this.#failures.shift()
      const oldest = this.#failures[0]
      if (this.#failures.length < FAILURES_MAX || oldest === undefined) return
      await this.#timing.sleep(oldest + FAILURES_MS - now, signal)
    }
  }
}

const FAILURES_MS = 10_000
/** Requests that are under way already may fail as well, so it stays well below twenty. */
const FAILURES_MAX = 10

/**
 * Stops asking an API that keeps refusing a credential. What was refused while it was under way together counts
 * once: when a token ends, every request that carries it is refused.
 */
export class Breaker {
  readonly #timing: Timing
  #sent = 0
  #sentAtRefusal = 0
  #refusals = 0
  #openUntil = 0

  constructor(timing: Timing) {
    this.#timing = timing
  }

  get isOpen(): boolean {
    return this.#timing.now() < this.#openUntil
  }

  /** The number of a request that is about to be sent. */
  begin(): number {
    this.#sent += 1
    return this.#sent
  }

  note(request: number, status: number): void {
    if (status < 400) this.#refusals = 0
    if (status !== 401 || this.isOpen || request <= this.#sentAtRefusal) return
    this.#sentAtRefusal = this.#sent
    this.#refusals += 1
    if (this.#refusals < REFUSALS_MAX) return
    // Afterwards it counts anew: the first try may still be with the old credential.
    this.#refusals = 0
    this.#openUntil = this.#timing.now() + OPEN_MS
  }
}

export const REFUSALS_MAX = 4
const OPEN_MS = 60_000
