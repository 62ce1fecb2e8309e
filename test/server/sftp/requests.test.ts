/** Packets that no ordinary client sends, or sends only sometimes: every request has exactly one answer. */
import { describe, expect, test } from 'vitest'
import { ATTR_FLAG, STATUS, TYPE } from '../../../server/sftp/protocol/constants.ts'
import { namesOf, packet, RawSftp, statusOf, string, u32, u64 } from '../../support/sftp-raw-client.ts'
import { openChannel, until } from '../../support/sftp-server.ts'
import { openFolder, PUT, useSharedServer } from '../../support/sftp-shared-server.ts'

const shared = useSharedServer({ limits: { fileBytesMax: 1_000_000, handlesMax: 8 } })

describe('the beginning', () => {
  test('version 6 is answered with version 3 and the extensions', async () => {
    const client = new RawSftp(await openChannel(await shared.server().connect()))
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
    const connection = await shared.server().connect()
    const client = new RawSftp(await openChannel(connection))
    client.sendBytes(bytes)
    await until(() => client.isClosed, 'the channel to be closed')
    expect(client.exit).toBe(1)
    const again = new RawSftp(await openChannel(connection))
    await again.init()
  })

  test('the end of input ends the channel with status 0, after every answer', async () => {
    const client = await shared.raw()
    const ids = [client.send(TYPE.STAT, string('/')), client.send(TYPE.REALPATH, string('.'))]
    client.channel.end()
    await until(() => client.isClosed, 'the channel to be closed')
    expect(client.exit).toBe(0)
    for (const id of ids) expect(client.replies.filter((one) => one.id === id)).toHaveLength(1)
  })
})

describe('every request has one answer', () => {
  test('unknown types and extensions are not supported', async () => {
    const client = await shared.raw()
    for (const type of [0, 21, 22, 99, 101, 104, 199, 201, 255]) {
      expect(statusOf(await client.ask(type, string('x')))).toMatchObject({ code: STATUS.OP_UNSUPPORTED })
    }
    for (const name of ['hardlink@openssh.com', 'copy-data', 'md5-hash', '']) {
      const reply = await client.ask(TYPE.EXTENDED, string(name), string('a'), string('b'))
      expect(statusOf(reply)).toMatchObject({ code: STATUS.OP_UNSUPPORTED })
    }
  })

  test('a packet whose fields do not fit is a bad message, and the next one is served', async () => {
    const client = await shared.raw()
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
    const client = await shared.raw()
    const used = await client.open('/inbox/closed.csv', PUT)
    await client.close(used)
    for (const handle of [used, u32(77), Buffer.from(''), Buffer.from('12345'), Buffer.alloc(300)]) {
      for (const type of [TYPE.CLOSE, TYPE.FSTAT, TYPE.READDIR]) {
        expect(statusOf(await client.ask(type, string(handle)))).toMatchObject({ code: STATUS.FAILURE })
      }
      expect(await client.write(handle, 0, 'x')).toMatchObject({ code: STATUS.FAILURE })
    }
  })

  test('there are no links, and the home is the first folder', async () => {
    const client = await shared.raw()
    const answers = {
      link: await client.ask(TYPE.SYMLINK, string('/inbox/a'), string('/etc/passwd')),
      readlink: await client.ask(TYPE.READLINK, string('/inbox')),
      folder: await client.ask(TYPE.FSTAT, string(await openFolder(client, '/inbox'))),
    }
    expect(statusOf(answers.link)).toMatchObject({ code: STATUS.PERMISSION_DENIED })
    expect(statusOf(answers.readlink)).toMatchObject({ code: STATUS.FAILURE })
    expect(statusOf(answers.folder)).toMatchObject({ code: STATUS.FAILURE })
    expect(namesOf(await client.ask(TYPE.EXTENDED, string('home-directory'), string('acme')))).toEqual(['/'])
    expect(namesOf(await client.ask(TYPE.REALPATH, string('inbox/../test/./x')))).toEqual(['/test/x'])
  })

  test('no file is given away, and owners beside other wishes mean nothing', async () => {
    const client = await shared.raw()
    const handle = await client.open('/inbox/mine.csv', PUT)
    const owner = Buffer.concat([u32(ATTR_FLAG.UIDGID), u32(0), u32(0)])
    const more = [u32(ATTR_FLAG.UIDGID | ATTR_FLAG.PERMISSIONS), u32(0), u32(0), u32(0o644)]
    const ask = async (type: number, target: Buffer, wish: Buffer) =>
      statusOf(await client.ask(type, string(target), wish)).code
    for (const [type, target] of [
      [TYPE.SETSTAT, Buffer.from('/inbox/mine.csv')],
      [TYPE.SETSTAT, Buffer.from('/inbox')],
      [TYPE.FSETSTAT, handle],
    ] as const) {
      expect(await ask(type, target, owner)).toBe(STATUS.PERMISSION_DENIED)
      expect(await ask(type, target, Buffer.concat(more))).toBe(STATUS.OK)
    }
  })

  test('requests sent in one breath are each answered, in order', async () => {
    const client = await shared.raw()
    const ids = Array.from({ length: 500 }, (_, index) =>
      client.send(TYPE.REALPATH, string(`/inbox/${index}`)),
    )
    await client.answer(ids.at(-1) ?? 0)
    expect(client.replies.slice(1).map((one) => one.id)).toEqual(ids)
  })

  test('a file that is written and closed in one breath is whole', async () => {
    const client = await shared.raw()
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
    const [delivery] = await shared.delivered('breath.csv')
    expect(delivery && (await shared.server().content(delivery)).equals(Buffer.concat(pieces))).toBe(true)
  })

  test('what was written is answered even to a client that says nothing more', async () => {
    const client = await shared.raw()
    const handle = await client.open('/inbox/silent.csv', PUT)
    const ids = Array.from({ length: 8 }, (_, index) =>
      client.send(TYPE.WRITE, string(handle), u64(index * 50_000), string(Buffer.alloc(50_000))),
    )
    client.channel.end()
    await until(() => client.isClosed, 'the channel to be closed')
    for (const id of ids) expect(client.replies.filter((one) => one.id === id)).toHaveLength(1)
    expect(shared.isDelivered('silent.csv')).toBe(false)
  })

  test('limits@openssh.com offers large packets', async () => {
    const client = await shared.raw()
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
