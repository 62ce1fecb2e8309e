/** A planned change of the host key, as clients see it. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2, { type ParsedKey } from 'ssh2'
import { expect, test } from 'vitest'
import { newEd25519Key } from '../../../keys/ed25519.ts'
import { openHostKey } from '../../../keys/host-key.ts'
import { needProgram, opensshClient, runProgram } from '../../support/sftp-programs.ts'
import { login, startSftp, type TestServer, until, uploadFile } from '../../support/sftp-server.ts'

async function announcing(): Promise<{ server: TestServer; current: string; next: string }> {
  const server = await startSftp()
  const current = await openHostKey(server.dataDir)
  const next = newEd25519Key('next')
  server.server.useHostKey(current, next)
  return { server, current: current.publicKeyLine, next: next.publicKeyLine }
}

const blobIn = (line: string) => line.split(' ')[1] ?? ''

test('a client that asks gets the next key, proved by a signature', async () => {
  const { server, current, next } = await announcing()
  await using _ = server
  const client = new ssh2.Client()
  // The event comes only if all proofs are good. Without `strictVendor: false` ssh2 asks OpenSSH's server only.
  const learned = new Promise<ParsedKey[]>((resolve) => client.once('hostkeys', resolve))
  const { privateKey } = server.key
  const config = { host: '127.0.0.1', port: server.port, username: 'acme', privateKey, strictVendor: false }
  await login(client, config)
  const blobs = (await learned).map((key) => key.getPublicSSH().toString('base64'))
  expect(blobs).toEqual([current, next].map(blobIn))
  client.end()
})

test('OpenSSH writes the next key down, and so accepts it on the day it is used', async () => {
  const sftp = needProgram('sftp')
  if (sftp === null) return
  const { server, current, next } = await announcing()
  await using _ = server
  const { directory, options } = await opensshClient(server)
  const known = join(directory, 'known_hosts')
  await writeFile(known, `[127.0.0.1]:${server.port} ${current}\n`)
  const strict = ['UserKnownHostsFile', 'StrictHostKeyChecking', 'UpdateHostKeys']
  const values = [known, 'yes', 'yes']
  const own = strict.flatMap((name, at) => ['-o', `${name}=${values[at]}`])
  // The first setting counts in ssh.
  const args = [...own, ...options, '-P', String(server.port), '-b', '-', 'acme@127.0.0.1']
  expect(await runProgram(sftp, args, 'ls /inbox\n')).toMatchObject({ code: 0 })
  expect(await readFile(known, 'utf8')).toContain(blobIn(next))
})

test('without a planned change nobody is told anything', async () => {
  await using server = await startSftp()
  const client = new ssh2.Client()
  const notes: string[] = []
  const { privateKey } = server.key
  const debug = (note: string) => void notes.push(note)
  await login(client, { host: '127.0.0.1', port: server.port, username: 'acme', privateKey, debug })
  await uploadFile(server, 'a.csv')
  expect(notes.join('\n')).not.toContain('hostkeys-00')
  client.end()
})

test.each([
  ['a key that is not ours', () => [newEd25519Key('x').publicKeyLine]],
  ['the same key many times', (own: string) => Array.from({ length: 50 }, () => own)],
  ['nothing', () => []],
])('who asks for a proof of %s gets none, and the connection goes on', async (_what, asked) => {
  const { server, current } = await announcing()
  await using _ = server
  const client = await server.connect()
  // ssh2 asks on its own for what was announced; here it is made to ask for something else.
  const { _protocol, _callbacks } = client as unknown as {
    _protocol: { openssh_hostKeysProve(keys: object[]): void }
    _callbacks: ((isRefused: boolean) => void)[]
  }
  const refused = new Promise<boolean>((resolve) => _callbacks.push(resolve))
  const keys = asked(current).map((line) => ({ getPublicSSH: () => Buffer.from(blobIn(line), 'base64') }))
  _protocol.openssh_hostKeysProve(keys)
  expect(await refused).toBe(true)
  await uploadFile(server, 'after.csv')
  await until(() => server.ledger.deliveries.length === 1, 'the delivery')
})

test('the private keys of an exchange do not outlive it', async () => {
  await using server = await startSftp()
  const client = await server.connect({ algorithms: { kex: ['curve25519-sha256'] } })
  const { _keys, _kem } = (client as unknown as { _protocol: { _kex: Record<string, unknown> } })._protocol
    ._kex
  expect({ _keys, _kem }).toEqual({ _keys: null, _kem: undefined })
})
