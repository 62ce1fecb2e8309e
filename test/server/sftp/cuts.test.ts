/**
 * Connections that break off at random places, by the dozen: no partial file is ever taken and nothing leaks.
 * `CUTS=1000 npx vitest run cuts` does it by the thousand.
 */
import { randomBytes } from 'node:crypto'
import { readdirSync, readlinkSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { TYPE } from '../../../server/sftp/protocol/constants.ts'
import { packet, RawSftp, string, u32, u64 } from '../../support/sftp-raw-client.ts'
import { login, openChannel, startSftp, type TestServer, until } from '../../support/sftp-server.ts'
import { PUT } from '../../support/sftp-shared-server.ts'

const CUTS = Number(process.env['CUTS'] ?? 60)
const CONTENT = Buffer.concat([Buffer.from('Name,Email\n'), randomBytes(400_000)])
const WRITE_BYTES = 32_768
const CUT_MAX = 5
const MEMORY_MAX = 60_000_000

/** Everything that a client would send after OPEN: all WRITEs, and the CLOSE. */
function wholeUpload(handle: Buffer): Buffer {
  const writes: Buffer[] = []
  for (let at = 0; at < CONTENT.length; at += WRITE_BYTES) {
    const data = CONTENT.subarray(at, at + WRITE_BYTES)
    writes.push(packet(TYPE.WRITE, u32(at + 1), string(handle), u64(at), string(data)))
  }
  return Buffer.concat([...writes, packet(TYPE.CLOSE, u32(9), string(handle))])
}

/** Sends an upload up to somewhere and breaks off: the cable is pulled, or the client is killed and says goodbye. */
async function cutOff(server: TestServer, round: number): Promise<{ name: string; isWhole: boolean }> {
  // Not one of the server's own clients: those are kept to the end, and this is about what is kept.
  const connection = new ssh2.Client()
  const [username, privateKey] = [server.account.slug, server.key.privateKey]
  await login(connection, { host: '127.0.0.1', port: server.port, username, privateKey })
  const client = new RawSftp(await openChannel(connection))
  await client.init()
  const name = `cut-${round}.csv`
  const bytes = wholeUpload(await client.open(`/inbox/${name}`, PUT))
  // One in ten comes to its end, and is cut off while it hears so, or not.
  const sent = round % 10 === 9 ? bytes.length : Math.floor(Math.random() * bytes.length)
  client.sendBytes(bytes.subarray(0, sent))
  // Sometimes the server is in the middle of it, sometimes it has all that was sent.
  if (round % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
  if (round % 4 === 0) connection.end()
  else connection.destroy()
  return { name, isWhole: sent === bytes.length }
}

/** What the process has open on the disk of this server. */
function openFiles(server: TestServer): number {
  const directory = `${server.dataDir}/deliveries`
  return readdirSync('/proc/self/fd').filter((fd) => targetOf(fd).startsWith(directory)).length
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return ''
  }
}

test(`${CUTS} uploads cut off at random places deliver nothing half and leave nothing behind`, async () => {
  await using server = await startSftp({ limits: { cutMax: CUT_MAX }, logLevel: 'info' })
  const names = new Map<string, boolean>()
  const settled = () => server.server.connections().length === 0 && server.server.uploads().length === 0
  let before = 0
  for (let round = 0; round < CUTS; round++) {
    const { name, isWhole } = await cutOff(server, round)
    names.set(name, isWhole)
    if (round === Math.floor(CUTS / 3)) {
      await until(settled, 'the first third to be gone')
      before = await memory()
    }
  }
  await until(settled, 'all to be gone')
  await server.intake.sweep()
  for (const delivery of server.ledger.deliveries) {
    // Only where the CLOSE itself had been sent, and then every byte.
    expect(names.get(delivery.fileName), delivery.fileName).toBe(true)
    expect((await server.content(delivery)).equals(CONTENT)).toBe(true)
  }
  expect((await server.parts()).length).toBeLessThanOrEqual(CUT_MAX)
  expect(openFiles(server)).toBe(0)
  const grown = (await memory()) - before
  process.stdout.write(
    `cuts: ${CUTS}, delivered whole: ${server.ledger.deliveries.length}, kept to go on with: ${(await server.parts()).length}, open files: 0, memory: ${(grown / 1e6).toFixed(1)} MB more than after a third\n`,
  )
  expect(grown).toBeLessThan(MEMORY_MAX)
}, 600_000)

async function memory(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
