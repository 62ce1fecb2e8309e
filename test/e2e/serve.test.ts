import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { newEd25519Key } from '../../keys/ed25519.ts'
import { runSchema } from '../../schemas/run.ts'
import { demoPeopleCsv } from '../../server/cli/demo-people.ts'
import type { Door } from '../../server/control/door.ts'
import { connectControl } from '../../server/control.ts'
import { needProgram } from '../support/sftp-programs.ts'
import { until } from '../support/sftp-server.ts'
import { rollcall, type Served, serve, temporaryFolder } from './rollcall.ts'
import { connect, openSshBatch } from './sftp.ts'

const PEOPLE = 50
const key = newEd25519Key('customer')

/** A server with the account `acme`, into which the key opens. */
async function serveAcme(
  env: Record<string, string> = {},
): Promise<{ data: string; server: Served; door: Door }> {
  const data = await temporaryFolder()
  const server = await serve(data, env)
  onTestFinished(async () => void (await server.end('SIGKILL')))
  const door = await connectControl(data)
  await door.addAccount({ slug: 'acme' })
  await door.addKey('acme', key.publicKeyLine)
  return { data, server, door }
}

/** The newest run, once there are so many and it rests. */
async function latestRun(door: Door, count = 1) {
  await until(async () => (await door.runs({})).length === count, `run number ${count}`)
  const [run] = await door.runs({ limit: 1 })
  return await door.settled(run?.id ?? '')
}

test('a file that is put over SFTP becomes people, and its report is read back from /results', async () => {
  const { server, door, data } = await serveAcme()
  const customer = await connect(server, key)
  await customer.put(demoPeopleCsv(PEOPLE), '/inbox/people.csv')
  const run = await latestRun(door)
  expect(run).toMatchObject({ state: 'succeeded', source: 'sftp', counts: { read: PEOPLE, created: PEOPLE } })
  const results = await customer.list('/results')
  const name = `people.csv.${run.id}.report`
  expect(results).toEqual(
    expect.arrayContaining(['json', 'csv', 'txt', 'html'].map((ending) => `${name}.${ending}`)),
  )
  expect(runSchema.parse(JSON.parse(await customer.get(`/results/${name}.json`)))).toEqual(run)
  customer.close()
  const { stdout } = await rollcall(data, ['export', '--account', 'acme', '--include-deactivated'])
  expect(stdout.trim().split('\n')).toHaveLength(PEOPLE + 1)
})

test('the same with OpenSSH, as the README shows it, and a dry run from /test', async () => {
  const program = needProgram('sftp')
  if (program === null) return
  const { server, door } = await serveAcme()
  const file = join(await temporaryFolder(), 'people.csv')
  await writeFile(file, demoPeopleCsv(PEOPLE))
  const sent = await openSshBatch(program, server, key, [`put ${file} test/`, `put ${file} inbox/`])
  expect(sent).toMatchObject({ code: 0 })
  const run = await latestRun(door, 2)
  expect(run.state).toBe('succeeded')
  const [, dryRun] = await door.runs({})
  expect(dryRun).toMatchObject({ state: 'dry_run', mode: 'dry_run' })
  const got = await openSshBatch(program, server, key, [
    'cd results',
    'ls -l',
    `get people.csv.${run.id}.report.txt {folder}/r.txt`,
  ])
  expect(got).toMatchObject({ code: 0, stdout: expect.stringContaining(`people.csv.${run.id}.report.txt`) })
  expect(await readFile(join(got.folder, 'r.txt'), 'utf8')).toContain(`${PEOPLE} people imported`)
})

test('SIGTERM ends it gracefully: in time, with 0, and what came in is all there after a new start', async () => {
  const { server, door, data } = await serveAcme()
  const customer = await connect(server, key)
  await customer.put(demoPeopleCsv(20_000), '/inbox/big.csv')
  await customer.put(demoPeopleCsv(PEOPLE), '/inbox/small.csv')
  await until(async () => (await door.runs({})).length > 0, 'the run')
  const startedMs = performance.now()
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(performance.now() - startedMs).toBeLessThan(10_000)
  expect(server.log()).toContain('"msg":"stopped"')

  const again = await serve(data)
  onTestFinished(async () => void (await again.end('SIGKILL')))
  const run = await latestRun(await connectControl(data), 2)
  expect(run).toMatchObject({ fileName: 'small.csv', state: 'succeeded' })
}, 60_000)

test('an upload under way is waited for, unless a second signal says to end at once', async () => {
  const { server } = await serveAcme()
  const customer = await connect(server, key)
  await customer.begin('/inbox/never-closed.csv')
  server.child.kill('SIGTERM')
  await until(() => server.log().includes('"msg":"stopping"'), 'the stopping')
  expect(await server.end('SIGTERM')).toEqual({ code: 143, signal: null })
  expect(server.log()).not.toContain('"msg":"stopped"')
})

test('two servers never work on one directory; after kill -9 the next one starts as if nothing had been', async () => {
  const { server, data } = await serveAcme()
  const second = await rollcall(data, ['serve'], {
    env: { ROLLCALL_SFTP_PORT: '0', ROLLCALL_HTTP_PORT: '0' },
  })
  expect(second).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`DATA_IN_USE  Another Rollcall (process ${server.child.pid})`),
  })
  expect(await server.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
  const list = await rollcall(data, ['account', 'list'])
  expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining('acme') })
  const next = await serve(data)
  expect(await next.end('SIGTERM')).toMatchObject({ code: 0 })
})

test('it says whether it lives and whether it is ready, and nothing else', async () => {
  const { server } = await serveAcme()
  const url = `http://127.0.0.1:${server.http.port}`
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' })
  const ready = await fetch(`${url}/readyz`)
  expect(ready.status).toBe(200)
  expect(await ready.json()).toEqual({ status: 'ok', checks: { database: null, dataDirectory: null } })
  const nothing = await fetch(`${url}/call/listAccounts`, { method: 'POST', body: '[]' })
  expect(nothing.status).toBe(404)
  expect(nothing.headers.get('content-type')).toBe('application/problem+json')
})

test('rubbish on its ports harms nobody', async () => {
  const { server, door } = await serveAcme()
  for (const { port } of [server.sftp, server.http]) {
    const socket = createConnection(port, '127.0.0.1')
    socket.on('error', () => {}).resume()
    socket.end(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), Buffer.alloc(40_000, 0xff)]))
    await once(socket, 'close')
  }
  await expect(door.listAccounts()).resolves.toHaveLength(1)
})

test('nothing of a person is in the log', async () => {
  const { server, door } = await serveAcme({ ROLLCALL_LOG_LEVEL: 'info' })
  const customer = await connect(server, key)
  await customer.put(
    'Name,Employee Id,Email\nCanary Bird,C-4711,canary.bird@example.com\n',
    '/inbox/Canary Bird.csv',
  )
  await latestRun(door)
  await server.end('SIGTERM')
  expect(server.log()).not.toMatch(/canary|4711/i)
})
