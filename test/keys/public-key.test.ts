import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newEd25519Key } from '../../keys/ed25519.ts'
import { fingerprintOf, parsePublicKey } from '../../keys/public-key.ts'
import { wireString, wireUint32 } from '../../keys/wire.ts'
import { type ErrorCode, ImportError } from '../../schemas/errors.ts'
import { needProgram, runProgram } from '../support/sftp-programs.ts'

function codeOf(input: Uint8Array | string): ErrorCode | 'fine' {
  try {
    parsePublicKey(input)
    return 'fine'
  } catch (error) {
    if (error instanceof ImportError) return error.code
    throw error
  }
}

function problemOf(input: Uint8Array | string): string {
  try {
    parsePublicKey(input)
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

function line(type: string, ...fields: readonly Buffer[]): string {
  return `${type} ${Buffer.concat([wireString(type), ...fields]).toString('base64')} somebody@somewhere`
}

function rsaLine(bits: number, exponent?: number): string {
  const { publicKey } = generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicExponent: exponent ?? 65_537,
  })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  return rsaFrom(mpint(e), mpint(n))
}

function rsaFrom(e: Buffer, n: Buffer): string {
  return line('ssh-rsa', wireString(e), wireString(n))
}

function mpint(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url')
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
}

function ecLine(type: string, curveName: string, namedCurve: string): string {
  return line(type, wireString(curveName), wireString(ecPoint(namedCurve)))
}

function ecPoint(namedCurve: string): Buffer {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' })
  return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
}

const ED25519 = newEd25519Key('anna@example.com').publicKeyLine
const [TYPE = '', BLOB = ''] = ED25519.split(' ')
const blobBytes = Buffer.from(BLOB, 'base64')
const point = blobBytes.subarray(-32)

describe('a public key is taken', () => {
  test.each([
    ['Ed25519', ED25519],
    ['ECDSA 256', ecLine('ecdsa-sha2-nistp256', 'nistp256', 'prime256v1')],
    ['ECDSA 384', ecLine('ecdsa-sha2-nistp384', 'nistp384', 'secp384r1')],
    ['ECDSA 521', ecLine('ecdsa-sha2-nistp521', 'nistp521', 'secp521r1')],
    ['RSA of 3072 bits', rsaLine(3072)],
    ['a line with a line end', `${ED25519}\n`],
    ['a line with a Windows line end and empty lines around', `\r\n${ED25519}\r\n\r\n`],
    ['a line with a byte order mark', `\ufeff${ED25519}`],
    ['a line without a comment', `${TYPE} ${BLOB}`],
    ['a line with tabs and spaces', `  ${TYPE}\t ${BLOB}   a comment of words  `],
  ])('%s', (_what, text) => {
    const key = parsePublicKey(text)
    expect(key.fingerprint).toBe(fingerprintOf(key.blob))
    expect(key.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
    expect(parsePublicKey(Buffer.from(text))).toEqual(key)
  })

  test('with its comment, of which nothing can harm a terminal or a page', () => {
    expect(parsePublicKey(`${TYPE} ${BLOB} Müller's  laptop `).comment).toBe("Müller's  laptop")
    expect(parsePublicKey(`${TYPE} ${BLOB} a\u001b[2J\u202eb\u0007c\ufeff`).comment).toBe('a[2Jbc')
    expect(parsePublicKey(`${TYPE} ${BLOB} ${'x'.repeat(5_000)}`).comment).toHaveLength(200)
  })
})

describe('a public key is refused', () => {
  test.each([
    ['nothing', '', 'empty'],
    ['spaces', ' \n\t\n', 'empty'],
    ['words', 'hello world', 'known type'],
    ['a type alone', TYPE, 'missing'],
    ['options in front', `from="10.0.0.1",no-pty ${ED25519}`, 'options'],
    ['two keys', `${ED25519}\n${ED25519}`, 'several lines'],
    ['a certificate', `ssh-ed25519-cert-v01@openssh.com ${BLOB}`, 'certificate'],
    ['a security key', `sk-ssh-ed25519@openssh.com ${BLOB}`, 'security token'],
    ['UTF-16', Buffer.from(`\ufeff${ED25519}`, 'utf16le'), 'UTF-16'],
    ['RFC 4716', `---- BEGIN SSH2 PUBLIC KEY ----\n${BLOB}\n---- END SSH2 PUBLIC KEY ----`, 'RFC 4716'],
    ['PEM', `-----BEGIN PUBLIC KEY-----\n${BLOB}\n-----END PUBLIC KEY-----`, 'PEM'],
    ['another type inside', `ecdsa-sha2-nistp256 ${BLOB}`, 'differ'],
    ['base64 with a letter too few', `${TYPE} ${BLOB.slice(0, -1)}`, 'base64'],
    ['base64 with a blank inside', `${TYPE} ${BLOB.slice(0, 9)}*${BLOB.slice(10)}`, 'base64'],
    ['base64 for URLs', `${TYPE} ${BLOB.slice(0, 40)}-_${BLOB.slice(42)}`, 'base64'],
    ['bytes behind the end', line(TYPE, wireString(point), Buffer.from([0])), 'behind its end'],
    ['a key that ends early', line(TYPE, wireUint32(32), point.subarray(0, 31)), 'ends too early'],
    ['a length of 4 GB', line(TYPE, wireUint32(0xffffffff), point), 'ends too early'],
    ['31 bytes', line(TYPE, wireString(point.subarray(1))), '32 bytes'],
    ['33 bytes', line(TYPE, wireString(Buffer.concat([point, point.subarray(0, 1)]))), '32 bytes'],
    ['another curve', ecLine('ecdsa-sha2-nistp256', 'nistp384', 'secp384r1'), 'curve'],
    ['a point of another curve', ecLine('ecdsa-sha2-nistp256', 'nistp256', 'secp384r1'), 'wrong form'],
    [
      'a compressed point',
      line(
        'ecdsa-sha2-nistp256',
        wireString('nistp256'),
        wireString(Buffer.concat([Buffer.from([2]), Buffer.alloc(64)])),
      ),
      'wrong form',
    ],
    [
      'a point beside its curve',
      line(
        'ecdsa-sha2-nistp256',
        wireString('nistp256'),
        wireString(Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)])),
      ),
      'numbers',
    ],
    ['a file of 20 kB', `${TYPE} ${'A'.repeat(20_000)}`, 'too long'],
    [
      'an even modulus',
      rsaFrom(Buffer.from([1, 0, 1]), mpint(Buffer.alloc(384, 0xfe).toString('base64url'))),
      'even',
    ],
    ['a negative modulus', rsaFrom(Buffer.from([1, 0, 1]), Buffer.alloc(384, 0x81)), 'positive'],
    ['zeros in front', rsaFrom(Buffer.from([0, 1, 0, 1]), Buffer.alloc(385, 0x7f)), 'zeros'],
    ['an RSA number of no bytes', rsaFrom(Buffer.alloc(0), Buffer.alloc(385, 0x7f)), 'positive'],
  ])('as invalid: %s', (_what, input, problem) => {
    expect(codeOf(input)).toBe('KEY_INVALID')
    expect(problemOf(input)).toContain(problem)
  })

  test.each([
    ['RSA of 1024 bits', rsaLine(1024), '1024 bits'],
    ['RSA of 3071 bits', rsaFrom(Buffer.from([1, 0, 1]), Buffer.alloc(384, 0x7f)), '3071 bits'],
    ['RSA with exponent 3', rsaLine(3072, 3), 'exponent'],
    [
      'RSA with an even exponent',
      rsaFrom(Buffer.from([1, 0, 2]), mpint(Buffer.alloc(384, 0xff).toString('base64url'))),
      'exponent',
    ],
    ['DSA', `ssh-dss ${BLOB}`, 'DSA'],
  ])('as weak: %s', (_what, input, problem) => {
    expect(codeOf(input)).toBe('KEY_WEAK')
    expect(problemOf(input)).toContain(problem)
  })

  test.each([
    ['OpenSSH form', newEd25519Key('x').privateKey],
    ['PKCS #8', String(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }))],
    ['PuTTY form', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n'],
    ['the secure shell of others', '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n'],
  ])('as private: %s, without a word of it in the error', (_what, text) => {
    expect(codeOf(text)).toBe('KEY_PRIVATE')
    expect(problemOf(text)).toBe('This is a private key.')
  })
})

describe('no bytes at all', () => {
  const mutated = fc
    .tuple(fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }), fc.nat())
    .map(([changes, length]) => {
      const bytes = Buffer.from(ED25519)
      for (const [at, value] of changes) bytes[at % bytes.length] = value
      return bytes.subarray(0, 1 + (length % (bytes.length * 2)))
    })
  const blob = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64'))
  const withBlob = fc
    .tuple(fc.constantFrom('ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256'), blob)
    .map(([type, text]) => Buffer.from(`${type} ${text}`))
  const fields = fc
    .tuple(
      fc.constantFrom('ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp521'),
      fc.array(fc.uint8Array({ maxLength: 500 })),
    )
    .map(([type, parts]) => Buffer.from(line(type, ...parts.map((part) => wireString(Buffer.from(part))))))

  test('throw anything but an error that a person can read', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      mutated,
      withBlob,
      fields,
    )
    fc.assert(
      fc.property(anything, (bytes) => {
        expect(['fine', 'KEY_INVALID', 'KEY_WEAK', 'KEY_PRIVATE']).toContain(codeOf(bytes))
      }),
      { numRuns: 3_000 },
    )
  })
})

test('ssh-keygen makes keys that are taken, and shows the same fingerprints', async () => {
  const keygen = needProgram('ssh-keygen')
  if (keygen === null) return
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-keys-'))
  try {
    for (const [type, bits] of [
      ['ed25519', '256'],
      ['ecdsa', '521'],
      ['rsa', '3072'],
    ] as const) {
      const path = join(directory, type)
      await runProgram(keygen, ['-q', '-t', type, '-b', bits, '-N', '', '-C', 'a comment', '-f', path])
      const key = parsePublicKey(await readFile(`${path}.pub`))
      expect(key.comment).toBe('a comment')
      const shown = await runProgram(keygen, ['-l', '-f', `${path}.pub`])
      expect(shown.stdout).toContain(key.fingerprint)
      expect(codeOf(await readFile(path))).toBe('KEY_PRIVATE')
      const exported = await runProgram(keygen, ['-e', '-f', `${path}.pub`])
      expect(problemOf(exported.stdout)).toContain('RFC 4716')
    }
    const mine = join(directory, 'mine')
    await writeFile(mine, newEd25519Key('x').privateKey, { mode: 0o600 })
    expect(await runProgram(keygen, ['-y', '-f', mine])).toMatchObject({ code: 0 })
  } finally {
    await rm(directory, { recursive: true })
  }
})
