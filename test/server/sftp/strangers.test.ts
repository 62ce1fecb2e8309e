/** Whatever somebody does who has not logged in: the server goes on, and customers notice nothing. */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import ssh2 from 'ssh2'
import { describe, expect, test } from 'vitest'
import { networkOf } from '../../../server/sftp/strangers.ts'
import { login, startSftp, type TestServer, until, uploadFile } from '../../support/sftp-server.ts'

async function stranger(port: number, options: { from?: string; saying?: Buffer } = {}): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: options.from ?? '127.0.0.1' })
  socket.on('error', () => {})
  socket.resume()
  await new Promise<void>((resolve) => {
    socket.once('connect', () => resolve())
    socket.once('close', () => resolve())
  })
  if (options.saying) socket.write(options.saying)
  return socket
}

describe('before the login', () => {
  const ident = 'SSH-2.0-x\r\n'
  test.each([
    ['random bytes', randomBytes(70_000)],
    ['an ident and 40 kB of 0xFF', Buffer.concat([Buffer.from(ident), Buffer.alloc(40_000, 0xff)])],
    ['an ident and zeros', Buffer.concat([Buffer.from(ident), Buffer.alloc(40_000)])],
    ['an ident without an end', Buffer.alloc(500_000, 'SSH-2.0-aaaaaaaa')],
    ['version 1', Buffer.from('SSH-1.5-old\r\n')],
    ['many lines before the ident', Buffer.from(`${'hello\r\n'.repeat(3_000)}${ident}`)],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: rollcall\r\n\r\n')],
    ['TLS', Buffer.from('16030100a50100', 'hex')],
    ['a key exchange cut short', Buffer.concat([Buffer.from(ident), Buffer.from('0000001406140000', 'hex')])],
  ])('%s ends that connection and no other', async (_what, bytes) => {
    await using server = await startSftp()
    const socket = await stranger(server.port, { saying: bytes })
    socket.end()
    await uploadFile(server, 'after.csv')
    await server.delivered(1)
    await until(() => socket.destroyed, 'the connection to end')
  })

  test('a thousand broken handshakes leave nothing behind', async () => {
    await using server = await startSftp()
    const handshake = await recordHandshake(server)
    for (let round = 0; round < 1_000; round++) {
      const bytes = mutate(handshake)
      const socket = await stranger(server.port, { from: `127.0.1.${round % 250}`, saying: bytes })
      if (round % 3 === 0) socket.destroy()
      else socket.end()
      if (round % 50 === 0) await until(() => socket.destroyed, 'the connection to end', 3_000)
    }
    await uploadFile(server, 'after.csv')
    await server.delivered(1)
  })

  test('two hundred silent connections do not keep a customer from uploading', async () => {
    await using server = await startSftp()
    const silent = await Promise.all(Array.from({ length: 200 }, () => stranger(server.port)))
    await until(() => silent.filter((one) => !one.destroyed).length <= 20, 'all but a few to be refused')
    const startedMs = performance.now()
    await uploadFile(server, 'elsewhere.csv', { localAddress: '127.0.0.2' })
    expect(performance.now() - startedMs).toBeLessThan(2_000)
    await server.delivered(1)
    for (const socket of silent) socket.destroy()
  })

  test('who only sits there makes room, also for a customer behind the same address', async () => {
    await using server = await startSftp({ limits: { strangersPerAddressMax: 5 } })
    const silent = await Promise.all(Array.from({ length: 5 }, () => stranger(server.port)))
    // A place is taken from who has had it for a second; until then a newcomer is refused.
    await until(
      async () =>
        await uploadFile(server, 'same.csv').then(
          () => true,
          () => false,
        ),
      'a place',
    )
    await server.delivered(1)
    expect(silent.filter((one) => one.destroyed)).not.toHaveLength(0)
  })

  test('many addresses together have a bound as well', async () => {
    await using server = await startSftp({ limits: { strangersMax: 10 } })
    const silent = await Promise.all(
      Array.from({ length: 40 }, (_, index) => stranger(server.port, { from: `127.0.2.${index + 1}` })),
    )
    await until(() => silent.filter((one) => !one.destroyed).length <= 10, 'all but ten to be refused')
    await until(
      async () =>
        await uploadFile(server, 'many.csv').then(
          () => true,
          () => false,
        ),
      'a place',
    )
  })

  test.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s is counted as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

/** What an honest client says up to its first encrypted packet. */
async function recordHandshake(server: TestServer): Promise<Buffer> {
  const spoken: Buffer[] = []
  const socket = await stranger(server.port)
  const write = socket.write.bind(socket)
  socket.write = ((chunk: Buffer, ...rest: []) => {
    spoken.push(Buffer.from(chunk))
    return write(chunk, ...rest)
  }) as typeof socket.write
  const client = new ssh2.Client()
  await login(client, { sock: socket, username: 'acme', privateKey: server.key.privateKey })
  client.end()
  return Buffer.concat(spoken.slice(0, 3))
}

function mutate(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const changes = 1 + Math.floor(Math.random() * 8)
  for (let change = 0; change < changes; change++) {
    // Mostly behind the ident line, where packets begin.
    copy[Math.floor(Math.random() ** 0.5 * copy.length)] = Math.floor(Math.random() * 256)
  }
  return copy.subarray(0, Math.ceil(Math.random() * copy.length))
}
