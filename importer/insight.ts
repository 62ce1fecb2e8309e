/** The sub-door to lists and charts. Every question names its account, and sees nothing of another. */
import { accountOf } from './accounts.ts'
import { dayIn } from './clock.ts'
import type { EngineRoom } from './engine-room.ts'
import { ImportError } from './errors.ts'
import type { Insight, PeoplePage, PeopleQuery } from './insight-types.ts'
import { CensusTaker } from './roster/headcount.ts'
import { peoplePage } from './roster/listing.ts'
import { overviewOf, trendsOf } from './run/overview.ts'
import { parsePlanFacts } from './run/plan-facts.ts'
import { heldCount, runLines } from './run/run-lines.ts'
import { runObject } from './run/run-object.ts'
import type { Account } from './types.ts'

export function createInsight(room: Pick<EngineRoom, 'db' | 'clock' | 'row'>): Insight {
  const { db, clock } = room
  const census = new CensusTaker(db)

  const look = async (slug: string) => ({ db, census, account: await accountOf(db, slug), now: clock.now() })

  /** A run of another account is as unknown as one that never was. */
  async function ownRow(account: Account, id: string) {
    const row = await room.row(id)
    if (row.account_id !== account.id) throw new ImportError('RUN_UNKNOWN', { id })
    return row
  }

  return {
    overview: async (slug) => overviewOf(await look(slug)),
    trends: async (slug) => trendsOf(await look(slug)),
    held: async (slug) => heldCount(db, (await accountOf(db, slug)).id),
    runs: async (slug, query) => runLines(db, (await accountOf(db, slug)).id, query),
    run: async (slug, id) => runObject(db, await ownRow(await accountOf(db, slug), id)),

    async people(slug, { run, ...query }: PeopleQuery): Promise<PeoplePage> {
      const account = await accountOf(db, slug)
      const today = dayIn(account.timezone, clock.now())
      const of = { ...query, accountId: account.id, today }
      if (run === undefined) return await peoplePage(db, of)
      // Whom a run brings gets numbers in a row.
      const facts = parsePlanFacts((await ownRow(account, run)).plan)
      if (facts === null) return { people: [], next: null, isUnfinished: false }
      const after = Math.max(query.after ?? 0, facts.nextPersonBefore - 1)
      return await peoplePage(db, { ...of, after, until: facts.nextPerson - 1 })
    },

    async keyOf(slug, person) {
      const { id } = await accountOf(db, slug)
      const row = await db
        .selectFrom('employee')
        .select(['employee_id', 'email'])
        .where('account_id', '=', id)
        .where('id', '=', person)
        .executeTakeFirst()
      const key = row?.employee_id ?? row?.email
      if (key == null) throw new ImportError('EMPLOYEE_UNKNOWN', { slug })
      return key
    },
  }
}
