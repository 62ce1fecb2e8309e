/** Packets that no ordinary client sends, or sends only sometimes. */
import { lstat, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { partPath, resultsDir } from '../../../importer/importer.ts'
import type { Delivery } from '../../../importer/types.ts'
import { ATTR_FLAG, OPEN_FLAG, STATUS, TYPE } from '../../../server/sftp/protocol/constants.ts'
import {
  attributesOf,
  namesOf,
  packet,
  RawSftp,
  statusOf,
  string,
  u32,
  u64,
} from '../../support/sftp-raw-client.ts'
import { openChannel, startSftp, type TestServer, until } from '../../support/sftp-server.ts'

const PUT = OPEN_FLAG.WRITE | OPEN_FLAG.CREAT | OPEN_FLAG.TRUNC

let server: TestServer

beforeAll(async () => {
  server = await startSftp({ limits: { fileBytesMax: 1_000_000, handlesMax: 8 } })
})

afterAll(() => server[Symbol.asyncDispose]())

const opened: RawSftp[] = []

// Whatever a test did and left open: when its clients are gone, so is everything unfinished.
afterEach(async () => {
  for (const client of opened.splice(0)) client.channel.end()
  await until(async () => (await server.parts()).length === 0, 'no part file to be left')
  for (const { id } of server.server.connections()) server.server.disconnect(id)
})

async function raw(config = {}): Promise<RawSftp> {
  const client = new RawSftp(await openChannel(await server.connect(config)))
  opened.push(client)
  await client.init()
  return client
}

async function delivered(fileName: string): Promise<Delivery[]> {
  await until(() => server.ledger.deliveries.some((one) => one.fileName === fileName), fileName)
  return server.ledger.deliveries.filter((one) => one.fileName === fileName)
}

function isDelivered(fileName: string): boolean {
  return server.ledger.deliveries.some((one) => one.fileName === fileName)
}

describe('the beginning', () => {
  test('version 6 is answered with version 3 and the extensions', async () => {
    const client = new RawSftp(await openChannel(await server.connect()))
    const version = await client.init(6)
    expect(version.id).toBe(3)
    for (const name of ['posix-rename', 'statvfs', 'fsync', 'limits']) {
      expect(version.body.toString('latin1')).toContain(`${name}@openssh.com`)
    }
  })

  test.each([
    ['a request before INIT', packet(TYPE.STAT, u32(1), string('/'))],
    ['a WRITE before INIT', packet(TYPE.WRITE, u32(1), string(u32(1)), u64(0), string('x'))],
    ['a second INIT', Buffer.concat([packet(TYPE.INIT, u32(3)), packet(TYPE.INIT, u32(3))])],
    ['a packet without a length', u32(0)],
    ['a packet of 4 GB', Buffer.from('ffffffff0000', 'hex')],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ])('%s ends the channel and nothing else', async (_what, bytes) => {
    const connection = await server.connect()
    const client = new RawSftp(await openChannel(connection))
    client.sendBytes(bytes)
    await until(() => client.isClosed, 'the channel to be closed')
    expect(client.exit).toBe(1)
    const again = new RawSftp(await openChannel(connection))
    await again.init()
  })

  test('the end of input ends the channel with status 0, after every answer', async () => {
    const client = await raw()
    const ids = [client.send(TYPE.STAT, string('/')), client.send(TYPE.REALPATH, string('.'))]
    client.channel.end()
    await until(() => client.isClosed, 'the channel to be closed')
    expect(client.exit).toBe(0)
    for (const id of ids) expect(client.replies.filter((one) => one.id === id)).toHaveLength(1)
  })
})

describe('every request has one answer', () => {
  test('unknown types and extensions are not supported', async () => {
    const client = await raw()
    for (const type of [0, 21, 22, 99, 101, 104, 199, 201, 255]) {
      expect(statusOf(await client.ask(type, string('x')))).toMatchObject({ code: STATUS.OP_UNSUPPORTED })
    }
    for (const name of ['hardlink@openssh.com', 'copy-data', 'md5-hash', '']) {
      const reply = await client.ask(TYPE.EXTENDED, string(name), string('a'), string('b'))
      expect(statusOf(reply)).toMatchObject({ code: STATUS.OP_UNSUPPORTED })
    }
  })

  test('a packet whose fields do not fit is a bad message, and the next one is served', async () => {
    const client = await raw()
    const types = Object.values(TYPE).filter(
      (type) => type > TYPE.INIT && type < TYPE.STATUS && type !== TYPE.VERSION,
    )
    for (const type of types.filter((one) => one !== TYPE.READLINK && one !== TYPE.SYMLINK)) {
      expect(statusOf(await client.ask(type)), `type ${type}`).toMatchObject({ code: STATUS.BAD_MESSAGE })
      const reply = await client.ask(type, u32(0xfffffff0), Buffer.from('abc'))
      expect(statusOf(reply), `type ${type}`).toMatchObject({ code: STATUS.BAD_MESSAGE })
    }
    expect((await client.ask(TYPE.STAT, string('/'))).type).toBe(TYPE.ATTRS)
  })

  test('handles that were never given out, or are closed, are refused', async () => {
    const client = await raw()
    const used = await client.open('/inbox/closed.csv', PUT)
    await client.close(used)
    for (const handle of [used, u32(77), Buffer.from(''), Buffer.from('12345'), Buffer.alloc(300)]) {
      for (const type of [TYPE.CLOSE, TYPE.FSTAT, TYPE.READDIR]) {
        expect(statusOf(await client.ask(type, string(handle)))).toMatchObject({ code: STATUS.FAILURE })
      }
      expect(await client.write(handle, 0, 'x')).toMatchObject({ code: STATUS.FAILURE })
    }
  })

  test('requests sent in one breath are each answered, in order', async () => {
    const client = await raw()
    const ids = Array.from({ length: 500 }, (_, index) =>
      client.send(TYPE.REALPATH, string(`/inbox/${index}`)),
    )
    await client.answer(ids.at(-1) ?? 0)
    expect(client.replies.slice(1).map((one) => one.id)).toEqual(ids)
  })

  test('a file that is written and closed in one breath is whole', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/breath.csv', PUT)
    const pieces = Array.from({ length: 40 }, (_, index) => Buffer.alloc(20_000, `${index},`))
    // From the last to the first: no two of them can be stored together, so most still wait at the CLOSE.
    const backwards = [...pieces.entries()].reverse()
    const ids = backwards.map(([index, piece]) => {
      const offset = pieces.slice(0, index).reduce((sum, one) => sum + one.length, 0)
      return client.send(TYPE.WRITE, string(handle), u64(offset), string(piece))
    })
    const closing = client.send(TYPE.CLOSE, string(handle))
    expect(statusOf(await client.answer(closing))).toMatchObject({ code: STATUS.OK })
    for (const id of ids) expect(client.replies.filter((one) => one.id === id)).toHaveLength(1)
    const [delivery] = await delivered('breath.csv')
    expect(delivery && (await server.content(delivery)).equals(Buffer.concat(pieces))).toBe(true)
  })

  test('what was written is answered even to a client that says nothing more', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/silent.csv', PUT)
    const ids = Array.from({ length: 8 }, (_, index) =>
      client.send(TYPE.WRITE, string(handle), u64(index * 50_000), string(Buffer.alloc(50_000))),
    )
    client.channel.end()
    await until(() => client.isClosed, 'the channel to be closed')
    for (const id of ids) expect(client.replies.filter((one) => one.id === id)).toHaveLength(1)
    expect(isDelivered('silent.csv')).toBe(false)
  })

  test('limits@openssh.com offers large packets', async () => {
    const client = await raw()
    const reply = await client.ask(TYPE.EXTENDED, string('limits@openssh.com'))
    const [packetMax, readMax, writeMax, handles] = [0, 8, 16, 24].map((at) =>
      Number(reply.body.readBigUInt64BE(at)),
    )
    expect({ packetMax, readMax, writeMax, handles }).toEqual({
      packetMax: 262_144,
      readMax: 261_120,
      writeMax: 261_120,
      handles: 8,
    })
  })
})

describe('an upload', () => {
  test('may be written out of order and over itself; the last word counts', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/order.csv', PUT)
    const ids = [
      client.send(TYPE.WRITE, string(handle), u64(6), string('world')),
      client.send(TYPE.WRITE, string(handle), u64(0), string('HELLO ')),
      client.send(TYPE.WRITE, string(handle), u64(0), string('hello')),
      client.send(TYPE.WRITE, string(handle), u64(3), string('p!')),
    ]
    for (const id of ids) expect(statusOf(await client.answer(id))).toMatchObject({ code: STATUS.OK })
    expect(await client.close(handle)).toMatchObject({ code: STATUS.OK })
    const [delivery] = await delivered('order.csv')
    expect(delivery && String(await server.content(delivery))).toBe('help! world')
  })

  test('with a part that was never sent is refused at CLOSE', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/hole.csv', PUT)
    await client.write(handle, 0, 'Name\n')
    await client.write(handle, 100, 'Z\n')
    expect(await client.close(handle)).toMatchObject({
      code: STATUS.FAILURE,
      text: expect.stringContaining('never sent'),
    })
    expect(isDelivered('hole.csv')).toBe(false)
    expect(statusOf(await client.ask(TYPE.STAT, string('/inbox/hole.csv')))).toMatchObject({
      code: STATUS.NO_SUCH_FILE,
    })
    expect(await server.parts()).toEqual([])
  })

  test('with a missing part waits under its temporary name until it is complete', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/gap.csv.part', PUT)
    await client.write(handle, 4, 'two\n')
    expect(await client.close(handle)).toMatchObject({ code: STATUS.OK })
    const rename = () => client.ask(TYPE.RENAME, string('/inbox/gap.csv.part'), string('/inbox/gap.csv'))
    expect(statusOf(await rename())).toMatchObject({ code: STATUS.FAILURE })
    expect(isDelivered('gap.csv')).toBe(false)
    const again = await client.open('/inbox/gap.csv.part', OPEN_FLAG.WRITE)
    await client.write(again, 0, 'one\n')
    await client.close(again)
    expect(statusOf(await rename())).toMatchObject({ code: STATUS.OK })
    const [delivery] = await delivered('gap.csv')
    expect(delivery && String(await server.content(delivery))).toBe('one\ntwo\n')
  })

  test('under a temporary name that is begun anew replaces the one before', async () => {
    const client = await raw()
    for (const text of ['a longer first try\n', 'second\n']) {
      const handle = await client.open('/inbox/anew.csv.tmp', PUT)
      await client.write(handle, 0, text)
      await client.close(handle)
    }
    await client.ask(TYPE.RENAME, string('/inbox/anew.csv.tmp'), string('/inbox/anew.csv'))
    expect(await server.parts()).toEqual([])
    const reply = await client.ask(TYPE.STAT, string('/inbox/anew.csv.tmp'))
    expect(statusOf(reply)).toMatchObject({ code: STATUS.NO_SUCH_FILE })
    expect((await delivered('anew.csv')).map((one) => one.size)).toEqual([7])
  })

  test('that was taken cannot be appended to', async () => {
    const client = await raw()
    await client.close(await client.open('/inbox/full.csv', PUT))
    await delivered('full.csv')
    await expect(client.open('/inbox/full.csv', OPEN_FLAG.WRITE | OPEN_FLAG.APPEND)).rejects.toThrow(
      'cannot be continued',
    )
  })

  test('that continues a file of which nothing is left is refused, not delivered as a tail', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/tail.csv', OPEN_FLAG.WRITE | OPEN_FLAG.CREAT | OPEN_FLAG.APPEND)
    await client.write(handle, 5_000, 'Z\n')
    expect(await client.close(handle)).toMatchObject({ code: STATUS.FAILURE })
    expect(isDelivered('tail.csv')).toBe(false)
  })

  test('to which is appended ends up in one piece', async () => {
    const client = await raw()
    const first = await client.open('/inbox/app.csv.part', PUT)
    await client.write(first, 0, 'one\n')
    await client.close(first)
    const second = await client.open('/inbox/app.csv.part', OPEN_FLAG.WRITE | OPEN_FLAG.APPEND)
    await client.write(second, 0, 'two\n')
    await client.write(second, 8, 'three\n')
    await client.close(second)
    await client.ask(TYPE.RENAME, string('/inbox/app.csv.part'), string('/inbox/app.csv'))
    const [delivery] = await delivered('app.csv')
    expect(delivery && String(await server.content(delivery))).toBe('one\ntwo\nthree\n')
  })

  test('of no bytes is a delivery too', async () => {
    const client = await raw()
    expect(await client.close(await client.open('/inbox/empty.csv', PUT))).toMatchObject({ code: STATUS.OK })
    expect((await delivered('empty.csv'))[0]).toMatchObject({ size: 0 })
  })

  test('stops at the byte behind the limit, gives its space back at once and is not delivered', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/large.csv', PUT)
    for (let at = 0; at < 1_000_000; at += 250_000) {
      expect(await client.write(handle, at, Buffer.alloc(250_000))).toMatchObject({ code: STATUS.OK })
    }
    const refused = { code: STATUS.FAILURE, text: expect.stringContaining('larger than') }
    expect(await client.write(handle, 1_000_000, 'x')).toMatchObject(refused)
    const partSize = async () => {
      const [part = ''] = await server.parts()
      return (await lstat(partPath(server.dataDir, part))).size
    }
    await until(async () => (await partSize()) === 0, 'the space to be given back')
    expect(await client.write(handle, 0, 'x')).toMatchObject(refused)
    expect(await partSize()).toBe(0)
    expect(await client.close(handle)).toMatchObject(refused)
    expect(isDelivered('large.csv')).toBe(false)
    expect(await server.parts()).toEqual([])
  })

  test('in thousands of separate pieces is refused', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/pieces.csv', PUT)
    const ids = Array.from({ length: 4_200 }, (_, index) =>
      client.send(TYPE.WRITE, string(handle), u64(index * 2), string('x')),
    )
    expect(statusOf(await client.answer(ids.at(-1) ?? 0))).toMatchObject({
      text: expect.stringContaining('too many'),
    })
    expect(await client.close(handle)).toMatchObject({ code: STATUS.FAILURE })
  })

  test('at an absurd position or with an absurd size is refused', async () => {
    const client = await raw()
    for (const offset of [2n ** 63n, 2n ** 64n - 1n, 2n ** 53n]) {
      const handle = await client.open('/inbox/absurd.csv', PUT)
      const reply = await client.ask(TYPE.WRITE, string(handle), u64(offset), string('x'))
      expect(statusOf(reply)).toMatchObject({ code: STATUS.FAILURE })
      await client.close(handle)
    }
    const handle = await client.open('/inbox/absurd.csv', PUT)
    const size = Buffer.concat([u32(ATTR_FLAG.SIZE), u64(2n ** 64n - 1n)])
    const reply = await client.ask(TYPE.FSETSTAT, string(handle), size)
    expect(statusOf(reply)).toMatchObject({ code: STATUS.FAILURE })
    await client.close(handle)
    expect(isDelivered('absurd.csv')).toBe(false)
  })

  test('is listed with its true size, and with the times that its sender gave it', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/look.csv', PUT)
    await client.write(handle, 0, 'Name\nA\n')
    expect(attributesOf(await client.ask(TYPE.FSTAT, string(handle)))).toMatchObject({ size: 7 })
    expect(attributesOf(await client.ask(TYPE.STAT, string('/inbox/look.csv')))).toMatchObject({ size: 7 })
    await client.close(handle)
    const times = Buffer.concat([u32(ATTR_FLAG.ACMODTIME), u32(1_000_000_000), u32(1_100_000_000)])
    for (const request of [TYPE.SETSTAT, TYPE.EXTENDED]) {
      const name = request === TYPE.EXTENDED ? [string('lsetstat@openssh.com')] : []
      const reply = await client.ask(request, ...name, string('/inbox/look.csv'), times)
      expect(statusOf(reply)).toMatchObject({ code: STATUS.OK })
    }
    for (const request of [TYPE.STAT, TYPE.LSTAT]) {
      const reply = await client.ask(request, string('/inbox/look.csv'))
      expect(attributesOf(reply)).toMatchObject({ size: 7, modified: 1_100_000_000 })
    }
    // The same for another connection of the account, and not for another account.
    const second = await raw()
    expect(attributesOf(await second.ask(TYPE.STAT, string('/inbox/look.csv')))).toMatchObject({ size: 7 })
    const other = await raw({ username: 'globex', privateKey: server.otherKey.privateKey })
    expect(statusOf(await other.ask(TYPE.STAT, string('/inbox/look.csv')))).toMatchObject({
      code: STATUS.NO_SUCH_FILE,
    })
  })

  test('keeps the times that were set while it is still being written', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/early.csv', PUT)
    const times = Buffer.concat([u32(ATTR_FLAG.ACMODTIME), u32(1_000_000_000), u32(1_100_000_000)])
    await client.ask(TYPE.FSETSTAT, string(handle), times)
    await client.write(handle, 0, 'Name\n')
    await client.close(handle)
    const reply = await client.ask(TYPE.STAT, string('/inbox/early.csv'))
    expect(attributesOf(reply)).toMatchObject({ modified: 1_100_000_000 })
  })

  test('is cut to the size that scp sets, and may not be cut when it was taken', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/cut.csv', OPEN_FLAG.WRITE | OPEN_FLAG.CREAT)
    await client.write(handle, 0, 'Name\nA\nB\n')
    const size = (bytes: number) => Buffer.concat([u32(ATTR_FLAG.SIZE), u64(bytes)])
    expect(statusOf(await client.ask(TYPE.FSETSTAT, string(handle), size(7)))).toMatchObject({
      code: STATUS.OK,
    })
    await client.close(handle)
    expect((await delivered('cut.csv'))[0]).toMatchObject({ size: 7 })
    const path = string('/inbox/cut.csv')
    expect(statusOf(await client.ask(TYPE.SETSTAT, path, size(7)))).toMatchObject({ code: STATUS.OK })
    expect(statusOf(await client.ask(TYPE.SETSTAT, path, size(3)))).toMatchObject({
      code: STATUS.FAILURE,
      text: expect.stringContaining('only while it is open'),
    })
  })

  test('renamed while it is open is delivered at CLOSE, under its new name', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/.moving.csv', PUT)
    await client.write(handle, 0, 'Name\n')
    const reply = await client.ask(TYPE.RENAME, string('/inbox/.moving.csv'), string('/test/moved.csv'))
    expect(statusOf(reply)).toMatchObject({ code: STATUS.OK })
    expect(isDelivered('moved.csv')).toBe(false)
    await client.close(handle)
    expect((await delivered('moved.csv'))[0]).toMatchObject({ mode: 'dry_run' })
  })

  test('removed by its sender while it is open is not delivered', async () => {
    const client = await raw()
    const handle = await client.open('/inbox/cancelled.csv', PUT)
    await client.write(handle, 0, 'Name\n')
    expect(statusOf(await client.ask(TYPE.REMOVE, string('/inbox/cancelled.csv')))).toMatchObject({
      code: STATUS.OK,
    })
    expect(await client.close(handle)).toMatchObject({ code: STATUS.OK })
    expect(isDelivered('cancelled.csv')).toBe(false)
    expect(await server.parts()).toEqual([])
  })

  test('by somebody else of the same account is not removed', async () => {
    const [mine, theirs] = [await raw(), await raw()]
    const handle = await mine.open('/inbox/contested.csv', PUT)
    await mine.write(handle, 0, 'Name\n')
    const reply = await theirs.ask(TYPE.REMOVE, string('/inbox/contested.csv'))
    expect(statusOf(reply)).toMatchObject({ code: STATUS.PERMISSION_DENIED })
    await mine.close(handle)
    await delivered('contested.csv')
  })

  test('that was a dry run cannot be renamed into an import', async () => {
    const client = await raw()
    await client.close(await client.open('/test/try.csv', PUT))
    const reply = await client.ask(TYPE.RENAME, string('/test/try.csv'), string('/inbox/try.csv'))
    expect(statusOf(reply)).toMatchObject({
      code: STATUS.FAILURE,
      text: expect.stringContaining('upload it again'),
    })
    expect((await delivered('try.csv')).map((one) => one.mode)).toEqual(['dry_run'])
  })

  test('under a temporary name that is removed leaves nothing', async () => {
    const client = await raw()
    await client.close(await client.open('/inbox/x.csv.tmp', PUT))
    expect(await server.parts()).toHaveLength(1)
    await client.ask(TYPE.REMOVE, string('/inbox/x.csv.tmp'))
    expect(await server.parts()).toEqual([])
    const reply = await client.ask(TYPE.REMOVE, string('/inbox/x.csv.tmp'))
    expect(statusOf(reply)).toMatchObject({ code: STATUS.NO_SUCH_FILE })
  })

  test('with the same name at the same time from two clients is two deliveries, each whole', async () => {
    const pair = [
      { client: await raw(), content: 'Name\nfirst\n' },
      { client: await raw(), content: 'Name\nsecond, longer\n' },
    ]
    const open = pair.map(async (one) => ({ ...one, handle: await one.client.open('/inbox/twin.csv', PUT) }))
    const writers = await Promise.all(open)
    for (const { client, handle, content } of writers) await client.write(handle, 0, content)
    await Promise.all(writers.map(({ client, handle }) => client.close(handle)))
    // Each client sees the size of what it sent itself.
    for (const { client, content } of writers) {
      const reply = await client.ask(TYPE.STAT, string('/inbox/twin.csv'))
      expect(attributesOf(reply).size).toBe(content.length)
      const names = namesOf(await client.ask(TYPE.READDIR, string(await opendir(client, '/inbox'))))
      expect(names.filter((name) => name === 'twin.csv')).toHaveLength(1)
    }
    await until(
      () => server.ledger.deliveries.filter((one) => one.fileName === 'twin.csv').length === 2,
      'both',
    )
    const both = await Promise.all((await delivered('twin.csv')).map((one) => server.content(one)))
    expect(both.map(String).sort()).toEqual(pair.map((one) => one.content).sort())
  })

  test('exclusive creation is refused while the name is there', async () => {
    const client = await raw()
    await client.close(await client.open('/inbox/lock.csv', PUT | OPEN_FLAG.EXCL))
    await expect(client.open('/inbox/lock.csv', PUT | OPEN_FLAG.EXCL)).rejects.toThrow('exists')
  })

  test('without CREAT needs a file, and READ alone is denied', async () => {
    const client = await raw()
    await expect(client.open('/inbox/nothing.csv', OPEN_FLAG.WRITE)).rejects.toThrow('no such file')
    await expect(client.open('/inbox/nothing.csv', OPEN_FLAG.READ)).rejects.toThrow('no such file')
    const handle = await client.open('/inbox/rw.csv', PUT | OPEN_FLAG.READ)
    await client.write(handle, 0, 'secret')
    const reply = await client.ask(TYPE.READ, string(handle), u64(0), u32(100))
    expect(statusOf(reply)).toMatchObject({ code: STATUS.PERMISSION_DENIED })
  })
})

async function opendir(client: RawSftp, path: string): Promise<Buffer> {
  return (await client.ask(TYPE.OPENDIR, string(path))).body.subarray(4)
}

describe('names', () => {
  test.each([
    ['../../etc/passwd', STATUS.NO_SUCH_FILE],
    ['/etc/passwd', STATUS.NO_SUCH_FILE],
    ['/inbox/sub/a.csv', STATUS.NO_SUCH_FILE],
    ['/inbox', STATUS.FAILURE],
    ['/', STATUS.FAILURE],
    ['', STATUS.FAILURE],
    ['/inbox/a\0.csv', STATUS.FAILURE],
    ['/inbox/a\n.csv', STATUS.FAILURE],
    [`/inbox/${'a'.repeat(296)}.csv`, STATUS.FAILURE],
    ['/inbox/\u202evsc.elif', STATUS.FAILURE],
    [Buffer.from('/inbox/M\xfcller.csv', 'latin1'), STATUS.FAILURE],
  ])('%j makes no file', async (name, code) => {
    const client = await raw()
    const before = server.ledger.deliveries.length
    const reply = await client.ask(TYPE.OPEN, string(name), u32(PUT), u32(0))
    expect(statusOf(reply)).toMatchObject({ code })
    expect(server.ledger.deliveries).toHaveLength(before)
    expect(await server.parts()).toEqual([])
  })

  test.each([
    '-rf.csv',
    'a b;$(id).csv',
    'C:\\x\\..\\y.csv',
    'Ünïcödé 名前.CSV',
    'no-extension',
    '%2e%2e%2fx',
    '__proto__',
  ])('%j is taken as it is', async (name) => {
    const client = await raw()
    await client.close(await client.open(`/inbox/${name}`, PUT))
    expect(await delivered(name)).toHaveLength(1)
    expect(namesOf(await client.ask(TYPE.READDIR, string(await opendir(client, '/inbox'))))).toContain(name)
  })

  test('renaming to a nasty name is refused and delivers nothing', async () => {
    const client = await raw()
    await client.close(await client.open('/inbox/n.part', PUT))
    for (const name of ['/../x.csv\0', '/results/x.csv', '/elsewhere/x.csv', '/inbox', '/inbox/a\rb.csv']) {
      const reply = await client.ask(TYPE.RENAME, string('/inbox/n.part'), string(name))
      expect(statusOf(reply).code).not.toBe(STATUS.OK)
    }
    expect(attributesOf(await client.ask(TYPE.STAT, string('/inbox/n.part')))).toMatchObject({ size: 0 })
    await client.ask(TYPE.REMOVE, string('/inbox/n.part'))
  })
})

describe('folders', () => {
  test('the first one shows the three others and what was put there', async () => {
    const client = await raw()
    await client.close(await client.open('/here.csv', PUT))
    const names = namesOf(await client.ask(TYPE.READDIR, string(await opendir(client, '.'))))
    expect(names).toEqual(['inbox', 'test', 'results', 'here.csv'])
  })

  test('only a folder can be listed', async () => {
    const client = await raw()
    expect(statusOf(await client.ask(TYPE.OPENDIR, string('/here.csv')))).toMatchObject({
      code: STATUS.FAILURE,
    })
    for (const path of ['/nowhere', '/inbox/nothing', '/results/nothing', '/results/../..//etc']) {
      expect(statusOf(await client.ask(TYPE.OPENDIR, string(path)))).toMatchObject({
        code: STATUS.NO_SUCH_FILE,
      })
    }
  })

  test('their times and modes may be set and mean nothing; they cannot be made or removed', async () => {
    const client = await raw()
    const mode = Buffer.concat([u32(ATTR_FLAG.PERMISSIONS), u32(0o777)])
    for (const path of ['/', '/inbox', '/test', '/results']) {
      expect(statusOf(await client.ask(TYPE.SETSTAT, string(path), mode))).toMatchObject({ code: STATUS.OK })
      expect(statusOf(await client.ask(TYPE.MKDIR, string(path), u32(0)))).toMatchObject({
        code: STATUS.FAILURE,
      })
      expect(statusOf(await client.ask(TYPE.RMDIR, string(path)))).toMatchObject({
        code: STATUS.PERMISSION_DENIED,
      })
      expect(statusOf(await client.ask(TYPE.REMOVE, string(path)))).toMatchObject({
        code: STATUS.PERMISSION_DENIED,
      })
    }
    expect(attributesOf(await client.ask(TYPE.STAT, string('/inbox'))).mode).toBe(0o40755)
  })

  test('a result is read in any pieces; nothing but files of that folder is', async () => {
    const results = resultsDir(server.dataDir, server.account.id)
    await mkdir(join(results, 'folder'), { recursive: true })
    await writeFile(join(results, 'r.txt'), 'abcdef')
    await writeFile(join(results, '.r.txt.new'), 'half a rep')
    await symlink('/etc/passwd', join(results, 'link.txt'))
    const client = await raw()
    const handle = await client.open('/results/r.txt', OPEN_FLAG.READ)
    const read = async (offset: number | bigint, length: number) =>
      client.ask(TYPE.READ, string(handle), u64(offset), u32(length))
    expect(String((await read(2, 3)).body.subarray(4))).toBe('cde')
    expect(String((await read(4, 0xffffffff)).body.subarray(4))).toBe('ef')
    for (const offset of [6, 7, 2n ** 64n - 1n]) {
      expect(statusOf(await read(offset, 10))).toMatchObject({ code: STATUS.EOF })
    }
    expect(namesOf(await client.ask(TYPE.READDIR, string(await opendir(client, '/results'))))).toEqual([
      'r.txt',
    ])
    for (const name of [
      'link.txt',
      'folder',
      '.r.txt.new',
      'missing.txt',
      '..',
      '../../test.sqlite',
      'r.txt/',
    ]) {
      const outcome = await client.ask(TYPE.OPEN, string(`/results/${name}`), u32(OPEN_FLAG.READ), u32(0))
      expect(outcome.type, name).toBe(name === 'r.txt/' ? TYPE.HANDLE : TYPE.STATUS)
    }
  })

  test('too many open handles are refused, and closing one makes room', async () => {
    const client = await raw()
    const handles = await Promise.all(Array.from({ length: 8 }, () => opendir(client, '/')))
    const refused = { code: STATUS.FAILURE, text: 'too many open files' }
    expect(statusOf(await client.ask(TYPE.OPENDIR, string('/')))).toMatchObject(refused)
    await expect(client.open('/inbox/ninth.csv', PUT)).rejects.toThrow('too many open files')
    expect(await server.parts()).toEqual([])
    await client.close(handles[0] ?? u32(0))
    expect((await client.ask(TYPE.OPENDIR, string('/'))).type).toBe(TYPE.HANDLE)
  })
})
