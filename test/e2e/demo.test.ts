import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { demoBadFiles, demoPeopleCsv } from '../../server/cli/demo-people.ts'
import { needProgram } from '../support/sftp-programs.ts'
import { rollcall, temporaryFolder } from './rollcall.ts'

async function leftBehind(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('rollcall-demo-'))
}

const CLIENTS = [
  { client: 'OpenSSH sftp', path: () => (needProgram('sftp') === null ? null : (process.env['PATH'] ?? '')) },
  // A machine without OpenSSH.
  { client: 'SFTP client of ssh2', path: () => dirname(process.execPath) },
]

test.each(CLIENTS)(
  'the demo shows a whole import by $client and leaves nothing behind',
  async ({ client, path }) => {
    const given = path()
    if (given === null) return
    const before = await leftBehind()
    const data = await temporaryFolder()
    // What is set for the real server must not matter.
    const env = { PATH: given, ROLLCALL_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
    const { code, stdout, stderr } = await rollcall(data, ['demo', '--once'], { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`${client}: put people.csv /inbox/`)
    expect(stdout).toContain('500 people imported: all new.')
    expect(await readdir(data)).toEqual([])
    expect((await leftBehind()).filter((name) => !before.includes(name))).toEqual([])
  },
  60_000,
)

test('the demo of a connection goes from the consent page to a report, and leaves nothing behind', async () => {
  const before = await leftBehind()
  const data = await temporaryFolder()
  const { code, stdout, stderr } = await rollcall(data, ['demo', '--connect', 'justworks', '--once'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('Justworks is connected')
  expect(stdout).toContain('The first sync read 120 people and imported nobody')
  expect(stdout).toContain('120 people imported: all new.')
  expect(stdout).toContain('121 people imported: 1 new, 2 updated, 118 unchanged.')
  expect(await readdir(data)).toEqual([])
  expect((await leftBehind()).filter((name) => !before.includes(name))).toEqual([])
}, 60_000)

test('the people of the demo are told apart by their names alone, and everybody but one has a manager', () => {
  const [header = '', ...rows] = demoPeopleCsv(500).trimEnd().split('\n')
  const columns = header.split(',')
  const cells = rows.map((row) => row.split(','))
  const column = (name: string) => cells.map((row) => row[columns.indexOf(name)] ?? '')
  for (const name of ['Name', 'Employee Id', 'Email']) expect(new Set(column(name)).size).toBe(500)
  const emails = new Set(column('Email'))
  expect(column('Manager Email').filter((manager) => !emails.has(manager))).toEqual([''])
  expect(cells.every((row) => row.length === columns.length)).toBe(true)
})

test('the files that go wrong differ in name and in how', () => {
  const files = demoBadFiles(100)
  expect(new Set(files.map(({ name }) => name)).size).toBe(files.length)
  expect(new Set(files.map(({ text }) => text)).size).toBe(files.length)
})
