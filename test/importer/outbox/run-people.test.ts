import { describe, expect, test } from 'vitest'
import { ENGINES } from '../../support/engines.ts'
import { csv, openTestImporter } from '../../support/importer.ts'

const HEADER = ['Name', 'Employee Id']
const staff = (from: number, to: number) =>
  csv(HEADER, ...Array.from({ length: to - from }, (_, at) => [`Person ${from + at}`, `${from + at}`]))

describe.each(ENGINES)('people in webhooks on %s', (engine) => {
  test('of a long run come in several messages, each person once, and go on where a node died', async () => {
    const of = await openTestImporter(engine)
    await of.db
      .insertInto('webhook_endpoint')
      .values({
        ...{ account_id: of.accountId(), id: 'wh1', url: 'https://example.com', types: 'employee.created' },
        ...{ secret: 'sealed', added_at: '2026-11-21T09:00:00Z' },
      })
      .execute()
    await of.deliver(staff(0, 2_500))
    await Promise.all([of.importer.mailroom.spread(), of.importer.mailroom.spread()])
    await of.importer.mailroom.spread()
    const messages = await of.importer.mailroom.take('webhook', 100)
    const people = messages.flatMap(({ data }) => (data as { people: number[] }).people)
    expect(messages.map(({ type }) => type)).toEqual(Array.from(messages, () => 'employee.created'))
    expect(messages).toHaveLength(5)
    expect([...people].sort((a, b) => a - b)).toEqual(Array.from({ length: 2_500 }, (_, at) => at + 1))
  })

  test('an undo tells who is gone; without a wish for people nothing is gone through', async () => {
    const of = await openTestImporter(engine)
    const { id } = await of.deliver(staff(0, 2))
    await of.importer.mailroom.spread()
    expect(await of.importer.mailroom.take('webhook', 9)).toEqual([])
    const endpoint = {
      account_id: of.accountId(),
      id: 'wh1',
      url: 'https://example.com',
      types: 'employee.* run.undone',
    }
    await of.db
      .insertInto('webhook_endpoint')
      .values({ ...endpoint, secret: 's', added_at: 'x' })
      .execute()
    const { id: undoing } = await of.importer.undo(id, { by: 'Eve' })
    await of.settled(undoing)
    await of.importer.mailroom.spread()
    const told = await of.importer.mailroom.take('webhook', 9)
    expect(told.map(({ type }) => type).sort()).toEqual(['employee.removed', 'run.undone'])
  })
})
