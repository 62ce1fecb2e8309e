/**
 * Takes a run back: reads from the history what it did and what was done since, and says what can be put back. Reads
 * only. It goes over the people twice: once to learn what stands in the way, once to tell; so it need not remember
 * anybody.
 */
import type { Kysely } from 'kysely'
import { isAnyOf } from '../db/bulk.ts'
import type { EmployeeRow, Tables } from '../db/tables.ts'
import { IntList, IntMap } from '../plan/int-map.ts'
import type { Person, ValueKey } from '../plan/person.ts'
import { toPerson } from './employee.ts'
import { REDACTED } from './past-person.ts'
import { NO_VETOES, type PastChange, standing, type Undoing, undoCase, type Vetoes } from './undo-case.ts'
import { type KeyField, UndoBalance } from './undo-vetoes.ts'

/** The history rows of a run: those after one number, up to another. */
export interface RunRange {
  readonly accountId: string
  readonly run: string
  readonly after: number
  readonly upTo: number
}

/** One person's part of taking a run back. */
export interface UndoneOne {
  readonly undoing: Undoing
  /** As they are now; null where they are not there. */
  readonly now: Person | null
}

const PEOPLE_A_BATCH = 500
const ROWS_A_QUERY = 10_000

/** What taking a run back would do, person by person. The roster must not change while it is read. */
export class UndoPlan {
  readonly #db: Kysely<Tables>
  readonly #range: RunRange
  readonly #people: Int32Array
  readonly #undoes: ReadonlyMap<string, string>
  readonly #balance: UndoBalance

  private constructor(
    db: Kysely<Tables>,
    range: RunRange,
    known: { people: Int32Array; undoes: ReadonlyMap<string, string>; lines: IntMap },
  ) {
    this.#db = db
    this.#range = range
    this.#people = known.people
    this.#undoes = known.undoes
    this.#balance = new UndoBalance(known.lines)
  }

  /** `pinned`: what is to stay in any case. */
  static async open(
    db: Kysely<Tables>,
    range: RunRange,
    pinned: readonly { readonly person: number; readonly field: ValueKey }[] = [],
  ): Promise<UndoPlan> {
    const { accountId } = range
    const [people, undoes, lines] = [
      await touchedBy(db, range),
      await undoneRuns(db, accountId),
      await linesNow(db, accountId),
    ]
    const plan = new UndoPlan(db, range, { people, undoes, lines })
    for (const one of pinned) plan.#balance.keep(one)
    for await (const batch of plan.#batches(NO_VETOES)) {
      for (const { undoing, now } of batch) plan.#balance.add(undoing, now?.core ?? null)
    }
    plan.#balance.settle({
      employeeId: await plan.#holders('employeeId'),
      email: await plan.#holders('email'),
    })
    return plan
  }

  /** How many people the run touched. */
  get size(): number {
    return this.#people.length
  }

  /** Everybody whom the run touched, in batches. */
  batches(): AsyncGenerator<UndoneOne[]> {
    return this.#batches(this.#balance)
  }

  /** Person and manager, 0 for nobody: the reporting lines that change, and those of people who come back. */
  lines(): Generator<[person: number, manager: number]> {
    return this.#balance.changedLines()
  }

  async *#batches(vetoes: Vetoes): AsyncGenerator<UndoneOne[]> {
    for (let from = 0; from < this.#people.length; from += PEOPLE_A_BATCH) {
      const ids = [...this.#people.subarray(from, from + PEOPLE_A_BATCH)]
      const [past, now] = [await this.#past(ids), await peopleNow(this.#db, this.#range.accountId, ids)]
      yield ids.map((personId) => {
        const person = now.get(personId) ?? null
        const { done = [], since = [] } = past.get(personId) ?? {}
        const one = { personId, done, since: standing(since, this.#undoes), now: person }
        return { undoing: undoCase(one, vetoes), now: person }
      })
    }
  }

  async #past(ids: readonly number[]): Promise<Map<number, { done: PastChange[]; since: PastChange[] }>> {
    const { accountId, run, after } = this.#range
    const rows = await this.#db
      .selectFrom('history')
      .select(['person_id', 'field', 'before', 'run_id as run', 'line'])
      // What a new person was made of is a long text that nobody asks for here.
      .select((of) => of.case().when('field', '=', '*').then(null).else(of.ref('after')).end().as('after'))
      .where('account_id', '=', accountId)
      .where(isAnyOf(this.#db, 'person_id', 'integer', ids))
      .where('seq', '>', after)
      .where('field', '<>', REDACTED)
      .orderBy('seq')
      .execute()
    const past = new Map<number, { done: PastChange[]; since: PastChange[] }>()
    for (const { person_id, ...change } of rows) {
      const of = past.get(person_id) ?? { done: [], since: [] }
      past.set(person_id, of)
      if (change.run === run) of.done.push(change)
      else of.since.push(change)
    }
    return past
  }

  async #holders(field: KeyField): Promise<Map<string, number>> {
    const column = field === 'email' ? 'email' : 'employee_id'
    const wanted = this.#balance.wanted(field)
    const holders = new Map<string, number>()
    for (let from = 0; from < wanted.length; from += PEOPLE_A_BATCH) {
      const rows = await this.#db
        .selectFrom('employee')
        .select(['id', `${column} as key`])
        .where('account_id', '=', this.#range.accountId)
        .where(isAnyOf(this.#db, column, 'text', wanted.slice(from, from + PEOPLE_A_BATCH)))
        .execute()
      for (const { id, key } of rows) holders.set(key ?? '', id)
    }
    return holders
  }
}

/** Numbers of the people whom the run touched, in order. */
async function touchedBy(db: Kysely<Tables>, { accountId, after, upTo }: RunRange): Promise<Int32Array> {
  const [list, known] = [new IntList(), new IntMap()]
  for (let from = after; from < upTo; from += ROWS_A_QUERY) {
    const rows = await db
      .selectFrom('history')
      .select('person_id')
      .where('account_id', '=', accountId)
      .where('seq', '>', from)
      .where('seq', '<=', Math.min(upTo, from + ROWS_A_QUERY))
      .execute()
    for (const { person_id } of rows) {
      if (known.has(person_id)) continue
      known.set(person_id, 1)
      list.push(person_id)
    }
  }
  return list.slice().sort()
}

/** Run -> the run it took back. */
async function undoneRuns(db: Kysely<Tables>, accountId: string): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('run')
    .select(['id', 'undoes'])
    .where('account_id', '=', accountId)
    .where('undoes', 'is not', null)
    .execute()
  return new Map(rows.map(({ id, undoes }) => [id, undoes ?? '']))
}

/** Everybody with their manager, 0 for none. */
async function linesNow(db: Kysely<Tables>, accountId: string): Promise<IntMap> {
  const lines = new IntMap()
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('employee')
      .select(['id', 'manager_id'])
      .where('account_id', '=', accountId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(ROWS_A_QUERY)
      .execute()
    for (const { id, manager_id } of rows) lines.set(id, manager_id ?? 0)
    const last = rows.at(-1)
    if (!last) return lines
    after = last.id
  }
}

async function peopleNow(
  db: Kysely<Tables>,
  accountId: string,
  ids: readonly number[],
): Promise<Map<number, Person>> {
  const rows: EmployeeRow[] = await db
    .selectFrom('employee')
    .selectAll()
    .where('account_id', '=', accountId)
    .where(isAnyOf(db, 'id', 'integer', ids))
    .execute()
  return new Map(rows.map((row) => [row.id, toPerson(row)]))
}
