import { describe, expect, test } from 'vitest'
import type { ToSend } from '../../../importer/types.ts'
import { createPeople } from '../../../keys/people/people.ts'
import { ENGINES } from '../../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'End Date']
const PEOPLE = Array.from({ length: 12 }, (_, i) => [`Person ${i}`, `${100 + i}`, `p${i}@example.com`, ''])
const EVERYBODY = csv(HEADER, ...PEOPLE)
const NOBODY_LEFT = csv(
  HEADER,
  ...PEOPLE.map(([name, id, email]) => [name ?? '', id ?? '', email ?? '', '2026-01-31']),
)

describe.each(ENGINES)('the outbox on %s', (engine) => {
  test('tells each address of what it asked for, and not of what people did by hand', async () => {
    const importer = await openTestImporter(engine)
    await importer.importer.outbox.setRecipient('acme', {
      address: 'all@example.com',
      topics: ['held', 'failed', 'finished'],
    })
    await importer.importer.outbox.setRecipient('acme', { address: 'some@example.com' })
    await importer.importer.outbox.setRecipient('acme', { address: 'done@example.com', topics: ['finished'] })
    await importer.deliver(EVERYBODY)
    await importer.deliver(NOBODY_LEFT)
    await importer.deliver('Name\nAda\n')
    await importer.deliver('Name\nAda\n', { mode: 'dry_run' })
    await importer.deliver('Name\nAda\n', { source: 'manual' })
    const told = await take(importer)
    expect(told.map(({ type, target }) => `${type} ${target.split('@')[0]}`).sort()).toEqual([
      'run.finished all',
      'run.finished done',
      'run.held all',
      'run.held some',
      'run.rejected all',
      'run.rejected some',
    ])
    const held = told.find(({ type }) => type === 'run.held')
    expect(held?.data).toMatchObject({ state: 'held', holds: [{ code: 'GUARD_MASS_LEAVERS', rows: 12 }] })
    expect(told.find(({ type }) => type === 'run.rejected')?.data).toMatchObject({
      codes: ['HDR_MISSING_REQUIRED'],
    })
  })

  test('holds no value of an employee, no header and no name of a file', async () => {
    const importer = await openTestImporter(engine)
    await importer.importer.outbox.setRecipient('acme', {
      address: 'all@example.com',
      topics: ['held', 'finished'],
    })
    await importer.deliver(EVERYBODY)
    await importer.deliver(
      csv([...HEADER, 'Ada Secret'], ['Ada Secret', '900', 'ada.secret@example.com', '', 'x']),
      {
        fileName: 'ada-secret.csv',
      },
    )
    const [, held] = await take(importer)
    expect(held?.data).toMatchObject({ holds: [{ code: 'HDR_NEW_DEMOGRAPHIC' }] })
    expect(JSON.stringify(await importer.db.selectFrom('outbox').selectAll().execute())).not.toMatch(
      /secret/i,
    )
  })

  test('keeps an event that nobody was told yet over a crash, and none of what did not come true', async () => {
    const importer = await openTestImporter(engine)
    await importer.importer.outbox.setRecipient('acme', { address: 'hr@example.com', topics: ['finished'] })
    await importer.deliver(EVERYBODY)
    const broken = importer.db.transaction().execute(async (trx) => {
      await trx
        .insertInto('event')
        .values({
          account_id: importer.accountId(),
          id: 'x',
          type: 'run.finished',
          run_id: null,
          at: null,
          data: '{}',
        })
        .execute()
      throw new Error('the power goes')
    })
    await expect(broken).rejects.toThrow('the power goes')
    await importer.restart()
    expect(await take(importer)).toHaveLength(1)
    expect(await take(importer)).toHaveLength(0)
  })

  test('gives a message to one node at a time, and to another when the first is gone', async () => {
    const importer = await openTestImporter(engine)
    await importer.importer.outbox.setRecipient('acme', { address: 'hr@example.com', topics: ['finished'] })
    await importer.deliver(EVERYBODY)
    const { mailroom } = importer.importer
    await Promise.all([mailroom.spread(), mailroom.spread()])
    const both = await Promise.all([mailroom.take('mail', 5), mailroom.take('mail', 5)])
    const [first] = both.flat()
    expect(both.flat()).toHaveLength(1)
    importer.wait(121_000)
    const [second] = await mailroom.take('mail', 5)
    expect(second).toMatchObject({ id: first?.id, attempts: 2 })
    // The first was only slow: its word does not count any more.
    if (first !== undefined) await mailroom.settle(first, { kind: 'dead', problem: 'x' })
    expect(await importer.importer.outbox.messages({})).toMatchObject([{ state: 'waiting' }])
    if (second !== undefined) await mailroom.settle(second, { kind: 'sent' })
    expect(await importer.importer.outbox.messages({ state: 'sent' })).toMatchObject([
      { attempts: 2, problem: null },
    ])
  })

  test('waits longer from try to try, never more than six hours, and ends after three days', async () => {
    const importer = await openTestImporter(engine)
    await importer.importer.outbox.setRecipient('acme', { address: 'hr@example.com', topics: ['finished'] })
    await importer.deliver(EVERYBODY)
    await importer.importer.mailroom.spread()
    const rests: number[] = []
    for (;;) {
      const [message] = await importer.importer.mailroom.take('mail', 1)
      if (message === undefined) throw new Error('it is not due')
      await importer.importer.mailroom.settle(message, { kind: 'later', problem: 'away' })
      const [{ state, dueAt } = { state: 'gone', dueAt: null }] = await importer.importer.outbox.messages({})
      if (state !== 'waiting') {
        expect(state).toBe('dead')
        break
      }
      const rest = Date.parse(dueAt ?? '') - importer.clock.now().getTime()
      rests.push(rest)
      importer.wait(rest)
    }
    expect(rests[0]).toBeGreaterThanOrEqual(22_500)
    expect(rests[0]).toBeLessThanOrEqual(37_500)
    expect(Math.max(...rests)).toBeLessThanOrEqual(7.5 * 3_600_000)
    expect(rests.length).toBeGreaterThan(12)
    expect(rests.length).toBeLessThan(40)
  })

  test('tells the administrators who sign in of what asks for somebody, in the way they were set if they were', async () => {
    const importer = await openTestImporter(engine)
    await importer.addAccount('beta')
    const people = createPeople({ db: importer.db, now: () => importer.clock.now() })
    const acme = [{ account: 'acme', role: 'account_admin' as const }]
    await people.add({ email: 'admin@example.com', name: 'A', roles: acme })
    await people.add({ email: 'quiet@example.com', name: 'Q', roles: acme })
    await people.add({ email: 'viewer@example.com', name: 'V', roles: [{ account: 'acme', role: 'viewer' }] })
    await people.add({
      email: 'beta@example.com',
      name: 'B',
      roles: [{ account: 'beta', role: 'account_admin' }],
    })
    await importer.importer.outbox.setRecipient('acme', {
      address: 'quiet@example.com',
      topics: ['finished'],
    })
    await importer.deliver(EVERYBODY)
    await importer.deliver(NOBODY_LEFT)
    expect((await take(importer)).map(({ type, target }) => `${type} ${target}`).sort()).toEqual([
      'run.finished quiet@example.com',
      'run.held admin@example.com',
    ])
  })

  test('knows accounts apart', async () => {
    const importer = await openTestImporter(engine)
    await importer.addAccount('beta')
    const { outbox } = importer.importer
    await outbox.setRecipient('beta', { address: 'hr@example.com', topics: ['finished'] })
    await importer.deliver(EVERYBODY)
    expect(await take(importer)).toHaveLength(0)
    expect(await outbox.recipients('acme')).toEqual([])
    expect(await outbox.recipients('beta')).toMatchObject([{ account: 'beta', address: 'hr@example.com' }])
    await expect(outbox.removeRecipient('acme', 'hr@example.com')).rejects.toMatchObject({
      code: 'RECIPIENT_UNKNOWN',
    })
    expect(await outbox.messages({ account: 'beta' })).toEqual([])
  })

  test('drops what waits for an address that is taken away', async () => {
    const importer = await openTestImporter(engine)
    const { outbox, mailroom } = importer.importer
    await outbox.setRecipient('acme', { address: 'hr@example.com', topics: ['finished'] })
    await outbox.setRecipient('acme', { address: 'hr@example.com', topics: ['finished', 'held'] })
    await importer.deliver(EVERYBODY)
    await mailroom.spread()
    expect(await outbox.messages({})).toHaveLength(1)
    await outbox.removeRecipient('acme', 'hr@example.com')
    expect(await outbox.messages({})).toEqual([])
  })
})

async function take({ importer }: TestImporter): Promise<ToSend[]> {
  await importer.mailroom.spread()
  return await importer.mailroom.take('mail', 100)
}
