/** The ledger as a work queue: order within an account, accounts side by side, never two hands on one. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Db, openDatabase } from '../../../importer/db/open.ts'
import type { RunRow } from '../../../importer/db/tables.ts'
import { newId } from '../../../importer/id.ts'
import * as ledger from '../../../importer/run/ledger.ts'
import { REST_STATES, TRANSITIONS, WORK_STATES } from '../../../importer/run/state.ts'
import { RUN_STATES, type RunState } from '../../../schemas/run.ts'
import { databaseOn, ENGINES, type EngineName } from '../../support/engines.ts'

const NOW = new Date('2026-11-21T09:00:00Z')
const later = (ms: number) => new Date(NOW.getTime() + ms)

class Ledger {
  readonly engine: EngineName
  readonly url: string
  readonly db: Db

  constructor(engine: EngineName, url: string, db: Db) {
    this.engine = engine
    this.url = url
    this.db = db
  }

  static async on(engine: EngineName, ...accounts: string[]): Promise<Ledger> {
    const url = await databaseOn(engine)
    const ledgerOf = new Ledger(engine, url, await connect(url))
    for (const id of accounts) {
      await ledgerOf.db
        .insertInto('account')
        .values({ id, slug: id, name: id, timezone: 'UTC', created_at: '' })
        .execute()
    }
    return ledgerOf
  }

  async enter(accountId: string, state: RunState = 'received', more: Partial<RunRow> = {}): Promise<string> {
    const id = newId(NOW)
    const names = { source: 'sftp', fileName: 'p.csv', sentBy: 'test', receivedAt: NOW.toISOString() }
    await ledger.enter(this.db, [{ id, accountId, importType: 'partial', mode: 'apply', size: 1, ...names }])
    await this.db
      .updateTable('run')
      .set({ state, ...more })
      .where('id', '=', id)
      .execute()
    return id
  }

  async claim(owner = 'node', now = NOW, db = this.db): Promise<RunRow | undefined> {
    return await ledger.claim(db, this.engine, owner, now)
  }

  async claimed(owner = 'node', now = NOW): Promise<RunRow> {
    const run = await this.claim(owner, now)
    if (!run) throw new Error('nothing to claim')
    return run
  }

  async row(id: string): Promise<RunRow> {
    const row = await ledger.find(this.db, id)
    if (!row) throw new Error(`no run ${id}`)
    return row
  }

  async rest(run: RunRow): Promise<void> {
    await this.db
      .updateTable('run')
      .set({ state: 'succeeded', lease_owner: null, lease_until: null })
      .where('id', '=', run.id)
      .execute()
  }
}

async function connect(url: string): Promise<Db> {
  const { db, close } = await openDatabase(url, { connections: 2 })
  onTestFinished(close)
  return db
}

describe.each(ENGINES)('the ledger on %s', (engine) => {
  test('a delivery is entered once, however often it is told', async () => {
    const of = await Ledger.on(engine, 'a')
    const id = await of.enter('a')
    const again = {
      id,
      accountId: 'a',
      source: 'other',
      importType: 'full',
      mode: 'dry_run',
      fileName: 'x',
      size: 9,
    } as const
    await ledger.enter(of.db, [{ ...again, receivedAt: '', sentBy: '' }])
    expect(await of.row(id)).toMatchObject({ source: 'sftp', import_type: 'partial', size: 1 })
    expect(await ledger.unknown(of.db, [id, 'nobody'])).toEqual(['nobody'])
  })

  test('of thousands of ids it tells which it does not know', async () => {
    const of = await Ledger.on(engine, 'a')
    const known = await of.enter('a')
    const ids = Array.from({ length: 1_234 }, (_, at) => `id-${at}`)
    expect(await ledger.unknown(of.db, [...ids, known])).toEqual(ids)
    expect(await ledger.unknown(of.db, [])).toEqual([])
  })

  test('runs are listed newest first, by account and by state', async () => {
    const of = await Ledger.on(engine, 'a', 'b')
    const [one, two, three] = [await of.enter('a'), await of.enter('b', 'held'), await of.enter('a', 'held')]
    const listed = async (filter: Parameters<typeof ledger.list>[1]) =>
      (await ledger.list(of.db, filter)).map(({ id }) => id)
    expect(await listed({})).toEqual([three, two, one])
    expect(await listed({ accountId: 'a' })).toEqual([three, one])
    expect(await listed({ state: 'held', limit: 1 })).toEqual([three])
  })

  describe('a claim', () => {
    test('takes the runs of an account in the order of arrival, one at a time', async () => {
      const of = await Ledger.on(engine, 'a')
      const [first, second] = [await of.enter('a'), await of.enter('a')]
      const run = await of.claimed()
      expect(run).toMatchObject({ id: first, state: 'reading', lease_owner: 'node', fence: 1, attempts: 1 })
      expect(await of.claim('other')).toBeUndefined()
      await of.rest(run)
      expect(await of.claim('other')).toMatchObject({ id: second })
    })

    test('leaves a run alone whose file lies on the disk of another node', async () => {
      const of = await Ledger.on(engine, 'a', 'b')
      await of.enter('a', 'received', { node: 'there' })
      const here = await of.enter('b', 'received', { node: 'here' })
      expect(await of.claim('here')).toMatchObject({ id: here })
      expect(await of.claim('here')).toBeUndefined()
      expect(await of.claim('there')).toMatchObject({ account_id: 'a' })
    })

    test('takes runs of different accounts side by side', async () => {
      const of = await Ledger.on(engine, 'a', 'b', 'c')
      const ids = [await of.enter('a'), await of.enter('a'), await of.enter('b'), await of.enter('c')]
      const taken = [await of.claim(), await of.claim(), await of.claim(), await of.claim()]
      expect(taken.map((run) => run?.id)).toEqual([ids[0], ids[2], ids[3], undefined])
    })

    test.each(WORK_STATES)(
      'waits for an earlier run that is %s, even while nobody works on it',
      async (state) => {
        const of = await Ledger.on(engine, 'a')
        await of.enter('a', state, { lease_until: later(60_000).toISOString() })
        await of.enter('a')
        expect(await of.claim()).toBeUndefined()
      },
    )

    test.each(REST_STATES)('does not wait for an earlier run that is %s', async (state) => {
      const of = await Ledger.on(engine, 'a')
      await of.enter('a', state)
      const id = await of.enter('a')
      expect(await of.claim()).toMatchObject({ id })
      expect(await of.claim()).toBeUndefined()
    })

    test('waits for a later run that is being worked on: an approved one does not overtake', async () => {
      const of = await Ledger.on(engine, 'a')
      const held = await of.enter('a', 'held')
      const running = await of.enter('a')
      expect(await of.claimed()).toMatchObject({ id: running })
      await ledger.decide(of.db, held, 'held', 'approved', {})
      expect(await of.claim()).toBeUndefined()
    })

    test('takes a run at rest whose report is due, and no other at rest', async () => {
      const of = await Ledger.on(engine, 'a')
      await of.enter('a', 'held')
      const due = await of.enter('a', 'held', { report_due: 1 })
      expect(await of.claim()).toMatchObject({ id: due })
      expect(await of.claim()).toBeUndefined()
    })

    test('a report that rests before another try holds up nobody', async () => {
      const of = await Ledger.on(engine, 'a')
      const resting = { report_due: 1, lease_until: later(60_000).toISOString() }
      await of.enter('a', 'failed', resting)
      const id = await of.enter('a')
      expect(await of.claim()).toMatchObject({ id })
    })

    test('is free again when its lease is over, and not before', async () => {
      const of = await Ledger.on(engine, 'a')
      const id = await of.enter('a')
      await of.claimed('dead')
      expect(await of.claim('heir', later(ledger.LEASE_MS))).toBeUndefined()
      expect(await of.claim('heir', later(ledger.LEASE_MS + 1))).toMatchObject({
        id,
        lease_owner: 'heir',
        fence: 2,
        attempts: 2,
      })
    })

    test('stays while it is renewed by its owner, and by nobody else', async () => {
      const of = await Ledger.on(engine, 'a', 'b')
      const id = await of.enter('a')
      await of.claimed('alive')
      await ledger.renew(of.db, 'stranger', [id], later(20_000))
      expect(await of.row(id)).toMatchObject({ lease_until: later(ledger.LEASE_MS).toISOString() })
      await ledger.renew(of.db, 'alive', [id], later(20_000))
      await ledger.renew(of.db, 'alive', [], later(90_000))
      expect(await of.claim('heir', later(ledger.LEASE_MS + 1))).toBeUndefined()
    })

    test('is given back by its holder: at once, after a rest, or as if it had not been tried', async () => {
      const of = await Ledger.on(engine, 'a')
      await of.enter('a')
      await ledger.release(of.db, await of.claimed())
      const second = await of.claimed()
      await ledger.release(of.db, second, { restUntil: later(5_000) })
      expect(await of.claim('node', later(5_000))).toBeUndefined()
      const third = await of.claimed('node', later(5_001))
      expect(third.attempts).toBe(3)
      await ledger.release(of.db, third, { isUntried: true })
      // A holder whose number is old gives back nothing.
      await of.claimed()
      await ledger.release(of.db, third)
      expect(await of.row(third.id)).toMatchObject({ attempts: 3, lease_owner: 'node' })
    })

    test('what a node held when it died is free at once when it comes back, and what others hold is not', async () => {
      const of = await Ledger.on(engine, 'a', 'b')
      const mine = await of.enter('a')
      await of.enter('b')
      await of.claimed('me')
      await of.claimed('other')
      await ledger.releaseAll(of.db, 'me')
      expect(await of.claim('me')).toMatchObject({ id: mine })
      expect(await of.claim('me')).toBeUndefined()
    })

    test('tells when the next thing is due', async () => {
      const of = await Ledger.on(engine, 'a', 'b')
      expect(await ledger.nextDue(of.db)).toBeNull()
      await of.enter('a', 'received', { lease_until: later(9_000).toISOString() })
      await of.enter('b', 'held', { report_due: 1, lease_until: later(4_000).toISOString() })
      await of.enter('b', 'held', { lease_until: later(1_000).toISOString() })
      expect(await ledger.nextDue(of.db)).toBe(later(4_000).toISOString())
    })
  })

  test('many who claim at once never get the same run, nor two of one account', async () => {
    const accounts = ['a', 'b', 'c', 'd']
    const of = await Ledger.on(engine, ...accounts)
    const entered: string[] = []
    for (let round = 0; round < 6; round++) {
      for (const account of accounts) {
        // Every kind of thing to do, in every order of arrival.
        const state =
          (['received', 'approved', 'applied', 'held', 'failed', 'reading'] as const)[
            (round + account.charCodeAt(0)) % 6
          ] ?? 'received'
        entered.push(
          await of.enter(account, state, { report_due: state === 'held' || state === 'failed' ? 1 : 0 }),
        )
      }
    }
    const claimers = await Promise.all(Array.from({ length: 6 }, () => connect(of.url)))
    const busy = new Map<string, string>()
    const done: string[] = []
    await Promise.all(
      claimers.map(async (db, place) => {
        for (let misses = 0; done.length < entered.length && misses < 2_000; ) {
          const run = await of.claim(`node-${place}`, NOW, db)
          if (!run) {
            misses++
            await new Promise((resolve) => setTimeout(resolve, 1))
            continue
          }
          expect(busy.get(run.account_id)).toBeUndefined()
          busy.set(run.account_id, run.id)
          await new Promise((resolve) => setImmediate(resolve))
          done.push(run.id)
          busy.delete(run.account_id)
          const ended = { state: 'succeeded' as const, report_due: 0, lease_owner: null, lease_until: null }
          await db
            .updateTable('run')
            .set(ended)
            .where('id', '=', run.id)
            .where('fence', '=', run.fence)
            .execute()
        }
      }),
    )
    expect(done.toSorted()).toEqual(entered.toSorted())
    // What was at work came in the order of arrival; reports of runs at rest may come between.
    expect(await ledger.list(of.db, { limit: 100 })).toSatisfy((rows: RunRow[]) =>
      rows.every(({ fence }) => fence === 1),
    )
  })

  describe('the fence', () => {
    test('an old claimer changes nothing: neither the state, nor the plan, nor the lease', async () => {
      const of = await Ledger.on(engine, 'a')
      const id = await of.enter('a')
      const old = await of.claimed('old')
      const heir = await of.claimed('heir', later(ledger.LEASE_MS + 1))
      await expect(ledger.move(of.db, old, 'reading', 'planned')).rejects.toThrow(ledger.LostClaim)
      await expect(of.db.transaction().execute((trx) => ledger.assertClaimed(trx, old))).rejects.toThrow(
        ledger.LostClaim,
      )
      await ledger.release(of.db, old)
      expect(await of.row(id)).toEqual(heir)
      await of.db.transaction().execute((trx) => ledger.assertClaimed(trx, heir))
      await ledger.move(of.db, heir, 'reading', 'planned')
      expect(await of.row(id)).toEqual({ ...heir, state: 'planned' })
    })

    test("a person's word takes the run away from whoever writes its report", async () => {
      const of = await Ledger.on(engine, 'a')
      await of.enter('a', 'held', { report_due: 1 })
      const writing = await of.claimed()
      expect(await ledger.decide(of.db, writing.id, 'held', 'approved', { decided_by: 'Eve' })).toBe(true)
      const asked = of.db.transaction().execute((trx) => ledger.assertClaimed(trx, writing))
      await expect(asked).rejects.toThrow(ledger.LostClaim)
      expect(await of.row(writing.id)).toMatchObject({
        state: 'approved',
        decided_by: 'Eve',
        lease_owner: null,
      })
    })

    test('a decision counts once', async () => {
      const of = await Ledger.on(engine, 'a')
      const id = await of.enter('a', 'held')
      const [other, decide] = [await connect(of.url), { decided_by: 'x' }]
      const both = await Promise.all([
        ledger.decide(of.db, id, 'held', 'approved', decide),
        ledger.decide(other, id, 'held', 'discarded', decide),
      ])
      expect(both.filter(Boolean)).toHaveLength(1)
    })
  })

  test('a run goes only from where it is, and only where the table leads', async () => {
    const of = await Ledger.on(engine, 'a')
    const id = await of.enter('a')
    const ways = RUN_STATES.flatMap((from) => TRANSITIONS[from].map((to) => [from, to] as const))
    for (const state of RUN_STATES) {
      for (const [from, to] of ways) {
        await of.db.updateTable('run').set({ state }).where('id', '=', id).execute()
        // A run comes into a state once under one claim; here it does so again and again.
        await of.db.deleteFrom('event').execute()
        // The compiler holds the pairs to the table, here it cannot see them.
        const moved = ledger.move(of.db, { id, fence: 0 }, from, to as never)
        if (from === state) await moved
        else await expect(moved).rejects.toThrow(ledger.LostClaim)
        expect((await of.row(id)).state).toBe(from === state ? to : state)
      }
    }
  })

  test('the database knows exactly the states of the table', async () => {
    const of = await Ledger.on(engine, 'a')
    const id = await of.enter('a')
    expect(Object.keys(TRANSITIONS).toSorted()).toEqual(RUN_STATES.toSorted())
    for (const state of RUN_STATES) {
      await of.db.updateTable('run').set({ state }).where('id', '=', id).execute()
    }
    const unheard = of.db
      .updateTable('run')
      .set({ state: 'pondering' as RunState })
      .where('id', '=', id)
      .execute()
    await expect(unheard).rejects.toThrow(/check/i)
  })
})
