/** The importer with its worker threads: work beside the thread that serves others, ended and taken up again. */
import { sql } from 'kysely'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import * as ledger from '../../importer/run/ledger.ts'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id']
const people = (count: number, name = 'Person') =>
  csv(HEADER, ...Array.from({ length: count }, (_, at) => [`${name} ${at}`, `${at}`]))

describe.each(ENGINES)('on %s', (engine) => {
  test('files of several accounts are worked on side by side, each account in its own order', async () => {
    const of = await openTestImporter(engine, { threads: 2 })
    await of.addAccount('other')
    const ids: string[] = []
    for (let round = 0; round < 4; round++) {
      for (const account of ['acme', 'other'])
        ids.push(await of.receive(people(3, `Round ${round} person`), { account }))
    }
    const runs = await Promise.all(ids.map((id) => of.settled(id)))
    expect(new Set(runs.map(({ state }) => state))).toEqual(new Set(['succeeded']))
    for (const account of ['acme', 'other']) {
      expect((await of.history(account)).map(({ run_id }) => ids.indexOf(run_id))).toEqual(
        (await of.history(account)).map(({ run_id }) => ids.indexOf(run_id)).toSorted((a, b) => a - b),
      )
      expect((await of.roster(account)).map(({ name }) => name)).toEqual(
        [0, 1, 2].map((at) => `Round 3 person ${at}`),
      )
    }
  })

  test('a large file leaves this thread free, and tells how far it is', async () => {
    const of = await openTestImporter(engine, { threads: 1 })
    const id = await of.receive(people(8_000))
    let isDone = false
    const settled = of.settled(id).finally(() => {
      isDone = true
    })
    const delays: number[] = []
    const phases = new Set<string>()
    while (!isDone) {
      const before = performance.now()
      await new Promise((resolve) => setTimeout(resolve, 2))
      delays.push(performance.now() - before - 2)
      const progress = await of.importer.progress(id)
      if (progress) phases.add(progress.phase)
    }
    expect(await settled).toMatchObject({ state: 'succeeded', counts: { created: 8_000 } })
    expect(phases).toContain('applying')
    expect(await of.importer.progress(id)).toBeNull()
    // Half of all waits: the machine may have other things to do, this thread may not.
    expect(delays.toSorted((a, b) => a - b)[Math.floor(delays.length / 2)]).toBeLessThan(25)
  })

  test('closing in the middle leaves a run that goes on after the next start, and is applied once', async () => {
    const of = await openTestImporter(engine, { threads: 1 })
    const ids = [await of.receive(people(8_000)), await of.receive(people(10, 'Renamed'))]
    // Closing twice is closing once.
    await Promise.all([of.importer.close(), of.importer.close()])
    await of.restart()
    for (const id of ids) expect(await of.settled(id)).toMatchObject({ state: 'succeeded' })
    expect(await of.history()).toHaveLength(8_010)
    expect(await ledger.find(of.db, ids[0] ?? '')).toMatchObject({ attempts: 0, lease_owner: null })
  })

  test('what another process enters or decides is noticed without being told', async () => {
    const of = await openTestImporter(engine, { threads: 1 })
    const delivery = await of.put(people(3))
    await ledger.enter(of.db, [delivery])
    expect(await of.settled(delivery.id)).toMatchObject({ state: 'succeeded' })
  })

  test('a thread that dies is replaced, and its work is taken up', async () => {
    const of = await openTestImporter(engine, { threads: 1 })
    await sql`alter table run rename to gone`.execute(of.db)
    await expect
      .poll(() => of.log.map(({ text }) => text), { timeout: 10_000 })
      .toContain('a worker thread ended with an error')
    await sql`alter table gone rename to run`.execute(of.db)
    expect(await of.deliver(people(3))).toMatchObject({ state: 'succeeded', counts: { created: 3 } })
  })
})

test('on postgres, connections that are cut in the middle of an import cost a try, and nothing is applied twice', async () => {
  const of = await openTestImporter('postgres', { threads: 1 })
  const id = await of.receive(people(8_000))
  const stateOf = async () => (await of.importer.run(id).catch(() => null))?.state
  await expect
    .poll(async () => (await of.importer.progress(id))?.phase, { interval: 1, timeout: 8_000 })
    .toBe('applying')
  const client = new pg.Client(of.databaseUrl)
  await client.connect()
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  await client.end()
  await expect.poll(stateOf, { timeout: 25_000 }).toBe('succeeded')
  expect(await of.roster()).toHaveLength(8_000)
  expect((await of.history()).map(({ seq }) => seq)).toEqual(Array.from({ length: 8_000 }, (_, at) => at + 1))
}, 60_000)
