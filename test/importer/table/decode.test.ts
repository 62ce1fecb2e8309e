/** Bytes to letters: by byte order mark or as declared, and strictly. */
import { describe, expect, test } from 'vitest'
import { decode } from '../../../importer/table/decode.ts'
import { Unreadable } from '../../../importer/table/reading.ts'
import { ENCODINGS } from '../../../schemas/reading.ts'
import { drawing } from '../../support/draw.ts'
import { cutUp, readBytes } from '../../support/reading.ts'

/** As long as what is looked at in one piece, so that the cuts behind it are real. */
const PADDING = `${'x'.repeat(8_191)}\n`
const HEADER = 'Name,Employee Id\n'

function wide(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(text, 'utf16le')
  return isBigEndian ? bytes.swap16() : bytes
}

describe('a byte order mark', () => {
  const text = `${HEADER}Žofie 𝄞 李,1\n`

  test.each([
    ['UTF-8', Buffer.from(`\ufeff${text}`), 'utf-8'],
    ['UTF-16LE', wide(`\ufeff${text}`, false), 'utf-16le'],
    ['UTF-16BE', wide(`\ufeff${text}`, true), 'utf-16be'],
  ])('of %s is obeyed and is no letter of the header', async (_, bytes, encoding) => {
    const { cells, format } = await readBytes(bytes)
    expect(cells).toEqual([
      ['Name', 'Employee Id'],
      ['Žofie 𝄞 李', '1'],
    ])
    expect(format).toMatchObject({ encoding, hasBom: true })
  })

  test('has the last word over what is declared, so that a rejects file can be sent back', async () => {
    const { cells, format } = await readBytes(`\ufeff${HEADER}Zoë,1\n`, { encoding: 'windows-1252' })
    expect(cells[1]).toEqual(['Zoë', '1'])
    expect(format?.encoding).toBe('utf-8')
  })

  test('of UTF-32 is refused by name', async () => {
    const { issues } = await readBytes(Buffer.from([0xff, 0xfe, 0, 0, 0x4e, 0, 0, 0]))
    expect(issues).toMatchObject([{ code: 'FILE_TYPE', params: { problem: 'it is written in UTF-32' } }])
  })
})

describe('UTF-8 is strict', () => {
  test.each([
    ['a Latin-1 letter', [0x4a, 0xf6, 0x72, 0x67], 1, 'F6'],
    ['a continuation byte alone', [0x61, 0x80], 1, '80'],
    ['an overlong form', [0x61, 0x62, 0xc0, 0xaf], 2, 'C0'],
    ['half of a pair', [0xed, 0xa0, 0x80], 0, 'ED'],
    ['beyond the last character', [0xf4, 0x90, 0x80, 0x80], 0, 'F4'],
    ['a character that is cut off by a line end', [0xe2, 0x82, 0x0a], 0, 'E2'],
    ['a character that is cut off by the end of the file', [0x61, 0xe2, 0x82], 1, 'E2'],
  ])('%s ends the reading, with line and offset', async (_, bad, at, byte) => {
    const before = `${HEADER}a,1\r\nb,2\rc\n`
    const { issues, codes } = await readBytes(Buffer.concat([Buffer.from(before), Buffer.from(bad)]))
    expect(codes).toEqual(['FILE_ENCODING'])
    const params = { encoding: 'UTF-8', offset: before.length + at, byte, line: 5 }
    expect(issues).toMatchObject([{ line: 5, params }])
  })

  test('and exact far into the file, wherever chunks end', async () => {
    const draw = drawing(4)
    for (let round = 0; round < 60; round++) {
      const lines = Array.from(
        { length: draw.int(1, 90) },
        () => 'é€𝄞x'.repeat(draw.int(1, 9)) + draw.pick(['\n', '\r\n', '\r']),
      )
      const good = Buffer.from(PADDING + lines.join(''))
      const bytes = Buffer.concat([good, Buffer.from([0xff]), Buffer.from('more\n€')])
      const problem = await problemOf(cutUp(bytes, draw, draw.pick([1, 5, 100])), 'utf-8')
      // A return before the damage ends a line whether or not a line feed would have followed.
      expect(problem.params).toMatchObject({ offset: good.length, byte: 'FF', line: lines.length + 2 })
    }
  })

  test('counts the bytes of the mark', async () => {
    const { issues } = await readBytes(Buffer.concat([Buffer.from('\ufeffab'), Buffer.from([0xff])]))
    expect(issues).toMatchObject([{ params: { offset: 5, line: 1 } }])
  })
})

describe('UTF-16', () => {
  test('passes any cut of its bytes', async () => {
    const text = PADDING + 'Žofie 𝄞 李,𝄞𝄞\n'.repeat(50)
    for (const isBigEndian of [false, true]) {
      const bytes = wide(text, isBigEndian)
      const chunks = cutUp(bytes, drawing(5), 7)
      expect(await decodedText(chunks, isBigEndian ? 'utf-16be' : 'utf-16le')).toBe(text)
    }
  })

  test.each([
    ['half a pair', '\ud834x'],
    ['the second half alone', '\udd1e'],
  ])('%s ends the reading', async (_, bad) => {
    for (const isBigEndian of [false, true]) {
      const problem = await problemOf(
        [wide(`𝄞a\nb${bad}`, isBigEndian)],
        isBigEndian ? 'utf-16be' : 'utf-16le',
      )
      expect(problem.params).toMatchObject({ offset: 10, line: 2 })
    }
  })

  test('an odd byte at the end ends the reading', async () => {
    const problem = await problemOf([Buffer.concat([wide('ab', false), Buffer.of(1)])], 'utf-16le')
    expect(problem.params).toMatchObject({ offset: 4, byte: '01' })
  })

  test('without a mark is refused, unless it is declared', async () => {
    const bytes = wide(`${HEADER}Zoë,1\n`, false)
    const { issues } = await readBytes(bytes)
    expect(issues).toMatchObject([{ code: 'FILE_TYPE' }])
    expect(issues[0]?.params['problem']).toContain('UTF-16')
    expect((await readBytes(bytes, { encoding: 'utf-16le' })).cells[1]).toEqual(['Zoë', '1'])
  })
})

describe('a declared encoding', () => {
  test.each([
    ['windows-1252', [0x80, 0x20, 0x93, 0xe9, 0x94], '€ “é”'],
    ['iso-8859-1', [0xe9, 0xa4, 0xdf], 'é¤ß'],
    ['iso-8859-15', [0xa4], '€'],
    ['windows-1250', [0x8e, 0x9a], 'Žš'],
    ['windows-1251', [0xc6], 'Ж'],
    ['koi8-r', [0xd6], 'ж'],
    ['macintosh', [0x8e], 'é'],
    ['shift_jis', [0x93, 0x8c, 0x8b, 0x9e], '東京'],
    ['gb18030', [0xb1, 0xb1, 0xbe, 0xa9, 0x90, 0x30, 0x81, 0x30], '北京𐀀'],
    ['big5', [0xa5, 0x78, 0xa5, 0x5f], '台北'],
    ['euc-kr', [0xbc, 0xad, 0xbf, 0xef], '서울'],
    ['euc-jp', [0xc5, 0xec, 0xb5, 0xfe], '東京'],
  ])('%s is read as such', async (encoding, bytes, text) => {
    const file = Buffer.concat([Buffer.from(HEADER), Buffer.from(bytes), Buffer.from(',1\n')])
    const { cells, codes, format } = await readBytes(file, { encoding })
    expect(codes).toEqual([])
    expect(cells[1]).toEqual([text, '1'])
    expect(format).toMatchObject({ encoding, hasBom: false })
  })

  test.each([
    ['windows-1252', [0x61, 0x81], 1],
    ['iso-8859-1', [0x93], 0],
    ['windows-1253', [0xaa], 0],
    ['shift_jis', [0x93, 0x8c, 0xff], 2],
    ['gb18030', [0xb1, 0xb1, 0x81], 2],
  ])('%s refuses what it does not define', async (encoding, bad, at) => {
    const before = `${HEADER}a,1\r\n`
    const file = Buffer.concat([Buffer.from(before), Buffer.from(bad), Buffer.from('\nz,2\n')])
    const { issues } = await readBytes(file, { encoding })
    expect(issues).toMatchObject([
      { code: 'FILE_ENCODING', line: 3, params: { encoding, offset: before.length + at } },
    ])
  })

  test('passes any cut of the bytes', async () => {
    for (const [encoding, bytes] of [
      ['shift_jis', [0x93, 0x8c, 0x8b, 0x9e, 0x0a, 0x61]],
      ['gb18030', [0x90, 0x30, 0x81, 0x30, 0x0d, 0x0a]],
      ['windows-1252', [0xe9, 0x80, 0x0a]],
    ] as const) {
      const all = Buffer.concat([
        Buffer.from(PADDING),
        ...Array.from({ length: 40 }, () => Buffer.from(bytes)),
      ])
      expect(await decodedText(cutUp(all, drawing(6), 3), encoding)).toBe(
        new TextDecoder(encoding).decode(all),
      )
    }
  })

  test('that the file contradicts is doubted: it is valid UTF-8 from end to end', async () => {
    const { codes, holds } = await readBytes(`${HEADER}Zoë,1\n`, { encoding: 'windows-1252' })
    expect(codes).toEqual(['FILE_ENCODING_DOUBT'])
    expect(holds).toMatchObject([{ code: 'FILE_ENCODING_DOUBT', params: { encoding: 'windows-1252' } }])
  })

  test.each([
    ['plain ASCII', Buffer.from(`${HEADER}Zoe,1\n`)],
    ['what it says', Buffer.from(`${HEADER}Zoë,1\n`, 'latin1')],
  ])('is not doubted for %s', async (_, bytes) => {
    expect((await readBytes(bytes, { encoding: 'windows-1252' })).codes).toEqual([])
  })

  test('every one that a source may declare decodes plain ASCII', async () => {
    for (const encoding of ENCODINGS) {
      const bytes = encoding.startsWith('utf-16')
        ? wide(HEADER, encoding === 'utf-16be')
        : Buffer.from(HEADER)
      expect(await decodedText([bytes], encoding)).toBe(HEADER)
    }
  })
})

describe('what is no text is named', () => {
  test.each([
    ['a zip', 'PK\u0003\u0004', 'zip archive'],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'old Excel'],
    ['a PDF', '%PDF-1.7', 'PDF'],
    ['gzip', Buffer.from('1f8b0800', 'hex'), 'gzip'],
    ['PGP', '-----BEGIN PGP MESSAGE-----\n', 'PGP'],
    ['PGP in bytes', Buffer.from([0xc1, 0x5e, 3, 0x12, 0x34]), 'PGP'],
    ['PGP in bytes of an older form', Buffer.from([0x85, 1, 12, 3, 0x12, 0x34]), 'PGP'],
    ['zeros', Buffer.alloc(100), 'binary'],
  ])('%s', async (_, bytes, word) => {
    const { issues } = await readBytes(bytes)
    expect(issues).toMatchObject([{ code: 'FILE_TYPE' }])
    expect(issues[0]?.params['problem']).toContain(word)
  })

  test('a single zero is a damaged cell, not a damaged file', async () => {
    const { codes, cells } = await readBytes(`${HEADER}a\0b,1\n`)
    expect(codes).toEqual([])
    expect(cells[1]).toEqual(['a\0b', '1'])
  })
})

async function* given(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks
}

async function decodedText(chunks: Iterable<Buffer>, encoding: string): Promise<string> {
  const parts: Buffer[] = []
  for await (const chunk of (await decode(given(chunks), encoding)).chunks) parts.push(Buffer.from(chunk))
  return Buffer.concat(parts).toString()
}

async function problemOf(chunks: Iterable<Buffer>, encoding: string): Promise<Unreadable> {
  try {
    await decodedText(chunks, encoding)
  } catch (error) {
    if (error instanceof Unreadable) return error
    throw error
  }
  throw new Error('it was decoded')
}
