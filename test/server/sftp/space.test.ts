/** An account has as much room as it may, the disk keeps its reserve, and what was refused works again by itself. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deliveryPath } from '../../../importer/importer.ts'
import { STATUS, TYPE } from '../../../server/sftp/protocol/constants.ts'
import { findProgram, opensshClient, runProgram } from '../../support/sftp-programs.ts'
import { RawSftp, type Status, string } from '../../support/sftp-raw-client.ts'
import { openChannel, startSftp, type TestServer, until } from '../../support/sftp-server.ts'
import { PUT } from '../../support/sftp-shared-server.ts'

async function raw(server: TestServer, config = {}): Promise<RawSftp> {
  const client = new RawSftp(await openChannel(await server.connect(config)))
  await client.init()
  return client
}

/** What the client is told at the end. */
async function put(client: RawSftp, path: string, bytes: number): Promise<Status> {
  const handle = await client.open(path, PUT).catch((error: Error) => error)
  if (handle instanceof Error) return { code: STATUS.FAILURE, text: handle.message }
  for (let at = 0; at < bytes; at += 100_000)
    await client.write(handle, at, Buffer.alloc(Math.min(100_000, bytes - at), 'x'))
  return await client.close(handle)
}

const refused = (text: string) => ({ code: STATUS.FAILURE, text: expect.stringContaining(text) })
const OK = { code: STATUS.OK }

async function roomOf(
  client: RawSftp,
): Promise<{ bytes: number; bytesLeft: number; files: number; filesLeft: number }> {
  const { body } = await client.ask(TYPE.EXTENDED, string('statvfs@openssh.com'), string('/'))
  const number = (index: number) => Number(body.readBigUInt64BE(index * 8))
  return {
    bytes: number(1) * number(2),
    bytesLeft: number(1) * number(4),
    files: number(5),
    filesLeft: number(7),
  }
}

test('an account cannot have more bytes than it may, kept files and unfinished ones together', async () => {
  await using server = await startSftp({ limits: { accountBytesMax: 1_000_000 } })
  const client = await raw(server)
  expect(await put(client, '/inbox/a.csv', 400_000)).toMatchObject(OK)
  expect(await put(client, '/inbox/b.csv.tmp', 400_000)).toMatchObject(OK)
  expect(await put(client, '/inbox/c.csv', 300_000)).toMatchObject(refused('is used up'))
  // Nothing of it is left, and what fits is taken.
  expect(await server.parts()).toHaveLength(1)
  expect(await put(client, '/inbox/d.csv', 190_000)).toMatchObject(OK)
  expect((await server.delivered(2)).map((one) => one.fileName)).toEqual(['a.csv', 'd.csv'])
  // Another account has room of its own.
  const other = await raw(server, { username: 'globex', privateKey: server.otherKey.privateKey })
  expect(await put(other, '/inbox/e.csv', 900_000)).toMatchObject(OK)
})

test('room comes back when an upload is removed, and when old deliveries are', async () => {
  await using server = await startSftp({ limits: { accountBytesMax: 500_000 } })
  const client = await raw(server)
  expect(await put(client, '/inbox/a.csv.tmp', 450_000)).toMatchObject(OK)
  expect(await put(client, '/inbox/b.csv', 100_000)).toMatchObject(refused('is used up'))
  await client.ask(TYPE.REMOVE, string('/inbox/a.csv.tmp'))
  expect(await put(client, '/inbox/c.csv', 450_000)).toMatchObject(OK)
  expect(await put(client, '/inbox/d.csv', 100_000)).toMatchObject(refused('is used up'))
  const [delivery] = await server.delivered(1)
  if (delivery) await rm(deliveryPath(server.dataDir, delivery))
  await until(async () => (await put(client, '/inbox/d.csv', 100_000)).code === STATUS.OK, 'room')
})

test('what was cut off makes way before anybody is refused, the oldest first', async () => {
  let free = 50_000_000
  await using server = await startSftp({
    limits: { accountBytesMax: 500_000, diskReserveBytes: 10_000_000 },
    freeBytes: async () => free + (3 - (await server.parts()).length),
  })
  for (const name of ['old', 'young', 'last']) {
    const client = await raw(server)
    await client.write(await client.open(`/inbox/${name}.csv`, PUT), 0, Buffer.alloc(100_001))
    client.channel.close()
    await until(() => server.server.uploads().length === 0, 'the upload to be put away')
  }
  const client = await raw(server)
  expect(await put(client, '/inbox/a.csv', 250_000)).toMatchObject(OK)
  const isThere = async (path: string) => (await client.ask(TYPE.STAT, string(path))).type === TYPE.ATTRS
  expect(await isThere('/inbox/old.csv')).toBe(false)
  expect(await isThere('/inbox/young.csv')).toBe(true)
  // A disk that has a byte above its reserve once one of them is gone.
  free = 9_999_999
  await until(async () => {
    expect(await put(client, '/inbox/none.csv', 0)).toMatchObject(OK)
    return !(await isThere('/inbox/young.csv'))
  }, 'the older one to give way')
  expect(await isThere('/inbox/last.csv')).toBe(true)
})

test('an account cannot have more files than it may', async () => {
  await using server = await startSftp({ limits: { accountFilesMax: 2 } })
  const client = await raw(server)
  expect(await put(client, '/inbox/a.csv', 10)).toMatchObject(OK)
  expect(await put(client, '/inbox/b.csv.tmp', 10)).toMatchObject(OK)
  expect(await put(client, '/inbox/c.csv', 10)).toMatchObject(refused('2 files'))
  await client.ask(TYPE.REMOVE, string('/inbox/b.csv.tmp'))
  expect(await put(client, '/inbox/c.csv', 10)).toMatchObject(OK)
})

test('df shows the room of the account, not the disk', async () => {
  await using server = await startSftp({ limits: { accountBytesMax: 40_960_000, accountFilesMax: 10 } })
  const client = await raw(server)
  expect(await roomOf(client)).toEqual({ bytes: 40_960_000, bytesLeft: 40_960_000, files: 10, filesLeft: 10 })
  await put(client, '/inbox/a.csv', 409_600)
  expect(await roomOf(client)).toMatchObject({ bytesLeft: 40_550_400, filesLeft: 9 })
  const program = findProgram('sftp')
  if (program === null) return
  const { options } = await opensshClient(server)
  const args = [...options, '-P', String(server.port), '-b', '-', 'acme@127.0.0.1']
  expect((await runProgram(program, args, 'df /')).stdout).toMatch(/40000\s+400\s+39600\s+39600\s+1%/)
})

test('uploads leave the reserve of the disk free, are refused below it, and go on above it', async () => {
  // The disk of this machine, of which all but a little is reserved; and then a little less.
  let free = 10_000_000
  await using server = await startSftp({
    limits: { diskReserveBytes: 9_000_000 },
    freeBytes: async () => free,
  })
  const client = await raw(server)
  expect(await put(client, '/inbox/large.csv', 1_200_000)).toMatchObject(refused('short of disk space'))
  expect(await put(client, '/inbox/small.csv', 500_000)).toMatchObject(OK)
  free = 9_000_000
  await until(async () => (await put(client, '/inbox/no.csv', 1)).code !== STATUS.OK, 'the refusal')
  expect(await put(client, '/inbox/no.csv', 1)).toMatchObject(refused('short of disk space'))
  expect(await server.parts()).toEqual([])
  free = 20_000_000
  await until(async () => (await put(client, '/inbox/again.csv', 10)).code === STATUS.OK, 'room')
  const told = server.lines().filter((line) => line.includes('the disk '))
  expect(told.map((line) => JSON.parse(line).msg)).toEqual([
    'the disk is nearly full: uploads are refused',
    'the disk has room again: uploads are taken',
  ])
})

test('a disk that is really full gives a clear failure, is cleaned up, and is used again when there is room', async () => {
  const disk = await mountSmallDisk('6m')
  if (disk === null) return
  await using server = await startSftp({ directory: disk, limits: { diskReserveBytes: 0 } })
  const client = await raw(server)
  const answer = await put(client, '/inbox/large.csv', 8_000_000)
  expect(answer.code).toBe(STATUS.FAILURE)
  expect(answer.text).toMatch(/disk space|no space left/)
  expect(await server.parts()).toEqual([])
  expect(server.ledger.deliveries).toEqual([])
  await until(async () => (await put(client, '/inbox/small.csv', 500_000)).code === STATUS.OK, 'room')
  const [delivery] = await server.delivered(1)
  expect(delivery && (await readFile(deliveryPath(server.dataDir, delivery))).length).toBe(500_000)
})

/** A file system of a few megabytes; null, said aloud, where this machine lets us make none. */
async function mountSmallDisk(size: string): Promise<string | null> {
  const [mount, umount] = [findProgram('mount'), findProgram('umount')]
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-disk-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const made = mount && (await runProgram(mount, ['-t', 'tmpfs', '-o', `size=${size}`, 'none', directory]))
  if (!umount || !made || made.code !== 0) {
    process.stderr.write(
      '\nNOT RUN: this user may not mount a small file system; a full disk is not tried here.\n',
    )
    return null
  }
  onTestFinished(async () => void (await runProgram(umount, ['-l', directory])))
  return directory
}
