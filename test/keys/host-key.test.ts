import { generateKeyPairSync } from 'node:crypto'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import ssh2 from 'ssh2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newEd25519Key, readEd25519Key } from '../../keys/ed25519.ts'
import { hostKeyPath, openHostKey } from '../../keys/host-key.ts'
import { ImportError } from '../../schemas/errors.ts'
import { needProgram, runProgram } from '../support/sftp-programs.ts'

let dataDir: string
let path: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-host-key-'))
  path = hostKeyPath(dataDir)
})

afterEach(() => rm(dataDir, { recursive: true, force: true }))

async function problem(): Promise<string> {
  try {
    await openHostKey(dataDir)
    return 'none'
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    expect(error.code).toBe('HOST_KEY_UNREADABLE')
    return error.message
  }
}

async function lay(text: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text, { mode })
  await chmod(path, mode)
}

describe('the host key', () => {
  test('is made on the first start, for its owner only, and is the same ever after', async () => {
    const first = await openHostKey(dataDir)
    expect(first.created).toBe(true)
    expect((await lstat(path)).mode & 0o777).toBe(0o600)
    expect((await lstat(dirname(path))).mode & 0o777).toBe(0o700)
    expect(await readdir(dirname(path))).toEqual(['ssh_host_ed25519_key'])
    const second = await openHostKey(dataDir)
    expect(second).toEqual({ ...first, created: false })
    expect(await readFile(path, 'utf8')).toBe(first.privateKey)
  })

  test('of OpenSSH is taken as it is', async () => {
    const keygen = needProgram('ssh-keygen')
    if (keygen === null) return
    await mkdir(dirname(path), { recursive: true })
    await runProgram(keygen, ['-q', '-t', 'ed25519', '-N', '', '-C', 'ours', '-f', path])
    const key = await openHostKey(dataDir)
    expect(key.created).toBe(false)
    expect(key.publicKeyLine).toBe((await readFile(`${path}.pub`, 'utf8')).trim())
    expect((await runProgram(keygen, ['-l', '-f', path])).stdout).toContain(key.fingerprint)
  })

  test('can be read by OpenSSH', async () => {
    const keygen = needProgram('ssh-keygen')
    if (keygen === null) return
    const key = await openHostKey(dataDir)
    const { stdout } = await runProgram(keygen, ['-y', '-f', path])
    expect(stdout.trim()).toBe(key.publicKeyLine)
  })

  test('left half written by a start that was cut off was never in use', async () => {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.new`, '-----BEGIN OPENSSH')
    expect((await openHostKey(dataDir)).created).toBe(true)
    expect(await readdir(dirname(path))).toEqual(['ssh_host_ed25519_key'])
  })
})

describe('a host key that cannot be used stops the start and is never replaced', () => {
  const good = newEd25519Key('x').privateKey
  const rsa = String(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs1' }),
  )
  const body = Buffer.from(good.split('\n').slice(1, -2).join(''), 'base64')
  const armour = (bytes: Buffer) =>
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
  const spoilt = (at: number) => {
    const copy = Buffer.from(body)
    copy[at] = (copy[at] ?? 0) ^ 1
    return armour(copy)
  }

  test.each([
    ['an empty file', '', 'not in OpenSSH'],
    ['garbage', 'hello', 'not in OpenSSH'],
    ['half a file', good.slice(0, 200), 'not in OpenSSH'],
    ['another kind', rsa, 'not in OpenSSH'],
    ['a cut body', armour(body.subarray(0, 90)), 'damaged'],
    ['an empty body', armour(Buffer.alloc(0)), 'damaged'],
    ['a spoilt head', spoilt(3), 'damaged'],
    ['check numbers that differ', spoilt(body.lastIndexOf('ssh-ed25519') - 8), 'damaged'],
    ['a spoilt seed', spoilt(body.indexOf(wire64()) + 5), 'damaged'],
  ])('%s', async (_what, text, words) => {
    await lay(text)
    expect(await problem()).toContain(words)
    expect(await readFile(path, 'utf8')).toBe(text)
  })

  /** Where the 64 bytes of seed and public half begin: behind their length. */
  function wire64(): Buffer {
    return Buffer.from([0, 0, 0, 64])
  }

  test.each([0o644, 0o640, 0o604, 0o660, 0o601])('permissions %o', async (mode) => {
    await lay(good, mode)
    expect(await problem()).toContain('too open')
  })

  test('a folder in its place', async () => {
    await mkdir(path, { recursive: true })
    expect(await problem()).toContain('not a file')
  })

  test('a pipe in its place does not hang the start', async () => {
    const mkfifo = needProgram('mkfifo')
    if (mkfifo === null) return
    await mkdir(dirname(path), { recursive: true })
    await runProgram(mkfifo, ['-m', '600', path])
    expect(await problem()).toContain('not a file')
  })

  test.each(['/nowhere/at/all', 'ssh_host_ed25519_key'])('a link to %s', async (target) => {
    await mkdir(dirname(path), { recursive: true })
    await symlink(target, path)
    expect(await problem()).toContain('cannot be used')
    expect(await readlink(path)).toBe(target)
  })

  test('a file in the place of its folder', async () => {
    await writeFile(join(dataDir, 'keys'), '')
    expect(await problem()).toContain('cannot be used')
  })

  test('a passphrase', async () => {
    const keygen = needProgram('ssh-keygen')
    if (keygen === null) return
    await mkdir(dirname(path), { recursive: true })
    await runProgram(keygen, ['-q', '-t', 'ed25519', '-N', 'secret words', '-f', path])
    expect(await problem()).toContain('passphrase')
  })
})

test('a thousand new keys are all good ones', () => {
  // ssh2's own generator spoils about one in 256.
  for (let count = 0; count < 1_000; count++) {
    const key = newEd25519Key('x')
    expect(readEd25519Key(key.privateKey)).toEqual(key)
    const [ours, theirs] = [ssh2.utils.parseKey(key.privateKey), ssh2.utils.parseKey(key.publicKeyLine)]
    if (ours instanceof Error || theirs instanceof Error) throw new Error('ssh2 cannot read it')
    const data = Buffer.from('to be signed')
    expect(theirs.verify(data, ours.sign(data))).toBe(true)
  }
})
