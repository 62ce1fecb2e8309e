/** What becomes of a file from OPEN to its end. */
import { lstat } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { partPath } from '../../../importer/importer.ts'
import { ATTR_FLAG, OPEN_FLAG, STATUS, TYPE } from '../../../server/sftp/protocol/constants.ts'
import { attributesOf, namesOf, statusOf, string, u32, u64 } from '../../support/sftp-raw-client.ts'
import { until } from '../../support/sftp-server.ts'
import { openFolder, PUT, useSharedServer } from '../../support/sftp-shared-server.ts'

const shared = useSharedServer({ limits: { fileBytesMax: 1_000_000, handlesMax: 8 } })

describe('an upload', () => {
  test('may be written out of order and over itself; the last word counts', async () => {
    const client = await shared.raw()
    const handle = await client.open('/inbox/order.csv', PUT)
    const ids = [
      client.send(TYPE.WRITE, string(handle), u64(6), string('world')),
      client.send(TYPE.WRITE, string(handle), u64(0), string('HELLO ')),
      client.send(TYPE.WRITE, string(handle), u64(0), string('hello')),
      client.send(TYPE.WRITE, string(handle), u64(3), string('p!')),
    ]
    for (const id of ids) expect(statusOf(await client.answer(id))).toMatchObject({ code: STATUS.OK })
    expect(await client.close(handle)).toMatchObject({ code: STATUS.OK })
    const [delivery] = await shared.delivered('order.csv')
    expect(delivery && String(await shared.server().content(delivery))).toBe('help! world')
  })

  test('with a part that was never sent is refused at CLOSE', async () => {
    const client = await shared.raw()
    const handle = await client.open('/inbox/hole.csv', PUT)
    await client.write(handle, 0, 'Name\n')
    await client.write(handle, 100, 'Z\n')
    expect(await client.close(handle)).toMatchObject({
      code: STATUS.FAILURE,
      text: expect.stringContaining('never sent'),
    })
    expect(shared.isDelivered('hole.csv')).toBe(false)
    expect(statusOf(await client.ask(TYPE.STAT, string('/inbox/hole.csv')))).toMatchObject({
      code: STATUS.NO_SUCH_FILE,
    })
    expect(await shared.server().parts()).toEqual([])
  })

  test('with a missing part waits under its temporary name until it is complete', async () => {
    const client = await shared.raw()
    const handle = await client.open('/inbox/gap.csv.part', PUT)
    await client.write(handle, 4, 'two\n')
    expect(await client.close(handle)).toMatchObject({ code: STATUS.OK })
    const rename = () => client.ask(TYPE.RENAME, string('/inbox/gap.csv.part'), string('/inbox/gap.csv'))
    expect(statusOf(await rename())).toMatchObject({ code: STATUS.FAILURE })
    expect(shared.isDelivered('gap.csv')).toBe(false)
    const again = await client.open('/inbox/gap.csv.part', OPEN_FLAG.WRITE)
    await client.write(again, 0, 'one\n')
    await client.close(again)
    expect(statusOf(await rename())).toMatchObject({ code: STATUS.OK })
    const [delivery] = await shared.delivered('gap.csv')
    expect(delivery && String(await shared.server().content(delivery))).toBe('one\ntwo\n')
  })

  test('under a temporary name that is begun anew replaces the one before', async () => {
    const client = await shared.raw()
    for (const text of ['a longer first try\n', 'second\n']) {
      const handle = await client.open('/inbox/anew.csv.tmp', PUT)
      await client.write(handle, 0, text)
      await client.close(handle)
    }
    await client.ask(TYPE.RENAME, string('/inbox/anew.csv.tmp'), string('/inbox/anew.csv'))
    expect(await shared.server().parts()).toEqual([])
    const reply = await client.ask(TYPE.STAT, string('/inbox/anew.csv.tmp'))
    expect(statusOf(reply)).toMatchObject({ code: STATUS.NO_SUCH_FILE })
    expect((await shared.delivered('anew.csv')).map((one) => one.size)).toEqual([7])
  })

  test('that was taken cannot be appended to', async () => {
    const client = await shared.raw()
    await client.close(await client.open('/inbox/full.csv', PUT))
    await shared.delivered('full.csv')
    await expect(client.open('/inbox/full.csv', OPEN_FLAG.WRITE | OPEN_FLAG.APPEND)).rejects.toThrow(
      'cannot be continued',
    )
  })

  test('that continues a file of which nothing is left is refused, not delivered as a tail', async () => {
    const client = await shared.raw()
    const handle = await client.open('/inbox/tail.csv', OPEN_FLAG.WRITE | OPEN_FLAG.CREAT | OPEN_FLAG.APPEND)
    await client.write(handle, 5_000, 'Z\n')
    expect(await client.close(handle)).toMatchObject({ code: STATUS.FAILURE })
    expect(shared.isDelivered('tail.csv')).toBe(false)
  })

  test('to which is appended ends up in one piece', async () => {
    const client = await shared.raw()
    const first = await client.open('/inbox/app.csv.part', PUT)
    await client.write(first, 0, 'one\n')
    await client.close(first)
    const second = await client.open('/inbox/app.csv.part', OPEN_FLAG.WRITE | OPEN_FLAG.APPEND)
    await client.write(second, 0, 'two\n')
    await client.write(second, 8, 'three\n')
    await client.close(second)
    await client.ask(TYPE.RENAME, string('/inbox/app.csv.part'), string('/inbox/app.csv'))
    const [delivery] = await shared.delivered('app.csv')
    expect(delivery && String(await shared.server().content(delivery))).toBe('one\ntwo\nthree\n')
  })

  test('of no bytes is a delivery too', async () => {
    const client = await shared.raw()
    expect(await client.close(await client.open('/inbox/empty.csv', PUT))).toMatchObject({ code: STATUS.OK })
    expect((await shared.delivered('empty.csv'))[0]).toMatchObject({ size: 0 })
  })

  test('stops at the byte behind the limit, gives its space back at once and is not delivered', async () => {
    const client = await shared.raw()
    const handle = await client.open('/inbox/large.csv', PUT)
    for (let at = 0; at < 1_000_000; at += 250_000) {
      expect(await client.write(handle, at, Buffer.alloc(250_000))).toMatchObject({ code: STATUS.OK })
    }
    const refused = { code: STATUS.FAILURE, text: expect.stringContaining('larger than') }
    expect(await client.write(handle, 1_000_000, 'x')).toMatchObject(refused)
    const partSize = async () => {
      const [part = ''] = await shared.server().parts()
      return (await lstat(partPath(shared.server().dataDir, part))).size
    }
    await until(async () => (await partSize()) === 0, 'the space to be given back')
    expect(await client.write(handle, 0, 'x')).toMatchObject(refused)
    expect(await partSize()).toBe(0)
    expect(await client.close(handle)).toMatchObject(refused)
    expect(shared.isDelivered('large.csv')).toBe(false)
    expect(await shared.server().parts()).toEqual([])
  })

  test('in thousands of separate pieces is refused', async () => {
    const client = await shared.raw()
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
    const client = await shared.raw()
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
    expect(shared.isDelivered('absurd.csv')).toBe(false)
  })

  test('is listed with its true size, and with the times that its sender gave it', async () => {
    const client = await shared.raw()
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
    const second = await shared.raw()
    expect(attributesOf(await second.ask(TYPE.STAT, string('/inbox/look.csv')))).toMatchObject({ size: 7 })
    const other = await shared.raw({ username: 'globex', privateKey: shared.server().otherKey.privateKey })
    expect(statusOf(await other.ask(TYPE.STAT, string('/inbox/look.csv')))).toMatchObject({
      code: STATUS.NO_SUCH_FILE,
    })
  })

  test('keeps the times that were set while it is still being written', async () => {
    const client = await shared.raw()
    const handle = await client.open('/inbox/early.csv', PUT)
    const times = Buffer.concat([u32(ATTR_FLAG.ACMODTIME), u32(1_000_000_000), u32(1_100_000_000)])
    await client.ask(TYPE.FSETSTAT, string(handle), times)
    await client.write(handle, 0, 'Name\n')
    await client.close(handle)
    const reply = await client.ask(TYPE.STAT, string('/inbox/early.csv'))
    expect(attributesOf(reply)).toMatchObject({ modified: 1_100_000_000 })
  })

  test('is cut to the size that scp sets, and may not be cut when it was taken', async () => {
    const client = await shared.raw()
    const handle = await client.open('/inbox/cut.csv', OPEN_FLAG.WRITE | OPEN_FLAG.CREAT)
    await client.write(handle, 0, 'Name\nA\nB\n')
    const size = (bytes: number) => Buffer.concat([u32(ATTR_FLAG.SIZE), u64(bytes)])
    expect(statusOf(await client.ask(TYPE.FSETSTAT, string(handle), size(7)))).toMatchObject({
      code: STATUS.OK,
    })
    await client.close(handle)
    expect((await shared.delivered('cut.csv'))[0]).toMatchObject({ size: 7 })
    const path = string('/inbox/cut.csv')
    expect(statusOf(await client.ask(TYPE.SETSTAT, path, size(7)))).toMatchObject({ code: STATUS.OK })
    expect(statusOf(await client.ask(TYPE.SETSTAT, path, size(3)))).toMatchObject({
      code: STATUS.FAILURE,
      text: expect.stringContaining('only while it is open'),
    })
  })

  test('renamed while it is open is delivered at CLOSE, under its new name', async () => {
    const client = await shared.raw()
    const handle = await client.open('/inbox/.moving.csv', PUT)
    await client.write(handle, 0, 'Name\n')
    const reply = await client.ask(TYPE.RENAME, string('/inbox/.moving.csv'), string('/test/moved.csv'))
    expect(statusOf(reply)).toMatchObject({ code: STATUS.OK })
    expect(shared.isDelivered('moved.csv')).toBe(false)
    await client.close(handle)
    expect((await shared.delivered('moved.csv'))[0]).toMatchObject({ mode: 'dry_run' })
  })

  test('removed by its sender while it is open is not delivered', async () => {
    const client = await shared.raw()
    const handle = await client.open('/inbox/cancelled.csv', PUT)
    await client.write(handle, 0, 'Name\n')
    expect(statusOf(await client.ask(TYPE.REMOVE, string('/inbox/cancelled.csv')))).toMatchObject({
      code: STATUS.OK,
    })
    expect(await client.close(handle)).toMatchObject({ code: STATUS.OK })
    expect(shared.isDelivered('cancelled.csv')).toBe(false)
    expect(await shared.server().parts()).toEqual([])
  })

  test('by somebody else of the same account is not removed', async () => {
    const [mine, theirs] = [await shared.raw(), await shared.raw()]
    const handle = await mine.open('/inbox/contested.csv', PUT)
    await mine.write(handle, 0, 'Name\n')
    const reply = await theirs.ask(TYPE.REMOVE, string('/inbox/contested.csv'))
    expect(statusOf(reply)).toMatchObject({ code: STATUS.PERMISSION_DENIED })
    await mine.close(handle)
    await shared.delivered('contested.csv')
  })

  test('that was a dry run cannot be renamed into an import', async () => {
    const client = await shared.raw()
    await client.close(await client.open('/test/try.csv', PUT))
    const reply = await client.ask(TYPE.RENAME, string('/test/try.csv'), string('/inbox/try.csv'))
    expect(statusOf(reply)).toMatchObject({
      code: STATUS.FAILURE,
      text: expect.stringContaining('upload it again'),
    })
    expect((await shared.delivered('try.csv')).map((one) => one.mode)).toEqual(['dry_run'])
  })

  test('under a temporary name that is removed leaves nothing', async () => {
    const client = await shared.raw()
    await client.close(await client.open('/inbox/x.csv.tmp', PUT))
    expect(await shared.server().parts()).toHaveLength(1)
    await client.ask(TYPE.REMOVE, string('/inbox/x.csv.tmp'))
    expect(await shared.server().parts()).toEqual([])
    const reply = await client.ask(TYPE.REMOVE, string('/inbox/x.csv.tmp'))
    expect(statusOf(reply)).toMatchObject({ code: STATUS.NO_SUCH_FILE })
  })

  test('with the same name at the same time from two clients is two deliveries, each whole', async () => {
    const pair = [
      { client: await shared.raw(), content: 'Name\nfirst\n' },
      { client: await shared.raw(), content: 'Name\nsecond, longer\n' },
    ]
    const open = pair.map(async (one) => ({ ...one, handle: await one.client.open('/inbox/twin.csv', PUT) }))
    const writers = await Promise.all(open)
    for (const { client, handle, content } of writers) await client.write(handle, 0, content)
    await Promise.all(writers.map(({ client, handle }) => client.close(handle)))
    // Each client sees the size of what it sent itself.
    for (const { client, content } of writers) {
      const reply = await client.ask(TYPE.STAT, string('/inbox/twin.csv'))
      expect(attributesOf(reply).size).toBe(content.length)
      const names = namesOf(await client.ask(TYPE.READDIR, string(await openFolder(client, '/inbox'))))
      expect(names.filter((name) => name === 'twin.csv')).toHaveLength(1)
    }
    await until(
      () => shared.server().ledger.deliveries.filter((one) => one.fileName === 'twin.csv').length === 2,
      'both',
    )
    const both = await Promise.all(
      (await shared.delivered('twin.csv')).map((one) => shared.server().content(one)),
    )
    expect(both.map(String).sort()).toEqual(pair.map((one) => one.content).sort())
  })

  test('exclusive creation is refused while the name is there', async () => {
    const client = await shared.raw()
    await client.close(await client.open('/inbox/lock.csv', PUT | OPEN_FLAG.EXCL))
    await expect(client.open('/inbox/lock.csv', PUT | OPEN_FLAG.EXCL)).rejects.toThrow('exists')
  })

  test('without CREAT needs a file', async () => {
    const client = await shared.raw()
    await expect(client.open('/inbox/nothing.csv', OPEN_FLAG.WRITE)).rejects.toThrow('no such file')
    await expect(client.open('/inbox/nothing.csv', OPEN_FLAG.READ)).rejects.toThrow('no such file')
  })
})
