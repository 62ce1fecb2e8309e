/**
 * The first steps of an SSH client, written from the RFCs and not from ssh2: idents, KEXINIT, one key exchange, all in
 * the clear. What it says can be bent at will; what the server answers is checked for real.
 */
import {
  createHash,
  createPublicKey,
  decapsulate,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  verify,
} from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { string, u32 } from './sftp-raw-client.ts'

const IDENT = 'SSH-2.0-raw'
const MESSAGE = { DISCONNECT: 1, KEXINIT: 20, NEWKEYS: 21, ECDH_INIT: 30, ECDH_REPLY: 31 } as const
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const X25519_SPKI = Buffer.from('302a300506032b656e032100', 'hex')

/** Everything that a client names in its KEXINIT, in the order of RFC 4253, section 7.1. */
export const NAMES = {
  kex: 'mlkem768x25519-sha256,kex-strict-c-v00@openssh.com',
  hostKey: 'ssh-ed25519',
  cipherOut: 'aes128-gcm@openssh.com',
  cipherIn: 'aes128-gcm@openssh.com',
  macOut: 'hmac-sha2-256-etm@openssh.com',
  macIn: 'hmac-sha2-256-etm@openssh.com',
  compressionOut: 'none',
  compressionIn: 'none',
  languageOut: '',
  languageIn: '',
} as const

export class RawSsh {
  readonly socket: Socket
  #input = Buffer.alloc(0)
  #wake: (() => void)[] = []

  constructor(port: number, localAddress = '127.0.0.1') {
    this.socket = connect({ port, host: '127.0.0.1', localAddress })
    this.socket.on('error', () => {})
    this.socket.on('data', (chunk: Buffer) => {
      this.#input = Buffer.concat([this.#input, chunk])
      this.#rouse()
    })
    this.socket.on('close', () => this.#rouse())
  }

  /** Its ident, without the line end. */
  async ident(): Promise<string> {
    this.socket.write(`${IDENT}\r\n`)
    const end = await this.#until(() => this.#input.indexOf('\r\n'))
    return String(this.#take(end + 2)).trimEnd()
  }

  /** Sends a packet as it is before there are keys. */
  send(payload: Buffer): void {
    const padding = 8 - ((payload.length + 5) % 8) + 8
    const head = Buffer.concat([u32(payload.length + padding + 1), Buffer.from([padding])])
    this.socket.write(Buffer.concat([head, payload, randomBytes(padding)]))
  }

  /** The payload of the next packet. */
  async receive(): Promise<Buffer> {
    await this.#until(() => (this.#input.length >= 4 ? 0 : -1))
    const length = this.#input.readUInt32BE(0)
    await this.#until(() => this.#input.length - 4 - length)
    const packet = this.#take(4 + length)
    return packet.subarray(5, packet.length - (packet[4] ?? 0))
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, 'close')
  }

  /** Waits until `at` gives a number from 0 on. */
  async #until(at: () => number): Promise<number> {
    for (;;) {
      const found = at()
      if (found >= 0) return found
      if (this.socket.destroyed || this.socket.readableEnded) throw new Error('the server hung up')
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  #take(length: number): Buffer {
    const taken = this.#input.subarray(0, length)
    this.#input = this.#input.subarray(length)
    return taken
  }

  #rouse(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

export function kexInit(names: Readonly<Record<keyof typeof NAMES, string>> = NAMES): Buffer {
  const lists = Object.values(names).map((one) => string(one))
  return Buffer.concat([Buffer.from([MESSAGE.KEXINIT]), randomBytes(16), ...lists, Buffer.alloc(5)])
}

/** The ten lists of a KEXINIT. */
export function namesIn(payload: Buffer): string[][] {
  let at = 17
  return Object.keys(NAMES).map(() => {
    const length = payload.readUInt32BE(at)
    at += 4 + length
    return payload.toString('latin1', at - length, at).split(',')
  })
}

/**
 * Plays the client's half of mlkem768x25519-sha256 and checks the server's signature over everything, the shared
 * secret included: only if both computed the same is it good. `bend` spoils what is sent.
 */
export async function exchangeKeys(
  port: number,
  bend: (init: Buffer) => Buffer = (init) => init,
): Promise<boolean> {
  const client = new RawSsh(port)
  try {
    const serverIdent = await client.ident()
    const ours = kexInit()
    client.send(ours)
    const theirs = await client.receive()
    const kem = generateKeyPairSync('ml-kem-768')
    const x25519 = generateKeyPairSync('x25519')
    const init = bend(Buffer.concat([lastOf(kem.publicKey, 1_184), lastOf(x25519.publicKey, 32)]))
    client.send(Buffer.concat([Buffer.from([MESSAGE.ECDH_INIT]), string(init)]))
    const reply = await client.receive()
    if (reply[0] !== MESSAGE.ECDH_REPLY) return false
    const [hostKey, answer, signature] = strings(reply.subarray(1))
    const secret = createHash('sha256')
      .update(decapsulate(kem.privateKey, answer.subarray(0, 1_088)))
      .update(
        diffieHellman({
          privateKey: x25519.privateKey,
          publicKey: publicKey(X25519_SPKI, answer.subarray(1_088)),
        }),
      )
      .digest()
    const hash = createHash('sha256')
    for (const part of [IDENT, serverIdent, ours, theirs, hostKey, init, answer, secret])
      hash.update(string(part))
    const [, point] = strings(hostKey)
    const [, signed] = strings(signature)
    return verify(null, hash.digest(), publicKey(ED25519_SPKI, point), signed)
  } finally {
    client.socket.destroy()
  }
}

function strings(bytes: Buffer): [Buffer, Buffer, Buffer] {
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    found.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  const [first = Buffer.alloc(0), second = Buffer.alloc(0), third = Buffer.alloc(0)] = found
  return [first, second, third]
}

function publicKey(head: Buffer, bytes: Buffer): ReturnType<typeof createPublicKey> {
  return createPublicKey({ key: Buffer.concat([head, bytes]), format: 'der', type: 'spki' })
}

function lastOf(key: ReturnType<typeof createPublicKey>, length: number): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-length)
}
