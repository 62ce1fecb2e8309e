/** People whom a source sends no more, from the command line. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { missingPageSchema } from '../../../schemas/missing.ts'
import { temporaryFolder } from '../../support/engines.ts'
import { csv } from '../../support/importer.ts'
import { command } from './terminal.ts'

test('they are listed, given an End Date, let alone, or deactivated behind the guard', async () => {
  const folder = temporaryFolder()
  const cli = (...args: string[]) => command(args, { ROLLCALL_DATA: join(folder, 'data') })
  const importing = async (ids: readonly number[]) => {
    const path = join(folder, 'people.csv')
    const rows = ids.map((id) => [`Person ${id}`, `${id}`, `p${id}@x.io`])
    writeFileSync(path, csv(['Name', 'Employee Id', 'Email'], ...rows))
    expect((await cli('import', path, '--account', 'acme', '--mode', 'full')).code).toBe(0)
  }
  const of = ['--account', 'acme', '--source', 'manual']
  const listed = async () => {
    const { stdout } = await cli('missing', 'list', ...of, '--json')
    return missingPageSchema.parse(JSON.parse(stdout)).people.map(({ employeeId }) => employeeId)
  }
  await cli('account', 'add', 'acme')
  expect((await cli('missing', 'list', ...of)).stderr).toContain('missing=report')
  await cli('source', 'set', 'manual', '--account', 'acme', 'missing=report')
  await importing([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect((await cli('missing', 'list', ...of)).stderr).toContain('Nobody is missing')
  await importing([1, 10])
  const table = (await cli('missing', 'list', ...of)).stdout
  expect(table).toMatch(/^Name +Employee Id +Email +Files +Missing since \(UTC\) +Last in run$/m)
  expect(table).toMatch(/^Person 2 +2 +p2@x\.io +1 +20\d\d-\d\d-\d\d \d\d:\d\d +\w{16}$/m)

  expect(await cli('missing', 'left', '2', '--account', 'acme', '--date', 'today')).toMatchObject({ code: 2 })
  const left = await cli('missing', 'left', 'p2@x.io', '--account', 'acme', '--date', '2020-01-31')
  expect(left.stdout).toContain('Become former')
  expect(await cli('missing', 'ignore', '3', ...of)).toMatchObject({ code: 0 })
  expect(await listed()).toEqual(['4', '5', '6', '7', '8', '9'])

  const refused = await cli('missing', 'deactivate', ...of, '--files', '1')
  expect(refused).toMatchObject({ code: 6, stderr: expect.stringContaining('MISSING_NOT_ALLOWED') })
  await cli('source', 'set', 'manual', '--account', 'acme', 'missing=deactivate')
  expect((await cli('missing', 'deactivate', ...of, '--files', '9')).stderr).toContain('nothing was done')
  const waits = await cli('missing', 'deactivate', ...of, '--files', '1', '--json')
  expect(waits.code).toBe(3)
  expect(JSON.parse(waits.stdout)).toMatchObject({
    ...{ source: 'manual', holds: [{ code: 'GUARD_MASS_LEAVERS' }], counts: { deactivated: 6 } },
  })
  await cli('runs', 'approve', JSON.parse(waits.stdout).id)
  expect(await listed()).toEqual([])
})
