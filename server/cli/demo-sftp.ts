/** A real SFTP client for the demo: OpenSSH's, or where that is not installed the one that ssh2 brings. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import ssh2, { type SFTPWrapper } from 'ssh2'
import { fingerprintOf } from '../../keys/public-key.ts'

export interface SftpAccess {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly keyPath: string
  readonly privateKey: string
  readonly knownHostsPath: string
  /** Of the server. */
  readonly fingerprint: string
}

export interface SftpClient {
  readonly name: string
  put(local: string, remote: string): Promise<void>
  get(remote: string, local: string): Promise<void>
}

export async function sftpClient(access: SftpAccess): Promise<SftpClient> {
  return (await hasOpenSsh()) ? openSsh(access) : libraryClient(access)
}

/** What a person types to connect. */
export function sftpCommand({ host, port, user, keyPath, knownHostsPath }: SftpAccess): string {
  return `sftp -P ${port} -i ${keyPath} -o UserKnownHostsFile=${knownHostsPath} ${user}@${host}`
}

async function hasOpenSsh(): Promise<boolean> {
  const probe = spawn('sftp', ['-h'], { stdio: 'ignore' })
  return await once(probe, 'exit').then(
    () => true,
    () => false,
  )
}

function openSsh(access: SftpAccess): SftpClient {
  return {
    name: 'OpenSSH sftp',
    put: (local, remote) => batch(access, `put "${local}" "${remote}"`),
    get: (remote, local) => batch(access, `get "${remote}" "${local}"`),
  }
}

async function batch(
  { host, port, user, keyPath, knownHostsPath }: SftpAccess,
  command: string,
): Promise<void> {
  // Nothing of the user's own configuration, agent or known hosts: only what the demo made.
  const options = [
    ...['IdentitiesOnly=yes', 'IdentityAgent=none', 'PreferredAuthentications=publickey'],
    ...[
      'StrictHostKeyChecking=yes',
      'GlobalKnownHostsFile=/dev/null',
      `UserKnownHostsFile=${knownHostsPath}`,
    ],
  ]
  const given = [
    '-q',
    '-F',
    '/dev/null',
    '-P',
    String(port),
    '-i',
    keyPath,
    ...options.flatMap((one) => ['-o', one]),
  ]
  const client = spawn('sftp', [...given, '-b', '-', `${user}@${host}`], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  client.stdin.end(`${command}\n`)
  const [complaint, [code]] = await Promise.all([text(client.stderr), once(client, 'exit')])
  if (code !== 0) throw new Error(`sftp ended with code ${code}: ${complaint.trim()}`)
}

function libraryClient(access: SftpAccess): SftpClient {
  return {
    name: 'SFTP client of ssh2',
    put: (local, remote) => withChannel(access, (sftp, done) => sftp.fastPut(local, remote, done)),
    get: (remote, local) => withChannel(access, (sftp, done) => sftp.fastGet(remote, local, done)),
  }
}

async function withChannel(
  { host, port, user, privateKey, fingerprint }: SftpAccess,
  use: (sftp: SFTPWrapper, done: (error?: Error | null) => void) => void,
): Promise<void> {
  const client = new ssh2.Client()
  const hostVerifier = (key: Buffer) => fingerprintOf(key) === fingerprint
  try {
    client.connect({ host, port, username: user, privateKey, hostVerifier })
    await once(client, 'ready')
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
      client.sftp((error, channel) => (error ? reject(error) : resolve(channel)))
    })
    await new Promise<void>((resolve, reject) => {
      use(sftp, (error) => (error ? reject(error) : resolve()))
    })
  } finally {
    client.end()
  }
}
