/** OpenSSH's own server as a peer: Debian's sshd with its internal-sftp, run by whoever runs the bench. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import os from 'node:os'
import { join } from 'node:path'
import { newEd25519Key } from '../../../keys/ed25519.ts'

export interface Sshd extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  readonly user: string
  readonly keyPath: string
  /** Where clients put files. */
  readonly folder: string
}

const PROGRAM = '/usr/sbin/sshd'
const PATIENCE_MS = 5_000

export function missingSshd(): string | null {
  return existsSync(PROGRAM) ? null : `Get it with: apt-get install openssh-server`
}

export async function startSshd(where: string): Promise<Sshd> {
  await using parts = new AsyncDisposableStack()
  const home = await mkdtemp(join(where, 'sshd-bench-'))
  parts.defer(() => rm(home, { recursive: true, force: true }))
  const [host, client] = [newEd25519Key('host'), newEd25519Key('bench')]
  const path = (name: string) => join(home, name)
  await writeFile(path('host-key'), host.privateKey, { mode: 0o600 })
  await writeFile(path('key'), client.privateKey, { mode: 0o600 })
  await writeFile(path('authorized'), `${client.publicKeyLine}\n`, { mode: 0o600 })
  await mkdir(path('inbox'))
  const port = await freePort()
  await writeFile(path('config'), configOf(home, port))
  // Debian makes it when the service starts, and no service needs to run here.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const child = spawn(PROGRAM, ['-D', '-e', '-f', path('config')], { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'exit')
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  let said = ''
  child.stderr.on('data', (text: Buffer) => {
    said += String(text)
  })
  parts.defer(async () => {
    child.kill('SIGTERM')
    await exited
    process.off('exit', kill)
  })
  if (!(await isListening(port))) throw new Error(`sshd did not start:\n${said}`)
  const all = parts.move()
  return {
    pid: child.pid ?? 0,
    port,
    user: os.userInfo().username,
    keyPath: path('key'),
    folder: path('inbox'),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** Debian's defaults where they matter: its ciphers, its key exchange, a process for every connection. */
function configOf(home: string, port: number): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${home}/host-key`,
    `AuthorizedKeysFile ${home}/authorized`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'MaxStartups 100',
    'PrintMotd no',
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}

async function isListening(port: number): Promise<boolean> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}
