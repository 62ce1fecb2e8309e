import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { deliveryPath, receiptPath } from '../../importer/importer.ts'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'End Date']
const DAY_MS = 86_400_000
const staff = (count: number, end = '') =>
  csv(HEADER, ...Array.from({ length: count }, (_, at) => [`Person ${at}`, `${at}`, end]))
const none = { files: 0, bytes: 0, rows: 0, reports: 0, messages: 0 }

const rowsOf = async (of: TestImporter, run: string) =>
  (await of.db.selectFrom('plan_row').select('row').where('run_id', '=', run).execute()).length

async function reportOf(of: TestImporter, id: string, format: 'csv' | 'rejects' | 'text'): Promise<string> {
  let text = ''
  for await (const chunk of of.importer.report(id, format)) text += String(chunk)
  return text
}

describe.each(ENGINES)('what is kept on %s', (engine) => {
  test('goes class by class in its time, says so, and leaves people, history and undo as they are', async () => {
    const of = await openTestImporter(engine)
    const { id } = await of.deliver(`${staff(3)}Broken,9,x,y\n`)
    const path = deliveryPath(of.dataDir, { accountId: of.accountId(), id })
    const { retention, chores } = of.importer
    of.wait(30 * DAY_MS - 1)
    expect(await retention.preview('acme')).toEqual({ account: 'acme', isDone: false, ...none })
    of.wait(1)
    const expected = { files: 1, bytes: expect.any(Number), rows: 0, reports: 0 }
    expect(await retention.preview('acme')).toMatchObject({ ...expected, isDone: false })
    expect(existsSync(path)).toBe(true)
    expect(await retention.run('acme')).toMatchObject({ ...expected, isDone: true })
    expect([
      existsSync(path),
      existsSync(receiptPath(of.dataDir, { accountId: of.accountId(), id })),
    ]).toEqual([false, false])
    expect(await retention.run('acme')).toMatchObject(none)
    expect((await of.importer.run(id)).removed).toEqual({
      file: '2026-12-21T09:00:00.000Z',
      rows: null,
      reports: null,
    })
    await expect(reportOf(of, id, 'rejects')).rejects.toMatchObject({ code: 'REPORT_GONE' })
    expect(await reportOf(of, id, 'text')).toMatch(/Not kept +the delivered file since 2026-12-21/)
    expect(await reportOf(of, id, 'text')).not.toContain('--format rejects')

    of.wait(60 * DAY_MS)
    await chores.removeOld()
    expect(await rowsOf(of, id)).toBe(0)
    await expect(of.importer.plan(id, {}, {})).rejects.toMatchObject({ code: 'ROWS_GONE' })
    await expect(reportOf(of, id, 'csv')).rejects.toMatchObject({ code: 'ROWS_GONE' })
    expect((await of.importer.run(id)).issues).not.toEqual([])
    expect(Object.keys(of.results())).not.toEqual([])

    of.wait(640 * DAY_MS)
    await chores.removeOld()
    expect(of.results()).toEqual({})
    expect(await of.importer.run(id)).toMatchObject({
      issues: [],
      issuesTruncated: false,
      counts: { created: 3 },
    })

    expect((await of.importer.employee('acme', '1')).values[0]?.from).toMatchObject({ run: id })
    const { id: undoing } = await of.importer.undo(id, { by: 'Eve' })
    await of.settled(undoing)
    expect(await of.roster()).toEqual([])
    expect(await of.importer.settled(id)).toMatchObject({ state: 'undone' })
  })

  test('nothing goes of what waits for a person, nor while everything is held', async () => {
    const of = await openTestImporter(engine)
    const first = await of.deliver(staff(20))
    const held = await of.deliver(staff(20, '2026-11-01'))
    expect(held.state).toBe('held')
    of.wait(1_000 * DAY_MS)
    await of.importer.retention.set('acme', { hold: true }, { by: 'Eve' })
    expect(await of.importer.retention.run('acme')).toMatchObject(none)
    expect(await of.importer.retention.set('acme', { hold: null }, { by: 'Eve' })).toMatchObject({
      settings: { hold: false, files: 30 },
      by: 'Eve',
    })
    expect(await of.importer.retention.run('acme')).toMatchObject({ files: 1, rows: 1, reports: 1 })
    expect([await rowsOf(of, first.id), await rowsOf(of, held.id)]).toEqual([0, 20])
    expect(await of.approve(held.id)).toMatchObject({ state: 'succeeded', counts: { former: 20 } })
  })

  test('with no days at all a file goes with the next round after its run, and accounts are apart', async () => {
    const of = await openTestImporter(engine)
    await of.addAccount('beta')
    await of.importer.retention.set('acme', { files: 0 }, { by: 'Eve' })
    const { id } = await of.deliver(staff(2))
    expect(await of.importer.retention.run('beta')).toMatchObject(none)
    await of.importer.chores.removeOld()
    expect((await of.importer.run(id)).removed?.file).not.toBeNull()
    await expect(of.importer.retention.set('acme', { files: -1 }, { by: 'Eve' })).rejects.toMatchObject({
      code: 'RETENTION_INVALID',
    })
    await expect(of.importer.retention.set('acme', { days: 1 }, { by: 'Eve' })).rejects.toMatchObject({
      code: 'RETENTION_INVALID',
    })
  })

  test("a file on the disk of another node is that node's to remove", async () => {
    const of = await openTestImporter(engine)
    const { id } = await of.deliver(staff(2))
    await of.db.updateTable('run').set({ node: 'other' }).where('id', '=', id).execute()
    of.wait(31 * DAY_MS)
    expect(await of.importer.retention.run('acme')).toMatchObject(none)
  })

  test('messages that were taken or given up go, those that wait stay', async () => {
    const of = await openTestImporter(engine)
    await of.importer.outbox.setRecipient('acme', { address: 'hr@example.com', topics: ['finished'] })
    await of.deliver(staff(2))
    await of.deliver(staff(3))
    const { mailroom, outbox, retention } = of.importer
    await mailroom.spread()
    const [taken] = await mailroom.take('mail', 1)
    if (taken !== undefined) await mailroom.settle(taken, { kind: 'sent' })
    of.wait(91 * DAY_MS)
    expect(await retention.preview('acme')).toMatchObject({ messages: 1 })
    expect(await retention.run('acme')).toMatchObject({ messages: 1 })
    expect(await outbox.messages({})).toMatchObject([{ state: 'waiting' }])
  })
})
