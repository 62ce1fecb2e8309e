import { expect, test } from 'vitest'
import { encoderOf } from '../../../importer/table/encode.ts'
import { decodedText } from '../../../importer/table/legacy-encodings.ts'
import { ENCODINGS } from '../../../schemas/reading.ts'

const LEGACY = ENCODINGS.filter((encoding) => !encoding.startsWith('utf-'))

test.each(LEGACY)('every sign that %s can write is written so that it reads the same', (encoding) => {
  const encode = encoderOf(encoding)
  const wrong: string[] = []
  let written = 0
  for (let point = 0; point <= 0x1_10ff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const sign = String.fromCodePoint(point)
    const bytes = Buffer.from(encode(sign))
    if (bytes.equals(Buffer.from('?'))) continue
    written++
    if (decodedText(bytes, encoding) !== sign) wrong.push(sign)
  }
  expect(wrong).toEqual([])
  expect(written).toBeGreaterThanOrEqual(127)
})

test.each(LEGACY.filter((encoding) => /^(windows|iso|koi8|mac)/.test(encoding)))(
  '%s: what is read from any byte is written as that byte',
  (encoding) => {
    const encode = encoderOf(encoding)
    const changed = Array.from({ length: 256 }, (_, byte) => Buffer.of(byte)).filter((byte) => {
      const text = decodedText(byte, encoding)
      return text !== null && !byte.equals(encode(text))
    })
    expect(changed).toEqual([])
  },
)

test('what an encoding has no code for is a question mark', () => {
  expect(Buffer.from(encoderOf('windows-1252')('a→b')).toString('latin1')).toBe('a?b')
})
