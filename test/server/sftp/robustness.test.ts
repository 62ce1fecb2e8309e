/** Whatever fails on whatever object of a connection: it ends that connection at most, never the process. */
import diagnostics from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'
import { connect, type Socket } from 'node:net'
import ssh2 from 'ssh2'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fuzzSsh } from '../../fuzz/ssh-fuzz.ts'
import { RawSftp } from '../../support/sftp-raw-client.ts'
import { openChannel, startSftp, type TestServer, until, uploadFile } from '../../support/sftp-server.ts'
import { PUT } from '../../support/sftp-shared-server.ts'

/** What ssh2 and Node made for the server's end of a connection. */
interface ServerEnd {
  readonly client: EventEmitter
  readonly session: EventEmitter
  readonly channel: EventEmitter
  readonly stderr: EventEmitter
  readonly socket: EventEmitter
}

describe('an error', () => {
  const sockets: Socket[] = []
  const emitters = new Map<string, EventEmitter>()
  const remember = (message: unknown) => void sockets.push((message as { socket: Socket }).socket) // as Node documents it

  beforeEach(() => {
    sockets.length = 0
    emitters.clear()
    diagnostics.subscribe('net.server.socket', remember)
    const { emit } = EventEmitter.prototype
    vi.spyOn(EventEmitter.prototype, 'emit').mockImplementation(function (
      this: EventEmitter,
      ...given: unknown[]
    ) {
      const [name, ...args] = given as [string | symbol, ...unknown[]] // as every emitter is called
      if (name === 'authentication') emitters.set('client', this)
      if (name === 'subsystem') {
        emitters.set('session', this)
        const [accept] = args as [() => EventEmitter & { stderr: EventEmitter }]
        args[0] = () => {
          const channel = accept()
          emitters.set('channel', channel)
          emitters.set('stderr', channel.stderr)
          return channel
        }
      }
      return emit.call(this, name, ...args)
    })
  })
  afterEach(() => {
    diagnostics.unsubscribe('net.server.socket', remember)
    vi.restoreAllMocks()
  })

  async function uploading(server: TestServer): Promise<ServerEnd> {
    const raw = new RawSftp(await openChannel(await server.connect()))
    await raw.init()
    await raw.write(await raw.open('/inbox/half.csv', PUT), 0, 'Name\n')
    const found = { ...Object.fromEntries(emitters), socket: sockets.at(-1) } as unknown as ServerEnd // all were just seen
    for (const [name, one] of Object.entries(found)) expect(one, name).toBeInstanceOf(EventEmitter)
    return found
  }

  test.each(['client', 'session', 'channel', 'stderr', 'socket'] as const)(
    'on the %s of a connection that is writing ends nothing but that, once and again',
    async (which) => {
      await using server = await startSftp()
      const end = await uploading(server)
      for (let round = 0; round < 3; round++) {
        expect(() => end[which].emit('error', new Error('made up'))).not.toThrow()
      }
      await uploadFile(server, 'after.csv')
      await server.delivered(1)
      // And when the connection is gone, late ones as well.
      for (const { id } of server.server.connections()) server.server.disconnect(id)
      await until(() => server.server.connections().length === 0, 'all to be gone')
      expect(() => end[which].emit('error', new Error('made up'))).not.toThrow()
      await uploadFile(server, 'late.csv')
    },
  )
})

describe('a peer that is gone without a word', () => {
  test('is noticed, and what it was writing is no delivery', async () => {
    await using server = await startSftp({ limits: { keepAliveMs: 60 } })
    const socket = connect(server.port, '127.0.0.1')
    const client = await server.connect({ sock: socket })
    const raw = new RawSftp(await openChannel(client))
    await raw.init()
    await raw.write(await raw.open('/inbox/half.csv', PUT), 0, 'Name\n')
    // Nothing is read any more, so nothing is answered; the connection itself stays.
    socket.pause()
    socket.removeAllListeners('data')
    await until(() => server.server.connections().length === 0, 'it to be noticed')
    expect(server.ledger.deliveries).toEqual([])
  })
})

describe('a peer that asks for new keys again and again', () => {
  /** ssh2's client has no public way to ask for them. */
  const rekeyForever = (client: ssh2.Client) => {
    const { _protocol } = client as unknown as { _protocol: { rekey(): void } }
    client.on('handshake', () => setImmediate(() => _protocol.rekey()))
    _protocol.rekey()
  }

  test('before it has logged in is cut off at once', async () => {
    await using server = await startSftp()
    const client = new ssh2.Client()
    client.on('error', () => {})
    let handshakes = 0
    client.on('handshake', () => {
      handshakes += 1
      if (handshakes === 1) rekeyForever(client)
    })
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
    const silence = () => {}
    client.connect({ host: '127.0.0.1', port: server.port, username: 'acme', authHandler: silence as never })
    await closed
    expect(handshakes).toBeLessThanOrEqual(3)
    expect(server.lines().join('')).toContain('new keys too often')
    await uploadFile(server, 'after.csv')
  })

  test('without any data is cut off soon, and its neighbour is not', async () => {
    await using server = await startSftp()
    const [client, neighbour] = [await server.connect(), await server.sftp()]
    client.on('error', () => {})
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
    rekeyForever(client)
    await closed
    await new Promise<void>((resolve, reject) => {
      neighbour.writeFile('/inbox/a.csv', 'Name\n', (error) => (error ? reject(error) : resolve()))
    })
  })
})

describe('a crowd', () => {
  test('of 1,500 silent connections does not keep a customer from uploading', async () => {
    await using server = await startSftp()
    const customer = await server.sftp({ localAddress: '127.0.10.1' })
    const silent: Socket[] = []
    for (let index = 0; index < 1_500; index++) {
      const localAddress = `127.0.11.${(index % 250) + 1}`
      const socket = connect({ port: server.port, host: '127.0.0.1', localAddress })
      socket.on('error', () => {})
      socket.resume()
      silent.push(socket)
    }
    await until(() => silent.every((one) => !one.connecting), 'all to have come', 20_000)
    // One who was there before goes on, one who has been there lately comes in at once, and so does a new one soon.
    await new Promise<void>((resolve, reject) => {
      customer.writeFile('/inbox/before.csv', 'Name\n', (error) => (error ? reject(error) : resolve()))
    })
    const startedMs = performance.now()
    await uploadFile(server, 'again.csv', { localAddress: '127.0.10.1' })
    expect(performance.now() - startedMs).toBeLessThan(2_000)
    const isIn = () =>
      uploadFile(server, 'new.csv', { localAddress: '127.0.10.2' }).then(
        () => true,
        () => false,
      )
    await until(isIn, 'a new customer to get a place')
    await until(() => silent.filter((one) => !one.destroyed).length <= 100, 'the crowd to be bounded')
    for (const socket of silent) socket.destroy()
    await server.delivered(3)
  }, 40_000)
})

describe('two seconds of bad clients', () => {
  test('before and after the login leave the server serving, and nothing behind', async () => {
    const { clients, packets, uploads } = await fuzzSsh({ seconds: 2, seed: 42 })
    expect(clients).toBeGreaterThan(40)
    expect(packets).toBeGreaterThan(100)
    expect(uploads).toBeGreaterThan(0)
  }, 30_000)
})
