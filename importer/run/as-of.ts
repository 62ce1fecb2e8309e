/** Which moment of an account's history a person means: the end of a day, or after a run. */
import { dayIn, endOfDay } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { ImportError } from '../errors.ts'
import { ID_PATTERN } from '../id.ts'
import { positionAt, type RosterView, rosterView } from '../roster/past.ts'
import type { Account } from '../types.ts'
import { find } from './ledger.ts'
import { parsePlanFacts } from './plan-facts.ts'

export interface AsOf {
  /** Number of the last history row that counts; null for all of them. */
  readonly position: number | null
  /** The day that counts as today, YYYY-MM-DD. */
  readonly today: string
}

/** Throws `AS_OF_INVALID`, `RUN_UNKNOWN`. */
export async function asOfMoment(db: Db, account: Account, now: Date, asOf?: string): Promise<AsOf> {
  if (asOf === undefined) return { position: null, today: dayIn(account.timezone, now) }
  if (ID_PATTERN.test(asOf)) return await afterRun(db, account, asOf)
  if (!isDay(asOf)) throw new ImportError('AS_OF_INVALID', { problem: 'it is neither a day nor a run' })
  const end = endOfDay(account.timezone, asOf)
  return { position: await positionAt(db, account.id, end.toISOString()), today: asOf }
}

/** The roster at that moment. Throws `AS_OF_INVALID`, `RUN_UNKNOWN`. */
export async function rosterAsOf(
  db: Db,
  account: Account,
  now: Date,
  asOf?: string,
): Promise<AsOf & { readonly view: RosterView }> {
  const moment = await asOfMoment(db, account, now, asOf)
  return { ...moment, view: rosterView(db, account.id, moment.position) }
}

async function afterRun(db: Db, account: Account, id: string): Promise<AsOf> {
  const run = await find(db, id)
  if (run?.account_id !== account.id) throw new ImportError('RUN_UNKNOWN', { id })
  const position = parsePlanFacts(run.plan)?.positionAfter ?? null
  if (position === null) throw new ImportError('AS_OF_INVALID', { problem: `run ${id} was not applied` })
  return { position, today: dayIn(account.timezone, new Date(run.finished_at ?? run.received_at)) }
}

function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null
  return at !== null && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}
