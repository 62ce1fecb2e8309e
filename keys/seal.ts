/** Text sealed with AES-256-GCM under a key of 32 bytes; what it belongs to is part of the seal. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Base64url of a random nonce, the sealed text and its tag. */
export function sealed(key: Buffer, secret: string, context: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return Buffer.concat([nonce, body]).toString('base64url')
}

/** Null where key, context or a byte is not the same. */
export function opened(key: Buffer, text: string, context: string): string | null {
  const bytes = Buffer.from(text, 'base64url')
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
    cipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES))
    const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES)
    return Buffer.concat([cipher.update(body), cipher.final()]).toString('utf8')
  } catch {
    return null
  }
}
