/** What the last runs of a source were like: the guards compare the next file with it. */
import { countsSchema } from '../../schemas/run.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { FILL_ROWS_MIN } from '../plan/fill.ts'
import type { SourcePast } from '../plan/input.ts'
import { parsePlanFacts } from './plan-facts.ts'

/** Runs that are looked at to find one that was large enough. */
const LOOKED_AT = 20
/** A source whose last files were all large enough sends everybody each time; one that sends changes does not. */
const STEADY = 3
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
  const counts = last.slice(0, STEADY).map(({ rows }) => rows)
  const isSteady = counts.length === STEADY && counts.every((rows) => rows >= FILL_ROWS_MIN)
  const ofTheDay = await applied
    .where('decided_by', '=', 'policy')
    .where('received_at', '>', new Date(now.getTime() - DAY_MS).toISOString())
    .execute()
  return {
    isFirstImport: last.length === 0,
    rows: isSteady ? Math.min(...counts) : null,
    fill: last.find(({ fill }) => fill !== null && fill.rows >= FILL_ROWS_MIN)?.fill ?? null,
    leavers: ofTheDay.map(toPast).reduce((sum, { leavers }) => sum + leavers, 0),
  }
}

function toPast({ plan, counts }: Pick<RunRow, 'plan' | 'counts'>) {
  const { read, blank } = countsSchema.parse(JSON.parse(counts))
  const facts = parsePlanFacts(plan)
  return { rows: read - blank, fill: facts?.fill ?? null, leavers: facts?.leavers ?? 0 }
}
