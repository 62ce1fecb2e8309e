/** Real `rollcall` processes for tests, started as a person starts them: through `server/rollcall.mjs`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

const LAUNCHER = fileURLToPath(new URL('../../server/rollcall.mjs', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  /** Sends Ctrl-C when this stands on stderr. */
  readonly interruptAt?: string
}

/** A folder that goes when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Runs one command to its end. */
export async function rollcall(
  data: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  const child = start(data, args, options.env)
  child.stdin?.on('error', () => {})
  child.stdin?.end(options.input ?? '')
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)]
  child.stderr?.on('data', function interrupt() {
    if (options.interruptAt === undefined || !stderr().includes(options.interruptAt)) return
    child.stderr?.off('data', interrupt)
    child.kill('SIGINT')
  })
  const [code] = (await once(child, 'close')) as [number | null] // what a child's close event carries
  return { code, stdout: stdout(), stderr: stderr() }
}

/** A running `rollcall serve`. */
export interface Served {
  readonly child: ChildProcess
  readonly sftp: { readonly host: string; readonly port: number; readonly fingerprint: string }
  readonly http: { readonly host: string; readonly port: number }
  log(): string
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

const address = z.object({ host: z.string(), port: z.number() })
const readyLine = z.object({
  msg: z.literal('ready'),
  sftp: address.extend({ fingerprint: z.string() }),
  http: address,
})

/** Starts a server on free ports and resolves when it says that it is ready. Whoever starts it ends it. */
export async function serve(data: string, env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const ports = { ROLLCALL_SFTP_HOST: '127.0.0.1', ROLLCALL_SFTP_PORT: '0', ROLLCALL_HTTP_PORT: '0' }
  const child = start(data, ['serve'], { ...ports, ...env })
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]> // as Node documents it
  // Should the test end in an error, nothing may be left behind.
  process.once('exit', () => child.kill('SIGKILL'))
  const log = textOf(child.stderr)
  const ready = await Promise.race([whenReady(child), exited.then(() => null)])
  if (ready === null) throw new Error(`the server did not start:\n${log()}`)
  return {
    ...{ child, log, sftp: ready.sftp, http: ready.http },
    async end(signal) {
      child.kill(signal)
      const [code, by] = await exited
      return { code, signal: by }
    },
  }
}

async function whenReady(child: ChildProcess): Promise<z.output<typeof readyLine> | null> {
  if (child.stderr === null) return null
  for await (const line of createInterface(child.stderr)) {
    const parsed = readyLine.safeParse(parseJson(line))
    if (!parsed.success) continue
    // Whoever stops reading lines stops the stream, and a full pipe would stop the server.
    setImmediate(() => child.stderr?.resume())
    return parsed.data
  }
  return null
}

function start(
  data: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const own = Object.entries(process.env).filter(([name]) => !/^(ROLLCALL_|DEBUG$|FORCE_COLOR$)/.test(name))
  return spawn(process.execPath, [LAUNCHER, ...args], {
    env: { ...Object.fromEntries(own), ROLLCALL_DATA: data, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

function textOf(stream: NodeJS.ReadableStream | null): () => string {
  let text = ''
  stream?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  return () => text
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
