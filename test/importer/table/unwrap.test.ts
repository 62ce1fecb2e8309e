/** Archives: exactly one CSV comes out, or one clear word. */

import { readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { centralEntries, zipOf } from '../../support/archives.ts'
import { readBytes } from '../../support/reading.ts'

const TEXT = 'Name,Employee Id,Email\nÁda,1,ada@example.com\n'
const CELLS = [
  ['Name', 'Employee Id', 'Email'],
  ['Áda', '1', 'ada@example.com'],
]

describe('a name', () => {
  test.each(['a.csv', 'A.CSV', 'b.Tsv', 'c.TXT', 'two.dots.csv'])('%s is taken for a text', async (name) => {
    expect(await readBytes(TEXT, { name })).toMatchObject({ cells: CELLS, codes: [] })
  })

  test.each(['a.csv.GZ', 'a.TSV.gz', 'x.txt.gz'])('%s is taken for gzip', async (name) => {
    const { cells, format } = await readBytes(gzipSync(TEXT), { name })
    expect(cells).toEqual(CELLS)
    expect(format?.wrapping).toEqual(['gzip'])
  })

  test.each([
    'a.pdf',
    'a',
    'csv',
    'a.gz',
    'a.zip.gz',
    'a.csv.zip.gz',
    'a.xls',
    'a.csv.pgp.gz',
    'a.pgp',
    'a.exe.gpg',
  ])('%s is refused', async (name) => {
    expect((await readBytes(TEXT, { name })).codes).toEqual(['FILE_TYPE'])
  })

  test.each(['a.csv.gz', 'a.zip', 'a.xlsx'])(
    '%s that does not say what is inside is refused',
    async (name) => {
      const { issues } = await readBytes(TEXT, { name })
      expect(issues).toMatchObject([{ code: 'FILE_TYPE' }])
      expect(issues[0]?.params['problem']).toContain('something else')
    },
  )

  test.each(['a.csv.gz', 'a.zip', 'a.xlsx'])('%s without a byte is empty', async (name) => {
    expect((await readBytes('', { name })).codes).toEqual(['FILE_EMPTY'])
  })
})

describe('gzip', () => {
  const name = 'people.csv.gz'

  test('of several parts, as tools append them, is read to its end', async () => {
    const half = Buffer.from(TEXT).length / 2
    const parts = [TEXT.slice(0, half), TEXT.slice(half)].map((part) => gzipSync(part))
    expect((await readBytes(Buffer.concat(parts), { name })).cells).toEqual(CELLS)
  })

  test('may be padded with zeros', async () => {
    expect((await readBytes(Buffer.concat([gzipSync(TEXT), Buffer.alloc(512)]), { name })).cells).toEqual(
      CELLS,
    )
  })

  test.each([
    ['is cut off', gzipSync(TEXT).subarray(0, -6), 'damaged'],
    ['is cut off in its checksum', gzipSync(TEXT).subarray(0, -1), 'damaged'],
    ['has a byte changed', changed(gzipSync(TEXT.repeat(50)), 30), 'damaged'],
    ['has a wrong checksum', changed(gzipSync(TEXT), gzipSync(TEXT).length - 8), 'damaged'],
    ['is followed by rows in the clear', Buffer.concat([gzipSync(TEXT), Buffer.from('b,2,c\n')]), 'damaged'],
    [
      'is followed by rows after padding',
      Buffer.concat([gzipSync(TEXT), Buffer.alloc(9), Buffer.from('b,2\n')]),
      'follows',
    ],
  ])('that %s is refused', async (_, bytes, word) => {
    const { issues } = await readBytes(bytes, { name })
    expect(issues.at(-1)).toMatchObject({ code: 'FILE_ARCHIVE', severity: 'fatal' })
    expect(issues.at(-1)?.params['problem']).toContain(word)
  })

  test('that unpacks to more than a hundred times its size is stopped', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 'a,b\n'))
    const { codes } = await readBytes(bomb, { name })
    expect(codes).toEqual(['FILE_ARCHIVE'])
  })

  test('is stopped at the limit of bytes, counted on what comes out', async () => {
    const { codes } = await readBytes(gzipSync(TEXT.repeat(1_000)), { name, limits: { bytesMax: 20_000 } })
    expect(codes).toEqual(['FILE_TOO_LARGE'])
  })

  test('tells how much of the delivered file was read', async () => {
    const bytes = gzipSync(TEXT.repeat(10_000))
    const heard: number[] = []
    await readBytes(bytes, { name, onBytes: (done) => heard.push(done) })
    expect(Math.max(...heard)).toBe(bytes.length)
  })

  test('ends with the error of who watches it', async () => {
    const stop = new Error('stop')
    const onBytes = (): never => {
      throw stop
    }
    await expect(readBytes(gzipSync(TEXT), { name, onBytes })).rejects.toBe(stop)
  })
})

describe('a zip', () => {
  const name = 'people.zip'

  test('with one CSV is read, whatever else of no matter lies in it', async () => {
    const zip = await zipOf([
      ['folder/', ''],
      ['__MACOSX/folder/._people.csv', 'x'],
      ['folder/.DS_Store', 'x'],
      ['folder/photo.png', 'x'],
      ['folder/people.CSV', TEXT],
    ])
    const { cells, format } = await readBytes(zip, { name })
    expect(cells).toEqual(CELLS)
    expect(format?.wrapping).toEqual(['zip'])
  })

  test.each([
    ['none', [['readme.md', 'x']], 'no CSV'],
    [
      'two',
      [
        ['a.csv', TEXT],
        ['b.txt', TEXT],
      ],
      '2 CSV files',
    ],
    [
      'an archive in it',
      [
        ['a.csv', TEXT],
        ['b.zip', 'x'],
      ],
      'another archive',
    ],
    ['a workbook in it', [['b.xlsx', 'x']], 'another archive'],
    ['an encrypted file in it', [['a.csv.pgp', 'x']], 'another archive'],
  ] as const)('with %s is refused', async (_, files, word) => {
    const { issues } = await readBytes(await zipOf(files), { name })
    expect(issues).toMatchObject([{ code: 'FILE_ARCHIVE' }])
    expect(issues[0]?.params['problem']).toContain(word)
  })

  test('whose names climb out of it writes nothing anywhere', async () => {
    const honest = await zipOf([['aa/aa/aa/people.csv', TEXT]])
    const climbing = Buffer.from(
      honest.toString('latin1').replaceAll('aa/aa/aa/people', '../../../people'),
      'latin1',
    )
    const before = readdirSync('..')
    expect((await readBytes(climbing, { name })).cells).toEqual(CELLS)
    expect(readdirSync('..')).toEqual(before)
  })

  test('that is protected by a password says so', async () => {
    const zip = await zipOf([['people.csv', TEXT]])
    for (const at of [6, (centralEntries(zip)[0] ?? 0) + 8]) zip.writeUInt16LE(zip.readUInt16LE(at) | 1, at)
    const { issues } = await readBytes(zip, { name })
    expect(issues[0]?.params['problem']).toContain('password')
  })

  test.each([
    ['smaller than it is', 10],
    ['larger than it is', 5_000],
  ])('that claims to be %s is refused', async (_, size) => {
    const zip = await zipOf([['people.csv', TEXT]])
    zip.writeUInt32LE(size, (centralEntries(zip)[0] ?? 0) + 24)
    expect((await readBytes(zip, { name })).codes).toEqual(['FILE_ARCHIVE'])
  })

  test('that claims to be enormous is refused', async () => {
    const zip = await zipOf([['people.csv', TEXT]])
    zip.writeUInt32LE(0xfffffff0, (centralEntries(zip)[0] ?? 0) + 24)
    expect((await readBytes(zip, { name })).codes).toEqual(['FILE_ARCHIVE'])
  })

  test('whose content was changed is refused by its checksum', async () => {
    const zip = await zipOf([['people.csv', TEXT]])
    const entry = centralEntries(zip)[0] ?? 0
    zip[entry + 16] = (zip[entry + 16] ?? 0) ^ 1
    expect((await readBytes(zip, { name })).codes).toEqual(['FILE_ARCHIVE'])
  })

  test('that unpacks to more than a hundred times its size is stopped', async () => {
    const zip = await zipOf([['people.csv', Buffer.alloc(64 * 1024 * 1024, 'a,b\n')]])
    expect((await readBytes(zip, { name })).codes).toEqual(['FILE_ARCHIVE'])
  })

  test.each([10, 60, 150])('that is cut off by %i bytes is refused', async (bytes) => {
    const zip = await zipOf([['people.csv', TEXT.repeat(20)]])
    expect((await readBytes(zip.subarray(0, -bytes), { name })).codes).toEqual(['FILE_ARCHIVE'])
  })

  test('of very many files is refused', async () => {
    const files = Array.from({ length: 1_001 }, (_, n) => [`${n}.png`, ''] as const)
    const { issues } = await readBytes(await zipOf([...files, ['people.csv', TEXT]]), { name })
    expect(issues[0]?.params['problem']).toContain('more than 1000 files')
  })

  test('tells how much of it was read, and ends when told to', async () => {
    const zip = await zipOf([['people.csv', TEXT.repeat(10_000)]])
    const heard: number[] = []
    await readBytes(zip, { name, onBytes: (done) => heard.push(done) })
    expect(Math.max(...heard)).toBeLessThanOrEqual(zip.length)
    expect(Math.max(...heard)).toBeGreaterThan(zip.length / 2)
    const stop = new Error('stop')
    const onBytes = (): never => {
      throw stop
    }
    await expect(readBytes(zip, { name, onBytes })).rejects.toBe(stop)
  })
})

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 0x55
  return copy
}
