/** The demographics of an account with how they are used. */
import type { DemographicSummary } from '../../schemas/demographic.ts'
import { dayIn } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { demographicsOf, fillOf, summaryOf } from '../roster/demographics.ts'
import type { Account } from '../types.ts'
import { parsePlanFacts } from './plan-facts.ts'

/** Applied runs that are looked at to find who last sent a column. */
const LOOKED_AT = 500

export async function summariesOf(db: Db, account: Account, now: Date): Promise<DemographicSummary[]> {
  const known = await demographicsOf(db, account.id)
  const fill = await fillOf(db, account.id, dayIn(account.timezone, now))
  const runs = await db
    .selectFrom('run')
    .select(['id', 'source', 'received_at as at', 'plan'])
    .where('account_id', '=', account.id)
    .where('state', 'in', ['applied', 'reported', 'succeeded', 'succeeded_with_errors', 'undone'])
    .orderBy('id', 'desc')
    .limit(LOOKED_AT)
    .execute()
  const last = new Map<string, DemographicSummary['lastSent']>()
  for (const { id, source, at, plan } of runs) {
    for (const label of parsePlanFacts(plan)?.columns ?? [])
      if (!last.has(label)) last.set(label, { run: id, source, at })
  }
  return known.map((one) => ({ ...summaryOf(one, fill), lastSent: last.get(one.label) ?? null }))
}
