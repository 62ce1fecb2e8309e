/** Numbers that look drawn by lot and are the same for the same seed, for tests that try many inputs. */

export interface Draw {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `from` up to and including `to`. */
  int(from: number, to: number): number
  pick<T>(from: readonly T[]): T
  isLucky(chance: number): boolean
}

/** mulberry32 */
export function drawing(seed: number): Draw {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    int,
    pick: (from) => {
      const one = from[int(0, from.length - 1)]
      if (one === undefined) throw new Error('there is nothing to pick from')
      return one
    },
    isLucky: (chance) => next() < chance,
  }
}
