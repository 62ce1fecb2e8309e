/**
 * Files that come encrypted with PGP. A file is decrypted as a whole, its integrity and its signature are proved,
 * and only then is a single row of it read: what was altered on the way must not even be parsed.
 */
import {
  decrypt,
  enums,
  type Key,
  type Message,
  type PrivateKey,
  type PublicKey,
  readKey,
  readMessage,
  readPrivateKey,
} from 'openpgp'
import { type ByteSource, chunksOf } from './bytes.ts'
import type { Meter } from './meter.ts'
import { checkSignatures } from './pgp-signature.ts'
import { type ReadingOptions, Unreadable } from './reading.ts'
import { Spool } from './spool.ts'
import { StallWatch } from './stall-watch.ts'

export interface PgpOptions {
  /** `optional` takes both; `required` refuses a file that comes in the clear. */
  readonly policy: 'off' | 'optional' | 'required'
  readonly signature: 'ignored' | 'required'
  /** Ours: armored private keys, without passphrase. */
  readonly decryptionKeys: readonly string[]
  /** The sender's: armored public keys. */
  readonly verificationKeys: readonly string[]
  readonly now: Date
}

export interface DecryptContext {
  readonly meter: Meter
  readonly opened: AsyncDisposableStack
  readonly options: Pick<ReadingOptions, 'spoolDir'>
}

const ARMOR = '-----BEGIN PGP MESSAGE-----'

/** Whether the content is a PGP message, armored or not. */
export async function isPgp(source: ByteSource): Promise<boolean> {
  const start = Buffer.alloc(64)
  await source.read(start, 0)
  if (isArmored(start)) return true
  // Every binary packet starts with the highest bit set; a session key, encrypted data, or what is only signed.
  const first = start[0] ?? 0
  const tag = (first & 0x40) !== 0 ? first & 0x3f : (first >> 2) & 0x0f
  return (first & 0x80) !== 0 && PACKETS.has(tag)
}

const { publicKeyEncryptedSessionKey, symEncryptedSessionKey, symmetricallyEncryptedData } = enums.packet
const { symEncryptedIntegrityProtectedData, aeadEncryptedData } = enums.packet
const PACKETS: ReadonlySet<number> = new Set([
  ...[publicKeyEncryptedSessionKey, symEncryptedSessionKey, symmetricallyEncryptedData],
  ...[symEncryptedIntegrityProtectedData, aeadEncryptedData],
  ...[
    enums.packet.compressedData,
    enums.packet.literalData,
    enums.packet.onePassSignature,
    enums.packet.marker,
  ],
])

function isArmored(start: Buffer): boolean {
  return start.toString('latin1').trimStart().startsWith(ARMOR)
}

/** Decrypts and proves; the plain bytes wait sealed on disk. Throws `Unreadable`. */
export async function decryptToSpool(
  source: ByteSource,
  pgp: PgpOptions,
  context: DecryptContext,
): Promise<Spool> {
  using stall = new StallWatch(() => new Unreadable('FILE_DECRYPT', { problem: ALTERED }))
  const read: ByteSource['read'] = async (into, position) => {
    const bytes = await source.read(into, position)
    stall.step()
    return bytes
  }
  const watched = { size: source.size, read, close: () => source.close() }
  return await stall.or(decryptAll(watched, pgp, { ...context, stall }))
}

async function decryptAll(
  source: ByteSource,
  pgp: PgpOptions,
  context: DecryptContext & { readonly stall: StallWatch },
): Promise<Spool> {
  const { opened, options, meter, stall } = context
  const ours = await Promise.all(pgp.decryptionKeys.map((armoredKey) => readPrivateKey({ armoredKey })))
  const senders = await Promise.all(pgp.verificationKeys.map((armoredKey) => readKey({ armoredKey })))
  const spool = await Spool.create(options.spoolDir)
  opened.defer(() => spool.close())
  const message = await openMessage(source)
  await expectUsableKey(message, ours, pgp.now)
  const opening = await openedWith(message, { ours, senders, now: pgp.now })
  const count = meter.stage()
  for await (const chunk of proven(opening.data)) {
    count(chunk.length)
    await spool.append(chunk)
    stall.step()
  }
  await checkSignatures(opening.signatures, senders, pgp)
  return spool
}

type Stream = ReadableStream<Uint8Array>
/** What stands between us and the library: its own types name streams of a package that is not installed. */
type Bytes = Parameters<typeof readMessage<Uint8Array>>[0]['binaryMessage']

async function openMessage(source: ByteSource): Promise<Message<Uint8Array>> {
  const start = Buffer.alloc(64)
  await source.read(start, 0)
  const bytes: Stream = ReadableStream.from(chunksOf(source, { isKept: true }))
  try {
    if (!isArmored(start)) return await readMessage({ binaryMessage: bytes as unknown as Bytes }) // see Bytes
    const text = bytes.pipeThrough(new TextDecoderStream('latin1'))
    return await readMessage({ armoredMessage: text as unknown as string }) // see Bytes
  } catch {
    throw new Unreadable('FILE_DECRYPT', { problem: 'it is damaged, or is no PGP message' })
  }
}

/** Written instead of a key's number by senders who keep it to themselves. */
const ANY_KEY = '0'.repeat(16)

/** Tells apart why the message cannot be opened with our keys, before the library says only that it cannot. */
async function expectUsableKey(
  message: Message<Uint8Array>,
  ours: readonly PrivateKey[],
  now: Date,
): Promise<void> {
  const has = (tag: number): boolean => message.packets.some((packet) => tagOf(packet) === tag)
  if (has(symmetricallyEncryptedData)) {
    refuse('it is not protected against changes on the way (no integrity check); use a newer PGP program')
  }
  const recipients = message.getEncryptionKeyIDs()
  if (recipients.length === 0) {
    if (has(symEncryptedSessionKey))
      refuse('it is encrypted with a password instead of the key of this server')
    throw new Unreadable('FILE_NOT_ENCRYPTED', { reason: 'its name says so' })
  }
  if (ours.length === 0) refuse('no key is set up for this source')
  const fitting = ours.filter((key) =>
    recipients.some((id) => id.toHex() === ANY_KEY || key.getKeys(id).length > 0),
  )
  if (fitting.length === 0) {
    refuse(`it is encrypted for another key (${recipients.map((id) => id.toHex().toUpperCase()).join(', ')})`)
  }
  const isExpired = await Promise.all(fitting.map((key) => hasExpired(key, now)))
  if (isExpired.every(Boolean)) refuse('the key it is encrypted for has expired')
}

function tagOf(packet: object): number | undefined {
  return (packet.constructor as { tag?: number }).tag // every packet class of the library has one
}

async function hasExpired(key: Key, now: Date): Promise<boolean> {
  const expires = await key.getExpirationTime()
  return expires instanceof Date && expires <= now
}

async function openedWith(
  message: Message<Uint8Array>,
  { ours, senders, now }: { ours: readonly PrivateKey[]; senders: readonly PublicKey[]; now: Date },
) {
  try {
    return await decrypt({
      message,
      decryptionKeys: [...ours],
      verificationKeys: [...senders],
      format: 'binary',
      date: now,
      // Nothing is used before all of it is proved; without this the library would keep the whole file in memory.
      config: { allowUnauthenticatedStream: true },
    })
  } catch {
    throw new Unreadable('FILE_DECRYPT', { problem: ALTERED })
  }
}

const ALTERED = 'it was damaged or altered on the way'

/**
 * The plain bytes. Whatever the library throws, in classes and words of its own, means that the message is not in
 * order; were it the disk, the watch at the source knows.
 */
async function* proven(data: unknown): AsyncGenerator<Uint8Array> {
  try {
    yield* data as Stream
  } catch {
    refuse(ALTERED)
  }
}

function refuse(problem: string): never {
  throw new Unreadable('FILE_DECRYPT', { problem })
}
