/** What whoever carries messages out of the house needs. */
import type { EngineRoom } from '../engine-room.ts'
import { recordAttempt } from './attempts.ts'
import { settle, take } from './messages.ts'
import { spread } from './spread.ts'
import type { Mailroom } from './types.ts'

export function createMailroom({ db, clock }: EngineRoom): Mailroom {
  return {
    spread: () => spread(db, clock.now()),
    take: (channel, count) => take(db, channel, count, clock.now()),
    attempted: (message, attempt) => recordAttempt(db, message, attempt),
    settle: (message, verdict) => settle(db, message, verdict, { now: clock.now(), random: Math.random }),
  }
}
