/**
 * How many people there are, by status and by the months of their own dates. The whole roster must be looked at for it,
 * so the count is kept until the roster or the day moves on, is made in pieces between which others have their turn, and
 * a page that cannot wait for it goes without.
 */
import { setImmediate as breath } from 'node:timers/promises'
import { sql } from 'kysely'
import { dayIn } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { Headcount, Month } from '../insight-types.ts'
import type { Status } from '../plan/person.ts'
import type { Account } from '../types.ts'

export interface Census {
  readonly people: Headcount
  /** Oldest first. */
  readonly months: readonly Month[]
}

/** People a piece: some milliseconds. */
const PIECE = 4_000
/** A page that wants the count waits no longer for it. */
const PATIENCE_MS = 40
const MONTHS = 24

interface Kept {
  readonly key: string
  readonly census: Census
}

/** Counts, and keeps what it counted: one for the whole process. */
export class CensusTaker {
  readonly #db: Db
  readonly #kept = new Map<string, Kept>()
  readonly #running = new Map<string, Promise<Census>>()

  constructor(db: Db) {
    this.#db = db
  }

  /** The last count, which may be a moment old while a large roster is counted anew; null where there is none yet. */
  async of(account: Account, now: Date): Promise<Census | null> {
    const today = dayIn(account.timezone, now)
    const { position } = await this.#db
      .selectFrom('account')
      .select('position')
      .where('id', '=', account.id)
      .executeTakeFirstOrThrow()
    const key = `${position} ${today}`
    const kept = this.#kept.get(account.id)
    if (kept?.key === key) return kept.census
    const counting = this.#count(account.id, today, key)
    // Whoever waits hears of a failure; who went without must not bring the process down by it.
    counting.catch(() => {})
    const late = new Promise<Census | null>((resolve) => {
      setTimeout(() => resolve(kept?.census ?? null), PATIENCE_MS).unref()
    })
    return await Promise.race([counting, late])
  }

  #count(accountId: string, today: string, key: string): Promise<Census> {
    const name = `${accountId} ${key}`
    let running = this.#running.get(name)
    if (running === undefined) {
      running = census(this.#db, accountId, today)
        .then((counted) => {
          this.#kept.set(accountId, { key, census: counted })
          return counted
        })
        .finally(() => this.#running.delete(name))
      this.#running.set(name, running)
    }
    return running
  }
}

async function census(db: Db, accountId: string, today: string): Promise<Census> {
  const people = { active: 0, upcoming: 0, deactivated: 0, former: 0 }
  const [joined, left] = [new Map<string, number>(), new Map<string, number>()]
  const { last } = await db
    .selectFrom('employee')
    .select((of) => of.fn.max('id').as('last'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  let undated = 0
  for (let after = 0; after < Number(last ?? 0); after += PIECE) {
    for (const { joins, leaves, status, count } of await piece(db, accountId, { after, today })) {
      people[status as Status] += Number(count) // of our own `case`
      if (joins === null) undated += Number(count)
      else add(joined, joins, Number(count))
      if (leaves !== null) add(left, leaves, Number(count))
    }
    await breath()
  }
  return { people, months: monthsOf({ joined, left, undated }, today) }
}

interface Piece {
  readonly joins: string | null
  readonly leaves: string | null
  readonly status: string
  readonly count: number | string
}

async function piece(
  db: Db,
  accountId: string,
  { after, today }: { readonly after: number; readonly today: string },
): Promise<readonly Piece[]> {
  // The same order as `statusOf`.
  const status = sql`case when end_date is not null and end_date <= ${today} then 'former'
    when deactivated = 1 then 'deactivated'
    when start_date is not null and start_date > ${today} then 'upcoming' else 'active' end`
  // Grouped by place: PostgreSQL takes two parameters of the same value for two different ones.
  const { rows } = await sql<Piece>`
    select substr(start_date, 1, 7) as joins, substr(end_date, 1, 7) as leaves, ${status} as status, count(*) as count
    from employee where account_id = ${accountId} and id > ${after} and id <= ${after + PIECE}
    group by 1, 2, 3`.execute(db)
  return rows
}

function add(counts: Map<string, number>, month: string, count: number): void {
  counts.set(month, (counts.get(month) ?? 0) + count)
}

function monthsOf(
  { joined, left, undated }: { joined: Map<string, number>; left: Map<string, number>; undated: number },
  today: string,
): Month[] {
  const months = lastMonths(today.slice(0, 7))
  const first = months[0] ?? ''
  const before = (counts: Map<string, number>) =>
    [...counts].reduce((sum, [month, count]) => (month < first ? sum + count : sum), 0)
  let employed = undated + before(joined) - before(left)
  return months.map((month) => {
    const [came, went] = [joined.get(month) ?? 0, left.get(month) ?? 0]
    employed += came - went
    return { month, employed, joined: came, left: went }
  })
}

/** Ending with this one, oldest first. */
function lastMonths(month: string): string[] {
  const number = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1
  return Array.from({ length: MONTHS }, (_, at) => {
    const one = number - (MONTHS - 1 - at)
    return `${Math.floor(one / 12)}-${String((one % 12) + 1).padStart(2, '0')}`
  })
}
