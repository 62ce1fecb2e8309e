/** Killed at any moment and started again, an import ends applied exactly once, as if nothing had been. */
import { describe, expect, test } from 'vitest'
import * as ledger from '../../importer/run/ledger.ts'
import type { Run } from '../../schemas/run.ts'
import { workAndDie } from '../support/crash.ts'
import { ENGINES } from '../support/engines.ts'
import { openTestImporter, type TestImporter } from '../support/importer.ts'
import { makePeople, writePeopleCsv } from '../support/people.ts'

const PEOPLE = 8_000
const file = writePeopleCsv(makePeople({ seed: 7, count: PEOPLE }))
/** The same people, some with another title, some gone. */
const next = file.replaceAll('Engineer', 'Craftsperson').replaceAll('Analyst', 'Reader')

async function expectAppliedOnce(of: TestImporter, id: string): Promise<void> {
  const run = await of.importer.run(id)
  expect(run).toMatchObject({ state: 'succeeded', error: null })
  const history = await of.history()
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, at) => at + 1))
  const { position } = await of.db.selectFrom('account').select('position').executeTakeFirstOrThrow()
  expect(position).toBe(history.length)
  expect(await ledger.find(of.db, id)).toMatchObject({ report_due: 0, lease_owner: null, attempts: 0 })
  const results = Object.keys(of.results()).filter((name) => name.includes(id))
  expect(results.filter((name) => name.endsWith('.part'))).toEqual([])
  expect(results.length).toBeGreaterThanOrEqual(4)
}

/** What the two files do when nothing goes wrong: on either engine the same, to the last row. */
let undisturbed: { counts: Run['counts']; digest: string }[] | null = null

async function withoutCrash(files: readonly string[]): Promise<{ counts: Run['counts']; digest: string }[]> {
  const of = await openTestImporter('sqlite')
  const ends: { counts: Run['counts']; digest: string }[] = []
  for (const content of files) {
    const { counts } = await of.deliver(content, { source: 'manual' })
    ends.push({ counts, digest: await of.digest() })
  }
  return ends
}

describe.each(ENGINES)('on %s', (engine) => {
  test('a first import and a change of many, killed at one moment after the other', async () => {
    undisturbed ??= await withoutCrash([file, next])
    const of = await openTestImporter(engine)
    const { databaseUrl, dataDir } = of
    // While it reads; when the plan is approved; while it applies; when that is done; while it writes the results.
    const moments = [
      [
        'reading 2',
        'reading 5',
        'change 1',
        'applying 1',
        'applying 5',
        'change 1',
        'reporting 1',
        'reporting 4',
      ],
      ['reading 1', 'applying 1', 'applying 2', 'reporting 2'],
    ]
    for (const [at, content] of [file, next].entries()) {
      const id = await of.receive(content, { source: 'manual' })
      for (const moment of moments[at] ?? []) {
        expect([moment, await workAndDie({ databaseUrl, dataDir, moment })]).toEqual([moment, 'killed'])
      }
      expect(await workAndDie({ databaseUrl, dataDir, moment: null })).toBe('done')
      await expectAppliedOnce(of, id)
      const { counts } = await of.importer.run(id)
      expect({ counts, digest: await of.digest() }).toEqual(undisturbed[at])
    }
  }, 90_000)
})
