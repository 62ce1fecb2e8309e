/** What an operator sees of files that wait for their proof: a server, and commands that ask it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../server/config.ts'
import { dropDir } from '../../server/intake.ts'
import { createLog } from '../../server/log.ts'
import { startServer } from '../../server/main.ts'
import { temporaryFolder } from '../e2e/rollcall.ts'
import { until } from '../support/sftp-server.ts'
import { command } from './cli/terminal.ts'

test('runs and doctor tell of a file that waits, and of nothing once it has gone', async () => {
  const data = await temporaryFolder()
  const flags = { data, sftpHost: '127.0.0.1', sftpPort: '0', httpPort: '0' }
  const lines: string[] = []
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } })
  const { config } = loadConfig({ env: {}, flags, cwd: '/' })
  const server = await startServer({ config, log, version: 'test' })
  onTestFinished(() => server.stop())
  const { door } = server
  await door.addAccount({ slug: 'acme' })
  await door.addAccount({ slug: 'globex' })
  await door.setSource('acme', 'sftp', { sidecar: 'any' })
  const inbox = dropDir(data, 'acme', 'inbox')
  await writeFile(join(inbox, 'people.csv'), 'Name,Email\nAda,ada@example.com\n')
  await until(async () => (await door.status()).waiting.length === 1, 'the file to wait')

  const told =
    /^1 file waits for the one that says it is complete: people\.csv of acme until \d\d:\d\d UTC\.$/m
  const env = { ROLLCALL_DATA: data }
  expect((await command(['runs'], env)).stderr).toMatch(told)
  expect(await command(['runs', '--json'], env)).toMatchObject({
    stdout: '[]\n',
    stderr: expect.stringMatching(told),
  })
  expect((await command(['runs', '--account', 'globex'], env)).stderr).not.toMatch(told)
  const { stdout } = await command(['doctor', '--json'], env)
  expect(JSON.parse(stdout)).toMatchObject({
    checks: expect.arrayContaining([
      expect.objectContaining({
        ...{ mark: 'warn', check: 'Waiting files' },
        fix: expect.stringContaining('rollcall source set sftp --account acme sidecar=off'),
      }),
    ]),
  })
  expect(lines.join('')).not.toContain('people.csv')

  await writeFile(join(inbox, 'people.csv.done'), '')
  await until(async () => (await door.status()).waiting.length === 0, 'the file to go')
  expect((await command(['runs'], env)).stderr).not.toMatch(told)
})
