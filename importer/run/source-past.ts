/** What the last runs of a source were like: the guards compare the next file with it. */
import { countsSchema } from '../../schemas/run.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { FILL_ROWS_MIN } from '../plan/fill.ts'
import type { SourcePast } from '../plan/input.ts'
import { parsePlanFacts } from './plan-facts.ts'

/** Runs that are looked at to find some that were large enough. */
const LOOKED_AT = 20
/** Files differ in length; the smallest of so many is what a file is compared with. */
const COMPARED = 3
const DAY_MS = 86_400_000

/** What came of the source's runs before this one. Only what was applied, and not taken back, counts. */
export async function sourcePast(db: Db, run: RunRow, now: Date): Promise<SourcePast> {
  const applied = db
    .selectFrom('run')
    .select(['plan', 'counts'])
    .where('account_id', '=', run.account_id)
    .where('source', '=', run.source)
    .where('state', 'in', ['applied', 'reported', 'succeeded', 'succeeded_with_errors'])
    .where('id', '<>', run.id)
  const last = (await applied.orderBy('id', 'desc').limit(LOOKED_AT).execute()).map(toPast)
  const compared = last.filter(({ rows }) => rows >= FILL_ROWS_MIN).slice(0, COMPARED)
  const ofTheDay = await applied
    .where('decided_by', '=', 'policy')
    .where('received_at', '>', new Date(now.getTime() - DAY_MS).toISOString())
    .execute()
  return {
    isFirstImport: last.length === 0,
    rows: compared.length === 0 ? null : Math.min(...compared.map(({ rows }) => rows)),
    fill: compared.find(({ fill }) => fill !== null)?.fill ?? null,
    leavers: ofTheDay.map(toPast).reduce((sum, { leavers }) => sum + leavers, 0),
  }
}

function toPast({ plan, counts }: Pick<RunRow, 'plan' | 'counts'>) {
  const { read, blank } = countsSchema.parse(JSON.parse(counts))
  const facts = parsePlanFacts(plan)
  return { rows: read - blank, fill: facts?.fill ?? null, leavers: facts?.leavers ?? 0 }
}
