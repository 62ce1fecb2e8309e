/** Encrypted files: proved as a whole before a row is read, and a word of its own for everything that can be wrong. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  createMessage,
  encrypt,
  enums,
  generateKey,
  type PartialConfig,
  readKey,
  readPrivateKey,
  readSignature,
  reformatKey,
  sign,
} from 'openpgp'
import { beforeAll, describe, expect, test } from 'vitest'
import type { PgpOptions } from '../../../importer/table/pgp.ts'
import { zipOf } from '../../support/archives.ts'
import { type Read, readBytes } from '../../support/reading.ts'

/** Found by mutation: after it, openpgp 6.3.2 waits for ever. With the key it was made for. */
const STANDS_STILL = {
  message: readFileSync(join(import.meta.dirname, 'stands-still.pgp')),
  key: readFileSync(join(import.meta.dirname, 'stands-still.key.asc'), 'utf8'),
}
const TEXT = 'Name,Employee Id,Email\nÁda,1,ada@example.com\n'
const CELLS = [
  ['Name', 'Employee Id', 'Email'],
  ['Áda', '1', 'ada@example.com'],
]
const NOW = new Date('2026-11-21T09:00:00Z')

interface Pair {
  readonly privateKey: string
  readonly publicKey: string
}

let server: Pair
let sender: Pair
let stranger: Pair
let expired: Pair

async function newPair(name: string, more: { date?: Date; keyExpirationTime?: number } = {}): Promise<Pair> {
  const { privateKey, publicKey } = await generateKey({
    userIDs: [{ name }],
    date: new Date('2025-01-01T00:00:00Z'),
    format: 'armored',
    ...more,
  })
  return { privateKey, publicKey }
}

beforeAll(async () => {
  ;[server, sender, stranger, expired] = await Promise.all([
    newPair('server'),
    newPair('sender'),
    newPair('stranger'),
    newPair('expired', { keyExpirationTime: 86_400 }),
  ])
})

interface Sealing {
  readonly content?: string | Uint8Array
  readonly to?: Pair | null
  readonly by?: Pair
  readonly date?: Date
  readonly password?: string
  readonly config?: PartialConfig
}

async function sealed(options: Sealing = {}): Promise<Buffer> {
  const { content = TEXT, to = server, by, date = NOW, password, config = {} } = options
  const message = await createMessage({ binary: Buffer.from(content) })
  const encrypted = await encrypt({
    message,
    ...(to ? { encryptionKeys: await readKey({ armoredKey: to.publicKey }) } : {}),
    ...(by ? { signingKeys: await readPrivateKey({ armoredKey: by.privateKey }) } : {}),
    ...(password === undefined ? {} : { passwords: password }),
    ...{ format: 'binary', date, config },
  })
  return Buffer.from(encrypted as Uint8Array) // format: binary
}

function pgp(more: Partial<PgpOptions> = {}): PgpOptions {
  return {
    policy: 'required',
    signature: 'ignored',
    decryptionKeys: [server.privateKey],
    verificationKeys: [sender.publicKey],
    now: NOW,
    ...more,
  }
}

async function readSealed(
  bytes: Uint8Array,
  more: Partial<PgpOptions> = {},
  name = 'people.csv.pgp',
): Promise<Read> {
  return await readBytes(bytes, { name, pgp: pgp(more) })
}

function problemOf({ issues }: Read): unknown {
  return issues[0]?.params['problem'] ?? issues[0]?.params['reason']
}

describe('an encrypted file', () => {
  test('is read, and says so', async () => {
    const { cells, codes, format } = await readSealed(await sealed())
    expect(codes).toEqual([])
    expect(cells).toEqual(CELLS)
    expect(format?.wrapping).toEqual(['pgp'])
  })

  test('may be armored, after blank lines, under either name', async () => {
    const encryptionKeys = await readKey({ armoredKey: server.publicKey })
    const armored = await encrypt({ message: await createMessage({ text: TEXT }), encryptionKeys })
    const { cells } = await readSealed(Buffer.from(`\n\r\n${armored as string}`), {}, 'people.csv.GPG')
    expect(cells).toEqual(CELLS)
  })

  test.each([
    ['people.csv.gz.pgp', ['pgp', 'gzip'], async () => gzipSync(TEXT)],
    ['people.zip.pgp', ['pgp', 'zip'], async () => await zipOf([['a.csv', TEXT]])],
  ])('may hold an archive: %s', async (name, wrapping, content) => {
    const { cells, format } = await readSealed(await sealed({ content: await content() }), {}, name)
    expect(cells).toEqual(CELLS)
    expect(format?.wrapping).toEqual(wrapping)
  })

  test('may be compressed by PGP, in AEAD form, and larger than memory would like', async () => {
    const content = TEXT + 'Bea,2,bea@example.com\n'.repeat(60_000)
    for (const config of [
      { preferredCompressionAlgorithm: enums.compression.zip },
      { aeadProtect: true, preferredCompressionAlgorithm: enums.compression.zlib },
    ]) {
      const random = Buffer.from(Array.from({ length: 40_000 }, (_, n) => `${Math.sin(n)}\n`).join(''))
      const { records, codes } = await readSealed(
        await sealed({ content: content + random.toString(), config }),
      )
      expect(codes).toEqual([])
      expect(records).toHaveLength(100_002)
    }
  })

  test('leaves nothing on the disk', async () => {
    const spoolDir = mkdtempSync(join(tmpdir(), 'rollcall-spool-'))
    try {
      const bytes = await sealed()
      const { cells } = await readBytes(bytes, { name: 'a.csv.pgp', pgp: pgp(), spoolDir })
      expect(cells).toEqual(CELLS)
      expect(readdirSync(spoolDir)).toEqual([])
    } finally {
      rmSync(spoolDir, { recursive: true })
    }
  })

  test('tells how far it is by the bytes that were delivered', async () => {
    const bytes = await sealed({ content: TEXT.repeat(5_000), config: { preferredCompressionAlgorithm: 0 } })
    const heard: number[] = []
    await readBytes(bytes, { name: 'a.csv.pgp', pgp: pgp(), onBytes: (done) => heard.push(done) })
    expect(heard.at(-1)).toBe(bytes.length)
  })
})

test('reading ends with the error of who watches it', async () => {
  const stop = new Error('stop')
  const onBytes = (done: number): void => {
    if (done > 100_000) throw stop
  }
  for (const content of [TEXT, Buffer.from(Array.from({ length: 300_000 }, (_, n) => Math.sin(n) * 256))]) {
    const reading = readBytes(await sealed({ content }), { name: 'a.csv.pgp', pgp: pgp(), onBytes })
    if (content === TEXT) await reading
    else await expect(reading).rejects.toBe(stop)
  }
})

describe('the policy of the source', () => {
  test('off refuses what is encrypted', async () => {
    expect((await readSealed(await sealed(), { policy: 'off' })).codes).toEqual(['FILE_TYPE'])
    expect((await readBytes(await sealed(), { name: 'people.csv.pgp' })).codes).toEqual(['FILE_TYPE'])
  })

  test('optional takes both', async () => {
    const options = pgp({ policy: 'optional' })
    expect((await readBytes(TEXT, { pgp: options })).cells).toEqual(CELLS)
    expect((await readSealed(await sealed(), options)).cells).toEqual(CELLS)
  })

  test('required refuses what is not encrypted, whatever its name says', async () => {
    expect((await readBytes(TEXT, { pgp: pgp() })).codes).toEqual(['FILE_NOT_ENCRYPTED'])
    expect((await readSealed(Buffer.from(TEXT))).codes).toEqual(['FILE_NOT_ENCRYPTED'])
  })

  test('never takes a file that is only signed for an encrypted one', async () => {
    const signingKeys = await readPrivateKey({ armoredKey: sender.privateKey })
    const message = await createMessage({ text: TEXT })
    const signed = await sign({ message, signingKeys, format: 'binary', date: NOW })
    expect((await readSealed(Buffer.from(signed as Uint8Array))).codes).toEqual(['FILE_NOT_ENCRYPTED'])
  })
})

describe('a file that cannot be decrypted says why', () => {
  test('another key, by its number', async () => {
    const read = await readSealed(await sealed({ to: stranger }))
    expect(read.codes).toEqual(['FILE_DECRYPT'])
    const key = await readKey({ armoredKey: stranger.publicKey })
    const { keyPacket } = key.subkeys[0] ?? key
    expect(problemOf(read)).toContain(`another key (${keyPacket.getKeyID().toHex().toUpperCase()})`)
  })

  test('no key at all', async () => {
    expect(problemOf(await readSealed(await sealed(), { decryptionKeys: [] }))).toContain('no key is set up')
  })

  test('a key that has expired', async () => {
    const bytes = await sealed({ to: expired, date: new Date('2025-01-01T12:00:00Z') })
    const read = await readSealed(bytes, { decryptionKeys: [server.privateKey, expired.privateKey] })
    expect(read.codes).toEqual(['FILE_DECRYPT'])
    expect(problemOf(read)).toContain('expired')
  })

  test('but a key that has expired is no matter beside one that has not', async () => {
    const armored = [server.publicKey, expired.publicKey]
    const encryptionKeys = await Promise.all(armored.map((armoredKey) => readKey({ armoredKey })))
    const date = new Date('2025-01-01T12:00:00Z')
    const message = await createMessage({ binary: Buffer.from(TEXT) })
    const bytes = await encrypt({ message, encryptionKeys, format: 'binary', date })
    const decryptionKeys = [expired.privateKey, server.privateKey]
    expect((await readSealed(Buffer.from(bytes as Uint8Array), { decryptionKeys })).cells).toEqual(CELLS)
  })

  test('a password instead of a key', async () => {
    expect(problemOf(await readSealed(await sealed({ to: null, password: 'secret' })))).toContain('password')
  })

  test.each([0.2, 0.5, 0.9, 0.999])('changed on the way, at %d of its length', async (place) => {
    const bytes = await sealed({ content: TEXT.repeat(3_000), by: sender })
    const at = Math.floor(bytes.length * place)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    const { codes, records } = await readSealed(bytes)
    expect(codes).toEqual(['FILE_DECRYPT'])
    expect(records, 'not one row is read').toEqual([])
  })

  test.each([1, 20, 500])('cut off by %i bytes', async (missing) => {
    const bytes = await sealed({ content: TEXT.repeat(3_000), by: sender })
    const { codes, records } = await readSealed(bytes.subarray(0, -missing))
    expect(codes).toEqual(['FILE_DECRYPT'])
    expect(records).toEqual([])
  })

  test('no protection against changes', async () => {
    const bytes = await sealed()
    // The packet after the session key, made into one of the kind without integrity check.
    const at = bytes.indexOf(0xd2, 20)
    bytes[at] = 0xc9
    const read = await readSealed(bytes)
    expect(read.codes).toEqual(['FILE_DECRYPT'])
  })

  test('something else behind the first bytes', async () => {
    const armored = Buffer.from('-----BEGIN PGP MESSAGE-----\n\nnonsense\n-----END PGP MESSAGE-----\n')
    expect((await readSealed(armored)).codes).toEqual(['FILE_DECRYPT'])
  })

  test('a bomb within is stopped', async () => {
    const config = { preferredCompressionAlgorithm: enums.compression.zlib }
    const { codes } = await readSealed(
      await sealed({ content: Buffer.alloc(32 * 1024 * 1024, 'a,b\n'), config }),
    )
    expect(codes).toEqual(['FILE_ARCHIVE'])
  })
})

describe('a signature', () => {
  const required = { signature: 'required' } as const

  test('by the sender is good', async () => {
    expect((await readSealed(await sealed({ by: sender }), required)).cells).toEqual(CELLS)
  })

  test('that is required and missing is missed', async () => {
    const read = await readSealed(await sealed(), required)
    expect(read.codes).toEqual(['FILE_SIGNATURE'])
    expect(problemOf(read)).toBe('it is not signed')
    expect(read.records).toEqual([])
  })

  test('by somebody else is not the sender’s', async () => {
    const read = await readSealed(await sealed({ by: stranger }), required)
    expect(read.codes).toEqual(['FILE_SIGNATURE'])
    expect(problemOf(read)).toContain('not the sender’s')
  })

  test('that does not fit the content is refused, asked for or not', async () => {
    const signingKeys = await readPrivateKey({ armoredKey: sender.privateKey })
    const other = await createMessage({ text: 'other content' })
    const armoredSignature = await sign({ message: other, signingKeys, detached: true, date: NOW })
    const encrypted = await encrypt({
      message: await createMessage({ binary: Buffer.from(TEXT) }),
      encryptionKeys: await readKey({ armoredKey: server.publicKey }),
      signature: await readSignature({ armoredSignature: armoredSignature as string }), // not given an object
      format: 'binary',
      date: NOW,
    })
    const date = new Date('2025-01-01T00:00:00Z')
    const years = { keyExpirationTime: 10 * 365 * 86_400, date }
    const lasting = await reformatKey({ privateKey: signingKeys, userIDs: { name: 'sender' }, ...years })
    for (const options of [required, {}, { ...required, verificationKeys: [lasting.publicKey] }]) {
      const read = await readSealed(Buffer.from(encrypted as Uint8Array), options)
      expect(read.codes).toEqual(['FILE_SIGNATURE'])
      expect(problemOf(read)).toContain('does not fit')
      expect(read.records).toEqual([])
    }
  })

  test('by a key that had expired is told apart from one made in time', async () => {
    const privateKey = await readPrivateKey({ armoredKey: sender.privateKey })
    const date = new Date('2025-01-01T00:00:00Z')
    const shortened = await reformatKey({
      privateKey,
      userIDs: { name: 'sender' },
      keyExpirationTime: 86_400,
      date,
    })
    const options = { ...required, verificationKeys: [shortened.publicKey] }
    const inTime = await sealed({ by: sender, date: new Date('2025-01-01T12:00:00Z') })
    expect((await readSealed(inTime, options)).codes).toEqual([])
    const late = await readSealed(await sealed({ by: sender, date: NOW }), options)
    expect(late.codes).toEqual(['FILE_SIGNATURE'])
    expect(problemOf(late)).toContain('expired')
  })

  test('is not asked for where it is ignored', async () => {
    expect((await readSealed(await sealed())).cells).toEqual(CELLS)
    expect((await readSealed(await sealed({ by: stranger }))).cells).toEqual(CELLS)
  })
})

test('a message at which the library stands still is refused like any damaged one', async () => {
  const { message, key } = STANDS_STILL
  const read = await readSealed(message, { decryptionKeys: [key], now: new Date('2026-11-22T00:00:00Z') })
  expect(read.codes).toEqual(['FILE_DECRYPT'])
  expect(read.records).toEqual([])
}, 20_000)
