/** `demo`: the whole way of a file, with nothing prepared and nothing left behind. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Run } from '../../importer/types.ts'
import { type Ed25519Key, newEd25519Key } from '../../keys/ed25519.ts'
import { loadConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { type RunningServer, startServer } from '../main.ts'
import type { Config } from '../settings.ts'
import { demoBadFiles, demoPeopleCsv } from './demo-people.ts'
import { type SftpAccess, sftpClient, sftpCommand } from './demo-sftp.ts'
import { Interrupted } from './failure.ts'
import { unlessInterrupted } from './interrupt.ts'
import { exitCodeOf } from './outcome.ts'
import { runText } from './run-text.ts'
import type { Terminal } from './terminal.ts'
import { ownVersion } from './version.ts'

const PEOPLE = 500
const FILE_NAME = 'people.csv'
const ACCOUNT = 'acme'
const LABEL_WIDTH = 9
const TIME_WIDTH = 8
const LOOK_MS = 50
/** Then something is wrong with the machine, and waiting longer would only hide it. */
const ARRIVAL_MS = 30_000

export async function demo(terminal: Terminal, { once }: { once: boolean }): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-demo-'))
  try {
    const config = demoConfig(folder)
    const log = createLog({ level: 'silent', debug: terminal.env['DEBUG'] })
    await terminal.data(`\n  ${terminal.outColors.bold('Rollcall')}, from an upload to a report\n\n`)
    const starting = startServer({ config, log, version: ownVersion() })
    await using server = await stepped(terminal, 'Server', starting, ({ status: { sftp } }) => {
      return `SFTP on ${sftp?.host}, port ${sftp?.port}, data in ${folder}`
    })
    const key = newEd25519Key('rollcall demo')
    const stage = { terminal, folder, config, server, key, access: await accessTo(server, folder, key) }
    const run = await unlessInterrupted(() => perform(stage), 'The demo was ended.')
    if (!once) await serveOn(stage)
    return exitCodeOf(run)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Stage {
  readonly terminal: Terminal
  readonly folder: string
  readonly config: Config
  readonly server: RunningServer
  readonly key: Ed25519Key
  readonly access: SftpAccess
}

/** Nothing of what is set for the real server: a demo must never write into its database. */
function demoConfig(folder: string): Config {
  const flags = {
    data: join(folder, 'data'),
    sftpHost: '127.0.0.1',
    sftpPort: '0',
    httpPort: '0',
    logLevel: 'silent',
  }
  return loadConfig({ env: {}, flags, cwd: folder }).config
}

/** Adds a customer, uploads their file as they would, and shows what came of it. */
async function perform({ terminal, folder, server, key, access }: Stage): Promise<Run> {
  const { door } = server
  const admitted = door
    .addAccount({ slug: ACCOUNT, name: 'Acme (demo)' })
    .then(() => door.addKey(ACCOUNT, key.publicKeyLine))
  await stepped(
    terminal,
    'Customer',
    admitted,
    ({ fingerprint }) => `${ACCOUNT}, with the key ${fingerprint}`,
  )

  const csv = demoPeopleCsv(PEOPLE)
  const file = join(folder, FILE_NAME)
  const writing = writeFile(file, csv)
  await stepped(
    terminal,
    'File',
    writing,
    () => `${FILE_NAME}, ${PEOPLE} invented people, ${kilobytes(csv)} kB`,
  )

  const client = await sftpClient(access)
  const uploading = client.put(file, `/inbox/${FILE_NAME}`)
  await stepped(terminal, 'Upload', uploading, () => `${client.name}: put ${FILE_NAME} /inbox/`)

  const run = await stepped(terminal, 'Import', firstRun(server), ({ id, state }) => `run ${id}, ${state}`)
  const remote = `/results/${FILE_NAME}.${run.id}.report.txt`
  const local = join(folder, 'report.txt')
  const readBack = client.get(remote, local).then(() => readFile(local, 'utf8'))
  await stepped(terminal, 'Report', readBack, (text) => `get ${remote} (${text.split('\n').length} lines)`)
  await terminal.data(await runText(run, terminal))
  return run
}

/** Waits for a step and prints it with the time it took. */
export async function stepped<T>(
  { outColors, data }: Terminal,
  label: string,
  work: Promise<T>,
  tell: (result: T) => string,
): Promise<T> {
  const startedMs = performance.now()
  const result = await work
  const took = `${Math.max(1, Math.round(performance.now() - startedMs))} ms`.padStart(TIME_WIDTH)
  const tick = outColors.green('✓')
  await data(`  ${tick} ${label.padEnd(LABEL_WIDTH)}${outColors.dim(took)}   ${tell(result)}\n`)
  return result
}

async function accessTo(
  { status, hostKey }: RunningServer,
  folder: string,
  key: Ed25519Key,
): Promise<SftpAccess> {
  const { sftp } = status
  if (sftp === null) throw new Error('the server has no SFTP')
  const keyPath = join(folder, 'id_ed25519')
  const knownHostsPath = join(folder, 'known_hosts')
  await writeFile(keyPath, key.privateKey, { mode: 0o600 })
  await writeFile(knownHostsPath, `[${sftp.host}]:${sftp.port} ${hostKey.publicKeyLine}\n`)
  const { privateKey } = key
  return { ...sftp, user: ACCOUNT, keyPath, privateKey, knownHostsPath }
}

async function firstRun({ door }: RunningServer): Promise<Run> {
  for (const deadline = performance.now() + ARRIVAL_MS; performance.now() < deadline; await delay(LOOK_MS)) {
    const [run] = await door.runs({ account: ACCOUNT, limit: 1 })
    if (run) return await door.settled(run.id)
  }
  throw new Error('the uploaded file never became a run')
}

/** Until Ctrl-C: shows what comes of whatever else is sent. */
async function serveOn(stage: Stage): Promise<void> {
  const { terminal, folder, server } = stage
  const bad = join(folder, 'try')
  await mkdir(bad)
  const files = demoBadFiles(PEOPLE)
  for (const { name, text } of files) await writeFile(join(bad, name), text)
  await terminal.data(
    invitation(stage, [
      { path: join(folder, FILE_NAME), what: 'the same again: nothing to do' },
      ...files.map(({ name, what }) => ({ path: join(bad, name), what })),
    ]),
  )
  try {
    await unlessInterrupted(() => showRuns(terminal, server), '')
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    terminal.say('\n  Ended, and everything of it is removed.')
  }
}

function invitation(
  { terminal, access, config }: Stage,
  files: readonly { readonly path: string; readonly what: string }[],
): string {
  const { bold, dim } = terminal.outColors
  const pathWidth = Math.max(...files.map(({ path }) => path.length))
  const lines = [
    bold('The server is still there.'),
    '',
    'Send it something yourself, from another terminal:',
    '',
    `  ${sftpCommand(access)}`,
    '',
    ...files.map(({ path, what }) => `  put ${path.padEnd(pathWidth)} inbox/  ${dim(what)}`),
    '  ls -l results',
    '',
    'Or look at it as its operator does:',
    '',
    `  npx rollcall runs --data ${config.data}`,
    `  npx rollcall export --account ${ACCOUNT} --data ${config.data} | head`,
    '',
    'What comes of your files is shown here. Ctrl-C ends the demo and removes everything.',
  ]
  return `${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n\n`
}

/** Never resolves. */
async function showRuns(terminal: Terminal, { door }: RunningServer): Promise<never> {
  const seen = new Set((await door.runs({})).map(({ id }) => id))
  for (;;) {
    for (const { id } of (await door.runs({ limit: 20 })).toReversed()) {
      if (seen.has(id)) continue
      seen.add(id)
      await terminal.data(await runText(await door.settled(id), terminal))
    }
    await delay(LOOK_MS)
  }
}

function kilobytes(text: string): number {
  return Math.round(Buffer.byteLength(text) / 1000)
}
