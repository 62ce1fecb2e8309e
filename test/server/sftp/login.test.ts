import { generateKeyPairSync, sign } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newEd25519Key } from '../../../keys/ed25519.ts'
import { fingerprintOf } from '../../../keys/public-key.ts'
import { type Attempt, judge } from '../../../server/sftp/auth.ts'
import { login, startSftp, type TestServer, until } from '../../support/sftp-server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startSftp({ limits: { connectionsPerAccountMax: 20 } })
})

afterAll(() => server[Symbol.asyncDispose]())

/** The words with which a login ends, or `in`. */
async function tryLogin(config: Partial<ssh2.ConnectConfig>): Promise<string> {
  const client = new ssh2.Client()
  try {
    const { privateKey } = server.key
    await login(client, { host: '127.0.0.1', port: server.port, username: 'acme', privateKey, ...config })
    return 'in'
  } catch (error) {
    return error instanceof Error ? error.message : 'no error'
  } finally {
    client.end()
  }
}

const REFUSED = 'All configured authentication methods failed'

describe('a login', () => {
  test.each(['acme', 'acme.sftp'])(
    'as %s with a key of the account succeeds and is written down',
    async (username) => {
      expect(await tryLogin({ username })).toBe('in')
      const used = async () => (await server.keyring.list(server.account.id))[0]?.lastUsedAt
      await until(async () => typeof (await used()) === 'string', 'the use of the key to be written down')
    },
  )

  test.each([
    'nobody',
    'acme.other',
    'acme.sftp.x',
    'ACME',
    '',
    '.',
    'root',
    'acme\0',
    'a'.repeat(5_000),
    'globex',
  ])('as %j is refused in the same words as any other', async (username) => {
    expect(await tryLogin({ username })).toBe(REFUSED)
  })

  test('with a key that nobody added is refused', async () => {
    expect(await tryLogin({ privateKey: newEd25519Key('x').privateKey })).toBe(REFUSED)
  })

  test("with another account's key is refused", async () => {
    expect(await tryLogin({ privateKey: server.otherKey.privateKey })).toBe(REFUSED)
  })

  test('with a password is refused', async () => {
    const client = { username: 'acme', password: 'secret', tryKeyboard: true }
    const ssh = new ssh2.Client()
    await expect(login(ssh, { host: '127.0.0.1', port: server.port, ...client })).rejects.toThrow(REFUSED)
  })

  test('with a key is refused from the moment in which it was revoked, or has expired', async () => {
    const [revoked, expired] = [newEd25519Key('a'), newEd25519Key('b')]
    await server.keyring.add(server.account, revoked.publicKeyLine)
    expect(await tryLogin({ privateKey: revoked.privateKey })).toBe('in')
    await server.keyring.revoke(revoked.fingerprint)
    expect(await tryLogin({ privateKey: revoked.privateKey })).toBe(REFUSED)
    await server.keyring.add(server.account, expired.publicKeyLine, { expiresAt: new Date(Date.now() - 1) })
    expect(await tryLogin({ privateKey: expired.privateKey })).toBe(REFUSED)
  })

  test.each([
    ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 3072 })],
    ['ECDSA', () => generateKeyPairSync('ec', { namedCurve: 'secp384r1' })],
  ])('with an %s key succeeds', async (_type, make) => {
    const { privateKey } = make()
    const type = privateKey.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1'
    const pem = String(privateKey.export({ format: 'pem', type }))
    const parsed = ssh2.utils.parseKey(pem)
    if (parsed instanceof Error) throw parsed
    const line = `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`
    const { fingerprint } = await server.keyring.add(server.account, line)
    expect(await tryLogin({ privateKey: pem })).toBe('in')
    await server.keyring.revoke(fingerprint)
  })

  test('ends the connection after six wrong keys', async () => {
    const keys = Array.from({ length: 9 }, () => newEd25519Key('wrong').privateKey)
    let tries = 0
    const client = new ssh2.Client()
    const next = () => {
      const key = keys[tries]
      tries += 1
      return key === undefined ? false : { type: 'publickey' as const, username: 'acme', key }
    }
    const config = { host: '127.0.0.1', port: server.port, username: 'acme', authHandler: next as never }
    await expect(login(client, config)).rejects.toThrow()
    expect(tries).toBeLessThanOrEqual(7)
    expect(tries).toBeGreaterThanOrEqual(6)
  })

  test('is refused to an account that has all its connections, and to no other', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => server.connect()))
    await expect(server.connect()).rejects.toThrow()
    const config = { username: 'globex', privateKey: server.otherKey.privateKey }
    const other = await server.connect(config)
    for (const client of [...clients, other]) client.end()
    await until(() => server.server.connections().length === 0, 'all to be gone')
    expect(await tryLogin({})).toBe('in')
  })
})

describe('a judgement', () => {
  const key = newEd25519Key('judged')
  const blob = Buffer.from(key.publicKeyLine.split(' ')[1] ?? '', 'base64')
  const signed = Buffer.from('session and request')
  const parsed = ssh2.utils.parseKey(key.privateKey)
  if (parsed instanceof Error) throw parsed
  const attempt: Attempt = {
    userName: 'acme',
    address: '127.0.0.1',
    keyType: 'ssh-ed25519',
    keyBlob: blob,
    proof: { signed, signature: parsed.sign(signed) },
    hash: undefined,
  }
  const asked: string[] = []
  const deps = {
    findAccount: async (slug: string) => (slug === 'acme' ? { id: 'id-of-acme', slug } : null),
    keyring: {
      forLogin: async (accountId: string) => {
        asked.push(accountId)
        return accountId === 'id-of-acme'
          ? [{ fingerprint: fingerprintOf(blob), type: 'ssh-ed25519', blob, expiresAt: null, networks: [] }]
          : []
      },
    },
  }

  test('says yes only to a signature by the key over what was signed', async () => {
    expect(await judge(deps, attempt)).toMatchObject({ kind: 'good', login: { sentBy: key.fingerprint } })
    expect(await judge(deps, { ...attempt, proof: null })).toEqual({ kind: 'known' })
    const wrong = [
      { signed: Buffer.from('something else'), signature: parsed.sign(signed) },
      { signed, signature: Buffer.alloc(64) },
      { signed, signature: Buffer.alloc(0) },
      { signed, signature: Buffer.from('not even the right length') },
      { signed, signature: sign(null, signed, generateKeyPairSync('ed25519').privateKey) },
    ]
    for (const proof of wrong) expect(await judge(deps, { ...attempt, proof })).toEqual({ kind: 'no' })
  })

  test.each([
    ['an unknown user', { userName: 'nobody' }],
    ['a source that takes no files', { userName: 'acme.api' }],
    ['a key of another type than it says', { keyType: 'ssh-rsa', hash: 'sha256' }],
    ['a key that is longer', { keyBlob: Buffer.concat([blob, Buffer.alloc(1)]) }],
    ['an empty key', { keyBlob: Buffer.alloc(0) }],
    ['a hash that this type does not have', { hash: 'sha1' }],
  ])('says no to %s', async (_what, change) => {
    expect(await judge(deps, { ...attempt, ...change })).toEqual({ kind: 'no' })
    expect(await judge(deps, { ...attempt, ...change, proof: null })).toEqual({ kind: 'no' })
  })

  test('says no to RSA with SHA-1, though key and signature are right', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })
    const rsa = ssh2.utils.parseKey(String(privateKey.export({ format: 'pem', type: 'pkcs1' })))
    if (rsa instanceof Error) throw rsa
    const rsaBlob = rsa.getPublicSSH()
    const keys = [{ fingerprint: 'SHA256:x', type: 'ssh-rsa', blob: rsaBlob, expiresAt: null, networks: [] }]
    const withRsa = { ...deps, keyring: { forLogin: async () => keys } }
    const signedBy = (hash: 'sha1' | 'sha512') => ({
      ...attempt,
      keyType: 'ssh-rsa',
      keyBlob: rsaBlob,
      proof: { signed, signature: rsa.sign(signed, hash) },
    })
    expect(await judge(withRsa, { ...signedBy('sha512'), hash: 'sha512' })).toMatchObject({ kind: 'good' })
    for (const hash of [undefined, 'sha1']) {
      expect(await judge(withRsa, { ...signedBy('sha1'), hash })).toEqual({ kind: 'no' })
    }
  })

  test('says no to a name that is not one, even if an account were found for it', async () => {
    const everybody = { ...deps, findAccount: async (slug: string) => ({ id: 'id-of-acme', slug }) }
    expect(await judge(everybody, attempt)).toMatchObject({ kind: 'good' })
    for (const userName of ['ACME', 'acme.api', 'a b', '', '../acme']) {
      expect(await judge(everybody, { ...attempt, userName })).toEqual({ kind: 'no' })
    }
  })

  test('looks up as much for a user that does not exist', async () => {
    for (const userName of ['acme', 'nobody', 'N0b√dy']) {
      asked.length = 0
      await judge(deps, { ...attempt, userName, keyBlob: Buffer.alloc(51) })
      expect(asked, userName).toHaveLength(1)
    }
  })
})

describe('somebody who does not log in', () => {
  test('is cut off when the time for it is over, and a customer who is logged in is not', async () => {
    await using quick = await startSftp({ limits: { loginGraceMs: 300 } })
    const customer = await quick.connect()
    const silent = await plainSocket(quick.port)
    const halfway = await plainSocket(quick.port)
    halfway.write('SSH-2.0-slow\r\n')
    await until(() => silent.destroyed && halfway.destroyed, 'both to be cut off')
    expect(quick.server.connections()).toHaveLength(1)
    customer.end()
  })
})

async function plainSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}
