/** What goes wrong while a run is worked on: tried again, but not for ever; given up at a safe place; never applied in part. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Db } from '../../../importer/db/open.ts'
import { deliveryPath, resultsDir } from '../../../importer/importer.ts'
import { IntMap } from '../../../importer/plan/int-map.ts'
import { Outcomes } from '../../../importer/plan/outcomes.ts'
import * as ledger from '../../../importer/run/ledger.ts'
import { planSink } from '../../../importer/run/plan-store.ts'
import { ENGINES } from '../../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../../support/importer.ts'

const HEADER = ['Name', 'Employee Id']
const people = (count: number, name = 'Person') =>
  csv(HEADER, ...Array.from({ length: count }, (_, at) => [`${name} ${at}`, `${at}`]))
/** More than one chunk of the reader, so that there is a safe place in the middle. */
const LARGE = csv(
  [...HEADER, 'TEAM'],
  ...Array.from({ length: 1_500 }, (_, at) => [
    `Person ${at}`,
    `${at}`,
    'a rather long name of a team '.repeat(8),
  ]),
)
const MINUTE = 60_000

/** Works, waits for a minute, and works again until the run rests; tells how often it took. */
async function workOn(of: TestImporter, id: string, most = 20): Promise<number> {
  for (let tries = 1; tries <= most; tries++) {
    await of.work()
    const { state, finishedAt } = await of.importer.run(id)
    if (finishedAt !== null || state === 'held') return tries
    of.wait(MINUTE + 1)
  }
  throw new Error('the run never came to rest')
}

/** Takes a table away, and puts it back when the work is done. */
async function without(of: TestImporter, table: string, work: () => Promise<void>): Promise<void> {
  await sql`alter table ${sql.table(table)} rename to gone`.execute(of.db)
  await work()
  await sql`alter table gone rename to ${sql.table(table)}`.execute(of.db)
}

describe.each(ENGINES)('on %s', (engine) => {
  describe('a run that cannot succeed', () => {
    test('because its file is gone fails at once with a reason', async () => {
      const of = await openTestImporter(engine)
      const delivery = await of.put(people(3))
      rmSync(deliveryPath(of.dataDir, delivery))
      await of.importer.receive(delivery)
      const run = await of.settled(delivery.id)
      expect(run).toMatchObject({
        state: 'failed',
        error: { code: 'FILE_UNREADABLE', message: expect.stringMatching(/ENOENT|no such/i) },
      })
      expect(run.finishedAt).not.toBeNull()
      expect(Object.keys(of.results())).toContain(`people.csv.${run.id}.report.json`)
    })

    test('because its file is none fails at once with a reason', async () => {
      const of = await openTestImporter(engine)
      const delivery = await of.put(people(3))
      const path = deliveryPath(of.dataDir, delivery)
      rmSync(path)
      mkdirSync(path)
      await of.importer.receive(delivery)
      expect(await of.settled(delivery.id)).toMatchObject({
        state: 'failed',
        error: { code: 'FILE_UNREADABLE' },
      })
    })

    test('for a cause nobody foresaw is tried a few times with rests between, then fails; the next file is taken', async () => {
      const of = await openTestImporter(engine)
      const id = await of.receive(people(3))
      await without(of, 'plan_row', async () => {
        expect(await workOn(of, id)).toBe(ledger.ATTEMPTS_MAX)
      })
      expect(await of.importer.run(id)).toMatchObject({ state: 'failed', error: { code: 'RUN_FAILED' } })
      const told = of.log.filter(({ run }) => run === id).map(({ level }) => level)
      expect(told).toEqual(['warn', 'warn', 'warn', 'warn', 'error', ...told.slice(5)])
      of.wait(MINUTE)
      expect((await of.deliver(people(4))).state).toBe('succeeded')
      expect(await of.roster()).toHaveLength(4)
    })

    test('rests longer after every try', async () => {
      const of = await openTestImporter(engine)
      const id = await of.receive(people(3))
      await without(of, 'plan_row', async () => {
        for (const seconds of [2, 4, 8]) {
          await of.work()
          const row = await ledger.find(of.db, id)
          expect(row).toMatchObject({
            state: 'reading',
            lease_owner: null,
            lease_until: new Date(of.clock.now().getTime() + seconds * 1_000).toISOString(),
          })
          of.wait(seconds * 1_000 + 1)
        }
      })
    })

    test('while it is applied leaves the roster as it was, and fails in the end', async () => {
      const of = await openTestImporter(engine)
      await of.deliver(people(3))
      const digest = await of.digest()
      // The first import of its source, which may bring many; nobody is renamed, so planning reads no history.
      const id = await of.receive(people(2_500), { source: 'manual' })
      await without(of, 'history', async () => {
        expect(await workOn(of, id)).toBe(ledger.ATTEMPTS_MAX + 1)
      })
      expect(await of.importer.run(id)).toMatchObject({ state: 'failed', error: { code: 'RUN_FAILED' } })
      expect(await of.digest()).toBe(digest)
    })

    test.each(['received', 'approved'] as const)(
      'because it kills whoever works on it, while %s, fails after as many deaths',
      async (state) => {
        const of = await openTestImporter(engine)
        const id = state === 'received' ? await of.receive(people(3)) : await approved(of)
        const digest = await of.digest()
        for (let death = 1; death <= ledger.ATTEMPTS_MAX; death++) {
          // A worker that dies says nothing: its claim stands until the lease is over.
          await readableByAll(of)
          expect(await ledger.claim(of.db, engine, 'dead', of.clock.now())).toMatchObject({
            id,
            attempts: death,
          })
          of.wait(ledger.LEASE_MS + 1)
        }
        expect(await of.settled(id)).toMatchObject({ state: 'failed', error: { code: 'RUN_FAILED' } })
        expect(await of.digest()).toBe(digest)
      },
    )
  })

  describe('results that cannot be written', () => {
    test('hold up neither the run nor the next one, and are written when that is possible again', async () => {
      const of = await openTestImporter(engine)
      const folder = resultsDir(of.dataDir, of.accountId())
      mkdirSync(join(folder, '..'), { recursive: true })
      writeFileSync(folder, 'a file where the folder should be')
      const [first, second] = [await of.receive(people(3)), await of.receive(people(4))]
      await workOn(of, first)
      expect(await of.importer.run(first)).toMatchObject({ state: 'succeeded', counts: { created: 3 } })
      await workOn(of, second)
      expect(await of.importer.run(second)).toMatchObject({ state: 'succeeded', counts: { created: 1 } })
      // Nobody has to wait for what may never come.
      expect(await of.importer.settled(second)).toMatchObject({ state: 'succeeded' })
      rmSync(folder)
      of.wait(10 * MINUTE + 1)
      await of.work()
      expect(
        Object.keys(of.results())
          .filter((name) => name.endsWith('.json'))
          .toSorted(),
      ).toEqual([first, second].map((id) => `people.csv.${id}.report.json`).toSorted())
      expect(await ledger.find(of.db, first)).toMatchObject({ report_due: 0, attempts: 0 })
    })

    test('of a run at rest are tried again now and then, and never hold up a file', async () => {
      const of = await openTestImporter(engine)
      const folder = resultsDir(of.dataDir, of.accountId())
      mkdirSync(join(folder, '..'), { recursive: true })
      writeFileSync(folder, 'a file where the folder should be')
      const rejected = await of.receive('no header that means anything\n1\n')
      await of.work()
      expect((await of.importer.run(rejected)).state).toBe('rejected')
      const next = await of.receive(people(1))
      await of.work()
      expect(await ledger.find(of.db, next)).toMatchObject({ state: 'applied' })
      for (let round = 0; round < ledger.ATTEMPTS_MAX; round++) {
        of.wait(MINUTE + 1)
        await of.work()
      }
      expect(await of.importer.settled(rejected)).toMatchObject({ state: 'rejected' })
    })
  })

  describe('a server that stops', () => {
    test('gives the run up at a safe place, and as often as that happens it is no fault of the run', async () => {
      const of = await openTestImporter(engine)
      const id = await of.receive(LARGE)
      for (let stop = 0; stop < ledger.ATTEMPTS_MAX + 3; stop++) {
        let isStopping = false
        await of.work({
          isStopping: () => isStopping,
          onProgress: () => {
            isStopping = true
          },
        })
        expect(await ledger.find(of.db, id)).toMatchObject({
          state: 'reading',
          attempts: 0,
          lease_owner: null,
        })
      }
      expect(await of.settled(id)).toMatchObject({ state: 'succeeded', counts: { created: 1_500 } })
    })
  })

  test('a worker that lost its run adds nothing to the plan that another is making', async () => {
    const of = await openTestImporter(engine)
    const id = await of.receive(people(1))
    await readableByAll(of)
    const old = await ledger.claim(of.db, engine, 'old', of.clock.now())
    of.wait(ledger.LEASE_MS + 1)
    const heir = await ledger.claim(of.db, engine, 'heir', of.clock.now())
    if (!old || !heir) throw new Error('nothing was claimed')
    const sink = planSink(of.db, { accountId: old.account_id, run: id }, old)
    const row = {
      row: 1,
      line: 2,
      action: 'create',
      personId: 1,
      version: null,
      matchedBy: 'none',
      changes: [],
      codes: [],
    } as const
    await sink.rows([row], [])
    await expect(sink.finish(new Outcomes(), new IntMap(), [])).rejects.toThrow(ledger.LostClaim)
    await expect(
      sink.correct([{ row: 1, line: 2, code: 'ID_IN_USE', action: 'reject' }], []),
    ).rejects.toThrow(ledger.LostClaim)
    expect(await of.db.selectFrom('plan_row').selectAll().execute()).toEqual([])
  })

  test('a worker whose run is taken over in the middle leaves it to the other', async () => {
    const of = await openTestImporter(engine)
    const id = await of.receive(LARGE)
    const takeOver = {
      fence: 100,
      lease_owner: 'other',
      lease_until: new Date(of.clock.now().getTime() + MINUTE).toISOString(),
    }
    let taken: Promise<unknown> | null = null
    await of.work({
      onProgress: () => {
        taken ??= of.db.updateTable('run').set(takeOver).where('id', '=', id).execute()
      },
    })
    await taken
    expect(await ledger.find(of.db, id)).toMatchObject({ state: 'reading', ...takeOver, error: null })
    expect(of.log.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('a plan that was begun and not ended leaves nothing behind in the next', async () => {
    const of = await openTestImporter(engine)
    const id = await of.receive(people(5))
    await readableByAll(of)
    const claimed = await ledger.claim(of.db, engine, 'dead', of.clock.now())
    if (!claimed) throw new Error('nothing was claimed')
    const sink = planSink(of.db, { accountId: claimed.account_id, run: id }, claimed)
    const row = {
      row: 4_711,
      line: 9,
      action: 'create',
      personId: 77,
      version: null,
      matchedBy: 'none',
      changes: [['name', null, 'Ghost']],
      codes: [],
    } as const
    await sink.rows([row], [])
    await sink.rows([], [])
    expect(await of.db.selectFrom('plan_row').selectAll().execute()).toHaveLength(1)
    of.wait(ledger.LEASE_MS + 1)
    expect(await of.settled(id)).toMatchObject({ state: 'succeeded', counts: { created: 5 } })
    expect((await of.roster()).map(({ name }) => name)).not.toContain('Ghost')
  })
})

/** A run that somebody approved a moment ago. */
async function approved(of: TestImporter): Promise<string> {
  const header = [...HEADER, 'End Date']
  const staff = (endDate: string) =>
    csv(header, ...Array.from({ length: 9 }, (_, at) => ['Person', `${at}`, endDate]))
  await of.deliver(staff(''))
  const { id } = await of.deliver(staff('2026-01-01'))
  await of.importer.approve(id, { by: 'Eve' })
  return id
}

/** As where the files lie on storage that every node reaches: another node may take the run over. */
async function readableByAll(of: { db: Db }): Promise<void> {
  await of.db.updateTable('run').set({ node: null }).execute()
}
