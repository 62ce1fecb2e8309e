/** One department, however its name is written: the first spelling stays, from file to file; on both engines. */
import { describe, expect, test } from 'vitest'
import { SPELLINGS_OF_LABEL_MAX } from '../../importer/table/joiner.ts'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Email', 'Team']

async function teams(of: TestImporter): Promise<(string | undefined)[]> {
  return (await of.roster()).map(({ demographics }) => Object.values<string>(JSON.parse(demographics))[0])
}

describe.each(ENGINES)('on %s', (engine) => {
  test('values that differ only in case are one, as the first was written', async () => {
    const of = await openTestImporter(engine)
    await of.deliver(
      csv(HEADER, ['A', 'a@x.io', 'Sales'], ['B', 'b@x.io', 'SALES'], ['C', 'c@x.io', 'sales']),
    )
    expect(await teams(of)).toEqual(['Sales', 'Sales', 'Sales'])
    const next = await of.deliver(csv(HEADER, ['A', 'a@x.io', 'sALES'], ['D', 'd@x.io', 'SALES']))
    expect(next.counts).toMatchObject({ created: 1, unchanged: 1, updated: 0 })
    expect(await teams(of)).toEqual(['Sales', 'Sales', 'Sales', 'Sales'])
  })

  test('of what was rejected or never applied nothing is remembered', async () => {
    const of = await openTestImporter(engine)
    await of.deliver(csv(HEADER, ['A', 'a@x.io', 'First']))
    await of.deliver(csv(HEADER, ['B', '', 'SALES']))
    await of.deliver(csv(HEADER, ['B', 'b@x.io', 'SaLeS']), { mode: 'dry_run' })
    await of.deliver(csv(HEADER, ['B', 'b@x.io', 'Sales']))
    expect(await teams(of)).toEqual(['First', 'Sales'])
  })

  test('an account knows nothing of how another spells', async () => {
    const of = await openTestImporter(engine)
    await of.addAccount('globex')
    await of.deliver(csv(HEADER, ['A', 'a@x.io', 'SALES']))
    await of.deliver(csv(HEADER, ['A', 'a@x.io', 'Sales']), { account: 'globex' })
    const rows = await of.db.selectFrom('demographic_value').select(['account_id', 'value']).execute()
    expect(rows.map(({ account_id, value }) => [account_id, value]).sort()).toEqual(
      [
        [of.accountId('acme'), 'SALES'],
        [of.accountId('globex'), 'Sales'],
      ].sort(),
    )
  })

  test('a column of free text is not remembered without end', async () => {
    const of = await openTestImporter(engine)
    const count = SPELLINGS_OF_LABEL_MAX + 10
    const rows = Array.from({ length: count }, (_, at) => [`P ${at}`, `p${at}@x.io`, `Note ${at}`])
    await of.deliver(csv(HEADER, ...rows))
    const kept = await of.db.selectFrom('demographic_value').select('key').execute()
    expect(kept).toHaveLength(SPELLINGS_OF_LABEL_MAX)
  })
})
