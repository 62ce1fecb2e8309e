// A real PostgreSQL for tests, benches and crash tests. Its binaries come from the registry with the other packages, so
// nothing needs to be installed on the machine, and nothing that is installed there is touched.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}

export interface PostgresServer {
  /** Connects as superuser to the database `postgres`. */
  url: string
  stop(): Promise<void>
}

export interface TestDatabase {
  url: string
  drop(): Promise<void>
}

/**
 * Starts a server of its own on a free port, in a temporary folder that goes when it stops. `durable` is for benches
 * and for tests of crashes; without it the server promises nothing to the disk and is a good deal faster.
 */
export async function startPostgres({ durable }: { durable: boolean }): Promise<PostgresServer> {
  const keeper = spawn(process.execPath, [KEEPER, durable ? 'durable' : 'fast'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own session: Ctrl-C ends us, and our end, however it comes, ends the server.
    detached: true,
  })
  const exited = once(keeper, 'exit')
  let complaints = ''
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const url = await Promise.race([
    once(createInterface(keeper.stdout), 'line').then(([line]: string[]) => line),
    exited.then(() => undefined),
  ])
  if (!url) throw new Error(`PostgreSQL did not start:\n${complaints}`)
  // A script that forgets to stop its server must still be able to end.
  for (const handle of [keeper, keeper.stdin, keeper.stdout, keeper.stderr]) unref(handle)
  return {
    url,
    stop: async () => {
      keeper.ref()
      keeper.stdin.end()
      await exited
    },
  }
}

/** A database for one test, empty unless a template is named. `serverUrl` is needed only outside the test runner. */
export async function createDatabase(
  options: { serverUrl?: string; template?: string } = {},
): Promise<TestDatabase> {
  const { template = 'template0', serverUrl } = options
  const server = serverUrl ?? (await import('vitest')).inject('postgresUrl')
  const name = `test_${randomBytes(8).toString('hex')}`
  await run(server, `create database ${name} template ${template} strategy file_copy`)
  const url = new URL(server)
  url.pathname = name
  return { url: url.href, drop: () => run(server, `drop database if exists ${name} with (force)`) }
}

const KEEPER = fileURLToPath(new URL('./postgres-keeper.ts', import.meta.url))

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

// The pipes of a child process are sockets, which the types do not say.
function unref(handle: object): void {
  if ('unref' in handle && typeof handle.unref === 'function') handle.unref()
}
