/** Records that are likely one person are listed, until somebody makes them one or says that they are two. */
import { describe, expect, test } from 'vitest'
import { ENGINES, type EngineName } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'Date of Birth', 'Start Date']
const PEOPLE = csv(
  HEADER,
  ['Ada Lovelace', '1', '1980-01-01', '2020-01-01'],
  ['LOVELACE, Ada', '2', '1980-01-01', '2021-05-05'], // the same person, spelled in another way
  ['Ada Lovelace', '3', '1990-01-01', '2020-01-01'], // born on another day: two people
  ['Bob', '4', '', '2019-03-01'],
  ['Bób', '5', '1975-07-07', '2019-03-01'], // the day of birth of one is not known
  ['Cyd', '6', '', ''],
  ['Cyd', '7', '', ''], // nothing but a name
  ['Dan', '8', '1960-06-06', ''],
  ['Dan', '9', '1960-06-06', ''],
  ['Dan', '10', '1960-06-06', ''],
)

async function staffed(engine: EngineName): Promise<TestImporter> {
  const of = await openTestImporter(engine)
  const run = await of.deliver(PEOPLE, { source: 'manual' })
  if (run.state === 'held') await of.approve(run.id)
  return of
}

async function pairsOf(of: TestImporter, place = {}) {
  const page = await of.importer.duplicates('acme', place)
  return {
    ids: page.pairs.map(({ older, newer }) => `${older.employeeId}+${newer.employeeId}`),
    same: page.pairs.map(({ same }) => same.join(' ')),
    next: page.next,
  }
}

describe.each(ENGINES)('on %s', (engine) => {
  test('the same name with the same birth or start is listed, unless the births differ; page by page alike', async () => {
    const of = await staffed(engine)
    const ids = ['1+2', '4+5', '8+9', '8+10', '9+10']
    const same = ['dateOfBirth', 'startDate', 'dateOfBirth', 'dateOfBirth', 'dateOfBirth']
    expect(await pairsOf(of)).toEqual({ ids, same, next: null })
    await of.addAccount('globex')
    expect(await of.importer.duplicates('globex', {})).toEqual({ account: 'globex', pairs: [], next: null })

    const all: string[] = []
    for (let after: string | null = '0-0'; after !== null; ) {
      const page = await pairsOf(of, { after, limit: 2 })
      expect(page.ids.length).toBeLessThanOrEqual(2)
      all.push(...page.ids)
      after = page.next
    }
    expect(all).toEqual(ids)
  })

  test('a pair that is said to be two people goes from the list, and so does one that was merged', async () => {
    const of = await staffed(engine)
    await of.importer.keepApart('acme', '10', '8', { by: 'Eve' })
    await of.importer.keepApart('acme', '8', '10', { by: 'Eve' })
    expect((await pairsOf(of)).ids).toEqual(['1+2', '4+5', '8+9', '9+10'])
    const { id } = await of.importer.merge('acme', '1', '2', { by: 'Eve' })
    await of.settled(id)
    expect((await pairsOf(of)).ids).toEqual(['4+5', '8+9', '9+10'])
    await of.settled((await of.importer.undo(id, { by: 'Eve' })).id)
    expect((await pairsOf(of)).ids).toEqual(['1+2', '4+5', '8+9', '9+10'])

    const apart = (one: string, other: string) => of.importer.keepApart('acme', one, other, { by: 'Eve' })
    await expect(apart('1', '1')).rejects.toMatchObject({ code: 'MERGE_REFUSED' })
    await expect(apart('1', '99')).rejects.toMatchObject({ code: 'EMPLOYEE_UNKNOWN' })
  })
})
