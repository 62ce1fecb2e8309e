/**
 * Reporting lines on the resulting population: the lines that this plan sets over the lines that stand in the
 * roster. Finds loops by walking up. What it needs to know of the roster it asks for in rounds, so that a small
 * file against a large roster looks at few people.
 */
import { IntMap, PagedInts } from './int-map.ts'

export class Hierarchy {
  /** Person -> manager as this plan sets it; 0 is "none". Complete before the first question. */
  readonly lines: IntMap
  readonly #stored = new IntMap()
  /** Walked all the way up: a long chain is walked once, not once a member and not once a round. */
  readonly #walked = new PagedInts()
  /** Where the walk goes on; null before it began. */
  #frontier: number[] | null = null

  constructor(lines: IntMap) {
    this.lines = lines
  }

  /** People whose stored manager must be known before the walk can go on; empty when it is at its end. */
  unknown(): number[] {
    const wanted = new Set<number>()
    for (const start of this.#frontier ?? keysOf(this.lines)) {
      const { path, stop } = this.#walk(start, this.#walked)
      if (stop !== 0) wanted.add(stop)
      for (const one of path) if (one !== stop) this.#walked.set(one, 1)
    }
    this.#frontier = [...wanted]
    return this.#frontier
  }

  /** Tells the stored managers of the people asked for; 0 for "none". */
  learn(managers: Iterable<readonly [person: number, manager: number]>): void {
    for (const [person, manager] of managers) this.#stored.set(person, manager)
  }

  /**
   * The loops, each as the people in it, and every one broken: the lines this plan would have set are taken out, so
   * that whoever had a manager before keeps them. Those old lines may close another loop with what is left: ask for
   * `unknown` and break again, until none is found.
   */
  breakLoops(): number[][] {
    const loops: number[][] = []
    const done = new PagedInts()
    const freed: number[] = []
    for (const person of keysOf(this.lines)) {
      const { path, loop } = this.#walk(person, done)
      if (loop.length > 0) loops.push(loop)
      for (const one of loop) if (this.lines.delete(one)) freed.push(one)
      for (const one of path) done.set(one, 1)
    }
    for (const one of freed) this.#walked.set(one, 0)
    this.#frontier = freed
    return loops
  }

  /** Whether the last `breakLoops` took no line out: a loop that the roster alone holds cannot be broken here. */
  get isSettled(): boolean {
    return this.#frontier?.length === 0
  }

  /** Up from a person: to the top, to somebody walked before, to somebody unknown (`stop`) or around a `loop`. */
  #walk(start: number, walked: PagedInts): { path: number[]; stop: number; loop: number[] } {
    const path: number[] = []
    const placeOf = new Map<number, number>()
    let person = start
    while (person !== 0 && walked.get(person) === 0) {
      const place = placeOf.get(person)
      if (place !== undefined) return { path, stop: 0, loop: path.slice(place) }
      placeOf.set(person, path.length)
      path.push(person)
      if (this.lines.has(person)) person = this.lines.get(person)
      else if (this.#stored.has(person)) person = this.#stored.get(person)
      else return { path, stop: person, loop: [] }
    }
    return { path, stop: 0, loop: [] }
  }
}

/** A list of its own: the lines may change while it is gone through. */
function keysOf(lines: IntMap): number[] {
  return Array.from(lines.entries(), ([person]) => person)
}
