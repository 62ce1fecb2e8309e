/** A restart while customers upload: what was answered OK is there, what was not is never half there. */
import { createHash, randomBytes } from 'node:crypto'
import { connect as connectSocket } from 'node:net'
import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { newEd25519Key } from '../../keys/ed25519.ts'
import { connectControl } from '../../server/control.ts'
import { OPEN_FLAG, STATUS, TYPE } from '../../server/sftp/protocol/constants.ts'
import { attributesOf, RawSftp, string } from '../support/sftp-raw-client.ts'
import { login, openChannel, openSftp, until } from '../support/sftp-server.ts'
import { PUT } from '../support/sftp-shared-server.ts'
import { type Served, serve, temporaryFolder } from './rollcall.ts'

const key = newEd25519Key('customer')
const CONTENT = Buffer.from(`Name,Email\n${'Ann Ames,ann@example.com\n'.repeat(8_000)}`)
const HALF = 100_000

async function start(data: string): Promise<Served> {
  const server = await serve(data)
  const door = await connectControl(data)
  await door.addAccount({ slug: 'acme' })
  await door.addKey('acme', key.publicKeyLine)
  return server
}

async function loggedIn({ sftp: { host, port } }: Pick<Served, 'sftp'>): Promise<ssh2.Client> {
  const client = new ssh2.Client()
  await login(client, { host, port, username: 'acme', privateKey: key.privateKey })
  client.on('error', () => {})
  return client
}

async function raw(server: Served): Promise<RawSftp> {
  const client = new RawSftp(await openChannel(await loggedIn(server)))
  await client.init()
  return client
}

function isRefused({ sftp: { host, port } }: Served): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket({ host, port })
    socket.on('error', () => resolve(true))
    socket.on('connect', () => {
      socket.destroy()
      resolve(false)
    })
  })
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

test('a server that is told to stop takes no connection, and lets an upload under way finish', async () => {
  const data = await temporaryFolder()
  const server = await start(data)
  const client = await raw(server)
  const handle = await client.open('/inbox/last.csv', PUT)
  await client.write(handle, 0, CONTENT.subarray(0, HALF))
  const ended = server.end('SIGTERM')
  await until(() => isRefused(server), 'new connections to be refused')
  expect(await client.write(handle, HALF, CONTENT.subarray(HALF))).toMatchObject({ code: STATUS.OK })
  expect(await client.close(handle)).toMatchObject({ code: STATUS.OK })
  expect(await ended).toEqual({ code: 0, signal: null })

  const again = await serve(data)
  const door = await connectControl(data)
  const [run] = await door.runs({})
  expect(await door.settled(run?.id ?? '')).toMatchObject({ fileName: 'last.csv', sha256: sha256(CONTENT) })
  expect(await again.end('SIGTERM')).toEqual({ code: 0, signal: null })
}, 60_000)

test('an upload that does not finish in time is gone on with at the next server', async () => {
  const data = await temporaryFolder()
  const server = await start(data)
  const client = await raw(server)
  const handle = await client.open('/inbox/slow.csv', PUT)
  await client.write(handle, 0, CONTENT.subarray(0, HALF))
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null })

  const again = await serve(data)
  const door = await connectControl(data)
  expect(await door.runs({})).toEqual([])
  const next = await raw(again)
  const { size } = attributesOf(await next.ask(TYPE.STAT, string('/inbox/slow.csv')))
  expect(size).toBe(HALF - 1)
  const rest = await next.open('/inbox/slow.csv', OPEN_FLAG.WRITE | OPEN_FLAG.APPEND)
  await next.write(rest, size, CONTENT.subarray(size))
  expect(await next.close(rest)).toMatchObject({ code: STATUS.OK })
  await until(async () => (await door.runs({})).length === 1, 'the run')
  const [run] = await door.runs({})
  expect(await door.settled(run?.id ?? '')).toMatchObject({ fileName: 'slow.csv', sha256: sha256(CONTENT) })
  await again.end('SIGTERM')
}, 60_000)

test.each([
  ['told to stop', 'SIGTERM'],
  ['killed', 'SIGKILL'],
] as const)(
  'a server that is %s while customers upload loses nothing that it answered OK',
  async (_how, signal) => {
    const data = await temporaryFolder()
    let server = await start(data)
    const port = String(server.sftp.port)
    const sent = new Map<string, { size: number; isOk: boolean }>()
    let isOver = false

    async function uploadOn(customer: number): Promise<void> {
      for (let round = 0; !isOver; round++) {
        const name = `c${customer}-${round}.csv`
        const content = Buffer.concat([Buffer.from(`${name}\n`), randomBytes(40_000 + customer)])
        sent.set(name, { size: content.length, isOk: false })
        try {
          const sftp = await openSftp(await loggedIn(server))
          await new Promise<void>((resolve, reject) => {
            sftp.on('close', () => reject(new Error('the line was cut')))
            sftp.writeFile(`/test/${name}`, content, (error) => (error ? reject(error) : resolve()))
          })
          sent.set(name, { size: content.length, isOk: true })
          sftp.end()
        } catch {
          // Not answered: it may be there or not. A moment, as a scheduler would wait for minutes.
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }
    }

    const customers = [1, 2, 3].map(uploadOn)
    const ok = () => [...sent.values()].filter((one) => one.isOk).length
    for (let restart = 0; restart < 2; restart++) {
      const before = ok()
      await until(() => ok() > before + 5, 'some uploads', 20_000)
      await server.end(signal)
      server = await serve(data, { ROLLCALL_SFTP_PORT: port })
    }
    const before = ok()
    await until(() => ok() > before + 3, 'some uploads', 20_000)
    isOver = true
    await Promise.all(customers)

    const door = await connectControl(data)
    const expected = [...sent].filter(([, { isOk }]) => isOk).map(([name]) => name)
    const arrived = async () => new Map((await door.runs({ limit: 500 })).map((run) => [run.fileName, run]))
    await until(async () => {
      const runs = await arrived()
      return expected.every((name) => runs.has(name))
    }, 'every upload that was answered OK')
    for (const [name, run] of await arrived()) expect(run.size, name).toBe(sent.get(name)?.size)
    await server.end('SIGKILL')
  },
  120_000,
)
