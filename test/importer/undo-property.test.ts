/** Whatever a file does to whatever roster: taken back, the roster is what it was; taken back again, what it became. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'
import { rosterValues } from '../support/roster-values.ts'

const HEADER = [
  ...['Name', 'Employee Id', 'Email', 'Start Date', 'End Date', 'Manager Email'],
  ...['Manager Employee Id', 'Employee Deactivated', 'Team', 'Site'],
]
const KEYS = ['1', '2', '3', '4', '5', '6']
const or = (...values: string[]) => fc.constantFrom('', '', '', ...values)

/** Few keys, so that people and rows meet, exchange keys, lead each other and wait for each other. */
const row = fc
  .tuple(
    fc.constantFrom('Ada', 'Bob', 'Cyd', ''),
    or(...KEYS),
    or(...KEYS.map((key) => `${key}@x.io`), '__CLEAR__'),
    or('2020-01-01', '2030-01-01', '__CLEAR__'),
    or('2026-01-01', '2030-06-01', '__CLEAR__'),
    or(...KEYS.map((key) => `${key}@x.io`), '9@x.io', '__CLEAR__'),
    or(...KEYS, '__CLEAR__'),
    or('TRUE', 'FALSE'),
    or('Red', 'red', 'Blue', '__CLEAR__'),
    or('Wien', '__CLEAR__'),
  )
  .filter(([, id, email]) => id !== '' || email.includes('@'))
const file = fc.array(row, { minLength: 1, maxLength: 8 })

test.each(ENGINES)(
  'on %s',
  async (engine) => {
    const of = await openTestImporter(engine)
    let accounts = 0
    let undone = 0
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 2 }), file, async (befores, rows) => {
        const account = `a${++accounts}`
        await of.addAccount(account)
        for (const before of befores) await applied(of, account, before)
        const before = await rosterValues(of, account)
        const run = await applied(of, account, rows)
        const after = await rosterValues(of, account)
        if (isDeepStrictEqual(after, before)) return
        const undo = await of.settled((await of.importer.undo(run.id, { by: 'Eve' })).id)
        expect(undo.state).toBe('succeeded')
        // Labels that the run brought stay, without values.
        expect(['', 'UNDO_DEMOGRAPHIC_KEPT']).toContain(Object.keys(undo.issueCounts).join(' '))
        expect(await rosterValues(of, account)).toEqual(before)
        const again = await of.settled((await of.importer.undo(undo.id, { by: 'Eve' })).id)
        expect(again).toMatchObject({ state: 'succeeded', issues: [] })
        expect(await rosterValues(of, account)).toEqual(after)
        undone++
      }),
      { numRuns: engine === 'sqlite' ? 30 : 10 },
    )
    expect(undone).toBeGreaterThan(3)
  },
  120_000,
)

/** Delivers a file by hand, and agrees to whatever it asks. */
async function applied(of: TestImporter, account: string, rows: readonly string[][]) {
  const run = await of.deliver(csv(HEADER, ...rows), { account, source: 'manual' })
  return run.state === 'held' ? await of.approve(run.id) : run
}
