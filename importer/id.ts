/**
 * Ids that sort by the time they were made: 50 bits of milliseconds and 29 random bits, in Crockford's base 32,
 * 16 characters. They name runs and deliveries; they are no secrets.
 */
import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** What an id looks like. */
export const ID_PATTERN = /^[0-9a-hjkmnp-tv-z]{16}$/

let lastMs = 0
let lastTail = 0

/** A new id. Within this process ids strictly grow, also within a millisecond or when the clock steps back. */
export function newId(now: Date): string {
  const ms = Math.max(now.getTime(), lastMs)
  // A tail of 30 bits; the top one starts at zero so that counting up within a millisecond has room.
  let tail = (randomBytes(4).readUInt32BE() >>> 3) & 0x1fffffff
  if (ms === lastMs) tail = lastTail + 1
  lastMs = ms
  lastTail = tail
  return encode(ms, 10) + encode(tail, 6)
}

/** Makes the ids to come larger than this one: a clock that was set back must not put new files before old ones. */
export function startAbove(id: string): void {
  if (!ID_PATTERN.test(id)) return
  const [ms, tail] = [decode(id.slice(0, 10)), decode(id.slice(10))]
  if (ms < lastMs || (ms === lastMs && tail <= lastTail)) return
  lastMs = ms
  lastTail = tail
}

/** Smaller than every id made at that time or later, larger than most made before: a clock may have stepped back. */
export function idsFrom(when: Date): string {
  return encode(when.getTime(), 10) + encode(0, 6)
}

function decode(text: string): number {
  return [...text].reduce((sum, sign) => sum * 32 + ALPHABET.indexOf(sign), 0)
}

function encode(value: number, length: number): string {
  let rest = value
  let text = ''
  for (let i = 0; i < length; i++) {
    text = ALPHABET[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  return text
}
