/**
 * What taking back a run means for one person. Pure. A value is put back only where nobody touched it since, a person
 * whom the run made goes only where nobody changed them since: what was done later is never lost.
 */
import type { CoreField } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import type { Change } from '../plan/diff.ts'
import { type Person, storedValue, type ValueKey } from '../plan/person.ts'
import { MANAGER } from './apply.ts'
import { ERASED, WHOLE } from './past-person.ts'

/** A change as the history tells it. */
export interface PastChange {
  readonly field: string
  readonly before: string | null
  readonly after: string | null
  readonly run: string
  readonly line: number
}

export interface UndoCase {
  readonly personId: number
  /** What the run did to the person, in order. */
  readonly done: readonly PastChange[]
  /** What was done after that and still stands, in order. */
  readonly since: readonly PastChange[]
  readonly now: Person | null
}

/** Why something is not taken back. */
export const UNDO_REASONS = [
  'UNDO_CHANGED_SINCE',
  'UNDO_GONE',
  'UNDO_HAS_REPORTS',
  'UNDO_KEY_TAKEN',
  'UNDO_LAST_KEY',
  'UNDO_LOOP',
  'UNDO_PINNED',
] as const satisfies readonly IssueCode[]
export type UndoReason = (typeof UNDO_REASONS)[number]

export interface Kept {
  /** Null where it is the whole person. */
  readonly field: ValueKey | null
  readonly reason: UndoReason
}

/** A reporting line that is put back: to that person, or to nobody. */
export interface LineBack {
  readonly manager: number | null
  /**
   * Set where it only followed from the manager's coming, or from a key of theirs: what the person calls the manager. It
   * goes only if the manager goes, or is called otherwise again.
   */
  readonly named: { readonly email: string | null; readonly employeeId: string | null } | null
}

export interface Undoing {
  readonly personId: number
  /** Line of the undone run's file. */
  readonly line: number
  readonly action: 'remove' | 'recreate' | 'restore'
  /** For `remove`: what the person is now. Otherwise what is put back. */
  readonly changes: readonly Change[]
  readonly lineBack: LineBack | null
  readonly kept: readonly Kept[]
}

/** What must stay for the sake of others: of a person as a whole, or one of their fields. */
export interface Vetoes {
  of(person: number, field: ValueKey | null): UndoReason | undefined
}

export const NO_VETOES: Vetoes = { of: () => undefined }

/** The fields that together are one fact. */
const MANAGER_FIELDS: readonly string[] = ['managerEmail', 'managerEmployeeId', MANAGER]

export function undoCase(one: UndoCase, vetoes: Vetoes): Undoing {
  if (one.done.some(({ field }) => field === ERASED))
    return { ...nothing(one), kept: [{ field: null, reason: 'UNDO_GONE' }] }
  const whole = one.done.find(({ field }) => field === WHOLE)
  if (whole === undefined) return restored(one, vetoes)
  return whole.before === null ? removed(one, vetoes) : recreated(one, whole.before, vetoes)
}

function removed(one: UndoCase, vetoes: Vetoes): Undoing {
  const { personId, now, since } = one
  const keep = (reason: UndoReason) => ({ ...nothing(one), kept: [{ field: null, reason }] })
  if (now === null) return keep('UNDO_GONE')
  // Getting the manager one waited for changes nothing that anybody said of the person.
  if (since.some(({ field }) => field !== MANAGER)) return keep('UNDO_CHANGED_SINCE')
  const veto = vetoes.of(personId, null)
  if (veto !== undefined) return keep(veto)
  const changes = valuesOf(now).map(([key, value]) => [key, value, null] as const)
  return { ...nothing(one), action: 'remove', changes }
}

function recreated(one: UndoCase, before: string, vetoes: Vetoes): Undoing {
  const keep = (reason: UndoReason) => ({ ...nothing(one), kept: [{ field: null, reason }] })
  if (one.now !== null || one.since.length > 0) return keep('UNDO_CHANGED_SINCE')
  const veto = vetoes.of(one.personId, null)
  if (veto !== undefined) return keep(veto)
  const { [MANAGER]: manager = null, ...values } = JSON.parse(before) as Record<string, string | null> // our own JSON
  const changes = Object.entries(values).map(([key, value]) => [key as ValueKey, null, value] as const)
  return { ...nothing(one), action: 'recreate', changes, lineBack: lineTo(manager, null) }
}

function restored(one: UndoCase, vetoes: Vetoes): Undoing {
  const { personId, done, since, now } = one
  const fields = done.filter(({ field }) => field !== MANAGER)
  if (now === null) {
    return { ...nothing(one), kept: fields.map(({ field }) => kept(field, 'UNDO_GONE')) }
  }
  const touched = new Set(since.map(({ field }) => field))
  const isManagerTouched = MANAGER_FIELDS.some((field) => touched.has(field))
  const changes: Change[] = []
  const stays: Kept[] = []
  for (const { field, before, after } of fields) {
    const key = field as ValueKey // every other field of the history was looked at above
    const value = storedValue(now, key)
    const isTouched = value !== (after ?? absent(key)) || touched.has(field)
    const reason = vetoes.of(personId, key)
    if (isTouched || (isManagerTouched && MANAGER_FIELDS.includes(field))) {
      stays.push({ field: key, reason: 'UNDO_CHANGED_SINCE' })
    } else if (reason !== undefined) stays.push({ field: key, reason })
    else changes.push([key, value, before])
  }
  const keepsLine =
    isManagerTouched || stays.some(({ field }) => field !== null && MANAGER_FIELDS.includes(field))
  const lineBack = keepsLine ? null : lineOf(one, now, vetoes)
  return { ...nothing(one), changes, lineBack, kept: stays }
}

function lineOf({ personId, done }: UndoCase, now: Person, vetoes: Vetoes): LineBack | null {
  const change = done.find(({ field }) => field === MANAGER)
  if (change === undefined || vetoes.of(personId, 'managerEmail') !== undefined) return null
  if (now.managerId !== idOf(change.after)) return null
  const isDerived =
    change.before === null && !done.some(({ field }) => MANAGER_FIELDS.includes(field) && field !== MANAGER)
  const { managerEmail: email, managerEmployeeId: employeeId } = now.core
  return lineTo(change.before, isDerived ? { email, employeeId } : null)
}

function nothing({ personId, done }: UndoCase): Undoing {
  const line = done.find((change) => change.line > 0)?.line ?? 0
  return { personId, line, action: 'restore', changes: [], lineBack: null, kept: [] }
}

function kept(field: string, reason: UndoReason): Kept {
  return { field: field as ValueKey, reason } // a field of the history that is neither the whole nor the line
}

function lineTo(manager: string | null, named: LineBack['named']): LineBack {
  return { manager: idOf(manager), named }
}

function idOf(text: string | null): number | null {
  return text === null ? null : Number(text)
}

/** Nobody is without this flag. */
function absent(key: ValueKey): string | null {
  return key === 'deactivated' ? 'FALSE' : null
}

/** Everything that is known of a person, as a creation tells it. */
export function valuesOf({ core, demographics }: Person): [ValueKey, string][] {
  const values: [ValueKey, string][] = []
  for (const [field, value] of Object.entries(core) as [CoreField, string | null][]) {
    if (value !== null && value !== absent(field)) values.push([field, value])
  }
  for (const [id, value] of Object.entries(demographics)) values.push([`d${Number(id)}`, value])
  return values
}

/**
 * Of what was done later, what still stands: a change and its own undoing are as if neither had been. `undoes` tells
 * which run a run took back.
 */
export function standing(since: readonly PastChange[], undoes: ReadonlyMap<string, string>): PastChange[] {
  const stands: PastChange[] = []
  for (const change of since) {
    const taken = undoes.get(change.run)
    const at = stands.findLastIndex(({ field }) => field === change.field)
    if (taken !== undefined && stands[at]?.run === taken) stands.splice(at, 1)
    else stands.push(change)
  }
  return stands
}
