/**
 * What must not be taken back for the sake of others: two people would share a key, somebody would report to nobody
 * they know, or to themselves. Pure. One veto may call for the next, so they are looked for until there are no more.
 */
import { IntMap } from '../plan/int-map.ts'
import type { ValueKey } from '../plan/person.ts'
import type { LineBack, Undoing, UndoReason, Vetoes } from './undo-case.ts'

export const KEY_FIELDS = ['employeeId', 'email'] as const
export type KeyField = (typeof KEY_FIELDS)[number]

/** What the whole of an undo needs to remember of each person: a few numbers, and the keys that move. */
export class UndoBalance implements Vetoes {
  /** Person -> manager as it is now, 0 for none. Everybody who is there. */
  readonly lines: IntMap
  readonly #removed = new IntMap()
  readonly #recreated = new Set<number>()
  readonly #linesBack = new Map<number, LineBack>()
  readonly #keysBack = new Map<number, Map<KeyField, string | null>>()
  readonly #keptKeys = new Map<number, Map<KeyField, string | null>>()
  readonly #vetoes = new Map<number, Map<ValueKey | null, UndoReason>>()

  constructor(lines: IntMap) {
    this.lines = lines
  }

  of(person: number, field: ValueKey | null): UndoReason | undefined {
    return this.#vetoes.get(person)?.get(field)
  }

  /** What a person has pinned stays, and so does the person. */
  keep({ person, field }: { readonly person: number; readonly field: ValueKey }): void {
    this.#veto(person, field, 'UNDO_PINNED')
    // Whoever is not there any more may come back with it.
    if (this.lines.has(person)) this.#veto(person, null, 'UNDO_PINNED')
  }

  /** `keys` are the person's keys as they are now. */
  add(
    { personId, action, changes, lineBack }: Undoing,
    keys: Readonly<Record<KeyField, string | null>> | null,
  ): void {
    if (action === 'remove') this.#removed.set(personId, 1)
    if (action === 'recreate') this.#recreated.add(personId)
    if (lineBack !== null) this.#linesBack.set(personId, lineBack)
    if (action === 'remove') return
    const moved = changes
      .filter(([key]) => isKey(key))
      .map(([key, , value]) => [key as KeyField, value] as const)
    if (moved.length === 0) return
    this.#keysBack.set(personId, new Map(moved))
    this.#keptKeys.set(personId, new Map(KEY_FIELDS.map((field) => [field, keys?.[field] ?? null])))
  }

  /** Keys that somebody would get back: who holds them now must be known before `settle`. */
  wanted(field: KeyField): string[] {
    return [...this.#keysBack.values()].flatMap((keys) => keys.get(field) ?? [])
  }

  /** Finds every veto. `holders`: of the wanted keys, who holds them now. */
  settle(holders: Readonly<Record<KeyField, ReadonlyMap<string, number>>>): void {
    for (let isNew = true; isNew; ) {
      isNew = this.#vetoTakenKeys(holders)
      isNew = this.#vetoLastKeys() || isNew
      isNew = this.#vetoManagers() || isNew
      isNew = this.#vetoLoops() || isNew
    }
  }

  /** Who the person reports to afterwards, 0 for nobody. */
  managerOf(person: number): number {
    const now = this.lines.get(person)
    const back = this.#linesBack.get(person)
    if (back === undefined || this.#keepsLine(person)) return now
    if (back.named !== null) return this.#isThere(now) && this.#isCalled(now, back.named) ? now : 0
    return back.manager !== null && this.#isThere(back.manager) ? back.manager : 0
  }

  /** Reporting lines that change, and those of people who come back. */
  *changedLines(): Generator<[person: number, manager: number]> {
    for (const person of this.#linesBack.keys()) {
      if (!this.#isThere(person)) continue
      const manager = this.managerOf(person)
      if (!this.lines.has(person) || manager !== this.lines.get(person)) yield [person, manager]
    }
  }

  /** Whether the person has one of these keys afterwards. */
  #isCalled(person: number, named: NonNullable<LineBack['named']>): boolean {
    const keys = this.#keysBack.get(person)
    if (keys === undefined) return true
    return KEY_FIELDS.some((field) => {
      const isBack = keys.has(field) && this.#getsBack(person, field)
      const key = isBack ? keys.get(field) : this.#keptKeys.get(person)?.get(field)
      return key != null && key === named[field]
    })
  }

  #isThere(person: number): boolean {
    if (this.#recreated.has(person)) return this.of(person, null) === undefined
    return this.lines.has(person) && !(this.#removed.has(person) && this.of(person, null) === undefined)
  }

  #keepsLine(person: number): boolean {
    return this.of(person, 'managerEmail') !== undefined || this.of(person, null) !== undefined
  }

  #veto(person: number, field: ValueKey | null, reason: UndoReason): true {
    const vetoes = this.#vetoes.get(person) ?? new Map<ValueKey | null, UndoReason>()
    this.#vetoes.set(person, vetoes.set(field, reason))
    return true
  }

  /** Somebody who comes back does so with all keys or not at all. */
  #unitOf(person: number, field: KeyField): KeyField | null {
    return this.#recreated.has(person) ? null : field
  }

  #getsBack(person: number, field: KeyField): boolean {
    return this.of(person, this.#unitOf(person, field)) === undefined
  }

  #vetoTakenKeys(holders: Readonly<Record<KeyField, ReadonlyMap<string, number>>>): boolean {
    let isNew = false
    const given = { employeeId: new Map<string, number>(), email: new Map<string, number>() }
    for (const [person, keys] of this.#keysBack) {
      for (const [field, value] of keys) {
        if (value === null || !this.#getsBack(person, field)) continue
        const holder = holders[field].get(value) ?? 0
        const isHeld = holder !== 0 && holder !== person && !this.#givesUp(holder, field)
        if (isHeld || given[field].has(value)) {
          isNew = this.#veto(person, this.#unitOf(person, field), 'UNDO_KEY_TAKEN')
        } else given[field].set(value, person)
      }
    }
    return isNew
  }

  #givesUp(holder: number, field: KeyField): boolean {
    if (!this.#isThere(holder)) return true
    return (this.#keysBack.get(holder)?.has(field) ?? false) && this.#getsBack(holder, field)
  }

  #vetoLastKeys(): boolean {
    let isNew = false
    for (const [person, keys] of this.#keysBack) {
      if (this.#recreated.has(person)) continue
      const then = KEY_FIELDS.map((field) =>
        keys.has(field) && this.#getsBack(person, field)
          ? keys.get(field)
          : this.#keptKeys.get(person)?.get(field),
      )
      if (then.some((value) => value != null)) continue
      for (const [field, value] of keys) {
        if (value === null && this.#getsBack(person, field))
          isNew = this.#veto(person, field, 'UNDO_LAST_KEY')
      }
    }
    return isNew
  }

  /** Whoever somebody will still report to stays; and so do those above them. */
  #vetoManagers(): boolean {
    if (this.#removed.size === 0) return false
    let isNew = false
    const look = (person: number): void => {
      const manager = this.#isThere(person) ? this.managerOf(person) : 0
      if (manager !== 0 && this.#removed.has(manager) && this.of(manager, null) === undefined)
        isNew = this.#veto(manager, null, 'UNDO_HAS_REPORTS')
    }
    for (const [person] of this.lines.entries()) look(person)
    for (const person of this.#recreated) look(person)
    return isNew
  }

  #vetoLoops(): boolean {
    let isNew = false
    for (const person of this.#linesBack.keys()) {
      if (!this.#isThere(person) || this.#keepsLine(person) || !this.#isInLoop(person)) continue
      isNew = this.#veto(person, this.#recreated.has(person) ? null : 'managerEmail', 'UNDO_LOOP')
    }
    return isNew
  }

  #isInLoop(person: number): boolean {
    const seen = new Set<number>()
    for (let at = this.managerOf(person); at !== 0 && !seen.has(at); at = this.managerOf(at)) {
      if (at === person) return true
      seen.add(at)
    }
    return false
  }
}

function isKey(key: ValueKey): key is KeyField {
  return key === 'employeeId' || key === 'email'
}
