/** An upload whose line breaks can be gone on with; nothing of it is a delivery before somebody did, and closed it. */
import { createHash, randomBytes } from 'node:crypto'
import { readdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { partPath } from '../../../importer/importer.ts'
import { OPEN_FLAG, STATUS, TYPE } from '../../../server/sftp/protocol/constants.ts'
import { attributesOf, namesOf, RawSftp, statusOf, string } from '../../support/sftp-raw-client.ts'
import { openChannel, startSftp, type TestServer, until } from '../../support/sftp-server.ts'
import { openFolder, PUT } from '../../support/sftp-shared-server.ts'

/** `reput` of OpenSSH, `curl -C -`, `put -c` of lftp. */
const REPUT = OPEN_FLAG.WRITE | OPEN_FLAG.APPEND | OPEN_FLAG.CREAT
const CURL_RESUME = OPEN_FLAG.WRITE | OPEN_FLAG.APPEND
const LFTP_RESUME = OPEN_FLAG.WRITE | OPEN_FLAG.CREAT

const CONTENT = randomBytes(300_000)
const PATH = '/inbox/staff.csv'

async function raw(server: TestServer, config = {}): Promise<RawSftp> {
  const client = new RawSftp(await openChannel(await server.connect(config)))
  await client.init()
  return client
}

/** Uploads the first bytes and pulls the plug. */
async function cutOff(server: TestServer, path: string, bytes: number, content = CONTENT): Promise<void> {
  const connection = await server.connect()
  const client = new RawSftp(await openChannel(connection))
  await client.init()
  const handle = await client.open(path, PUT)
  for (let at = 0; at < bytes; at += 50_000)
    await client.write(handle, at, content.subarray(at, Math.min(at + 50_000, bytes)))
  connection.destroy()
  await until(() => server.server.uploads().length === 0, 'the upload to be put away')
}

async function sizeOf(client: RawSftp, path = PATH): Promise<number | null> {
  const reply = await client.ask(TYPE.STAT, string(path))
  return reply.type === TYPE.ATTRS ? attributesOf(reply).size : null
}

/** Sends what is missing from there on. */
async function goOn(client: RawSftp, path: string, flags: number, from: number) {
  const handle = await client.open(path, flags)
  for (let at = from; at < CONTENT.length; at += 50_000)
    await client.write(handle, at, CONTENT.subarray(at, at + 50_000))
  return client.close(handle)
}

async function expectWhole(server: TestServer, fileName = 'staff.csv'): Promise<void> {
  const deliveries = await server.delivered(1)
  expect(deliveries.map((one) => one.fileName)).toEqual([fileName])
  const [delivery] = deliveries
  const content = delivery ? await server.content(delivery) : Buffer.alloc(0)
  expect(sha256(content)).toBe(sha256(CONTENT))
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

test.each([
  ['reput', REPUT],
  ['curl -C -', CURL_RESUME],
  ['lftp put -c', LFTP_RESUME],
])('an upload that was cut off is listed, and %s goes on with it', async (_who, flags) => {
  await using server = await startSftp()
  await cutOff(server, PATH, 120_000)
  const client = await raw(server)
  const size = await sizeOf(client)
  // A byte less than came: a client that compares sizes never takes it for done.
  expect(size).toBe(119_999)
  expect(namesOf(await client.ask(TYPE.READDIR, string(await openFolder(client, '/inbox'))))).toEqual([
    'staff.csv',
  ])
  expect(server.ledger.deliveries).toEqual([])
  expect(await goOn(client, PATH, flags, size ?? 0)).toMatchObject({ code: STATUS.OK })
  await expectWhole(server)
  expect(await server.parts()).toEqual([])
})

test('one that had come to its last byte, but was never closed, still asks for the last byte', async () => {
  await using server = await startSftp()
  await cutOff(server, PATH, CONTENT.length)
  const client = await raw(server)
  expect(await sizeOf(client)).toBe(CONTENT.length - 1)
  expect(await goOn(client, PATH, REPUT, CONTENT.length - 1)).toMatchObject({ code: STATUS.OK })
  await expectWhole(server)
})

test('it may be cut off again and again', async () => {
  await using server = await startSftp()
  await cutOff(server, PATH, 100_000)
  for (const upTo of [150_000, 200_000]) {
    const connection = await server.connect()
    const client = new RawSftp(await openChannel(connection))
    await client.init()
    const from = (await sizeOf(client)) ?? 0
    const handle = await client.open(PATH, REPUT)
    await client.write(handle, from, CONTENT.subarray(from, upTo))
    connection.destroy()
    await until(() => server.server.uploads().length === 0, 'the upload to be put away')
  }
  const client = await raw(server)
  expect(await sizeOf(client)).toBe(199_999)
  await goOn(client, PATH, REPUT, 199_999)
  await expectWhole(server)
})

test('of what came with gaps only the part before the first gap counts', async () => {
  await using server = await startSftp()
  const connection = await server.connect()
  const client = new RawSftp(await openChannel(connection))
  await client.init()
  const handle = await client.open(PATH, PUT)
  await client.write(handle, 0, CONTENT.subarray(0, 1_000))
  await client.write(handle, 5_000, CONTENT.subarray(5_000, 9_000))
  connection.destroy()
  await until(() => server.server.uploads().length === 0, 'the upload to be put away')
  expect(await sizeOf(await raw(server))).toBe(999)
})

test('opened and closed with nothing added it is no delivery, and waits on', async () => {
  await using server = await startSftp()
  await cutOff(server, PATH, 100_000)
  const client = await raw(server)
  for (const flags of [REPUT, LFTP_RESUME, OPEN_FLAG.WRITE]) {
    const handle = await client.open(PATH, flags)
    expect(await client.close(handle)).toMatchObject({
      code: STATUS.FAILURE,
      text: expect.stringContaining('nothing was added'),
    })
  }
  const rename = await client.ask(TYPE.RENAME, string(PATH), string('/inbox/done.csv'))
  expect(statusOf(rename)).toMatchObject({ code: STATUS.FAILURE, text: expect.stringContaining('cut off') })
  expect(await sizeOf(client)).toBe(99_999)
  expect(server.ledger.deliveries).toEqual([])
})

test('opened again, and lost again before anything was added, it is what it was', async () => {
  await using server = await startSftp()
  await cutOff(server, PATH, 100_000)
  const before = await raw(server)
  const staged = await before.open('/inbox/staged.csv.tmp', PUT)
  await before.write(staged, 0, CONTENT.subarray(0, 100_000))
  await before.close(staged)
  for (const path of [PATH, '/inbox/staged.csv.tmp']) {
    const connection = await server.connect()
    const client = new RawSftp(await openChannel(connection))
    await client.init()
    await client.open(path, REPUT)
    connection.destroy()
    await until(() => server.server.uploads().length === 0, 'the upload to be put away')
  }
  expect(await sizeOf(before)).toBe(99_999)
  const rename = await before.ask(TYPE.RENAME, string('/inbox/staged.csv.tmp'), string('/inbox/staged.csv'))
  expect(statusOf(rename)).toMatchObject({ code: STATUS.OK })
  expect((await server.delivered(1))[0]).toMatchObject({ fileName: 'staged.csv', size: 100_000 })
})

test('while it is gone on with, nothing on the disk says what it was: a crash would make that untrue', async () => {
  await using server = await startSftp()
  await cutOff(server, PATH, 100_000)
  const notes = async () =>
    (await readdir(join(server.dataDir, 'deliveries', '.partial'))).filter((name) => name.endsWith('.json'))
  expect(await notes()).toHaveLength(1)
  const client = await raw(server)
  await client.open(PATH, REPUT)
  expect(await notes()).toEqual([])
})

test('two clients that write the same name at once, as scp does, are two deliveries', async () => {
  await using server = await startSftp()
  const pair = [await raw(server), await raw(server)]
  const handles: Buffer[] = []
  for (const client of pair) handles.push(await client.open(PATH, LFTP_RESUME))
  for (const [index, client] of pair.entries())
    await client.write(handles[index] ?? Buffer.alloc(0), 0, `Name\n${index}\n`)
  for (const [index, client] of pair.entries())
    expect(await client.close(handles[index] ?? Buffer.alloc(0))).toMatchObject({ code: STATUS.OK })
  const contents = await Promise.all((await server.delivered(2)).map((one) => server.content(one)))
  expect(contents.map(String).sort()).toEqual(['Name\n0\n', 'Name\n1\n'])
})

test('under a temporary name it is no delivery by its rename either', async () => {
  await using server = await startSftp()
  const path = '/inbox/staff.csv.filepart'
  await cutOff(server, path, 100_000)
  const client = await raw(server)
  const rename = () => client.ask(TYPE.RENAME, string(path), string(PATH))
  expect(statusOf(await rename())).toMatchObject({ code: STATUS.FAILURE })
  expect(await goOn(client, path, REPUT, 99_999)).toMatchObject({ code: STATUS.OK })
  expect(server.ledger.deliveries).toEqual([])
  expect(statusOf(await rename())).toMatchObject({ code: STATUS.OK })
  await expectWhole(server)
})

test.each([
  ['TRUNC', PUT],
  ['EXCL', OPEN_FLAG.WRITE | OPEN_FLAG.CREAT | OPEN_FLAG.EXCL],
  ['neither, but written from its start', OPEN_FLAG.WRITE | OPEN_FLAG.CREAT],
])('begun anew with %s nothing old is left in it', async (_how, flags) => {
  await using server = await startSftp()
  await cutOff(server, PATH, 200_000, randomBytes(200_000))
  const client = await raw(server)
  const handle = await client.open(PATH, flags)
  await client.write(handle, 0, 'Name\nA\n')
  expect(await client.close(handle)).toMatchObject({ code: STATUS.OK })
  const [delivery] = await server.delivered(1)
  expect(delivery && String(await server.content(delivery))).toBe('Name\nA\n')
  expect(await server.parts()).toEqual([])
})

test('another file that ends under its name takes its place', async () => {
  await using server = await startSftp()
  await cutOff(server, PATH, 100_000)
  const client = await raw(server)
  expect(await goOn(client, `${PATH}.filepart`, PUT, 0)).toMatchObject({ code: STATUS.OK })
  await client.ask(TYPE.RENAME, string(`${PATH}.filepart`), string(PATH))
  await expectWhole(server)
  expect(await server.parts()).toEqual([])
})

test('its account removes it; no other account sees it', async () => {
  await using server = await startSftp()
  await cutOff(server, PATH, 100_000)
  const other = await raw(server, { username: 'globex', privateKey: server.otherKey.privateKey })
  expect(await sizeOf(other)).toBeNull()
  await expect(other.open(PATH, CURL_RESUME)).rejects.toThrow('no such file')
  const client = await raw(server)
  expect(statusOf(await client.ask(TYPE.REMOVE, string(PATH)))).toMatchObject({ code: STATUS.OK })
  expect(await sizeOf(client)).toBeNull()
  expect(await readdir(join(server.dataDir, 'deliveries', '.partial'))).toEqual([])
})

test('a client that is back before the server has heard of the break takes its own upload over', async () => {
  await using server = await startSftp()
  const lost = await raw(server)
  const lostHandle = await lost.open(PATH, PUT)
  await lost.write(lostHandle, 0, CONTENT.subarray(0, 100_000))
  const client = await raw(server)
  expect(await sizeOf(client)).toBe(100_000)
  expect(await goOn(client, PATH, REPUT, 100_000)).toMatchObject({ code: STATUS.OK })
  await expectWhole(server)
  // The first one is not lost after all: it is told, and changes nothing.
  const refused = { code: STATUS.FAILURE, text: expect.stringContaining('another connection') }
  expect(await lost.write(lostHandle, 100_000, 'x')).toMatchObject(refused)
  expect(await lost.close(lostHandle)).toMatchObject(refused)
  await expectWhole(server)
})

test('what was cut off or waits for its rename is there after a restart', async () => {
  await using server = await startSftp()
  const [cut, staged] = ['/inbox/cut.csv', '/test/staged.csv.tmp']
  await cutOff(server, cut, 100_000)
  const before = await raw(server)
  const handle = await before.open(staged, PUT)
  await before.write(handle, 0, 'Name\n')
  await before.close(handle)
  const open = await before.open(PATH, PUT)
  await before.write(open, 0, CONTENT.subarray(0, 60_000))
  await server.restart()
  const client = await raw(server)
  expect(await sizeOf(client, cut)).toBe(99_999)
  expect(await sizeOf(client, staged)).toBe(5)
  // Being written when the server stopped.
  expect(await sizeOf(client)).toBe(59_999)
  expect(server.ledger.deliveries).toEqual([])
  await client.ask(TYPE.RENAME, string(staged), string('/test/staged.csv'))
  expect((await server.delivered(1))[0]).toMatchObject({ fileName: 'staged.csv', mode: 'dry_run', size: 5 })
  expect(await goOn(client, PATH, REPUT, 59_999)).toMatchObject({ code: STATUS.OK })
  const whole = (await server.delivered(2))[1]
  expect(whole && sha256(await server.content(whole))).toBe(sha256(CONTENT))
})

test('after a restart nothing is believed that does not fit', async () => {
  await using server = await startSftp()
  for (const name of ['shorter', 'no-note', 'fine']) await cutOff(server, `/inbox/${name}.csv`, 100_000)
  const [shorter = '', noNote = ''] = (await server.parts()).sort()
  await truncate(partPath(server.dataDir, shorter), 50)
  await writeFile(`${partPath(server.dataDir, noNote)}.json`, '{"half": ')
  await writeFile(join(server.dataDir, 'deliveries', '.partial', 'foreign'), 'x')
  await server.restart()
  const client = await raw(server)
  expect(namesOf(await client.ask(TYPE.READDIR, string(await openFolder(client, '/inbox'))))).toEqual([
    'fine.csv',
  ])
  expect(await readdir(join(server.dataDir, 'deliveries', '.partial'))).toHaveLength(2)
})

test('an upload is read back by its own sender while it is open, and by nobody else or later', async () => {
  await using server = await startSftp()
  const [client, other] = [await raw(server), await raw(server)]
  const handle = await client.open(PATH, PUT | OPEN_FLAG.READ)
  await client.write(handle, 0, 'Name\nA\n')
  expect(await client.read(handle, 5, 100)).toBe('A\n')
  expect(await client.read(handle, 7, 100)).toMatchObject({ code: STATUS.EOF })
  const look = await client.open(PATH, OPEN_FLAG.READ)
  expect(await client.read(look, 0, 4)).toBe('Name')
  const denied = { code: STATUS.PERMISSION_DENIED }
  expect(await client.write(look, 0, 'x')).toMatchObject({ code: STATUS.FAILURE })
  await expect(other.open(PATH, OPEN_FLAG.READ)).rejects.toThrow('cannot be read back')
  await client.close(handle)
  expect(await client.read(look, 0, 4)).toMatchObject(denied)
  expect(await client.close(look)).toMatchObject({ code: STATUS.OK })
  await expect(client.open(PATH, OPEN_FLAG.READ)).rejects.toThrow('cannot be read back')
  const blind = await client.open('/inbox/blind.csv', PUT)
  await client.write(blind, 0, 'Name\n')
  expect(await client.read(blind, 0, 4)).toMatchObject(denied)
  await expectWholeIs(server, 'Name\nA\n')
})

test('what another connection began is gone on with, but not read', async () => {
  await using server = await startSftp()
  await cutOff(server, PATH, 100_000)
  const client = await raw(server)
  const handle = await client.open(PATH, OPEN_FLAG.READ | OPEN_FLAG.WRITE)
  expect(await client.read(handle, 0, 10)).toMatchObject({ code: STATUS.PERMISSION_DENIED })
})

async function expectWholeIs(server: TestServer, text: string): Promise<void> {
  const [delivery] = await server.delivered(1)
  expect(delivery && String(await server.content(delivery))).toBe(text)
}
