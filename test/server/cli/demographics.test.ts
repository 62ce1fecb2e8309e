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
