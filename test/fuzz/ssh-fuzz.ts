/**
 * Bad clients of every kind, before and after the login, for a bounded time. After each few of them a customer uploads
 * a file: that must work, always. At the end nothing of them may be left. The same seed sends the same packets.
 */
import { connect } from 'node:net'
import ssh2, { type Client as SshClient } from 'ssh2'
import { type Draw, drawing } from '../support/draw.ts'
import { string, u32 } from '../support/sftp-raw-client.ts'
import { login, openChannel, startSftp, type TestServer, until, uploadFile } from '../support/sftp-server.ts'
import { kexInit, RawSsh } from '../support/ssh-raw-client.ts'

export interface SshFuzzResult {
  readonly clients: number
  readonly packets: number
  readonly uploads: number
  readonly slowestUploadMs: number
  /** Growth of live objects in this process, clients included, in KB per bad client. */
  readonly leakKb: number
}

const CLIENTS_BETWEEN_UPLOADS = 40
/** Bad clients before the memory is looked at for the first time. */
const WARM_UP = 200

export async function fuzzSsh({
  seconds,
  seed,
  onProgress = () => {},
}: {
  readonly seconds: number
  readonly seed: number
  readonly onProgress?: (so: SshFuzzResult) => void
}): Promise<SshFuzzResult> {
  const draw = drawing(seed)
  // Warnings only: what bad clients leave in the log is not what is looked for here.
  await using server = await startSftp({ logLevel: 'info', limits: { visibleMs: 1_000 } })
  const counts = { clients: 0, packets: 0, uploads: 0, slowestUploadMs: 0 }
  let warmHeap = 0
  const result = (): SshFuzzResult => {
    const bad = Math.max(1, counts.clients - WARM_UP)
    return { ...counts, leakKb: warmHeap === 0 ? 0 : (heapUsed() - warmHeap) / 1024 / bad }
  }
  const deadline = performance.now() + seconds * 1_000
  while (performance.now() < deadline) {
    for (let count = 0; count < CLIENTS_BETWEEN_UPLOADS && performance.now() < deadline; count++) {
      counts.packets += await draw.pick(KINDS)(server, draw)
      counts.clients += 1
    }
    await until(() => server.server.connections().length === 0, 'the bad clients to be gone')
    const startedMs = performance.now()
    await uploadFile(server, `after-${counts.uploads}.csv`, { localAddress: '127.0.9.1' })
    counts.slowestUploadMs = Math.max(counts.slowestUploadMs, performance.now() - startedMs)
    counts.uploads += 1
    if (counts.clients >= WARM_UP && warmHeap === 0) warmHeap = heapUsed()
    if (counts.uploads % 100 === 0) onProgress(result())
    for (const { id } of server.server.connections()) server.server.disconnect(id)
    await until(() => server.server.connections().length === 0, 'the customer to be gone')
    server.lines().length = 0
  }
  await server.delivered(counts.uploads)
  if (server.server.uploads().length > 0) throw new Error('an upload of a bad client is still being written')
  return result()
}

type BadClient = (server: TestServer, draw: Draw) => Promise<number>

const KINDS: readonly BadClient[] = [
  bytesInTheClear,
  packetsInTheClear,
  packetsBeforeLogin,
  packetsAfterLogin,
]

/** Not even packets. */
async function bytesInTheClear({ port }: TestServer, draw: Draw): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: addressOf(draw) })
  socket.on('error', () => {})
  socket.resume()
  const spoken = Buffer.concat([
    Buffer.from('SSH-2.0-fuzz\r\n'),
    framed(kexInit()),
    framed(u32(draw.int(0, 2 ** 31))),
  ])
  socket.write(mutated(spoken, draw))
  socket.end()
  await new Promise((resolve) => socket.once('close', resolve))
  return 1
}

async function packetsInTheClear({ port }: TestServer, draw: Draw): Promise<number> {
  const client = new RawSsh(port, addressOf(draw))
  let sent = 0
  try {
    await client.ident()
    if (draw.isLucky(0.7)) client.send(kexInit())
    for (; sent < draw.int(1, 6); sent++) client.send(mutated(draw.pick(payloads(draw)), draw))
    client.socket.end()
    await client.closed()
  } catch {
    // The server hung up: it may.
  }
  client.socket.destroy()
  return sent
}

async function packetsBeforeLogin({ port }: TestServer, draw: Draw): Promise<number> {
  const client = new ssh2.Client()
  // Says nothing of its own once there are keys.
  const silence = () => {}
  const met = new Promise<boolean>((resolve) => {
    client.once('handshake', () => resolve(true))
    client.once('close', () => resolve(false))
  })
  client.on('error', () => {})
  client.connect({
    ...{ host: '127.0.0.1', port, username: 'acme', localAddress: addressOf(draw) },
    authHandler: silence as never, // the types want an answer
  })
  return (await met) ? await sendBad(client, draw) : 0
}

async function packetsAfterLogin(server: TestServer, draw: Draw): Promise<number> {
  const client = new ssh2.Client()
  const { privateKey } = server.key
  const from = { host: '127.0.0.1', port: server.port, localAddress: addressOf(draw) }
  await login(client, { ...from, username: 'acme', privateKey })
  client.on('error', () => {})
  if (draw.isLucky(0.7)) {
    const channel = await openChannel(client)
    channel.on('error', () => {})
    channel.resume()
  }
  return await sendBad(client, draw)
}

/** What ssh2 has inside, for packets that it would never send by itself. */
interface Insides {
  readonly _protocol: {
    readonly _packetRW: {
      readonly write: {
        readonly allocStart: number
        alloc(size: number): Buffer
        finalize(packet: Buffer): Buffer
      }
    }
    readonly _cipher: { encrypt(packet: Buffer): void }
  }
}

async function sendBad(client: SshClient, draw: Draw): Promise<number> {
  const { _protocol } = client as unknown as Insides
  let isClosed = false
  const closed = new Promise<void>((resolve) =>
    client.once('close', () => {
      isClosed = true
      resolve()
    }),
  )
  const count = draw.int(1, 40)
  let sent = 0
  for (; sent < count && !isClosed; sent++) {
    const payload = mutated(draw.pick(payloads(draw)), draw)
    const { write } = _protocol._packetRW
    const packet = write.alloc(payload.length)
    payload.copy(packet, write.allocStart)
    try {
      _protocol._cipher.encrypt(write.finalize(packet))
    } catch {
      // The client's own half is broken by now.
      break
    }
    if (draw.isLucky(0.2)) await new Promise((resolve) => setImmediate(resolve))
  }
  if (draw.isLucky(0.5)) client.end()
  const patience = setTimeout(() => client.destroy(), draw.int(0, 30))
  await closed
  clearTimeout(patience)
  return sent
}

const NAMES = [
  ...[
    'ssh-userauth',
    'ssh-connection',
    'session',
    'sftp',
    'exec',
    'shell',
    'subsystem',
    'pty-req',
    'env',
    'signal',
  ],
  ...[
    'window-change',
    'x11-req',
    'auth-agent-req@openssh.com',
    'direct-tcpip',
    'tcpip-forward',
    'none',
    'acme',
    '',
  ],
  ...[
    'hostkeys-prove-00@openssh.com',
    'keepalive@openssh.com',
    'no-more-sessions@openssh.com',
    'eow@openssh.com',
  ],
  ...[
    'publickey',
    'password',
    'keyboard-interactive',
    'ssh-ed25519',
    'rsa-sha2-512',
    'nobody',
    'streamlocal-forward@openssh.com',
  ],
]

/** One payload of each message there is, with fields drawn by lot. */
function payloads(draw: Draw): Buffer[] {
  const name = () => string(draw.pick(NAMES))
  const number = () => u32(draw.pick([0, 1, 2, 255, 65_536, 2 ** 31, 2 ** 32 - 1, draw.int(0, 2 ** 31)]))
  const flag = () => Buffer.from([draw.int(0, 1)])
  const text = () => string(Buffer.alloc(draw.int(0, 300), draw.int(0, 255)))
  const message = (type: number, ...fields: Buffer[]) => Buffer.concat([Buffer.from([type]), ...fields])
  return [
    message(1, number(), text(), text()),
    message(2, text()),
    message(3, number()),
    message(4, flag(), text(), text()),
    message(5, name()),
    message(7, number(), name(), text()),
    kexInit(),
    message(21),
    message(30, text()),
    message(50, name(), name(), name(), flag(), name(), text(), text()),
    message(
      50,
      string('acme'),
      string('ssh-connection'),
      string('publickey'),
      flag(),
      name(),
      text(),
      text(),
    ),
    message(50, string('acme'), string('ssh-connection'), string('password'), flag(), text(), text()),
    message(80, name(), flag(), text(), number()),
    message(81, number()),
    message(82),
    message(90, string('session'), number(), number(), number()),
    message(90, name(), number(), number(), number(), text(), number(), text(), number()),
    message(91, number(), number(), number(), number()),
    message(92, number(), number(), text(), text()),
    message(93, number(), number()),
    message(94, u32(draw.int(0, 3)), text()),
    message(95, u32(draw.int(0, 3)), number(), text()),
    message(96, u32(draw.int(0, 3))),
    message(97, u32(draw.int(0, 3))),
    message(98, u32(draw.int(0, 3)), name(), flag(), name(), text(), number(), number()),
    message(98, u32(draw.int(0, 3)), string('subsystem'), flag(), string('sftp')),
    message(99, number()),
    message(100, number()),
    message(draw.int(0, 255), text(), number()),
  ]
}

function mutated(bytes: Buffer, draw: Draw): Buffer {
  let result = Buffer.from(bytes)
  for (let count = draw.int(0, 4); count > 0 && result.length > 1; count--) {
    const at = draw.int(0, result.length - 1)
    const kind = draw.int(0, 5)
    if (kind === 0) result[at] = draw.int(0, 255)
    else if (kind === 1) result[at] = (result[at] ?? 0) ^ (1 << draw.int(0, 7))
    else if (kind === 2) result = result.subarray(0, Math.max(1, at))
    else if (kind === 3)
      result = Buffer.concat([result.subarray(0, at), u32(draw.int(0, 2 ** 31)), result.subarray(at)])
    else if (kind === 4) result = Buffer.concat([result, result.subarray(at)])
    else if (at + 4 <= result.length)
      result.writeUInt32BE(draw.pick([0, 1, 0x7fffffff, 0xffffffff, 35_000, 300_000]), at)
  }
  return result.subarray(0, 30_000)
}

/** A packet as it is before there are keys. */
function framed(payload: Buffer): Buffer {
  const padding = 8 - ((payload.length + 5) % 8) + 8
  return Buffer.concat([
    u32(payload.length + padding + 1),
    Buffer.from([padding]),
    payload,
    Buffer.alloc(padding),
  ])
}

/** Many addresses: what one may do too often is tried elsewhere. */
function addressOf(draw: Draw): string {
  return `127.0.8.${draw.int(1, 250)}`
}

function heapUsed(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
