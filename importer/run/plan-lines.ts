/** The end of a plan: who reports to whom after it, with what only the roster can tell about it. */
import type { IntMap } from '../plan/int-map.ts'
import type { KeysToLookUp, Planner } from '../plan/planner.ts'
import type { TopsChange } from '../plan/tops.ts'
import type { RosterLookup, Waiting } from '../roster/lookup.ts'

export class PlanLines {
  readonly #planner: Planner
  readonly #roster: RosterLookup
  readonly #today: string
  /** People in no row of the file who now have the manager they waited for. */
  readonly #linkedLate: number[] = []

  constructor(planner: Planner, roster: RosterLookup, today: string) {
    this.#planner = planner
    this.#roster = roster
    this.#today = today
  }

  /** Person -> manager, without loops. */
  async resolve(): Promise<IntMap> {
    const [planner, roster] = [this.#planner, this.#roster]
    const hierarchy = planner.hierarchy()
    for await (const some of roster.waiting()) {
      // Somebody's manager may be one whose row was not read.
      if (planner.hasKnownRows) planner.recall(await roster.people(keysOfManagers(some)))
      for (const person of some) {
        const manager = planner.managerFor(person)
        if (manager === 0) continue
        hierarchy.lines.set(person.id, manager)
        if (!planner.isSpokenFor(person.id)) this.#linkedLate.push(person.id)
      }
    }
    for (let isDone = false; !isDone; ) {
      for (let unknown = hierarchy.unknown(); unknown.length > 0; unknown = hierarchy.unknown()) {
        hierarchy.learn(await roster.managersOf(unknown))
      }
      planner.reportLoops(hierarchy.breakLoops())
      isDone = hierarchy.isSettled
    }
    const { lines } = hierarchy
    planner.reportInactive(lines, await roster.absentAmong([...planner.managersBeyond(lines)], this.#today))
    return lines
  }

  /** People who report to nobody, before and after. */
  async tops(lines: IntMap): Promise<TopsChange> {
    const before = await this.#roster.countTops(this.#today)
    const linked = this.#linkedLate.filter((person) => lines.get(person) !== 0)
    const absent = await this.#roster.absentAmong(linked, this.#today)
    return { before, after: before + this.#planner.moreTops(lines) - (linked.length - absent.size) }
  }
}

function keysOfManagers(waiting: readonly Waiting[]): KeysToLookUp {
  const keys = { employeeIds: new Set<string>(), emails: new Set<string>() }
  for (const { managerEmail, managerEmployeeId } of waiting) {
    if (managerEmail !== null) keys.emails.add(managerEmail)
    if (managerEmployeeId !== null) keys.employeeIds.add(managerEmployeeId)
  }
  return keys
}
