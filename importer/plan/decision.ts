/**
 * What one row is to do, once it is known whom it names: take it, hold it for a person to look at, or leave it out.
 * That the same person stands in another row is not looked at here.
 */
import { headerOf } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import { type Change, type Diff, diff, type RowValue } from './diff.ts'
import { type IdentityKey, identityDoubt, isOther } from './identity.ts'
import type { Answers, InputRow, People, PlanContext } from './input.ts'
import type { HoldReason, RowGuard, Settled } from './outcomes.ts'
import { refusalOf, withoutForeign } from './ownership.ts'
import { isDemographicKey, isPresent, type Person, statusOf } from './person.ts'
import { isManagerKey, type PlannedRow } from './planned.ts'
import { daysBefore, sameAs } from './questions.ts'
import type { Slots } from './slots.ts'

/** Whom a row names, by either key. */
export interface Found {
  readonly byId: Person | undefined
  readonly byEmail: Person | undefined
}

/** Says something about the row in hand. */
export type Say = (
  code: IssueCode,
  field: string | null,
  params?: Readonly<Record<string, string | number>>,
  weight?: 'row' | 'info',
) => void

/** A row that is compared with its person, or with nobody for a new one. */
export interface Compared {
  readonly matchedBy: PlannedRow['matchedBy']
  /** null for a new person. */
  readonly person: Person | null
  readonly values: readonly RowValue[]
  readonly diff: Diff
}

export type Decision =
  | { readonly action: 'reject' }
  | { readonly action: 'hold'; readonly reason: HoldReason; readonly compared: Compared | null }
  | {
      readonly action: 'create' | 'update' | 'unchanged'
      readonly compared: Compared
      /** What needs a person's word before it may be taken. */
      readonly guards: readonly RowGuard[]
    }

const REJECT: Decision = { action: 'reject' }

/** Who a row is about under the source's rule, or null for somebody new. */
export function personOf(
  { byId, byEmail }: Found,
  { settings }: Pick<PlanContext, 'settings'>,
): Person | null {
  return (settings.matching === 'emailOnly' ? byEmail : (byId ?? byEmail)) ?? null
}

/** Decides about a row. `isNamedById`: another row names the person of the email by id. */
export function decide(
  row: InputRow,
  found: Found,
  { context, slots, people, answers, isNamedById }: Surroundings,
  say: Say,
): Decision {
  const { byId, byEmail } = found
  const { today, mayReactivate, settings } = context
  if (byId && byEmail && byId.id !== byEmail.id) {
    const reason = isFormer(byEmail, today) && !isFormer(byId, today) ? 'ID_RECYCLED_EMAIL' : 'ID_SWAPPED'
    say(reason, null)
    return { action: 'hold', reason, compared: null }
  }
  const isEmailOnly = settings.matching === 'emailOnly'
  if (isEmailOnly && slots.textOf(row, 'email') === undefined) {
    say('ROW_NO_IDENTIFIER', null)
    return REJECT
  }
  if (isEmailOnly ? byId && !byEmail : !byId && byEmail && isNamedById) {
    say('ID_IN_USE', headerOf(isEmailOnly ? 'employeeId' : 'email'))
    return REJECT
  }
  const person = personOf(found, context)
  const isByEmail = isEmailOnly || !byId
  const values = slots.valuesOf(row)
  if (person === null && row.soleName) nameBy(row.soleName, values)
  dropOwnKeys(values, row, person, slots, say)
  if (person !== null) keepSameManager(values, person, people)
  if (context.policy !== undefined) withoutForeign(values, person, { policy: context.policy, slots }, say)
  const mayClearEnd = context.policy === undefined || refusalOf(context.policy, person, 'endDate') === null
  const difference = diff(person, values, { today, mayReactivate, mayClearEnd })
  const matchedBy = person === null ? 'none' : isByEmail ? 'email' : 'employee_id'
  const isRejected = difference.remarks.some((remark) => remark.rejects)
  const compared: Compared = { matchedBy, person, values, diff: difference }
  if (!isRejected && isRecycled(compared, slots.valueOf(row, 'name'))) {
    say('ID_RECYCLED_EMAIL', headerOf('email'))
    return { action: 'hold', reason: 'ID_RECYCLED_EMAIL', compared }
  }
  for (const { code, key, rejects } of difference.remarks) {
    say(code, key === null || isDemographicKey(key) ? null : headerOf(key), {}, rejects ? 'row' : undefined)
  }
  if (isRejected) return REJECT
  if (person === null && !difference.changes.some(([key]) => key === 'name')) {
    say('ROW_NAME_REQUIRED', headerOf('name'))
    return REJECT
  }
  // Both keys may belong to sources that have not brought the person yet.
  if (person === null && !difference.changes.some(([key]) => key === 'email' || key === 'employeeId')) {
    say('ROW_NO_IDENTIFIER', null)
    return REJECT
  }
  return guarded(row, compared, { context, slots, answers }, say)
}

export interface Surroundings {
  readonly context: PlanContext
  readonly slots: Slots
  readonly people: People
  readonly answers: Answers
  readonly isNamedById: boolean
}

/** What of a row needs a person's word. */
function guarded(
  row: InputRow,
  compared: Compared,
  { context, slots, answers }: Pick<Surroundings, 'context' | 'slots' | 'answers'>,
  say: Say,
): Decision {
  const {
    person,
    diff: { changes, before, after },
  } = compared
  if (person === null) return newcomer(row, compared, { context, slots, answers }, say)
  if (changes.length === 0) return { action: 'unchanged', compared, guards: [] }
  const isByEmail = compared.matchedBy === 'email'
  const { settings, isManual = false } = context
  const guards: RowGuard[] = []
  const holds: RowGuard[] = []
  const doubt = identityDoubt(person, changes, { isByEmail, past: answers.past.get(person.id) })
  if (doubt !== null) {
    say(doubt.code, null, { who: 'This person', fields: listed(doubt.keys) })
    ;(settings.privacyGuard === 'holdRow' && !isManual ? holds : guards).push(doubt.code)
  }
  if (before === 'former' && isPresent(after)) {
    const isFree = isManual || settings.rehires === 'allow'
    say('GUARD_REHIRE', null, { who: 'This person' }, isFree ? 'info' : undefined)
    if (!isFree) (settings.rehires === 'holdRow' ? holds : guards).push('GUARD_REHIRE')
  }
  const [reason] = holds
  return reason ? { action: 'hold', reason, compared } : { action: 'update', compared, guards }
}

/** A new person, unless they are called like somebody known and share a day with them. */
function newcomer(
  row: InputRow,
  compared: Compared,
  { context, slots, answers }: Pick<Surroundings, 'context' | 'slots' | 'answers'>,
  say: Say,
): Decision {
  const same = sameAs(row, slots, answers)
  if (same === null) return { action: 'create', compared, guards: [] }
  say('ID_POSSIBLE_DUPLICATE', null, { same }, context.isManual ? 'info' : undefined)
  if (context.isManual) return { action: 'create', compared, guards: [] }
  return { action: 'hold', reason: 'ID_POSSIBLE_DUPLICATE', compared }
}

/** What is kept of a decision for the counts and the guards. */
export function settledBy(decision: Decision, { today, settings }: PlanContext): Settled {
  if (decision.action === 'reject') return { outcome: 'rejected' }
  if (decision.action === 'hold') return { outcome: 'held', reason: decision.reason }
  const {
    compared: {
      person,
      diff: { before, after, changes },
    },
    guards,
    action,
  } = decision
  const isOnlyManager = changes.length > 0 && changes.every(([key]) => isManagerKey(key))
  // Somebody new had nothing that could be replaced.
  const replaced = person === null ? [] : changes.filter(([, old]) => old !== null)
  return {
    ...{ outcome: OUTCOME_OF[action], isMatched: person !== null, before, after, isOnlyManager, guards },
    leavesSoon:
      person !== null && isPresent(after) && leavesSoon(person, changes, today, settings.leaversAheadDays),
    leavesOn:
      person !== null && isPresent(after)
        ? leavesOn(person, changes, today, settings.leaversAheadDays)
        : null,
    // The flag is counted by those who leave, and nobody misses its FALSE.
    replaces: replaced.some(([key]) => key !== 'deactivated'),
    hasNewId: replaced.some(([key]) => key === 'employeeId'),
  }
}

const OUTCOME_OF = { create: 'created', update: 'updated', unchanged: 'unchanged' } as const

/** Whether somebody who is there and would stay is to leave within the days that count as now. */
function leavesSoon(person: Person, changes: readonly Change[], today: string, days: number): boolean {
  const endDate = changes.find(([key]) => key === 'endDate')?.[2] ?? null
  if (endDate === null || endDate <= today) return false
  const horizon = daysBefore(today, -days)
  return (
    isPresent(statusOf(person.core, today)) && isPresent(statusOf(person.core, horizon)) && endDate <= horizon
  )
}

/** The last day somebody gets who had none, where it is further ahead than that. */
function leavesOn(person: Person, changes: readonly Change[], today: string, days: number): string | null {
  const endDate = changes.find(([key]) => key === 'endDate')?.[2] ?? null
  if (endDate === null || person.core.endDate !== null || endDate <= daysBefore(today, -days)) return null
  return isPresent(statusOf(person.core, today)) ? endDate : null
}

/** The address of somebody who left, with another name; or, where the row gives no name, with another id. */
function isRecycled(
  { person, matchedBy, diff: { before, changes } }: Compared,
  name: string | null | undefined,
): boolean {
  if (person === null || matchedBy !== 'email' || before !== 'former') return false
  if (typeof name === 'string') return isOther('name', person.core.name, name)
  return changes.some(([key, old]) => key === 'employeeId' && old !== null)
}

function isFormer(person: Person, today: string): boolean {
  return statusOf(person.core, today) === 'former'
}

function listed(keys: readonly IdentityKey[]): string {
  const names = keys.map((key) => headerOf(key))
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** Gives a name to a row that has none. */
function nameBy(soleName: string, values: RowValue[]): void {
  const place = values.findIndex((one) => one.key === 'name')
  if (place >= 0 && typeof values[place]?.value !== 'string') values[place] = { key: 'name', value: soleName }
}

/** Nobody reports to themselves: such a cell is dropped, so that a manager known before stays. */
function dropOwnKeys(values: RowValue[], row: InputRow, person: Person | null, slots: Slots, say: Say): void {
  for (const [place, { key, value }] of values.entries()) {
    if ((key !== 'managerEmail' && key !== 'managerEmployeeId') || typeof value !== 'string') continue
    const field = key === 'managerEmail' ? 'email' : 'employeeId'
    const given = slots.valueOf(row, field)
    if (value !== (given === undefined ? person?.core[field] : given)) continue
    values[place] = { key, value: undefined }
    say('HIER_SELF', headerOf(key))
  }
}

/**
 * A manager is a person, not a text: a row that names the manager somebody has, by whatever id or address, changes
 * nothing. Only where all that the row names is that one person: otherwise it contradicts itself, and must say so.
 */
function keepSameManager(values: RowValue[], { managerId }: Person, people: People): void {
  if (managerId === null) return
  const given: number[] = []
  for (let place = 0; place < values.length; place++) {
    const { key, value } = values[place] as RowValue // place is below its length
    if (value === undefined || !isManagerKey(key)) continue
    const found = key === 'managerEmail' ? people.byEmail : people.byEmployeeId
    if (value === null || found.get(value)?.id !== managerId) return
    given.push(place)
  }
  for (const place of given) values[place] = { ...(values[place] as RowValue), value: undefined } // just found there
}
