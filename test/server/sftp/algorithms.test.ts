/** The handshake as clients see it: what is offered, what comes of it, and what an audit says. */
import { generateKeyPairSync } from 'node:crypto'
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ssh2, { type KexAlgorithm } from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { offeredAlgorithms } from '../../../server/sftp/algorithms.ts'
import { POST_QUANTUM_KEX, ssh2PatchStatus } from '../../../server/sftp/ssh2-patch.ts'
import { needProgram, notTested, opensshClient, runProgram } from '../../support/sftp-programs.ts'
import { login, openSftp, startSftp, type TestServer, until, uploadFile } from '../../support/sftp-server.ts'
import { exchangeKeys, kexInit, namesIn, RawSsh } from '../../support/ssh-raw-client.ts'

const POST_QUANTUM = POST_QUANTUM_KEX as KexAlgorithm // the types know ssh2 without our patch
const SSH2 = dirname(createRequire(import.meta.url).resolve('ssh2/package.json'))
const PATCHED = [
  'lib/server.js',
  ...['Protocol.js', 'kex.js', 'constants.js', 'crypto/src/binding.cc'].map((name) => `lib/protocol/${name}`),
]
let server: TestServer

beforeAll(async () => {
  server = await startSftp()
})
afterAll(() => server[Symbol.asyncDispose]())

interface Negotiated {
  readonly kex: string
  readonly serverHostKey: string
  readonly cs: { readonly cipher: string; readonly mac: string; readonly compress: string }
}

async function negotiated(
  algorithms: ssh2.Algorithms,
  to = server,
): Promise<{ said: Negotiated; notes: string[] }> {
  const client = new ssh2.Client()
  const notes: string[] = []
  try {
    const handshake = new Promise<Negotiated>((resolve) =>
      client.once('handshake', (n) => resolve(n as never)),
    )
    const { privateKey } = to.key
    const debug = (note: string) => void notes.push(note)
    await login(client, { host: '127.0.0.1', port: to.port, username: 'acme', privateKey, algorithms, debug })
    return { said: await handshake, notes }
  } finally {
    client.end()
  }
}

describe('the post-quantum exchange', () => {
  test('is in place in this checkout', () => {
    expect(ssh2PatchStatus()).toEqual({ available: true })
  })

  // K is a hash and begins with any byte: an implementation that strips zeros or adds one fails now and then.
  test('gives both ends the same keys, every time', async () => {
    for (let round = 0; round < 40; round++) {
      const { said } = await negotiated({ kex: [POST_QUANTUM] })
      expect(said.kex).toBe(POST_QUANTUM)
    }
  })

  test('carries an upload, with new keys in the middle of it', async () => {
    const client = await server.connect({ algorithms: { kex: [POST_QUANTUM] } })
    // ssh2's client has no public way to ask for new keys.
    const { _protocol } = client as unknown as { _protocol: { rekey(): void } }
    const sftp = await openSftp(client)
    const stream = sftp.createWriteStream('/inbox/rekeyed.csv')
    for (let part = 0; part < 4; part++) {
      const rekeyed = new Promise((resolve) => client.once('handshake', resolve))
      const written = new Promise((resolve) => stream.write(Buffer.alloc(100_000, 'Ann\n'), resolve))
      _protocol.rekey()
      await Promise.all([rekeyed, written])
    }
    const closed = new Promise((resolve) => stream.once('close', resolve))
    stream.end()
    await closed
    const delivery = server.ledger.deliveries.find((one) => one.fileName === 'rekeyed.csv')
    expect(delivery?.size).toBe(400_000)
  })

  // A client that was not written after ssh2, so that no mistake is made at both ends.
  test('is the one that the draft describes', async () => {
    for (let round = 0; round < 20; round++) expect(await exchangeKeys(server.port)).toBe(true)
  })

  test.each([
    ['a key that is too short', (bytes: Buffer) => bytes.subarray(0, 1_215)],
    ['nothing at all', () => Buffer.alloc(0)],
    ['an ML-KEM key out of range', (bytes: Buffer) => Buffer.from(bytes).fill(0xff, 0, 1_184)],
    ['an X25519 key of zeros', (bytes: Buffer) => Buffer.from(bytes).fill(0, 1_184)],
  ])('ends for a client that sends %s, and for nobody else', async (_what, bend) => {
    const ended = exchangeKeys(server.port, bend).catch(() => false)
    expect(await ended).toBe(false)
    await uploadFile(server, 'after.csv')
  })

  test('is used by the OpenSSH of this machine, if it has it', async () => {
    const ssh = needProgram('ssh')
    if (ssh === null) return
    const { stdout } = await runProgram(ssh, ['-Q', 'kex'])
    const hasIt = stdout.split('\n').includes(POST_QUANTUM_KEX)
    if (!hasIt) return notTested(`the OpenSSH of this machine has no ${POST_QUANTUM_KEX}`)
    const { options } = await opensshClient(server)
    const args = [...options, '-v', '-P', String(server.port), '-b', '-', 'acme@127.0.0.1']
    const { code, stderr } = await runProgram(needProgram('sftp') ?? 'sftp', args, 'pwd\n')
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(POST_QUANTUM_KEX) })
    expect(stderr).not.toContain('post-quantum')
  })
})

describe('what is offered', () => {
  test('to a client without the new exchange is the one before it', async () => {
    const { said } = await negotiated({ kex: ['curve25519-sha256'] })
    expect(said).toMatchObject({
      kex: 'curve25519-sha256',
      serverHostKey: 'ssh-ed25519',
      cs: { compress: 'none' },
    })
  })

  test.each<ssh2.Algorithms>([
    { kex: ['diffie-hellman-group14-sha256'] },
    { kex: ['ecdh-sha2-nistp256'] },
    { serverHostKey: ['ssh-rsa'] },
    { cipher: ['aes128-cbc'] },
    { cipher: ['aes128-ctr'], hmac: ['hmac-sha1'] },
    { cipher: ['aes128-ctr'], hmac: ['hmac-sha2-256'] },
    { compress: ['zlib'] },
  ])('is not %j', async (algorithms) => {
    await expect(negotiated(algorithms)).rejects.toThrow(/no matching/i)
  })

  test('too little for an old client is told to the operator, with what was missing', async () => {
    const algorithms: ssh2.Algorithms = { cipher: ['aes128-ctr'], hmac: ['hmac-sha2-256'] }
    await expect(negotiated(algorithms)).rejects.toThrow()
    const isTold = () =>
      server.lines().some((line) => /could not agree.*/.test(line) && /matching C->S MAC/.test(line))
    await until(isTold, 'the line in the log')
  })

  test('to old clients, where they are let in, are the MACs that they have', async () => {
    await using old = await startSftp({ takesOldClients: true })
    const { said } = await negotiated({ cipher: ['aes128-ctr'], hmac: ['hmac-sha2-256'] }, old)
    expect(said.cs.mac).toBe('hmac-sha2-256')
  })

  test('is a strict key exchange, and never a way back to SHA-1', async () => {
    const client = new RawSsh(server.port)
    expect(await client.ident()).toBe('SSH-2.0-Rollcall')
    client.send(kexInit())
    const offered = namesIn(await client.receive())
    client.socket.destroy()
    expect(offered[0]).toEqual([
      ...[POST_QUANTUM_KEX, 'curve25519-sha256', 'curve25519-sha256@libssh.org'],
      'kex-strict-s-v00@openssh.com',
    ])
    expect(offered[1]).toEqual(['ssh-ed25519'])
    expect(offered.flat().join()).not.toMatch(/sha1|cbc|zlib|md5|arcfour|nistp|diffie|dss|ssh-rsa/)
  })

  test('tells clients which signatures their keys may make: none with SHA-1', async () => {
    const sftp = needProgram('sftp')
    if (sftp === null) return
    const { options } = await opensshClient(server)
    // The first setting counts.
    const args = ['-o', 'LogLevel=DEBUG1', ...options, '-P', String(server.port), '-b', '-', 'acme@127.0.0.1']
    const { stderr } = await runProgram(sftp, args, 'pwd\n')
    const signatures =
      'ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256'
    expect(stderr).toContain(`server-sig-algs=<${signatures}>`)
  })

  test('is no SHA-1 either where somebody had an RSA host key', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })
    const { serverHostKey: _, ...rest } = offeredAlgorithms({ takesOldClients: false })
    const algorithms = { ...rest, serverHostKey: ['rsa-sha2-512' as const, 'rsa-sha2-256' as const] }
    const hostKeys = [String(privateKey.export({ format: 'pem', type: 'pkcs1' }))]
    const withRsa = new ssh2.Server({ hostKeys, algorithms }, (client) => client.on('error', () => {}))
    await new Promise<void>((resolve) => withRsa.listen(0, '127.0.0.1', resolve))
    const { port } = withRsa.address() as { port: number }
    const client = new RawSsh(port)
    await client.ident()
    const [, offered] = namesIn(await client.receive())
    client.socket.destroy()
    withRsa.close()
    expect(offered).toEqual(['rsa-sha2-512', 'rsa-sha2-256'])
  })

  test('passes an audit without a failure and without a warning', async () => {
    const audit = needProgram('ssh-audit')
    if (audit === null) return
    const { stdout } = await runProgram(audit, ['-n', '-p', String(server.port), '127.0.0.1'])
    // Before version 3 it does not know these two, neither of which an older program can judge.
    const unknown = new RegExp(
      `(${POST_QUANTUM_KEX}|kex-strict-s-v00@openssh.com) +-- \\[warn\\] unknown algorithm$`,
    )
    expect(stdout).toContain('(kex) curve25519-sha256')
    expect(stdout.split('\n').filter((line) => /\[(fail|warn)\]/.test(line) && !unknown.test(line))).toEqual(
      [],
    )
  })
})

describe('the patch of ssh2', () => {
  const script = fileURLToPath(new URL('../../../server/sftp/patch-ssh2.mjs', import.meta.url))
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-patch-'))
    await mkdir(join(folder, 'lib', 'protocol', 'crypto', 'src'), { recursive: true })
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('again does nothing, and on a file it does not know it does nothing and says why', async () => {
    for (const name of ['package.json', ...PATCHED]) await cp(join(SSH2, name), join(folder, name))
    const again = await runProgram(process.execPath, [script, folder])
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('patched already') })
    await appendFile(join(folder, 'lib/server.js'), '// changed\n')
    const unknown = await runProgram(process.execPath, [script, folder])
    expect(unknown).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('lib/server.js is not the file'),
    })
  })

  test('turns the files of the package into the ones that are pinned, and back is back', async () => {
    for (const name of ['package.json', ...PATCHED]) await cp(join(SSH2, name), join(folder, name))
    const patch = fileURLToPath(new URL('../../../server/sftp/patches/ssh2-1.17.0.patch', import.meta.url))
    const tool = needProgram('patch')
    if (tool === null) return
    await runProgram(tool, ['-R', '-p1', '-d', folder, '-i', patch])
    const { code, stdout } = await runProgram(process.execPath, [script, folder])
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/ssh2 patched;/) })
    for (const name of PATCHED)
      expect(await readFile(join(folder, name), 'utf8')).toBe(await readFile(join(SSH2, name), 'utf8'))
  })

  test('for a version that nobody looked at is none, and that fails no installation', async () => {
    await writeFile(join(folder, 'package.json'), '{"version":"99.0.0"}')
    const { code, stdout } = await runProgram(process.execPath, [script, folder])
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no patch for version 99'),
    })
  })
})
