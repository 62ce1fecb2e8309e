/** What a plan must not do without a person's word. Each guard says in one sentence, with numbers, what it saw. */
import type { GuardSettings } from '../../schemas/guards.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import { FILL_ROWS_MIN, type Fill, fillLosses } from './fill.ts'
import type { SourcePast } from './input.ts'
import { isRowGuard, type Tally } from './outcomes.ts'
import { daysBefore } from './questions.ts'
import type { TopsChange } from './tops.ts'

export interface GuardFacts {
  /** Active people before the run. */
  readonly active: number
  readonly tally: Tally
  readonly fill: Fill
  /** What the source's last runs were like. */
  readonly past: SourcePast
  readonly hierarchy: {
    /** Cells that name a manager who could not be set. */
    readonly problems: number
    /** Null where the source does not limit them. */
    readonly tops: TopsChange | null
  }
}

/** A guard that tripped: the code, the numbers of its sentence, and how many rows it concerns. */
export interface Trip {
  readonly code: IssueCode
  readonly rows: number
  readonly params: Readonly<Record<string, string | number>>
}

/** Below this many active people a share says nothing, so only the count applies. */
const SHARE_FROM = 20

/** The guards that trip. */
export function guard(facts: GuardFacts, settings: GuardSettings): Trip[] {
  return [
    ...doubtfulRows(facts.tally, settings),
    ...massLeavers(facts, settings),
    ...leaversAhead(facts, settings),
    ...massNew(facts, settings),
    ...massUpdates(facts, settings),
    ...keyChanges(facts, settings),
    ...massErrors(facts, settings),
    ...fillLoss(facts, settings),
    ...rowDrop(facts, settings),
    ...managers(facts, settings),
    ...tooManyTops(facts, settings),
  ]
}

/** Whichever is more: the count, or the share of all. */
function limitOf(all: number, countMax: number, shareMax: number): number {
  return Math.max(countMax, all >= SHARE_FROM ? Math.floor(all * shareMax) : 0)
}

/** Rows that wait, and rows that are taken once a person agrees. Rows that only wait themselves hold nobody else. */
function doubtfulRows({ held, guarded }: Tally, { doubtfulPeople }: GuardSettings): Trip[] {
  const doubts = doubtfulPeople === 'holdRow' ? [] : [...held].filter(([code]) => code.startsWith('ID_'))
  return [...doubts, ...guarded].sort(byCode).map(([code, rows]) => {
    const who = `${rows} ${rows === 1 ? 'person' : 'people'}`
    return { code, rows, params: { ...IN_GENERAL[code], ...(isRowGuard(code) ? { who } : {}) } }
  })
}

/** For sentences that name a row's own fields where they are about one row. */
const CHANGED = { fields: 'two or more of Name, Date of Birth, Email and Employee Id' }
const IN_GENERAL: Partial<Record<IssueCode, Record<string, string>>> = {
  GUARD_PRIVACY: CHANGED,
  GUARD_PRIVACY_WINDOW: CHANGED,
  ID_POSSIBLE_DUPLICATE: { same: 'date of birth or start date' },
}

function byCode([one]: readonly [string, number], [other]: readonly [string, number]): number {
  return one < other ? -1 : 1
}

/** Leavers now, leavers soon, and those that earlier files of the day took away without a person's word. */
function massLeavers({ active, tally, past }: GuardFacts, settings: GuardSettings): Trip[] {
  const limit = limitOf(active, settings.leaversMax, settings.leaversShareMax)
  const now = tally.leavers + tally.leaversSoon
  const leavers = now + past.leavers
  if (now === 0 || leavers <= limit) return []
  const soon =
    tally.leaversSoon > 0 ? `, ${tally.leaversSoon} of them within ${settings.leaversAheadDays} days` : ''
  const before = past.leavers > 0 ? `, with the ${past.leavers} of the last 24 hours` : ''
  return [
    { code: 'GUARD_MASS_LEAVERS', rows: now, params: { leavers, active, limit, detail: soon + before } },
  ]
}

/** Last days further ahead: nobody will look at them when they come, so those that lie together count now. */
function leaversAhead({ active, tally }: GuardFacts, settings: GuardSettings): Trip[] {
  const limit = limitOf(active, settings.leaversMax, settings.leaversShareMax)
  const most = mostTogether(tally.leaversLater, settings.leaversAheadDays)
  if (most.leavers <= limit) return []
  return [{ code: 'GUARD_LEAVERS_AHEAD', rows: most.leavers, params: { ...most, active, limit } }]
}

/** The stretch of so many days and one on which most leave, with its first and last day that somebody leaves. */
function mostTogether(byDay: ReadonlyMap<string, number>, days: number) {
  const all = [...byDay].sort(byCode)
  let most = { leavers: 0, from: '', to: '' }
  let [first, sum] = [0, 0]
  for (const [to, count] of all) {
    sum += count
    for (; daysBefore(to, days) > (all[first]?.[0] ?? to); first++) sum -= all[first]?.[1] ?? 0
    if (sum > most.leavers) most = { leavers: sum, from: all[first]?.[0] ?? to, to }
  }
  return most
}

function massNew({ active, tally, past }: GuardFacts, settings: GuardSettings): Trip[] {
  const { created } = tally.counts
  const limit = limitOf(active, settings.newMax, settings.newShareMax)
  if (past.isFirstImport || created <= limit) return []
  return [{ code: 'GUARD_MASS_NEW', rows: created, params: { created, active, limit } }]
}

function massUpdates({ active, tally }: GuardFacts, settings: GuardSettings): Trip[] {
  const updates = tally.replaced
  const limit = limitOf(active, settings.updatesMax, settings.updatesShareMax)
  if (updates <= limit) return []
  return [{ code: 'GUARD_MASS_UPDATES', rows: updates, params: { updates, active, limit } }]
}

function keyChanges({ active, tally }: GuardFacts, settings: GuardSettings): Trip[] {
  const changes = tally.newIds
  const limit = limitOf(active, settings.keyChangesMax, settings.keyChangesShareMax)
  if (changes <= limit) return []
  return [{ code: 'GUARD_KEY_CHANGE', rows: changes, params: { changes, active, limit } }]
}

function massErrors({ tally: { counts } }: GuardFacts, settings: GuardSettings): Trip[] {
  const { rejected } = counts
  const rows = counts.read - counts.blank
  const limit = limitOf(rows, settings.rejectedMax, settings.rejectedShareMax)
  if (rejected <= limit) return []
  return [{ code: 'GUARD_MASS_ERRORS', rows: rejected, params: { rejected, rows, limit } }]
}

/** One trip a column: each has a cause of its own. */
function fillLoss({ fill, past }: GuardFacts, { fillLossMax }: GuardSettings): Trip[] {
  return fillLosses(past.fill, fill, fillLossMax).map(({ column, before, now }) => ({
    code: 'GUARD_FILL_RATE',
    rows: 0,
    params: { header: column, before: percent(before), now: percent(now) },
  }))
}

function rowDrop({ tally: { counts }, past }: GuardFacts, { rowsShareMin }: GuardSettings): Trip[] {
  const rows = counts.read - counts.blank
  if (past.rows === null || past.rows < FILL_ROWS_MIN || rows >= past.rows * rowsShareMin) return []
  return [
    { code: 'GUARD_ROW_DROP', rows: 0, params: { rows, before: past.rows, share: percent(rowsShareMin) } },
  ]
}

function managers({ hierarchy: { problems } }: GuardFacts, { managerProblems }: GuardSettings): Trip[] {
  if (managerProblems === 'drop' || problems === 0) return []
  return [{ code: 'GUARD_MANAGERS', rows: problems, params: { problems } }]
}

/** A roster that had too many before is no reason to hold every file. */
function tooManyTops({ hierarchy: { tops } }: GuardFacts, { topsMax }: GuardSettings): Trip[] {
  if (tops === null || topsMax === null || tops.after <= Math.max(topsMax, tops.before)) return []
  const { before, after } = tops
  return [
    { code: 'HIER_TOO_MANY_TOPS', rows: after - before, params: { tops: after, before, limit: topsMax } },
  ]
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
