/** Watches the sources: keeps what is noticed about each, and tells it once, when it begins. */
import { sql } from 'kysely'
import { sourceSettingsSchema } from '../../schemas/account.ts'
import { countsSchema } from '../../schemas/run.ts'
import {
  describeFeed,
  type Feed,
  type FeedCode,
  type FeedNotice,
  feedWarningSchema,
} from '../../schemas/watch.ts'
import { dayIn } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { newId } from '../id.ts'
import { parsePlanFacts } from '../run/plan-facts.ts'
import { DRIFT_FILES, type FeedFacts, feedWarnings, type Warning } from './feed-warnings.ts'

/** Files that are looked at for their being the same: several a day, over as many days as one may ask for. */
const LOOKED_AT = 200
const APPLIED = ['applied', 'reported', 'succeeded', 'succeeded_with_errors'] as const

interface Watched {
  readonly account_id: string
  readonly slug: string
  readonly timezone: string
  readonly created_at: string
  readonly source: string
  readonly settings: string
}

/** Looks at every source that sends by itself. */
export async function watchFeeds(db: Db, now: Date): Promise<void> {
  for (const feed of await watched(db, null)) {
    const settings = sourceSettingsSchema.parse(JSON.parse(feed.settings))
    await keep(db, feed, feedWarnings(await factsOf(db, feed, now), settings), now)
  }
}

async function watched(db: Db, accountId: string | null): Promise<Watched[]> {
  let query = db
    .selectFrom('source')
    .innerJoin('account', 'account.id', 'source.account_id')
    .select(['account.id as account_id', 'account.slug', 'account.timezone', 'account.created_at'])
    .select(['source.name as source', 'source.settings'])
    .where('source.kind', '<>', 'manual')
    .orderBy('account.slug')
    .orderBy('source.name')
  if (accountId !== null) query = query.where('account.id', '=', accountId)
  return await query.execute()
}

async function factsOf(
  db: Db,
  { account_id, source, timezone, created_at }: Watched,
  now: Date,
): Promise<FeedFacts> {
  const runs = db
    .selectFrom('run')
    .where('account_id', '=', account_id)
    .where('source', '=', source)
    .where('mode', '=', 'apply')
    .orderBy('id', 'desc')
  const received = await runs.select(['received_at', 'sha256']).limit(LOOKED_AT).execute()
  const applied = await runs
    .select(['counts', 'plan'])
    .where('state', 'in', APPLIED)
    .limit(DRIFT_FILES)
    .execute()
  const local = (iso: string) => localTime(timezone, new Date(iso))
  return {
    now: localTime(timezone, now),
    begun: local(created_at),
    received: received.map(({ received_at, sha256 }) => ({ at: local(received_at), sha256 })),
    applied: applied.map(({ counts, plan }) => {
      const { read, blank } = countsSchema.parse(JSON.parse(counts))
      return { rows: read - blank, fill: parsePlanFacts(plan)?.fill ?? null }
    }),
  }
}

function localTime(timeZone: string, at: Date): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }).format(at)
  return `${dayIn(timeZone, at)} ${time}`
}

/** In one commit: of several nodes that notice something, one tells it. */
async function keep(db: Db, feed: Watched, warnings: readonly Warning[], now: Date): Promise<void> {
  const { account_id, source } = feed
  await db.transaction().execute(async (trx) => {
    const over = trx
      .deleteFrom('feed_warning')
      .where('account_id', '=', account_id)
      .where('source', '=', source)
    const codes = warnings.map(({ code }) => code)
    await (codes.length === 0 ? over : over.where('code', 'not in', codes)).execute()
    const begun: string[] = []
    for (const { code, params } of warnings) {
      const row = { account_id, source, code, since: now.toISOString(), params: JSON.stringify(params) }
      const before = await trx
        .updateTable('feed_warning')
        .set({ params: row.params })
        .where('account_id', '=', account_id)
        .where('source', '=', source)
        .where('code', '=', code)
        .executeTakeFirst()
      if (before.numUpdatedRows > 0n) continue
      const added = await trx
        .insertInto('feed_warning')
        .values(row)
        .onConflict((on) => on.doNothing())
        .executeTakeFirst()
      if (added.numInsertedOrUpdatedRows === 1n) begun.push(code)
    }
    if (begun.length === 0) return
    const notice: FeedNotice = { source, codes: begun }
    await trx
      .insertInto('event')
      .values({
        ...{ account_id, id: newId(now), type: 'feed.warning', run_id: null },
        ...{ at: now.toISOString(), data: JSON.stringify(notice) },
      })
      .execute()
  })
}

/** How the sources stand that send by themselves: of one account, or of all. */
export async function listFeeds(db: Db, accountId: string | null): Promise<Feed[]> {
  const feeds: Feed[] = []
  for (const { account_id, slug, source } of await watched(db, accountId)) {
    const runs = db.selectFrom('run').where('account_id', '=', account_id).where('source', '=', source)
    const last = await runs.select((of) => of.fn.max('received_at').as('at')).executeTakeFirst()
    const applied = await runs
      .select(['id', sql<string>`coalesce(finished_at, received_at)`.as('at')])
      .where('state', 'in', APPLIED)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    const warnings = await db
      .selectFrom('feed_warning')
      .selectAll()
      .where('account_id', '=', account_id)
      .where('source', '=', source)
      .orderBy('code')
      .execute()
    feeds.push({
      ...{ account: slug, source, lastReceivedAt: last?.at ?? null },
      lastApplied: applied === undefined ? null : { run: applied.id, at: applied.at },
      warnings: warnings.map(
        ({ code, since, params }) =>
          feedWarningSchema.parse({ code, since, ...describeFeed(code as FeedCode, JSON.parse(params)) }), // written by keep()
      ),
    })
  }
  return feeds
}
