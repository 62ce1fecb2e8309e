/**
 * The roster by page. Whole keys and whole names are found by their indexes at once; a part of one is looked for among so
 * many people at a time, so that no search holds up anybody, however large the roster is.
 */
import { type RawBuilder, sql } from 'kysely'
import { emailKey } from '../../schemas/columns.ts'
import { isAnyOf } from '../db/bulk.ts'
import type { Db } from '../db/open.ts'
import type { EmployeeRow } from '../db/tables.ts'
import type { PeoplePage, PeopleQuery, PersonLine } from '../insight-types.ts'
import { nameHash } from '../plan/name-key.ts'
import { type Status, statusOf } from '../plan/person.ts'
import { demographicsOf } from './demographics.ts'

const PEOPLE_A_PAGE = 50
/** People that one look goes through, and how long a page may look. */
const LOOK = 5_000
const PATIENCE_MS = 40

export interface ListQuestion extends Omit<PeopleQuery, 'run'> {
  readonly accountId: string
  /** YYYY-MM-DD */
  readonly today: string
  /** The last person's number that may be shown; without it all. */
  readonly until?: number | undefined
}

export async function peoplePage(db: Db, question: ListQuestion): Promise<PeoplePage> {
  const { accountId, search = '', after = 0, limit = PEOPLE_A_PAGE, today } = question
  const text = search.trim()
  // What fits as a whole stands above the rest of the first page.
  const whole = text === '' || after > 0 ? [] : await byWholeKey(db, accountId, text)
  const known = new Set(whole.map(({ id }) => id))
  const fits = whole.filter(
    (row) => question.status === undefined || statusIn(row, today) === question.status,
  )
  const { rows, reached, isEnd } = await lookThrough(db, { ...question, search: text }, limit + 1, known)
  const more = rows.length > limit
  const shown = rows.slice(0, limit)
  return {
    people: await toLines(db, question, [...fits, ...shown]),
    next: more ? (shown.at(-1)?.id ?? null) : isEnd ? null : reached,
    isUnfinished: !more && !isEnd,
  }
}

/** By Employee Id, Email or name, as the indexes hold them. */
async function byWholeKey(db: Db, accountId: string, text: string): Promise<EmployeeRow[]> {
  const of = () => db.selectFrom('employee').selectAll().where('account_id', '=', accountId)
  const [id, email, name] = [
    await of().where('employee_id', '=', text).execute(),
    await of().where('email', '=', emailKey(text)).execute(),
    await of().where('name_key', '=', nameHash(text)).limit(PEOPLE_A_PAGE).execute(),
  ]
  return [...new Map([...id, ...email, ...name].map((row) => [row.id, row])).values()]
}

interface Looked {
  readonly rows: EmployeeRow[]
  /** The number that was looked at last. */
  readonly reached: number
  readonly isEnd: boolean
}

async function lookThrough(
  db: Db,
  question: ListQuestion & { readonly search: string },
  wanted: number,
  known: ReadonlySet<number>,
): Promise<Looked> {
  const { accountId, until } = question
  const { last } = await db
    .selectFrom('employee')
    .select((of) => of.fn.max('id').as('last'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  const end = Math.min(Number(last ?? 0), until ?? Number.MAX_SAFE_INTEGER)
  const started = performance.now()
  const rows: EmployeeRow[] = []
  let reached = question.after ?? 0
  while (reached < end && rows.length < wanted) {
    const to = Math.min(end, reached + LOOK)
    const lacking = wanted - rows.length
    const found = await piece(db, question, { after: reached, to, limit: lacking })
    rows.push(...found.filter(({ id }) => !known.has(id)))
    // A full piece ends where its last person stands.
    reached = found.length < lacking ? to : (found.at(-1)?.id ?? to)
    if (performance.now() - started > PATIENCE_MS) break
  }
  return { rows, reached, isEnd: reached >= end }
}

async function piece(
  db: Db,
  { accountId, search, status, today }: ListQuestion & { readonly search: string },
  { after, to, limit }: { readonly after: number; readonly to: number; readonly limit: number },
): Promise<EmployeeRow[]> {
  let query = db
    .selectFrom('employee')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '>', after)
    .where('id', '<=', to)
  if (status !== undefined) query = query.where(STATUS_SQL[status](today))
  if (search !== '') query = query.where(holds(search))
  return await query.orderBy('id').limit(limit).execute()
}

/** The same order of questions as `statusOf`. */
const STATUS_SQL: Readonly<Record<Status, (today: string) => RawBuilder<boolean>>> = {
  former: (today) => sql<boolean>`end_date is not null and end_date <= ${today}`,
  deactivated: (today) => sql<boolean>`deactivated = 1 and (end_date is null or end_date > ${today})`,
  upcoming: (today) =>
    sql<boolean>`deactivated = 0 and (end_date is null or end_date > ${today}) and start_date > ${today}`,
  active: (today) =>
    sql<boolean>`deactivated = 0 and (end_date is null or end_date > ${today})
      and (start_date is null or start_date <= ${today})`,
}

function holds(search: string) {
  const part = `%${search.toLowerCase().replace(/[!%_]/g, '!$&')}%`
  return sql<boolean>`(lower(name) like ${part} escape '!' or lower(preferred_name) like ${part} escape '!'
    or email like ${part} escape '!' or lower(employee_id) like ${part} escape '!')`
}

function statusIn(row: EmployeeRow, today: string): Status {
  const { end_date: endDate, start_date: startDate, deactivated } = row
  return statusOf({ endDate, startDate, deactivated: deactivated === 1 ? 'TRUE' : 'FALSE' }, today)
}

async function toLines(
  db: Db,
  { accountId, today }: ListQuestion,
  rows: readonly EmployeeRow[],
): Promise<PersonLine[]> {
  if (rows.length === 0) return []
  const labels = new Map((await demographicsOf(db, accountId)).map(({ id, label }) => [String(id), label]))
  const managers = await namesOf(
    db,
    accountId,
    rows.flatMap(({ manager_id }) => manager_id ?? []),
  )
  return rows.map((row) => {
    const manager = row.manager_id === null ? undefined : managers.get(row.manager_id)
    const values: Record<string, string> = JSON.parse(row.demographics) // our own JSON
    return {
      ...{ id: row.id, name: row.name, preferredName: row.preferred_name },
      ...{ employeeId: row.employee_id, email: row.email, status: statusIn(row, today) },
      ...{ startDate: row.start_date, endDate: row.end_date },
      manager:
        manager === undefined || row.manager_id === null ? null : { id: row.manager_id, name: manager },
      demographics: Object.fromEntries(
        Object.entries(values).flatMap(([id, value]) => {
          const label = labels.get(id)
          return label === undefined ? [] : [[label, value]]
        }),
      ),
    }
  })
}

async function namesOf(db: Db, accountId: string, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('employee')
    .select(['id', 'name'])
    .where('account_id', '=', accountId)
    .where(isAnyOf(db, 'id', 'integer', [...new Set(ids)]))
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
