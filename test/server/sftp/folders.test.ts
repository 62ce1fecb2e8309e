/** Names and folders as a client sees them. */
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resultsDir } from '../../../importer/importer.ts'
import { ATTR_FLAG, OPEN_FLAG, STATUS, TYPE } from '../../../server/sftp/protocol/constants.ts'
import { attributesOf, namesOf, statusOf, string, u32, u64 } from '../../support/sftp-raw-client.ts'
import { openFolder, PUT, useSharedServer } from '../../support/sftp-shared-server.ts'

const shared = useSharedServer({ limits: { fileBytesMax: 1_000_000, handlesMax: 8 } })

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
    const client = await shared.raw()
    const before = shared.server().ledger.deliveries.length
    const reply = await client.ask(TYPE.OPEN, string(name), u32(PUT), u32(0))
    expect(statusOf(reply)).toMatchObject({ code })
    expect(shared.server().ledger.deliveries).toHaveLength(before)
    expect(await shared.server().parts()).toEqual([])
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
    const client = await shared.raw()
    await client.close(await client.open(`/inbox/${name}`, PUT))
    expect(await shared.delivered(name)).toHaveLength(1)
    expect(namesOf(await client.ask(TYPE.READDIR, string(await openFolder(client, '/inbox'))))).toContain(
      name,
    )
  })

  test('renaming to a nasty name is refused and delivers nothing', async () => {
    const client = await shared.raw()
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
    const client = await shared.raw()
    await client.close(await client.open('/here.csv', PUT))
    const names = namesOf(await client.ask(TYPE.READDIR, string(await openFolder(client, '.'))))
    expect(names).toEqual(['inbox', 'test', 'results', 'here.csv'])
  })

  test('only a folder can be listed', async () => {
    const client = await shared.raw()
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
    const client = await shared.raw()
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
    const results = resultsDir(shared.server().dataDir, shared.server().account.id)
    await mkdir(join(results, 'folder'), { recursive: true })
    await writeFile(join(results, 'r.txt'), 'abcdef')
    await writeFile(join(results, '.r.txt.new'), 'half a rep')
    await symlink('/etc/passwd', join(results, 'link.txt'))
    const client = await shared.raw()
    const handle = await client.open('/results/r.txt', OPEN_FLAG.READ)
    const read = async (offset: number | bigint, length: number) =>
      client.ask(TYPE.READ, string(handle), u64(offset), u32(length))
    expect(String((await read(2, 3)).body.subarray(4))).toBe('cde')
    expect(String((await read(4, 0xffffffff)).body.subarray(4))).toBe('ef')
    for (const offset of [6, 7, 2n ** 64n - 1n]) {
      expect(statusOf(await read(offset, 10))).toMatchObject({ code: STATUS.EOF })
    }
    expect(namesOf(await client.ask(TYPE.READDIR, string(await openFolder(client, '/results'))))).toEqual([
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
    const client = await shared.raw()
    const handles = await Promise.all(Array.from({ length: 8 }, () => openFolder(client, '/')))
    const refused = { code: STATUS.FAILURE, text: 'too many open files' }
    expect(statusOf(await client.ask(TYPE.OPENDIR, string('/')))).toMatchObject(refused)
    await expect(client.open('/inbox/ninth.csv', PUT)).rejects.toThrow('too many open files')
    expect(await shared.server().parts()).toEqual([])
    await client.close(handles[0] ?? u32(0))
    expect((await client.ask(TYPE.OPENDIR, string('/'))).type).toBe(TYPE.HANDLE)
  })
})
