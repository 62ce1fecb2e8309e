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

/** The source's last runs that changed the roster and were not taken back, newest first. */
export async function lastApplied(db: Db, run: RunRow): Promise<AppliedRun[]> {
  return await applied(db, run).orderBy('id', 'desc').limit(LOOKED_AT).execute()
}

export type AppliedRun = Pick<RunRow, (typeof COLUMNS)[number]>

const COLUMNS = ['id', 'sha256', 'import_type', 'plan', 'counts', 'decided_by', 'received_at'] as const

function applied(db: Db, run: RunRow) {
  return db
    .selectFrom('run')
    .select(COLUMNS)
    .where('account_id', '=', run.account_id)
    .where('source', '=', run.source)
    .where('state', 'in', ['applied', 'reported', 'succeeded', 'succeeded_with_errors'])
    .where('id', '<>', run.id)
}

/** What came of the source's runs before this one, of which `runs` are the last. */
export async function sourcePast(
  db: Db,
  run: RunRow,
  runs: readonly AppliedRun[],
  now: Date,
): Promise<SourcePast> {
  const last = runs.map(toPast)
  const counts = last.slice(0, STEADY).map(({ rows }) => rows)
  const isSteady = counts.length === STEADY && counts.every((rows) => rows >= FILL_ROWS_MIN)
  const since = new Date(now.getTime() - DAY_MS).toISOString()
  // The last ones are all there are, unless there are as many as were asked for.
  const ofTheDay =
    runs.length < LOOKED_AT
      ? runs.filter(({ decided_by, received_at }) => decided_by === 'policy' && received_at > since)
      : await applied(db, run).where('decided_by', '=', 'policy').where('received_at', '>', since).execute()
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
