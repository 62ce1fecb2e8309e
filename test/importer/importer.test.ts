/** What a file does to people, from the delivered bytes to the roster, on both engines. */
import { describe, expect, test } from 'vitest'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'End Date', 'Employee Deactivated', 'TEAM'] as const

describe.each(ENGINES)('an import on %s', (engine) => {
  test('people whom a file does not mention are untouched to the last column', async () => {
    const test = await openTestImporter(engine)
    const first = csv(
      HEADER,
      ['Ada', '1', 'ada@x.io', '', '', 'Red'],
      ['Bob', '2', 'bob@x.io', '', '', 'Blue'],
    )
    expect(await test.deliver(first)).toMatchObject({ state: 'succeeded', counts: { created: 2 } })
    const before = await test.people()
    expect(await test.deliver(csv(HEADER, ['Ada L.', '1', '', '', '', '']))).toMatchObject({
      state: 'succeeded',
      counts: { updated: 1, missing: 1 },
    })
    const after = await test.people()
    expect(after['2']).toEqual(before['2'])
    expect(after['1']).toMatchObject({ name: 'Ada L.', email: 'ada@x.io', version: 2 })
  })
})
