/**
 * Reads one public key in OpenSSH's one-line form, from bytes that anybody may have sent. Strict on purpose: what
 * is stored here decides who may deliver employee data, so a key that two programs could read differently is not
 * taken. Throws nothing but `ImportError`.
 */
import { createHash, createPublicKey } from 'node:crypto'
import { ImportError } from '../schemas/errors.ts'
import { WireError, WireReader } from './wire.ts'

export interface PublicKey {
  readonly type: PublicKeyType
  /** The key as it travels over the wire. */
  readonly blob: Buffer
  readonly comment: string
  /** `SHA256:…`, as `ssh-keygen -l` shows it. */
  readonly fingerprint: string
}

export const PUBLIC_KEY_TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
] as const
export type PublicKeyType = (typeof PUBLIC_KEY_TYPES)[number]

const RSA_BITS_MIN = 3072
const RSA_BITS_MAX = 16_384
/** Longer than any key that passes; keeps a wrong file from being turned over byte by byte. */
const LINE_BYTES_MAX = 16_384
const COMMENT_MAX = 200

/** Reads a `.pub` file's content. */
export function parsePublicKey(input: Uint8Array | string): PublicKey {
  const line = oneLine(Buffer.from(input))
  const { type, base64, comment } = fields(line)
  const blob = decodeBase64(base64)
  checkBlob(type, blob)
  return { type, blob, comment: cleanComment(comment), fingerprint: fingerprintOf(blob) }
}

/** `SHA256:` and the digest in base64 without padding. */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

function oneLine(bytes: Buffer): string {
  if (bytes.length === 0) throw invalid('it is empty')
  if (bytes.length > LINE_BYTES_MAX) throw invalid('it is far too long')
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw invalid('it is saved as UTF-16; save it as plain text')
  }
  const text = bytes.toString('latin1')
  refuseOtherForms(text)
  const lines = Buffer.from(text, 'latin1')
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
  const filled = lines.map((line) => line.trim()).filter((line) => line !== '')
  const [only] = filled
  if (only === undefined) throw invalid('it is empty')
  if (filled.length > 1) throw invalid('it holds several lines; add one key at a time')
  return only
}

function refuseOtherForms(text: string): void {
  if (/PRIVATE KEY|PuTTY-User-Key-File|SSH PRIVATE KEY FILE/i.test(text)) throw new ImportError('KEY_PRIVATE')
  if (text.includes('BEGIN SSH2 PUBLIC KEY')) {
    throw invalid('it is in RFC 4716 form; turn it into one line with `ssh-keygen -i -f <file>`')
  }
  if (text.includes('-----BEGIN ')) {
    throw invalid('it is in PEM form; turn it into one line with `ssh-keygen -i -m PKCS8 -f <file>`')
  }
}

function fields(line: string): { type: PublicKeyType; base64: string; comment: string } {
  const match = /^(\S+)[ \t]+(\S+)(?:[ \t]+(.*))?$/s.exec(line)
  const name = match?.[1] ?? line.split(/\s/, 1)[0] ?? ''
  const type = PUBLIC_KEY_TYPES.find((known) => known === name)
  if (type === undefined) throw notAType(name, line)
  if (!match) throw invalid('the key itself is missing behind its type')
  return { type, base64: match[2] ?? '', comment: match[3] ?? '' }
}

function notAType(name: string, line: string): ImportError {
  if (name === 'ssh-dss') return new ImportError('KEY_WEAK', { problem: 'DSA is no longer safe' })
  if (name.includes('-cert-')) return invalid('it is a certificate; send the key it was made for')
  if (name.startsWith('sk-'))
    return invalid('it belongs to a security token, which needs a person at every login')
  // "from=…,command=… ssh-ed25519 AAAA…" is a line of an authorized_keys file.
  if (PUBLIC_KEY_TYPES.some((type) => line.includes(` ${type} `))) {
    return invalid('it has options in front; send the key alone')
  }
  return invalid('it does not begin with a known type of key')
}

function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  // Node skips what is not base64; only what encodes back to the same text was meant.
  if (bytes.length === 0 || bytes.toString('base64') !== text) {
    throw invalid('its middle part is not base64, or was cut')
  }
  return bytes
}

function checkBlob(type: PublicKeyType, blob: Buffer): void {
  try {
    const reader = new WireReader(blob)
    if (reader.string().toString('latin1') !== type)
      throw invalid('the type in front and the one inside differ')
    checkNumbers(type, reader)
    if (reader.left > 0) throw invalid('it has bytes behind its end')
  } catch (error) {
    if (error instanceof WireError) throw invalid(error.message)
    throw error
  }
}

function checkNumbers(type: PublicKeyType, reader: WireReader): void {
  if (type === 'ssh-rsa') checkRsa(reader)
  else if (type === 'ssh-ed25519') checkEd25519(reader)
  else checkEcdsa(type, reader)
}

function checkEd25519(reader: WireReader): void {
  const point = reader.string()
  if (point.length !== 32) throw invalid('an Ed25519 key has 32 bytes')
  mustBeUsable({ kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') })
}

const CURVES = {
  'ecdsa-sha2-nistp256': { name: 'nistp256', jwk: 'P-256', bytes: 32 },
  'ecdsa-sha2-nistp384': { name: 'nistp384', jwk: 'P-384', bytes: 48 },
  'ecdsa-sha2-nistp521': { name: 'nistp521', jwk: 'P-521', bytes: 66 },
} as const

function checkEcdsa(type: keyof typeof CURVES, reader: WireReader): void {
  const curve = CURVES[type]
  if (reader.string().toString('latin1') !== curve.name) throw invalid('its curve does not fit its type')
  const point = reader.string()
  if (point.length !== 1 + 2 * curve.bytes || point[0] !== 4) throw invalid('its point has the wrong form')
  const x = point.subarray(1, 1 + curve.bytes)
  const y = point.subarray(1 + curve.bytes)
  mustBeUsable({ kty: 'EC', crv: curve.jwk, x: x.toString('base64url'), y: y.toString('base64url') })
}

function checkRsa(reader: WireReader): void {
  const exponent = positiveNumber(reader.string())
  const modulus = positiveNumber(reader.string())
  const bits = modulus.toString(2).length
  if (bits < RSA_BITS_MIN) {
    throw new ImportError('KEY_WEAK', {
      problem: `RSA with ${bits} bits, at least ${RSA_BITS_MIN} are needed`,
    })
  }
  if (bits > RSA_BITS_MAX) throw invalid(`RSA with more than ${RSA_BITS_MAX} bits`)
  if (modulus % 2n === 0n) throw invalid('its RSA modulus is even')
  if (exponent < 65_537n || exponent % 2n === 0n) {
    throw new ImportError('KEY_WEAK', { problem: 'its RSA exponent is not an odd number from 65537 on' })
  }
  if (exponent >= 1n << 32n) throw invalid('its RSA exponent is out of range')
}

/** An SSH mpint that is positive and has no byte too many. */
function positiveNumber(bytes: Buffer): bigint {
  // Checked before the number is computed: a blob is at most 16 KB, so this stays cheap.
  const [first, second] = bytes
  if (first === undefined || (first & 0x80) !== 0) throw invalid('it holds a number that is not positive')
  if (first === 0 && (second === undefined || (second & 0x80) === 0)) {
    throw invalid('it holds a number with zeros in front')
  }
  return BigInt(`0x${bytes.toString('hex')}`)
}

/** The crypto library's own check: among other things, that a point lies on its curve. */
function mustBeUsable(jwk: Record<string, string>): void {
  try {
    createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    throw invalid('its numbers are no key')
  }
}

/** A comment is shown on terminals and pages: no control or direction characters, and not without end. */
function cleanComment(comment: string): string {
  return Array.from(comment.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\ufffd]/gu, ''))
    .slice(0, COMMENT_MAX)
    .join('')
    .trim()
}

function invalid(problem: string): ImportError {
  return new ImportError('KEY_INVALID', { problem })
}
