/** What should make somebody look at a source. Pure: from its last files to the warnings that hold now. */
import { type FeedCode, type WatchSettings, WEEKDAYS } from '../../schemas/watch.ts'
import { FILL_ROWS_MIN, type Fill, fillLosses } from '../plan/fill.ts'

export interface FeedFacts {
  /** All times are local ones, `YYYY-MM-DD HH:MM`, so that they compare as texts. */
  readonly now: string
  /** When the account was added: nobody can be late before. */
  readonly begun: string
  /** Files as they came, the newest first, also such as changed nothing. */
  readonly received: readonly { readonly at: string; readonly sha256: string | null }[]
  /** Applied files, the newest first. */
  readonly applied: readonly { readonly rows: number; readonly fill: Fill | null }[]
}

export interface Warning {
  readonly code: FeedCode
  readonly params: Readonly<Record<string, string | number>>
}

/** Applied files that are looked at for a drift. */
export const DRIFT_FILES = 6
const DRIFT_FILES_MIN = 4
const DAY_MS = 86_400_000

export function feedWarnings(facts: FeedFacts, settings: WatchSettings): Warning[] {
  return [...late(facts, settings), ...identical(facts, settings), ...drift(facts, settings)]
}

/** Late is whose last file came no later than the time before the last one at which one was due. */
function late({ now, begun, received }: FeedFacts, { expectedBy, expectedOn }: WatchSettings): Warning[] {
  if (expectedBy === '') return []
  const due: string[] = []
  // Within two weeks every day of the week comes twice.
  for (let back = 0; due.length < 2 && back <= 14; back++) {
    const day = dayBefore(now.slice(0, 10), back)
    const weekday = WEEKDAYS[(new Date(day).getUTCDay() + 6) % 7]
    if (weekday !== undefined && expectedOn.includes(weekday) && `${day} ${expectedBy}` <= now)
      due.push(`${day} ${expectedBy}`)
  }
  const [expected = '', before = ''] = due
  const last = received[0]?.at ?? null
  if ((last ?? begun) > before) return []
  return [{ code: 'FEED_LATE', params: { expected, last: last ?? 'never' } }]
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10)
}

function identical({ received }: FeedFacts, { identicalDays }: WatchSettings): Warning[] {
  const sha256 = received[0]?.sha256
  if (identicalDays === 0 || sha256 === null || sha256 === undefined) return []
  const other = received.findIndex((one) => one.sha256 !== sha256)
  const same = other < 0 ? received : received.slice(0, other)
  const days = new Set(same.map(({ at }) => at.slice(0, 10)))
  if (days.size <= identicalDays) return []
  return [{ code: 'FEED_IDENTICAL', params: { days: days.size, since: [...days].sort()[0] ?? '' } }]
}

/** Only of a source whose files are all of about one size: one that sends changes has no size of its own. */
function drift({ applied }: FeedFacts, { driftShareMax }: WatchSettings): Warning[] {
  const files = applied.slice(0, DRIFT_FILES)
  const [now, first] = [files[0], files.at(-1)]
  if (now === undefined || first === undefined || files.length < DRIFT_FILES_MIN || !isSteady(files))
    return []
  const warnings: Warning[] = []
  const count = files.length
  if (Math.abs(now.rows - first.rows) > first.rows * driftShareMax) {
    const params = { before: first.rows, now: now.rows, files: `${count} files` }
    warnings.push({ code: 'FEED_ROWS_DRIFT', params })
  }
  const losses = now.fill === null ? [] : fillLosses(first.fill, now.fill, driftShareMax)
  const [worst] = losses
  if (worst === undefined) return warnings
  const more = losses.length > 1 ? `, and ${losses.length - 1} more` : ''
  const params = {
    header: worst.column,
    before: percent(worst.before),
    now: percent(worst.now),
    files: count,
    more,
  }
  return [...warnings, { code: 'FEED_FILL_DRIFT', params }]
}

function isSteady(files: FeedFacts['applied']): boolean {
  return files.every(({ rows }, at) => {
    const next = files[at + 1]?.rows ?? rows
    return rows >= FILL_ROWS_MIN && rows >= next / 2 && rows <= next * 2
  })
}

function percent(share: number): number {
  return Math.round(share * 100)
}
