/**
 * Ed25519 key pairs in the OpenSSH private key format, made and read by ourselves: ssh2 1.17.0 drops zero bytes at
 * the front of the public half when it writes one, so about 1 key in 256 of its making cannot be used.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { fingerprintOf } from './public-key.ts'
import { WireError, WireReader, wireString, wireUint32 } from './wire.ts'

export interface Ed25519Key {
  /** OpenSSH private key format, PEM-like text. */
  readonly privateKey: string
  /** The one line that goes into a `.pub` or `known_hosts` file, without a host name. */
  readonly publicKeyLine: string
  /** `SHA256:…` */
  readonly fingerprint: string
}

/** What is wrong with a private key file, in words that fit behind "cannot be used:". */
export class Ed25519Problem extends Error {}

const TYPE = 'ssh-ed25519'
const MAGIC = Buffer.from('openssh-key-v1\0', 'latin1')
const BEGIN = '-----BEGIN OPENSSH PRIVATE KEY-----'
const END = '-----END OPENSSH PRIVATE KEY-----'
const BLOCK = 8
/** An Ed25519 seed in PKCS #8, up to the 32 bytes of the seed. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

/** A new key pair. */
export function newEd25519Key(comment: string): Ed25519Key {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { d } = privateKey.export({ format: 'jwk' })
  if (d === undefined) throw new Error('the new key has no private half')
  const seed = Buffer.from(d, 'base64url')
  const point = publicHalf(seed)
  return describe(armour(encode(seed, point, comment)), point, comment)
}

/** Reads a private key file; throws `Ed25519Problem`. */
export function readEd25519Key(text: string): Ed25519Key {
  try {
    const { point, comment } = decode(unarmour(text))
    return describe(text, point, comment)
  } catch (error) {
    if (error instanceof WireError) throw new Ed25519Problem('it is damaged')
    throw error
  }
}

function describe(privateKey: string, point: Buffer, comment: string): Ed25519Key {
  const blob = publicBlob(point)
  const publicKeyLine = [TYPE, blob.toString('base64'), comment].filter((part) => part !== '').join(' ')
  return { privateKey, publicKeyLine, fingerprint: fingerprintOf(blob) }
}

function publicHalf(seed: Buffer): Buffer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' })
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  if (x === undefined) throw new Error('the key has no public half')
  return Buffer.from(x, 'base64url')
}

function publicBlob(point: Buffer): Buffer {
  return Buffer.concat([wireString(TYPE), wireString(point)])
}

function encode(seed: Buffer, point: Buffer, comment: string): Buffer {
  const check = randomBytes(4)
  const secret = Buffer.concat([
    check,
    check,
    wireString(TYPE),
    wireString(point),
    wireString(Buffer.concat([seed, point])),
    wireString(comment),
  ])
  const padding = Buffer.from(Array.from({ length: -secret.length & (BLOCK - 1) }, (_, index) => index + 1))
  return Buffer.concat([
    MAGIC,
    wireString('none'),
    wireString('none'),
    wireString(''),
    wireUint32(1),
    wireString(publicBlob(point)),
    wireString(Buffer.concat([secret, padding])),
  ])
}

function decode(bytes: Buffer): { point: Buffer; comment: string } {
  const reader = new WireReader(bytes)
  if (!reader.bytes(MAGIC.length).equals(MAGIC)) throw new Ed25519Problem('it is damaged')
  if (reader.string().toString('latin1') !== 'none')
    throw new Ed25519Problem('it is protected by a passphrase')
  reader.string()
  reader.string()
  if (reader.uint32() !== 1) throw new Ed25519Problem('it holds several keys')
  reader.string()
  return decodeSecret(new WireReader(reader.string()))
}

function decodeSecret(reader: WireReader): { point: Buffer; comment: string } {
  const [check, again] = [reader.uint32(), reader.uint32()]
  if (check !== again) throw new Ed25519Problem('it is damaged')
  if (reader.string().toString('latin1') !== TYPE) throw new Ed25519Problem('it is not an Ed25519 key')
  const point = reader.string()
  const pair = reader.string()
  const comment = reader.string().toString('utf8')
  if (pair.length !== 64 || !pair.subarray(32).equals(point)) throw new Ed25519Problem('it is damaged')
  // Signing with a seed and a public half that do not belong together gives the seed away.
  if (!publicHalf(pair.subarray(0, 32)).equals(point)) throw new Ed25519Problem('it is damaged')
  return { point, comment }
}

function armour(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? []
  return [BEGIN, ...lines, END, ''].join('\n')
}

function unarmour(text: string): Buffer {
  const lines = text.trim().split(/\r?\n/)
  if (lines[0] !== BEGIN || lines.at(-1) !== END) {
    throw new Ed25519Problem('it is not in OpenSSH private key format')
  }
  return Buffer.from(lines.slice(1, -1).join(''), 'base64')
}
