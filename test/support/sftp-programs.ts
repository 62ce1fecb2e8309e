/** Runs the SFTP programs of the machine against a test server, as a customer would. */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { TestServer } from './sftp-server.ts'

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Where a program lies, or null where this machine has none. */
export function findProgram(name: string): string | null {
  const paths = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, name))
  return paths.find(isExecutable) ?? null
}

/**
 * For a test that needs a program of the machine. Where it is missing the test cannot prove its promise; it says so
 * on the terminal, so that a green run on such a machine is not mistaken for more than it is.
 */
export function needProgram(name: string): string | null {
  const path = findProgram(name)
  if (path === null) notTested(`"${name}" is not on this machine`)
  return path
}

/** Says that a test proves nothing here; with ROLLCALL_CLIENTS=required, as on CI, the test fails instead. */
export function notTested(why: string): void {
  if (process.env['ROLLCALL_CLIENTS'] === 'required') throw new Error(`${why}, and ROLLCALL_CLIENTS=required`)
  process.stderr.write(`\nNOT RUN: ${why}; its test proves nothing here.\n`)
}

/** Runs a program to its end. */
export async function runProgram(path: string, args: readonly string[], input = ''): Promise<Finished> {
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return { code, stdout: String(Buffer.concat(stdout)), stderr: String(Buffer.concat(stderr)) }
}

/** A folder with the test account's key in it, and the options that make OpenSSH use it. */
export async function opensshClient(server: TestServer): Promise<{ directory: string; options: string[] }> {
  const directory = await mkdtemp(join(server.dataDir, 'client-'))
  const keyPath = join(directory, 'key')
  await writeFile(keyPath, server.key.privateKey, { mode: 0o600 })
  const settings = {
    IdentityFile: keyPath,
    IdentitiesOnly: 'yes',
    StrictHostKeyChecking: 'no',
    UserKnownHostsFile: '/dev/null',
    LogLevel: 'ERROR',
    BatchMode: 'yes',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  return { directory, options: ['-F', '/dev/null', ...options] }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
