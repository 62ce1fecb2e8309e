/**
 * Which source may write which field of whom. Pure. A value that is refused is as if the row had not given it: what is
 * stored stays, and the row goes on without it.
 */
import type { FieldOwnership, Ownership, Right } from '../../schemas/ownership.ts'
import type { Say } from './decision.ts'
import { isNoFlag, type RowValue } from './diff.ts'
import { type Person, storedValue, type ValueKey } from './person.ts'
import { isManagerKey } from './planned.ts'
import type { Slots } from './slots.ts'

/** What one source may do to a field, where it is less than everything. */
export interface Rule {
  readonly right: Exclude<Right, 'always'>
  /** The source that owns the field; null where none does. */
  readonly owner: string | null
}

export interface PinInForce {
  readonly by: string
  /** The last day, or null for good. */
  readonly until: string | null
}

/** What a run must leave alone. None at all where nothing is set: then nothing is asked, of any row. */
export interface WritePolicy {
  readonly rules: ReadonlyMap<ValueKey, Rule>
  /** By person. */
  readonly pins: ReadonlyMap<number, ReadonlyMap<ValueKey, PinInForce>>
}

/** Asks whether a source has been silent for so many days. */
export type IsSilent = (source: string, days: number) => boolean

/** What a source may do to a field now, and who owns the field. */
export function rightOf(
  source: string,
  { sources, others, silentDays }: FieldOwnership,
  isSilent: IsSilent,
): { readonly right: Right; readonly owner: string | null } {
  const owners = sources.filter(({ mode }) => mode === 'always').map((one) => one.source)
  // Whoever sends something is not silent. Where all are, the first of them still owns the field.
  const speaks = (one: string) => one === source || silentDays === null || !isSilent(one, silentDays)
  const owner = owners.find(speaks) ?? owners[0] ?? null
  const named = sources.find((one) => one.source === source)
  if (named?.mode !== 'always') return { right: named?.mode ?? others, owner }
  return { right: owner === source ? 'always' : 'standIn', owner }
}

/** The fields that a source may not simply write. */
export function rulesFor(source: string, ownership: Ownership, isSilent: IsSilent): Map<ValueKey, Rule> {
  const rules = new Map<ValueKey, Rule>()
  for (const [key, field] of Object.entries(ownership)) {
    const { right, owner } = rightOf(source, field, isSilent)
    if (right !== 'always') rules.set(key as ValueKey, { right, owner }) // keys are checked when they are set
  }
  return rules
}

/** The fields that are one fact with this one: a reporting line has two possible keys. */
export function keysOfFact(key: ValueKey): readonly ValueKey[] {
  return isManagerKey(key) ? ['managerEmail', 'managerEmployeeId'] : [key]
}

export type Refusal =
  | { readonly code: 'W_PINNED'; readonly pin: PinInForce }
  | { readonly code: 'W_NOT_OWNER'; readonly rule: Rule }

/** Why a run must not write this field of this person (null: of somebody new), or null where it may. */
export function refusalOf(
  { rules, pins }: WritePolicy,
  person: Person | null,
  key: ValueKey,
): Refusal | null {
  const pin = person === null ? undefined : pins.get(person.id)?.get(key)
  if (pin !== undefined) return { code: 'W_PINNED', pin }
  const rule = rules.get(key)
  return rule === undefined || mayWrite(rule, person, key) ? null : { code: 'W_NOT_OWNER', rule }
}

/** Of somebody new the owner has said nothing yet; what it says later goes before. */
function mayWrite({ right }: Rule, person: Person | null, key: ValueKey): boolean {
  if (right === 'never') return false
  if (person === null) return true
  return right === 'fillIfEmpty' && keysOfFact(key).every((one) => storedValue(person, one) === null)
}

/** Takes out of a row what it must not write, and says so; what changes nothing is not worth a word. */
export function withoutForeign(
  values: RowValue[],
  person: Person | null,
  { policy, slots }: { readonly policy: WritePolicy; readonly slots: Slots },
  say: Say,
): void {
  for (const [place, { key, value }] of values.entries()) {
    const before = person === null ? null : storedValue(person, key)
    if (value === undefined || value === before || isNoFlag(person, key, value)) continue
    const refusal = refusalOf(policy, person, key)
    if (refusal === null) continue
    values[place] = { key, value: undefined }
    say(refusal.code, slots.nameOf(key), wordsOf(refusal))
  }
}

function wordsOf(refusal: Refusal): Record<string, string> {
  if (refusal.code === 'W_PINNED') {
    const { by, until } = refusal.pin
    return { by, until: until === null ? '' : ` until ${until}` }
  }
  const { right, owner } = refusal.rule
  const whose = owner === null ? 'no source owns it' : `it belongs to the source "${owner}"`
  return {
    why: right === 'fillIfEmpty' ? `this source only fills it where it is empty, and ${whose}` : whose,
  }
}
