import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalPath, locate } from '../../../server/sftp/paths.ts'
import { Refusal } from '../../../server/sftp/refusal.ts'

function canonical(path: string | Buffer): string {
  return canonicalPath(Buffer.from(path))
}

describe('a path', () => {
  test.each([
    ['', '/'],
    ['.', '/'],
    ['/', '/'],
    ['..', '/'],
    ['inbox', '/inbox'],
    ['/inbox/', '/inbox'],
    ['//inbox//./a.csv', '/inbox/a.csv'],
    ['../../etc/passwd', '/etc/passwd'],
    ['/inbox/../../../test/./a.csv', '/test/a.csv'],
    ['/inbox/..', '/'],
    ['a\\..\\b.csv', '/a\\..\\b.csv'],
    ['/inbox/-rf', '/inbox/-rf'],
    ['/inbox/ trailing. ', '/inbox/ trailing. '],
    ['/inbox/...', '/inbox/...'],
    ['/inbox/CON', '/inbox/CON'],
    ['/inbox/名前.csv', '/inbox/名前.csv'],
  ])('%j is read as %j', (path, expected) => {
    expect(canonical(path)).toBe(expected)
  })

  test.each([
    ['NUL', 'a\0.csv'],
    ['a newline', 'a\n.csv'],
    ['an escape sequence', '\u001b[2Ja.csv'],
    ['DEL', 'a\u007f.csv'],
    ['a C1 control', 'a\u009b.csv'],
    ['a right-to-left override', 'a\u202evsc.exe'],
    ['an isolate', 'a\u2066b.csv'],
    ['a line separator', 'a\u2028b.csv'],
    ['a lone byte of Latin-1', Buffer.from('M\xfcller.csv', 'latin1')],
    ['an overlong slash', Buffer.from([0x61, 0xc0, 0xaf, 0x62])],
    ['a lone surrogate', Buffer.from([0xed, 0xa0, 0x80])],
    ['a name of 256 bytes', 'a'.repeat(256)],
    ['a path of 4097 bytes', 'a/'.repeat(2049)],
  ])('with %s is refused', (_what, path) => {
    expect(() => canonical(path)).toThrow(Refusal)
  })

  test('a name may have 255 bytes', () => {
    expect(canonical('a'.repeat(255))).toHaveLength(256)
  })

  test('is canonical once and for all, never leaves the root and throws nothing but refusals', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', 'inbox', 'test', 'results', 'a.csv'),
      fc.string({ unit: 'grapheme' }),
    )
    const path = fc.oneof(
      fc.array(part).map((parts) => Buffer.from(parts.join('/'))),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    )
    fc.assert(
      fc.property(path, (bytes) => {
        const once = canonicalOrRefused(bytes)
        if (once === null) return
        expect(canonical(once)).toBe(once)
        expect(once.startsWith('/')).toBe(true)
        expect(once.split('/').slice(1)).not.toContain('..')
        expect(once === '/' || !once.endsWith('/')).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a place', () => {
  test.each([
    ['/', { kind: 'folder', folder: '/' }],
    ['/results', { kind: 'folder', folder: '/results' }],
    ['/a.csv', { kind: 'name', folder: '/', name: 'a.csv' }],
    ['/inbox/a.csv', { kind: 'name', folder: '/inbox', name: 'a.csv' }],
    ['/test/a.csv', { kind: 'name', folder: '/test', name: 'a.csv' }],
    ['/results/a.txt', { kind: 'name', folder: '/results', name: 'a.txt' }],
    ['/Inbox/a.csv', { kind: 'nowhere' }],
    ['/inbox/sub/a.csv', { kind: 'nowhere' }],
    ['/etc/passwd', { kind: 'nowhere' }],
  ])('%j', (path, expected) => {
    expect(locate(canonicalPath(Buffer.from(path)))).toMatchObject(expected)
  })

  test('names that differ only in how an accent is written are one name, kept as it was sent', () => {
    const [composed, marks] = ['/inbox/caf\u00e9.csv', '/inbox/cafe\u0301.csv'].map((path) =>
      locate(canonicalPath(Buffer.from(path))),
    )
    expect(marks).toMatchObject({ name: 'cafe\u0301.csv' })
    expect(composed && 'key' in composed && composed.key).toBe(marks && 'key' in marks && marks.key)
  })

  test('the same name in two folders is two places', () => {
    const keys = ['/a.csv', '/inbox/a.csv', '/test/a.csv'].map((path) => {
      const place = locate(canonicalPath(Buffer.from(path)))
      return place.kind === 'name' ? place.key : ''
    })
    expect(new Set(keys).size).toBe(3)
  })
})

function canonicalOrRefused(bytes: Buffer): string | null {
  try {
    return canonical(bytes)
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}
