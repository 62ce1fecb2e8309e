/**
 * Memory of idle SFTP sessions: logged in, channel open, nothing to do.
 * `node test/bench/sftp/idle.ts [--sessions 1000]` prints KB per session beyond the first hundred. The server runs in a
 * process of its own; what is measured is its resident memory, after garbage collection.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import ssh2 from 'ssh2'
import { RawSftp } from '../../support/sftp-raw-client.ts'
import { login, openChannel, startSftp } from '../../support/sftp-server.ts'

/** Logins that come and go first: a server that has run for a while has the heap that they need. */
const CHURN = 500
const WARM_UP = 100
const AT_ONCE = 10
/** What the issue asks for. */
const KB_MAX = 60

interface Memory {
  readonly heap: number
  readonly committed: number
  readonly external: number
}

if (process.send) await serve(process.send.bind(process))
else await measure()

/** The child: a whole SFTP server without the usual bounds. */
async function serve(tell: (message: unknown) => void): Promise<void> {
  const many = 1_000_000
  const limits = {
    connectionsMax: many,
    connectionsPerAccountMax: many,
    strangersMax: many,
    strangersPerAddressMax: many,
  }
  const server = await startSftp({ limits, logLevel: 'info' })
  process.on('message', () => {
    // What V8 does when memory is short: pages that only held the garbage of the logins go back, too.
    globalThis.gc?.({ type: 'major', flavor: 'last-resort', execution: 'sync' })
    const { heapUsed: heap, heapTotal: committed, external } = process.memoryUsage()
    tell({ heap, committed, external })
  })
  tell({ port: server.port, privateKey: server.key.privateKey })
}

async function measure(): Promise<void> {
  const { values } = parseArgs({ options: { sessions: { type: 'string', default: '1000' } } })
  const sessions = Number(values.sessions)
  const child = fork(fileURLToPath(import.meta.url), { execArgv: ['--expose-gc'] })
  const [{ port, privateKey }] = (await once(child, 'message')) as [{ port: number; privateKey: string }]

  async function connect(): Promise<ssh2.Client> {
    const client = new ssh2.Client()
    await login(client, { host: '127.0.0.1', port, username: 'acme', privateKey, keepaliveInterval: 0 })
    await new RawSftp(await openChannel(client)).init()
    return client
  }

  async function connectMany(count: number, then: (client: ssh2.Client) => void = () => {}): Promise<void> {
    let left = count
    const worker = async () => {
      while (left > 0) {
        left -= 1
        then(await connect())
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }

  async function memory(): Promise<Memory & { rssKb: number }> {
    // Buffers of the login are let go a little later.
    await delay(2_000)
    child.send('gc')
    const [own] = (await once(child, 'message')) as [Memory]
    await delay(500)
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    return { rssKb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]), ...own }
  }

  await connectMany(CHURN, (client) => client.end())
  await connectMany(WARM_UP)
  const before = await memory()
  await connectMany(sessions)
  const after = await memory()
  const each = (now: number, then: number) => ((now - then) / sessions).toFixed(1)
  const rss = each(after.rssKb, before.rssKb)
  const heap = each(after.heap / 1024, before.heap / 1024)
  const committed = each(after.committed / 1024, before.committed / 1024)
  const external = each(after.external / 1024, before.external / 1024)
  console.log(
    `${sessions} idle sessions beyond the first ${WARM_UP}: ${rss} KB each resident (objects ${heap}, their heap ${committed}, buffers ${external}); wanted: ${KB_MAX}`,
  )
  child.kill()
  process.exit(Number(rss) <= KB_MAX ? 0 : 1)
}
