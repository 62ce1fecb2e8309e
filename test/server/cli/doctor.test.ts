import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { openHostKey } from '../../../keys/host-key.ts'
import { temporaryFolder } from '../../e2e/rollcall.ts'
import { command } from './terminal.ts'

const answer = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      mark: z.enum(['ok', 'warn', 'fail']),
      check: z.string(),
      found: z.string(),
      fix: z.string().nullable(),
    }),
  ),
})

async function doctor(data: string, env: Record<string, string> = {}) {
  const free = { ROLLCALL_DATA: data, ROLLCALL_SFTP_PORT: '0', ROLLCALL_HTTP_PORT: '0' }
  const { code, stdout } = await command(['doctor', '--json'], { ...free, ...env })
  const { ok, checks } = answer.parse(JSON.parse(stdout))
  return { code, ok, of: (name: string) => checks.filter(({ check }) => check === name), checks }
}

/** A data directory in which a server could start. */
async function goodData(): Promise<string> {
  const data = join(await temporaryFolder(), 'data')
  await mkdir(data, { mode: 0o700 })
  await openHostKey(data)
  return data
}

test('a good installation is all well, and every complaint would come with a fix', async () => {
  const { code, ok, checks } = await doctor(await goodData())
  expect(checks.filter(({ mark }) => mark === 'fail')).toEqual([])
  expect({ code, ok }).toEqual({ code: 0, ok: true })
  expect(checks.map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      ...[
        'Node',
        'SSH ciphers',
        'SSH key exchange',
        'Configuration',
        'Server',
        'Database',
        'Clock',
        'Data directory',
        'Host key',
      ],
      ...['Inbox', 'Disk space', 'SFTP port', 'HTTP port'],
    ]),
  )
  for (const { mark, fix } of checks) expect(fix === null).toBe(mark === 'ok')
})

test('where nothing was ever started nothing is made, and that is no failure', async () => {
  const data = join(await temporaryFolder(), 'none')
  const { code, of } = await doctor(data)
  expect(code).toBe(0)
  expect(of('Data directory')).toMatchObject([{ mark: 'warn', found: `${data} is not there yet` }])
})

test('a data directory that others can enter is pointed out', async () => {
  const data = await goodData()
  await chmod(data, 0o755)
  const { of } = await doctor(data)
  expect(of('Data directory')).toMatchObject([{ mark: 'warn', fix: `chmod 700 ${data}` }])
})

test('a port that somebody else has is a failure, and ends with 1', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? String(address.port) : ''
  const { code, ok, of } = await doctor(await goodData(), { ROLLCALL_HTTP_PORT: port })
  expect({ code, ok }).toEqual({ code: 1, ok: false })
  expect(of('HTTP port')).toMatchObject([
    { mark: 'fail', fix: expect.stringContaining('ROLLCALL_HTTP_PORT') },
  ])
})

test('a host key that others can read, or that is damaged, is a failure', async () => {
  const data = await goodData()
  const path = join(data, 'keys', 'ssh_host_ed25519_key')
  await chmod(path, 0o644)
  expect((await doctor(data)).of('Host key')).toMatchObject([{ mark: 'fail', fix: `chmod 600 ${path}` }])
  await chmod(path, 0o600)
  await writeFile(path, 'rubbish')
  expect((await doctor(data)).of('Host key')).toMatchObject([
    { mark: 'fail', fix: expect.stringContaining('backup') },
  ])
})

test('a database that cannot be reached is a failure, and the rest is looked at all the same', async () => {
  const env = { ROLLCALL_DATABASE_URL: 'postgres://rollcall:secret@127.0.0.1:1/rollcall' }
  const { code, of, checks } = await doctor(await goodData(), env)
  expect(code).toBe(1)
  expect(of('Database')).toMatchObject([
    { mark: 'fail', found: expect.stringContaining('connection refused') },
  ])
  expect(of('Inbox')).toMatchObject([{ mark: 'ok' }])
  expect(JSON.stringify(checks)).not.toContain('secret')
})

test('settings that are wrong are told before anything is looked at', async () => {
  const { code, of } = await doctor(await goodData(), { ROLLCALL_LOG_LEVEL: 'loud', ROLLCALL_LOGLEVEL: 'x' })
  expect(code).toBe(1)
  expect(of('Configuration').map(({ mark }) => mark)).toEqual(['fail', 'warn'])
})
