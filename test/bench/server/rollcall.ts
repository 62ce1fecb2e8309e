/** A real `rollcall serve` on a data directory of its own, with accounts that may log in. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { deliveryDir, resultsDir } from '../../../importer/importer.ts'
import { type Ed25519Key, newEd25519Key } from '../../../keys/ed25519.ts'
import { connectControl } from '../../../server/control/client.ts'
import type { Door } from '../../../server/control/door.ts'

export interface RollcallServer extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  readonly dataDir: string
  readonly door: Door
  readonly accounts: readonly BenchAccount[]
  /** One for each account, in their order; a key belongs to one account. */
  readonly keys: readonly Ed25519Key[]
  /** Of the first account. */
  readonly key: Ed25519Key
  readonly keyPath: string
  /** Resolves when no run waits or is worked on: what was uploaded would else compete with what is measured next. */
  rested(): Promise<void>
  /** Takes the kept files of all accounts off the disk. */
  clear(): Promise<void>
}

export interface BenchAccount {
  readonly id: string
  readonly slug: string
  readonly results: string
}

const LAUNCHER = fileURLToPath(new URL('../../../server/rollcall.mjs', import.meta.url))
const LOOK_MS = 100

const readyLine = z.object({ msg: z.literal('ready'), sftp: z.object({ port: z.number() }) })

export async function startRollcall(folder: string, slugs: readonly string[]): Promise<RollcallServer> {
  await using parts = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(folder, 'rollcall-bench-'))
  parts.defer(() => rm(dataDir, { recursive: true, force: true }))
  const { child, port, end } = await serve(dataDir)
  parts.defer(end)
  const door = await connectControl(dataDir)
  const key = newEd25519Key('bench')
  const keyPath = join(dataDir, 'bench-key')
  await writeFile(keyPath, key.privateKey, { mode: 0o600 })
  const accounts: BenchAccount[] = []
  const keys: Ed25519Key[] = []
  for (const slug of slugs) {
    const { id } = await door.addAccount({ slug })
    const own = accounts.length === 0 ? key : newEd25519Key(slug)
    keys.push(own)
    await door.addKey(slug, own.publicKeyLine)
    accounts.push({ id, slug, results: resultsDir(dataDir, id) })
  }
  const all = parts.move()
  return {
    ...{ pid: child.pid ?? 0, port, dataDir, door, accounts, keys, key, keyPath },
    async rested() {
      const open = async () => {
        const states = ['received', 'reading', 'approved', 'applied'] as const
        const lists = await Promise.all(states.map((state) => door.runs({ state, limit: 1 })))
        return lists.some((list) => list.length > 0)
      }
      while (await open()) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    },
    async clear() {
      for (const { id } of accounts) {
        const directory = deliveryDir(dataDir, id)
        const names = await readdir(directory).catch(() => [])
        for (const name of names) await rm(join(directory, name), { force: true })
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

export interface Serving {
  readonly child: ChildProcess
  readonly port: number
  end(): Promise<void>
}

/** Starts a server on free ports; resolves when it says that it is ready. */
export async function serve(dataDir: string): Promise<Serving> {
  const own = Object.entries(process.env).filter(([name]) => !/^(ROLLCALL_|DEBUG$)/.test(name))
  const ports = { ROLLCALL_SFTP_HOST: '127.0.0.1', ROLLCALL_SFTP_PORT: '0', ROLLCALL_HTTP_PORT: '0' }
  // For finding out what costs: --cpu-prof, --trace-gc.
  const node = process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? []
  const child = spawn(process.execPath, [...node, LAUNCHER, 'serve'], {
    env: { ...Object.fromEntries(own), ROLLCALL_DATA: dataDir, ...ports },
    stdio: ['ignore', node.length > 0 ? 'inherit' : 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  // Ctrl-C, or an error nobody caught: nothing may be left running.
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  let said = ''
  const ready = new Promise<number | null>((resolve) => {
    createInterface(child.stderr).on('line', (line) => {
      said = `${said}${line}\n`.slice(-4_000)
      const parsed = readyLine.safeParse(parseJson(line))
      if (parsed.success) resolve(parsed.data.sftp.port)
    })
    exited.then(
      () => resolve(null),
      () => resolve(null),
    )
  })
  const port = await ready
  if (port === null) throw new Error(`rollcall serve did not start:\n${said}`)
  return {
    ...{ child, port },
    async end() {
      child.kill('SIGTERM')
      await exited
      process.off('exit', kill)
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
