/** How the sources of an account are doing: their last runs, day by day, and what stands out. Reads only. */
import { dayIn } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { DayOfRuns, Overview, RunLine, SourceOverview, Trends } from '../insight-types.ts'
import { sourceStatus, statusWeight, usualGap } from '../report/source-status.ts'
import type { CensusTaker } from '../roster/headcount.ts'
import { listSources } from '../sources.ts'
import type { Account } from '../types.ts'
import { parsePlanFacts } from './plan-facts.ts'
import { heldCount, type LineRow, linesSince, runLines, toLines } from './run-lines.ts'

const DAYS = 30
const DAY_MS = 86_400_000
/** More runs than that in a month are looked at by their newest. */
const RUNS_MOST = 3_000
const APPLIED = ['applied', 'reported', 'succeeded', 'succeeded_with_errors'] as const

export interface Look {
  readonly db: Db
  readonly account: Account
  readonly now: Date
  readonly census: CensusTaker
}

export async function overviewOf({ db, account, now, census }: Look): Promise<Overview> {
  const recent = await recentRows({ db, account, now })
  const sources: SourceOverview[] = []
  for (const { name, kind } of await listSources(db, account.slug))
    sources.push(await sourceOf({ db, account, now, name, kind }, recent))
  return {
    sources: sources.sort((a, b) => statusWeight(a.status) - statusWeight(b.status)),
    held: await heldCount(db, account.id),
    people: (await census.of(account, now))?.people ?? null,
  }
}

export async function trendsOf({ db, account, now, census }: Look): Promise<Trends> {
  const recent = await recentRows({ db, account, now })
  const runs = await toLines(db, account.id, recent.toReversed())
  return {
    months: (await census.of(account, now))?.months ?? null,
    runs,
    days: daysOf(runs, account, now),
    fill: await fillOf(db, account),
  }
}

async function recentRows({ db, account, now }: Omit<Look, 'census'>): Promise<LineRow[]> {
  return await linesSince(db, account.id, new Date(now.getTime() - (DAYS - 1) * DAY_MS), RUNS_MOST)
}

async function sourceOf(
  of: Omit<Look, 'census'> & { readonly name: string; readonly kind: string },
  recent: readonly LineRow[],
): Promise<SourceOverview> {
  const { db, account, now, name, kind } = of
  const own = recent.filter(({ source }) => source === name)
  // One that has been silent for a month is told from its last runs all the same.
  const lines =
    own.length > 0
      ? await toLines(db, account.id, own)
      : (await runLines(db, account.id, { source: name, limit: 20 })).runs
  const good = lines.find(isApplied)
  const older = good ?? (await runLines(db, account.id, { source: name, states: APPLIED, limit: 1 })).runs[0]
  const runs = lines.map((line) => ({ ...line, hasErrors: line.state === 'succeeded_with_errors' }))
  return {
    ...{ name, kind },
    status: sourceStatus({ runs, isAutomatic: kind !== 'manual', now }),
    last: lines[0] ?? null,
    lastGood: older ?? null,
    nextAt: kind === 'manual' ? null : nextOf(lines),
    days: daysOf(lines, account, now),
  }
}

function nextOf(lines: readonly RunLine[]): string | null {
  const [every, last] = [usualGap(lines), lines[0]]
  return every === null || last === undefined
    ? null
    : new Date(Date.parse(last.receivedAt) + every).toISOString()
}

function isApplied({ state, mode }: RunLine): boolean {
  return mode === 'apply' && (APPLIED as readonly string[]).includes(state)
}

const TONES = ['bad', 'wait', 'warn', 'good', 'neutral'] as const

function daysOf(lines: readonly RunLine[], { timezone }: Account, now: Date): DayOfRuns[] {
  const byDay = Map.groupBy(lines, ({ receivedAt }) => dayIn(timezone, new Date(receivedAt)))
  return Array.from({ length: DAYS }, (_, at) => {
    const day = dayIn(timezone, new Date(now.getTime() - (DAYS - 1 - at) * DAY_MS))
    const runs = byDay.get(day) ?? []
    return {
      day,
      runs: runs.length,
      tone: TONES.find((one) => runs.some(({ tone }) => tone === one)) ?? 'none',
    }
  })
}

/** From what the plan kept of the last applied file of each source. */
async function fillOf(db: Db, account: Account): Promise<Trends['fill']> {
  const found: Trends['fill'][number][] = []
  for (const { name } of await listSources(db, account.slug)) {
    const row = await db
      .selectFrom('run')
      .select(['id', 'plan'])
      .where('account_id', '=', account.id)
      .where('source', '=', name)
      .where('state', 'in', [...APPLIED])
      .orderBy('id', 'desc')
      .executeTakeFirst()
    const fill = parsePlanFacts(row?.plan ?? null)?.fill
    if (row === undefined || fill == null || fill.rows === 0) continue
    const columns = Object.entries(fill.columns).map(([label, filled]) => ({ label, filled }))
    found.push({ source: name, run: row.id, rows: fill.rows, columns })
  }
  return found
}
