/** Thousands of changes taken back, killed at one moment after the other: exactly once, and exactly as it was. */
import { expect, test } from 'vitest'
import { workAndDie } from '../support/crash.ts'
import { ENGINES } from '../support/engines.ts'
import { openTestImporter } from '../support/importer.ts'
import { makePeople, writePeopleCsv } from '../support/people.ts'
import { rosterValues } from '../support/roster-values.ts'

const PEOPLE = 5_000
const people = makePeople({ seed: 11, count: PEOPLE })
/** All but the last hundred, and then all of them with another language. */
const first = writePeopleCsv(people.slice(0, -100))
const second = writePeopleCsv(
  people.map((person) => ({ ...person, Language: person.Language === 'en' ? 'fr' : 'en' })),
)

test.each(ENGINES)(
  'on %s',
  async (engine) => {
    const of = await openTestImporter(engine)
    const { databaseUrl, dataDir } = of
    expect(await of.deliver(first, { source: 'manual' })).toMatchObject({ counts: { created: PEOPLE - 100 } })
    const before = await rosterValues(of)
    let run = await of.deliver(second, { source: 'manual' })
    if (run.state === 'held') run = await of.approve(run.id)
    expect(run).toMatchObject({ state: 'succeeded', counts: { created: 100, updated: PEOPLE - 100 } })
    const { id } = await of.importer.undo(run.id, { by: 'Eve' })
    for (const moment of ['reading 4', 'applying 1', 'applying 4', 'reporting 1'])
      expect([moment, await workAndDie({ databaseUrl, dataDir, moment })]).toEqual([moment, 'killed'])
    expect(await workAndDie({ databaseUrl, dataDir, moment: null })).toBe('done')
    expect(await of.importer.run(id)).toMatchObject({
      ...{ state: 'succeeded', undoes: run.id, issues: [] },
      counts: { read: PEOPLE, updated: PEOPLE - 100, removed: 100, rejected: 0 },
    })
    expect(await of.importer.run(run.id)).toMatchObject({ state: 'undone', undoneBy: id })
    expect(await rosterValues(of)).toEqual(before)
    const history = await of.history()
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, at) => at + 1))
  },
  120_000,
)
