/** Demographics from the command line: first what would happen, then, with a yes, it happens. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/engines.ts'
import { csv } from '../../support/importer.ts'
import { command } from './terminal.ts'

test('they are listed, renamed and deleted, and nothing is written without a yes', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'people.csv')
  const cli = (...args: string[]) =>
    command([...args, '--account', 'acme'], { ROLLCALL_DATA: join(folder, 'data') })
  await command(['account', 'add', 'acme'], { ROLLCALL_DATA: join(folder, 'data') })
  expect((await cli('demographics', 'list')).stderr).toContain('No demographics')
  writeFileSync(
    path,
    csv(['Name', 'Email', 'Team', 'Site'], ['Ada', 'a@x.io', 'Red', ''], ['Bob', 'b@x.io', '', '']),
  )
  expect((await cli('import', path)).code).toBe(0)
  const list = async () => (await cli('demographics', 'list')).stdout
  expect(await list()).toMatch(/^Team +1 +2 +50 % +0 +20\d\d-\d\d-\d\d \d\d:\d\d +manual, run \w{16}$/m)

  const before = await list()
  const shown = await cli('demographics', 'rename', 'Team', 'Squad')
  expect(shown).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('1 of 2 active people have a value'),
  })
  expect(await list()).toBe(before)
  const renamed = await cli('demographics', 'rename', 'Team', 'Squad', '--yes')
  expect(renamed).toMatchObject({ code: 0, stderr: expect.stringContaining('"mapping.Team=Squad"') })
  expect(await list()).toMatch(/^Squad +1 +2 +50 %/m)

  expect(await cli('demographics', 'delete', 'Squad')).toMatchObject({ code: 1 })
  const used = await cli('demographics', 'delete', 'Squad', '--yes')
  expect(used).toMatchObject({ code: 1, stderr: expect.stringContaining('DEMOGRAPHIC_IN_USE') })
  expect(await cli('demographics', 'delete', 'Site')).toMatchObject({ code: 3 })
  expect(await cli('demographics', 'delete', 'Site', '--yes')).toMatchObject({ code: 0 })
  expect(await list()).not.toContain('Site')
  expect(await cli('demographics', 'delete', 'Nothing')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('DEMOGRAPHIC_UNKNOWN'),
  })
})

test('one is merged into another by an import that is shown first, and who has both keeps both', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'people.csv')
  const cli = (...args: string[]) =>
    command([...args, '--account', 'acme'], { ROLLCALL_DATA: join(folder, 'data') })
  await command(['account', 'add', 'acme'], { ROLLCALL_DATA: join(folder, 'data') })
  const rows = [
    ['Ada', 'a@x.io', 'Red', '', ''],
    ['Bob', 'b@x.io', 'Blue', 'BLUE', ''],
    ['Cyd', 'c@x.io', 'Red', 'Green', ''],
    ['Dan', 'd@x.io', '', 'Blue', ''],
    ['Eve', 'e@x.io', '=Pink, or so', '', '2020-01-31'],
  ]
  writeFileSync(path, csv(['Name', 'Email', 'Tm', 'Squad', 'End Date'], ...rows))
  expect((await cli('import', path)).code).toBe(0)
  const exported = async () =>
    (await cli('export')).stdout.split('\n').map((line) => line.split(',').slice(-2))
  const before = await exported()
  const shown = await cli('demographics', 'merge', 'Tm', 'Squad', '--json')
  expect(JSON.parse(shown.stdout)).toMatchObject({ state: 'dry_run', counts: { read: 3, updated: 3 } })
  expect(shown.stderr).toContain('1 person has another value in each')
  expect(await exported()).toEqual(before)
  const merged = await cli('demographics', 'merge', 'Tm', 'Squad', '--yes', '--json')
  const { id, state, counts } = JSON.parse(merged.stdout)
  expect({ state, counts }).toMatchObject({ state: 'succeeded', counts: { updated: 3, rejected: 0 } })
  expect((await exported()).slice(1, 5)).toEqual([
    ['', 'Red'],
    ['', 'BLUE'],
    ['Red', 'Green'],
    // As any import does: one spelling for one value.
    ['', 'BLUE'],
  ])
  await command(['runs', 'undo', id, '--yes'], { ROLLCALL_DATA: join(folder, 'data') })
  expect(await exported()).toEqual(before)
  expect(await cli('demographics', 'merge', 'Tm', 'No')).toMatchObject({ code: 1 })
})
