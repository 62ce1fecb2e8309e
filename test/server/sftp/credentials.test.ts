/** What people log in with: keys that end or belong to a place, passwords where there are any. */
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newEd25519Key } from '../../../keys/ed25519.ts'
import { RawSftp } from '../../support/sftp-raw-client.ts'
import { login, openChannel, startSftp, type TestServer, until } from '../../support/sftp-server.ts'
import { PUT } from '../../support/sftp-shared-server.ts'

const PASSWORD = 'three plain words and 7'
const REFUSED = 'All configured authentication methods failed'
let server: TestServer

beforeAll(async () => {
  server = await startSftp({ limits: { recheckMs: 50 } })
})
afterAll(() => server[Symbol.asyncDispose]())

const live = () => server.server.connections().length

async function byPassword(username: string, password: string): Promise<ssh2.Client> {
  const client = new ssh2.Client()
  await login(client, { host: '127.0.0.1', port: server.port, username, password })
  return client
}

describe('a live connection ends', () => {
  test.each(['revoked', 'expired'])(
    'within seconds when its key is %s, in the middle of an upload',
    async (how) => {
      const key = newEd25519Key('short-lived')
      await server.keyring.add(server.account, key.publicKeyLine)
      const client = await server.connect({ privateKey: key.privateKey })
      const other = await server.connect()
      const raw = new RawSftp(await openChannel(client))
      await raw.init()
      await raw.write(await raw.open('/inbox/half.csv', PUT), 0, 'Name\n')
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
      await server.keyring.revoke(key.fingerprint, ...(how === 'expired' ? [new Date()] : []))
      await closed
      expect(server.ledger.deliveries).toEqual([])
      expect(live()).toBe(1)
      other.end()
      await until(() => live() === 0, 'the other to be gone')
    },
  )

  test('when its password is changed, and when it is turned off', async () => {
    for (const end of [
      () => server.passwords.set(server.account, `${PASSWORD}!`),
      () => server.passwords.turnOff(server.account.id),
    ]) {
      await server.passwords.set(server.account, PASSWORD)
      const client = await byPassword('acme', PASSWORD)
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
      await end()
      await closed
    }
  })
})

describe('a key that belongs to a network', () => {
  test('opens from there, and from elsewhere is as good as none', async () => {
    const key = newEd25519Key('at-home')
    await server.keyring.add(server.account, key.publicKeyLine, { networks: '127.0.6.0/24,2001:db8::/32' })
    const { privateKey } = key
    const client = await server.connect({ privateKey, localAddress: '127.0.6.9' })
    client.end()
    await expect(server.connect({ privateKey, localAddress: '127.0.7.9' })).rejects.toThrow(REFUSED)
  })
})

describe('a password', () => {
  test('is not even asked for while no account has one', async () => {
    await server.passwords.turnOff(server.account.id)
    const methods: string[][] = []
    const client = new ssh2.Client()
    const handler = (left: string[] | null) => {
      if (left !== null) methods.push(left)
      return left === null ? 'none' : false
    }
    const config = { host: '127.0.0.1', port: server.port, username: 'acme', authHandler: handler as never }
    await expect(login(client, config)).rejects.toThrow()
    expect(methods).toEqual([['publickey']])
  })

  test('opens the account that has one, is written down as what was used, and opens no other', async () => {
    await server.passwords.set(server.account, PASSWORD)
    const client = await byPassword('acme', PASSWORD)
    expect(server.server.connections()).toMatchObject([{ account: 'acme', key: 'password' }])
    client.end()
    for (const [user, password] of [
      ['acme', 'three plain words and 8'],
      ['acme', ''],
      ['globex', PASSWORD],
      ['nobody', PASSWORD],
    ] as const)
      await expect(byPassword(user, password), user).rejects.toThrow(REFUSED)
    expect(server.lines().join('')).not.toContain('three plain words')
  })

  test('that waits behind a flood of others is put off, and its address is not shut out for that', async () => {
    await using flooded = await startSftp({ sharedAddresses: [] })
    await flooded.passwords.set(flooded.account, PASSWORD)
    const from = (host: number) => ({
      ...{ host: '127.0.0.1', port: flooded.port, username: 'acme', localAddress: `127.0.12.${host}` },
    })
    const flood = Array.from({ length: 60 }, async (_, index) => {
      const client = new ssh2.Client()
      await login(client, { ...from(index + 10), password: 'wrong wrong wrong' }).catch(() => {})
    })
    await Promise.all(flood)
    const isPutOff = flooded.lines().some((line) => line.includes('put off'))
    const client = new ssh2.Client()
    await login(client, { ...from(1), password: PASSWORD })
    client.end()
    expect(isPutOff).toBe(true)
    expect(flooded.lines().join('')).not.toContain('shut out')
  })

  test('is judged in the same time for a user that does not exist', async () => {
    await server.passwords.set(server.account, PASSWORD)
    const timeOf = async (user: string) => {
      const startedMs = performance.now()
      await byPassword(user, 'wrong wrong wrong').catch(() => {})
      return performance.now() - startedMs
    }
    // In turns, so that whatever else the machine does slows both.
    const differences: number[] = []
    for (let round = 0; round < 9; round++)
      differences.push((await timeOf('acme')) - (await timeOf('nobody')))
    const [median = Number.NaN] = differences.sort((a, b) => a - b).slice(4)
    // Answers come in steps of 25 ms.
    expect(Math.abs(median)).toBeLessThan(60)
  })
})

describe('live connections', () => {
  test('tell who, from where, with what, and which file is being written', async () => {
    await until(() => live() === 0, 'all to be gone')
    const client = await server.connect({ ident: 'my-client' })
    const raw = new RawSftp(await openChannel(client))
    await raw.init()
    const handle = await raw.open('/inbox/people.csv', PUT)
    await raw.write(handle, 0, 'Name\n')
    const [connection] = server.server.connections()
    expect(connection).toMatchObject({
      ...{ account: 'acme', address: '127.0.0.1', client: 'my-client', key: server.key.fingerprint },
      writing: [{ fileName: 'people.csv', bytes: 5 }],
    })
    expect(connection?.bytesReceived).toBeGreaterThan(1_000)
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
    expect(server.server.disconnect(connection?.id ?? 0)).toBe(true)
    await closed
    await until(() => live() === 0, 'it to be gone')
    expect(server.server.disconnect(connection?.id ?? 0)).toBe(false)
    expect(server.lines().join('')).not.toContain('people.csv')
  })

  test('last no longer than they may', async () => {
    await using short = await startSftp({ limits: { sessionMs: 200 } })
    const client = await short.connect()
    await new Promise<void>((resolve) => client.once('close', () => resolve()))
  })

  test('have a bound over all accounts', async () => {
    await using small = await startSftp({ limits: { connectionsMax: 2 } })
    await small.connect()
    await small.connect({ username: 'globex', privateKey: small.otherKey.privateKey })
    await expect(small.connect()).rejects.toThrow()
  })
})
