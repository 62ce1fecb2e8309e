/** Customers' SFTP clients for whole-server tests. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type SFTPWrapper } from 'ssh2'
import { onTestFinished } from 'vitest'
import type { Ed25519Key } from '../../keys/ed25519.ts'
import { runProgram } from '../support/sftp-programs.ts'
import { login, openSftp } from '../support/sftp-server.ts'
import type { Served } from './rollcall.ts'

export interface Customer {
  put(text: string, remote: string): Promise<void>
  list(folder: string): Promise<string[]>
  get(remote: string): Promise<string>
  rename(from: string, to: string): Promise<void>
  /** Begins an upload and leaves it open. */
  begin(remote: string): Promise<void>
  close(): void
}

/** Logs in as `acme` with ssh2's own client. */
export async function connect({ sftp: { host, port } }: Served, key: Ed25519Key): Promise<Customer> {
  const client = new ssh2.Client()
  await login(client, { host, port, username: 'acme', privateKey: key.privateKey })
  // A server that is killed cuts the line.
  client.on('error', () => {})
  const sftp = await openSftp(client)
  return {
    put: (text, remote) =>
      new Promise((resolve, reject) =>
        write(sftp, remote, text, (error) => (error ? reject(error) : resolve())),
      ),
    list: (folder) =>
      new Promise((resolve, reject) => {
        sftp.readdir(folder, (error, list) =>
          error ? reject(error) : resolve(list.map(({ filename }) => filename)),
        )
      }),
    get: (remote) =>
      new Promise((resolve, reject) => {
        sftp.readFile(remote, (error, bytes) => (error ? reject(error) : resolve(bytes.toString('utf8'))))
      }),
    rename: (from, to) =>
      new Promise((resolve, reject) => {
        sftp.rename(from, to, (error) => (error ? reject(error) : resolve()))
      }),
    begin: (remote) =>
      new Promise((resolve, reject) => {
        sftp.open(remote, 'w', (error) => (error ? reject(error) : resolve()))
      }),
    close: () => client.end(),
  }
}

function write(sftp: SFTPWrapper, remote: string, text: string, done: (error?: Error | null) => void): void {
  sftp.writeFile(remote, text, done)
}

/** Lets OpenSSH's own program do what a batch says. */
export async function openSshBatch(
  program: string,
  { sftp: { host, port } }: Served,
  key: Ed25519Key,
  batch: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-openssh-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'key'), key.privateKey, { mode: 0o600 })
  const options = [
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
  ]
  const args = [
    '-q',
    '-F',
    '/dev/null',
    '-i',
    join(folder, 'key'),
    '-P',
    String(port),
    ...options.flatMap((one) => ['-o', one]),
  ]
  const lines = batch.map((line) => line.replaceAll('{folder}', folder))
  return {
    ...(await runProgram(program, [...args, '-b', '-', `acme@${host}`], `${lines.join('\n')}\n`)),
    folder,
  }
}
