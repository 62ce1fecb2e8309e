/** A server as OpenSSH's client sees it, ours and its peer alike, and what a piece of work on it costs the server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchOptions } from '../harness/contest.ts'
import { startRollcall } from '../server/rollcall.ts'
import { missingSshd, startSshd } from './sshd.ts'

export interface Target {
  readonly name: string
  readonly missing: string | null
  readonly login: Login
  /** Where files are put, as the client names it. */
  readonly inbox: string
  /** Where files lie to be read, as the client names it, and on the disk. */
  readonly outbox: { readonly remote: string; readonly local: string }
  /** The server's processes. */
  readonly pid: number
  /** Waits until the server has done everything, and takes what was put off the disk. */
  clear(): Promise<void>
}

interface Login {
  readonly port: number
  readonly user: string
  readonly keyPath: string
}

export const OURS = 'rollcall'
export const PEER = 'OpenSSH sshd'

/** Both servers, on the same disk. They stop when `parts` is disposed of. */
export async function startTargets(parts: AsyncDisposableStack, { folder }: BenchOptions): Promise<Target[]> {
  return [await startOurs(parts, folder), await startPeer(parts, folder)]
}

async function startOurs(parts: AsyncDisposableStack, folder: string): Promise<Target> {
  const server = parts.use(await startRollcall(folder, ['acme']))
  const [account] = server.accounts
  return {
    name: OURS,
    missing: null,
    login: { port: server.port, user: 'acme', keyPath: server.keyPath },
    inbox: '/inbox',
    outbox: { remote: '/results', local: account?.results ?? '' },
    pid: server.pid,
    async clear() {
      await server.rested()
      await server.clear()
    },
  }
}

async function startPeer(parts: AsyncDisposableStack, folder: string): Promise<Target> {
  const missing = missingSshd()
  if (missing !== null) {
    const login = { port: 0, user: '', keyPath: '' }
    const outbox = { remote: '', local: '' }
    return { name: PEER, missing, login, inbox: '', outbox, pid: 0, clear: async () => {} }
  }
  const sshd = parts.use(await startSshd(folder))
  return {
    name: PEER,
    missing: null,
    login: sshd,
    inbox: sshd.folder,
    outbox: { remote: sshd.folder, local: sshd.folder },
    pid: sshd.pid,
    async clear() {
      for (const name of await readdir(sshd.folder)) await rm(join(sshd.folder, name), { force: true })
    },
  }
}

/** One session of OpenSSH's `sftp`: log in, do what the batch says, log out. Throws what it printed if it fails. */
export async function sftpSession(
  { login: { port, user, keyPath } }: Target,
  batch: readonly string[],
  options: readonly string[] = [],
): Promise<void> {
  const settings = [
    `IdentityFile=${keyPath}`,
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    'BatchMode=yes',
    ...options,
  ]
  const args = ['-q', '-F', '/dev/null', '-P', String(port), ...settings.flatMap((one) => ['-o', one])]
  const child = spawn('sftp', [...args, '-b', '-', `${user}@127.0.0.1`], {
    // What it lists is not looked at; what it complains of is.
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (text: Buffer) => {
    complaints += String(text)
  })
  child.stdin.on('error', () => {})
  child.stdin.end(`${batch.join('\n')}\n`)
  const [code] = (await once(child, 'close')) as [number | null] // what a close event carries
  if (code !== 0) throw new Error(`sftp failed:\n${complaints}`)
}
