/** Whatever a customer's client does, in error or on purpose: nobody else notices, nothing half is taken. */
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { describe, expect, test } from 'vitest'
import { resultsDir } from '../../../importer/importer.ts'
import { DEFAULT_LIMITS } from '../../../server/sftp/limits.ts'
import { OPEN_FLAG, STATUS, TYPE } from '../../../server/sftp/protocol/constants.ts'
import { packet, RawSftp, statusOf, string, u32, u64 } from '../../support/sftp-raw-client.ts'
import {
  login,
  openChannel,
  openSftp,
  startSftp,
  type TestServer,
  until,
  uploadFile,
} from '../../support/sftp-server.ts'
import { PUT } from '../../support/sftp-shared-server.ts'

/** `FUZZ_SECONDS=600 npx vitest run hostile` goes on for longer. */
const FUZZ_SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 3)

async function raw(server: TestServer): Promise<RawSftp> {
  const client = new RawSftp(await openChannel(await server.connect()))
  await client.init()
  return client
}

describe('after the login', () => {
  test('a channel that is closed with a file open delivers nothing of it, and the connection goes on', async () => {
    await using server = await startSftp()
    const connection = await server.connect()
    const client = new RawSftp(await openChannel(connection))
    await client.init()
    const handle = await client.open('/inbox/half.csv', PUT)
    await client.write(handle, 0, 'Name\n')
    client.channel.close()
    await until(() => server.server.uploads().length === 0, 'the upload to be put away')
    const again = await openSftp(connection)
    await new Promise<void>((resolve, reject) => {
      again.writeFile('/inbox/whole.csv', 'Name\n', (error) => (error ? reject(error) : resolve()))
    })
    expect((await server.delivered(1)).map((one) => one.fileName)).toEqual(['whole.csv'])
  })

  test('a channel that is closed while its answers pile up abandons its file as well', async () => {
    await using server = await startSftp()
    const results = resultsDir(server.dataDir, server.account.id)
    await mkdir(results, { recursive: true })
    await writeFile(join(results, 'big.txt'), Buffer.alloc(4_000_000))
    const connection = await server.connect()
    const client = new RawSftp(await openChannel(connection))
    await client.init()
    await client.open('/inbox/half.csv', PUT)
    const handle = await client.open('/results/big.txt', OPEN_FLAG.READ)
    // A second channel of the same connection tells when the server has seen what was sent on the first.
    const beside = new RawSftp(await openChannel(connection))
    await beside.init()
    client.channel.pause()
    for (let round = 0; round < 20; round++) {
      for (let read = 0; read < 20; read++) client.send(TYPE.READ, string(handle), u64(0), u32(261_120))
      await beside.ask(TYPE.STAT, string('/'))
    }
    client.channel.close()
    await until(async () => (await server.parts()).length === 0, 'no part to be left')
    expect(server.server.connections()).toHaveLength(1)
  })

  test(
    `${FUZZ_SECONDS} seconds of mangled packets end no more than their own channels`,
    async () => {
      await using server = await startSftp()
      const deadline = performance.now() + FUZZ_SECONDS * 1_000
      let packets = 0
      for (let round = 0; performance.now() < deadline; round++) {
        const client = await raw(server)
        const handle = await client.open(`/inbox/.fuzz-${round}`, PUT)
        for (let sent = 0; sent < 200 && !client.isClosed; sent++) {
          client.sendBytes(mangledPacket(handle))
          packets += 1
        }
        client.send(TYPE.REALPATH, string('.'))
        client.channel.end()
        await until(() => client.isClosed, 'the channel to end')
        for (const { id } of server.server.connections()) server.server.disconnect(id)
      }
      expect(packets).toBeGreaterThan(1_000)
      await uploadFile(server, 'after.csv')
      await until(() => server.ledger.deliveries.some((one) => one.fileName === 'after.csv'), 'the delivery')
      expect(server.lines().filter((line) => line.includes('mistake of ours'))).toEqual([])
      // What was asked for in good form was done; nothing came out of the folders, and nothing unfinished is left.
      const staged = await server.parts()
      expect(staged.length).toBeLessThanOrEqual(DEFAULT_LIMITS.stagedMax + DEFAULT_LIMITS.cutMax)
      process.stdout.write(
        `fuzz after the login: ${packets} packets in ${FUZZ_SECONDS} s, the server lives\n`,
      )
    },
    FUZZ_SECONDS * 1_000 + 30_000,
  )

  test('a well-formed request never goes without an answer, however mangled its neighbours', async () => {
    await using server = await startSftp()
    const client = await raw(server)
    const ids: number[] = []
    for (let round = 0; round < 400; round++) {
      // Whole packets with senseless fields: the frame is kept, so the channel lives.
      const type = 3 + (round % 18)
      ids.push(client.send(type, randomBytes(round % 60)))
      ids.push(client.send(TYPE.STAT, string('/inbox')))
    }
    await Promise.all(ids.map((id) => client.answer(id)))
    for (const id of ids)
      expect(client.replies.filter((one) => one.id === id && one.type !== TYPE.VERSION)).toHaveLength(1)
  })

  test('a client that asks for much and fetches nothing does not fill the memory', async () => {
    await using server = await startSftp()
    const results = resultsDir(server.dataDir, server.account.id)
    await mkdir(results, { recursive: true })
    await writeFile(join(results, 'big.txt'), Buffer.alloc(4_000_000))
    const client = await raw(server)
    const handle = await client.open('/results/big.txt', OPEN_FLAG.READ)
    client.channel.pause()
    const before = process.memoryUsage().arrayBuffers
    for (let read = 0; read < 4_000; read++) client.send(TYPE.READ, string(handle), u64(0), u32(261_120))
    let settled = 0
    let last = -1
    await until(() => {
      const now = process.memoryUsage().arrayBuffers
      settled = Math.abs(now - last) < 10_000 ? settled + 1 : 0
      last = now
      return settled > 20
    }, 'the memory to settle')
    // It asked for a gigabyte. Both ends live in this process, so this is the client's window too.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40_000_000)
    await uploadFile(server, 'meanwhile.csv')
  })

  test('a client that has more files waiting under temporary names than allowed is told so', async () => {
    await using server = await startSftp({ limits: { stagedMax: 3, uploadsMax: 2 } })
    const client = await raw(server)
    for (const name of ['a.tmp', 'b.tmp', 'c.tmp'])
      await client.close(await client.open(`/inbox/${name}`, PUT))
    await expect(client.open('/inbox/d.tmp', PUT)).rejects.toThrow('wait under a temporary name')
    const reply = await client.ask(TYPE.REMOVE, string('/inbox/a.tmp'))
    expect(statusOf(reply)).toMatchObject({ code: STATUS.OK })
    await client.open('/inbox/d.csv', PUT)
    await client.open('/inbox/e.csv', PUT)
    await expect(client.open('/inbox/f.csv', PUT)).rejects.toThrow('too many uploads')
  })

  test('no more channels than allowed are opened on one connection', async () => {
    await using server = await startSftp({ limits: { channelsMax: 2 } })
    const connection = await server.connect()
    const channels = [await openChannel(connection), await openChannel(connection)]
    await expect(openChannel(connection)).rejects.toThrow()
    channels[0]?.close()
    await until(
      () =>
        openChannel(connection).then(
          () => true,
          () => false,
        ),
      'a place',
    )
  })

  test('a connection on which nothing is asked for is ended', async () => {
    await using server = await startSftp({ limits: { idleMs: 200 } })
    await raw(server)
    await until(() => server.server.connections().length === 0, 'the connection to be ended')
  })

  test('forwarding in either direction is refused', async () => {
    await using server = await startSftp()
    const connection = await server.connect()
    const outward = new Promise((resolve) => {
      connection.forwardOut('127.0.0.1', 1, '127.0.0.1', server.port, (error) =>
        resolve(error?.message ?? 'open'),
      )
    })
    expect(await outward).toMatch(/prohibited|refused|denied|open failed|CHANNEL|Channel/i)
    const inward = new Promise((resolve) => {
      connection.forwardIn('127.0.0.1', 0, (error) => resolve(error?.message ?? 'open'))
    })
    expect(await inward).not.toBe('open')
  })
})

test('the log names neither files nor what strangers type', async () => {
  await using server = await startSftp({ logLevel: 'info' })
  const client = await raw(server)
  await client.close(await client.open('/inbox/CANARY.csv', PUT))
  await client.close(await client.open('/inbox/CANARY.tmp', PUT))
  await client.ask(TYPE.RENAME, string('/inbox/CANARY.tmp'), string('/test/CANARY.csv'))
  await client.open('/inbox/.CANARY', PUT)
  for (const path of ['/inbox/CANARY', '/CANARY/CANARY', '/inbox/CANARY\n', '/results/CANARY']) {
    await client.ask(TYPE.OPEN, string(path), u32(OPEN_FLAG.READ), u32(0))
  }
  await expect(server.connect({ username: 'CANARY' })).rejects.toThrow()
  await server.delivered(2)
  expect(server.lines().length).toBeGreaterThan(3)
  expect(server.lines().join('')).not.toContain('CANARY')
})

describe('a server that is being stopped', () => {
  test('lets an upload finish, begins no new one, and takes no new connection', async () => {
    await using server = await startSftp()
    const client = await raw(server)
    const handle = await client.open('/inbox/last.csv', PUT)
    await client.write(handle, 0, 'Name\n')
    const closing = server.server.close(5_000)
    await until(
      () =>
        login(new ssh2.Client(), { host: '127.0.0.1', port: server.port }).then(
          () => false,
          () => true,
        ),
      'refusal',
    )
    await expect(client.open('/inbox/late.csv', PUT)).rejects.toThrow('the server is stopping')
    expect(await client.close(handle)).toMatchObject({ code: STATUS.OK })
    await closing
    expect((await server.delivered(1)).map((one) => one.fileName)).toEqual(['last.csv'])
    expect(client.isClosed).toBe(true)
  })

  test('does not wait for ever, and delivers nothing half', async () => {
    await using server = await startSftp()
    const client = await raw(server)
    const handle = await client.open('/inbox/endless.csv', PUT)
    await client.write(handle, 0, 'Name\n')
    const startedMs = performance.now()
    await server.server.close(200)
    expect(performance.now() - startedMs).toBeLessThan(5_000)
    // It waits for its sender.
    expect(await server.parts()).toHaveLength(1)
    expect(server.ledger.deliveries).toEqual([])
  })
})

/** A packet that is nearly right: a real request, a few of whose bytes were thrown about. */
function mangledPacket(handle: Buffer): Buffer {
  const name = string(
    ['/', '/inbox/x.tmp', '/results', '../..', '/test/.y', ''][Math.floor(Math.random() * 6)] ?? '',
  )
  const requests = [
    packet(TYPE.WRITE, u32(1), string(handle), u64(Math.floor(Math.random() * 99)), string(randomBytes(50))),
    packet(
      TYPE.OPEN,
      u32(2),
      name,
      u32(Math.floor(Math.random() * 64)),
      u32(Math.floor(Math.random() * 16)),
      randomBytes(24),
    ),
    packet(TYPE.RENAME, u32(3), name, string('/inbox/.z')),
    packet(TYPE.FSETSTAT, u32(4), string(handle), u32(15), randomBytes(32)),
    packet(TYPE.READDIR, u32(5), string(u32(Math.floor(Math.random() * 9)))),
    packet(TYPE.EXTENDED, u32(6), string('statvfs@openssh.com'), name),
    packet(TYPE.EXTENDED, u32(7), string('fsync@openssh.com'), string(handle)),
    packet(3 + Math.floor(Math.random() * 18), u32(8), name, randomBytes(20)),
  ]
  const bytes = Buffer.from(
    requests[Math.floor(Math.random() * requests.length)] ?? packet(TYPE.STAT, u32(1), name),
  )
  // The length is spoilt only now and then: it ends the channel, and with it the chance to hit anything else.
  const from = Math.random() < 0.003 ? 0 : 4
  for (let change = Math.floor(Math.random() * 3); change > 0; change--) {
    bytes[from + Math.floor(Math.random() * (bytes.length - from))] = Math.floor(Math.random() * 256)
  }
  return bytes
}
