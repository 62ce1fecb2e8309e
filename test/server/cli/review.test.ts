/** Looking through a plan and approving a part of it, from the command line. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { planPageSchema } from '../../../schemas/plan.ts'
import { runSchema } from '../../../schemas/run.ts'
import { temporaryFolder } from '../../support/engines.ts'
import { csv } from '../../support/importer.ts'
import { command } from './terminal.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'End Date']
const staff = Array.from({ length: 12 }, (_, at) => [`Person ${at}`, `${at}`, `p${at}@x.io`, ''])
const exodus = [
  ...staff.slice(0, 7).map(([name = '', id = '', email = '']) => [name, id, email, '2026-01-31']),
  ['Eve New', '99', 'eve@x.io', ''],
]

async function held() {
  const folder = temporaryFolder()
  const cli = (...args: string[]) => command(args, { ROLLCALL_DATA: join(folder, 'data') })
  await cli('account', 'add', 'acme')
  const importing = async (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return await cli('import', path, '--account', 'acme', '--json')
  }
  expect((await importing('people.csv', csv(HEADER, ...staff))).code).toBe(0)
  const { code, stdout } = await importing('exodus.csv', csv(HEADER, ...exodus))
  expect(code).toBe(3)
  return { cli, id: runSchema.parse(JSON.parse(stdout)).id }
}

test('a plan is read row by row, and a part of it approved; the rest waits in a run that is named', async () => {
  const { cli, id } = await held()
  const shown = await cli('runs', 'plan', id, '--rows', '1,8')
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).toBe(`
1  update     Person 0  0  p0@x.io
   End Date     nothing → 2026-01-31

8  create     Eve New  99  eve@x.io
   Name         Eve New
   Employee Id  99
   Email        eve@x.io

`)
  const page = await cli('runs', 'plan', id, '--code', 'GUARD_MASS_LEAVERS', '--limit', '3', '--json')
  expect(planPageSchema.parse(JSON.parse(page.stdout))).toMatchObject({ next: 3, rows: [{}, {}, {}] })
  expect((await cli('runs', 'plan', id, '--limit', '3')).stderr).toContain('--after 3')

  const approved = await cli('runs', 'approve', id, '--action', 'create', '--reason', 'only Eve', '--json')
  expect(approved.code).toBe(4)
  const run = runSchema.parse(JSON.parse(approved.stdout))
  expect(run).toMatchObject({ reason: 'only Eve', counts: { created: 1, updated: 0, held: 7 } })
  const rest = await cli('runs', 'show', run.rest ?? '')
  expect(rest.stdout).toContain(`Rest of     run ${id}`)
  expect(rest.stdout).toContain(`rollcall runs plan ${run.rest}`)
})

test('rows that are no numbers, and fields that do not exist, are told with their remedy', async () => {
  const { cli, id } = await held()
  const rows = await cli('runs', 'approve', id, '--rows', 'all')
  expect(rows).toMatchObject({ code: 2, stderr: expect.stringContaining('3,7-20') })
  const field = await cli('runs', 'plan', id, '--field', 'Shoe Size')
  expect(field).toMatchObject({ code: 2, stderr: expect.stringContaining('PLAN_CHOICE_INVALID') })
  const none = await cli('runs', 'plan', id, '--person', 'nobody@x.io')
  expect(none).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('No row') })
})
