/** Commands about who may log in by SFTP, who is logged in, and by which key the server is known. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newEd25519Key } from '../../../keys/ed25519.ts'
import { type Ended, rollcall, type Served, serve } from '../../e2e/rollcall.ts'
import { login } from '../../support/sftp-server.ts'
import { command } from './terminal.ts'

const DAY_MS = 24 * 60 * 60_000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)
const jsonOf = ({ stdout }: Ended) => JSON.parse(stdout)

describe.each(['with a server at work', 'with no server'])('%s', (mode) => {
  let folder: string
  let server: Served | undefined
  /** Within this process, which does the same as one of its own and starts sooner. */
  const cli = (...args: string[]) => command(args, { ROLLCALL_DATA: join(folder, 'data') })

  async function keyFile(name: string) {
    const key = newEd25519Key(name)
    await writeFile(join(folder, `${name}.pub`), `${key.publicKeyLine}\n`)
    return { ...key, path: join(folder, `${name}.pub`) }
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-cli-sftp-'))
    if (mode === 'with a server at work') server = await serve(join(folder, 'data'))
    expect((await cli('account', 'add', 'acme')).code).toBe(0)
  })
  afterAll(async () => {
    await server?.end('SIGTERM')
    await rm(folder, { recursive: true })
  })

  test('a key has a last day and places, and both are shown', async () => {
    const key = await keyFile('bounded')
    const from = '203.0.113.0/24,2001:db8::/32'
    const added = await cli(
      'key',
      'add',
      key.path,
      '--account',
      'acme',
      '--expires',
      inDays(30),
      '--from',
      from,
      '--json',
    )
    expect(jsonOf(added)).toMatchObject({
      expiresAt: `${inDays(31)}T00:00:00.000Z`,
      networks: ['203.0.113.0/24', '2001:db8::/32'],
    })
    const { stdout } = await cli('key', 'list')
    expect(stdout).toContain(inDays(30))
    expect(stdout).toContain('203.0.113.0/24, 2001:db8::/32')
  })

  test('a key is replaced without a gap: the old one gets a last day, and doctor speaks of it only while it is the last', async () => {
    expect((await cli('account', 'add', 'globex')).code).toBe(0)
    const [old, fresh] = [await keyFile('old'), await keyFile('fresh')]
    await cli('key', 'add', old.path, '--account', 'globex')
    const revoked = await cli('key', 'revoke', old.fingerprint, '--on', inDays(7))
    expect(revoked.stderr).toContain(`works until the end of ${inDays(7)}`)
    const warnings = async () =>
      jsonOf(await cli('doctor', '--json')).checks.filter(
        ({ check }: { check: string }) => check === 'Customer key',
      )
    expect(await warnings()).toMatchObject([{ mark: 'warn', found: expect.stringContaining('globex') }])
    await cli('key', 'add', fresh.path, '--account', 'globex')
    expect(await warnings()).toEqual([])
  })

  test.each([
    [['key', 'add', 'x.pub', '--account', 'acme', '--expires', '31.1.2027'], '--expires takes a day'],
    [['key', 'add', 'x.pub', '--account', 'acme', '--expires', '2027-02-30'], '--expires takes a day'],
    [['key', 'revoke', 'SHA256:x', '--on', '2020-01-01'], '--on names a day that is over'],
    [['key', 'host', 'next'], '--on is missing'],
  ])('%j is a slip, and said so', async (args, complaint) => {
    const { code, stderr } = await cli(...args)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(complaint) })
  })

  test('networks that are none are refused with an example', async () => {
    const { path } = await keyFile('nowhere')
    const { code, stderr } = await cli('key', 'add', path, '--account', 'acme', '--from', 'office')
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('203.0.113.0/24') })
  })

  test('a password comes in on stdin and is turned off again; a weak one is refused and never repeated', async () => {
    const data = join(folder, 'data')
    const set = (input: string) => rollcall(data, ['account', 'password', 'acme'], { input })
    expect(await set('too short\n')).toMatchObject({
      code: 1,
      stderr: expect.not.stringContaining('too short'),
    })
    expect(await set('three plain words and 7\n')).toMatchObject({ code: 0 })
    if (server) {
      const client = new ssh2.Client()
      const { host, port } = server.sftp
      await login(client, { host, port, username: 'acme', password: 'three plain words and 7' })
      client.end()
    }
    expect((await cli('account', 'password', 'acme', '--off')).stderr).toContain('with its keys only')
    expect((await cli('account', 'password', 'acme', '--off')).stderr).toContain('had no password')
  })

  test('live connections are listed and ended', async () => {
    const key = await keyFile('live')
    await cli('key', 'add', key.path, '--account', 'acme')
    if (!server) {
      expect(jsonOf(await cli('connections', '--json'))).toEqual([])
    } else {
      const client = new ssh2.Client()
      const { host, port } = server.sftp
      await login(client, { host, port, username: 'acme', privateKey: key.privateKey })
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
      const [connection] = jsonOf(await cli('connections', '--json'))
      expect(connection).toMatchObject({
        account: 'acme',
        address: '127.0.0.1',
        key: key.fingerprint,
        writing: [],
      })
      expect((await cli('connections')).stdout).toContain('127.0.0.1')
      expect((await cli('connections', 'end', String(connection.id))).code).toBe(0)
      await closed
    }
    expect(await cli('connections', 'end', '999')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('999'),
    })
  })

  test('the host key is changed in two steps, with both fingerprints shown ahead', async () => {
    const { current } = jsonOf(await cli('key', 'host', 'show', '--json'))
    const { next } = jsonOf(await cli('key', 'host', 'next', '--on', inDays(20), '--json'))
    const shown = await cli('key', 'host', 'show')
    for (const text of [current.fingerprint, next.fingerprint, inDays(20)])
      expect(shown.stdout).toContain(text)
    expect(await cli('key', 'host', 'rotate')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--early'),
    })
    expect((await cli('key', 'host', 'rotate', '--early')).code).toBe(0)
    expect(jsonOf(await cli('key', 'host', 'show', '--json'))).toMatchObject({
      current: { fingerprint: next.fingerprint },
      next: null,
    })
    if (!server) return
    const seen = new Promise<Buffer>((resolve) => {
      const client = new ssh2.Client()
      client.on('error', () => {})
      const { host, port } = server?.sftp ?? { host: '', port: 0 }
      client.connect({
        host,
        port,
        username: 'x',
        password: 'x',
        hostVerifier: (key: Buffer) => resolve(key) === undefined,
      })
    })
    expect((await seen).toString('base64')).toBe(next.publicKeyLine.split(' ')[1])
  })
})
