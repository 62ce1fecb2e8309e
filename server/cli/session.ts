/**
 * The door for one command: the server's where one works on the data directory, and our own where none does. A
 * command is the same code either way.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { ImportError } from '../../importer/errors.ts'
import { loadConfig, type Problem, resolveConfig } from '../config.ts'
import { holderOf, makeDataDir, requireDataDir } from '../control/data-dir.ts'
import type { Door } from '../control/door.ts'
import type { Config, SettingKey } from '../settings.ts'
import type { Terminal } from './terminal.ts'
import { ownVersion } from './version.ts'

export interface Session extends AsyncDisposable {
  readonly door: Door
  /** Who does the work: a server that goes on after us, or we ourselves. */
  readonly host: 'server' | 'command'
}

export interface SessionOptions {
  readonly config: Config
  readonly terminal: Terminal
  /** `work`: runs are to be worked on, so without a server the workers are started. */
  readonly needs: 'look' | 'work'
  /** Whether a data directory that is not there may be made. */
  readonly mayCreate?: boolean
}

/** How long to wait for another command to end, or for a server to come up. */
const PATIENCE_MS = 10_000

/** Finds out who works on the data and opens the way to it. */
export async function openSession({
  config,
  terminal,
  needs,
  mayCreate = false,
}: SessionOptions): Promise<Session> {
  await (mayCreate ? makeDataDir(config.data) : requireDataDir(config.data))
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const session = (await viaServer(config)) ?? (await viaData(config, terminal, needs))
    if (session !== null) return session
    if (performance.now() > deadline) throw inUse(config)
    await delay(25)
  }
}

/** Opens, uses and closes. */
export async function withSession<T>(
  options: SessionOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(options)
  try {
    return await use(session)
  } finally {
    await session[Symbol.asyncDispose]()
  }
}

/** The configuration of a command; what looks like a slip in the environment is said once. */
export function configOf(terminal: Terminal, flags: Partial<Record<SettingKey, string>>): Config {
  const { config, warnings } = loadConfig({ env: terminal.env, flags, cwd: terminal.cwd })
  for (const warning of warnings) terminal.say(warningText(terminal, warning))
  return config
}

export function warningText({ errColors }: Terminal, { problem, fix }: Problem): string {
  return `${errColors.yellow('Warning:')} ${problem}. ${fix}`
}

async function viaServer({ data }: Config): Promise<Session | null> {
  if (!holderOf(data)?.socket) return null
  const { connectControl } = await import('../control/client.ts')
  const door = await connectControl(data).catch(nullIfUnreachable)
  return door && { door, host: 'server', [Symbol.asyncDispose]: async () => {} }
}

async function viaData(config: Config, terminal: Terminal, needs: 'look' | 'work'): Promise<Session | null> {
  // Loaded only now: with a server at work, a command needs no database and no workers.
  const [{ openData }, { createLog }] = await Promise.all([import('../main.ts'), import('../log.ts')])
  const log = createLog({ level: logLevel(config, terminal), debug: terminal.env['DEBUG'] })
  const opened = await openData({ config, log, version: ownVersion() })
  if (opened === null) return null
  try {
    if (needs === 'work') await opened.work()
  } catch (error) {
    await opened[Symbol.asyncDispose]()
    throw error
  }
  return { door: opened.door, host: 'command', [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}

/** A command tells what happened in its own words; the log is for whoever asks for it. */
function logLevel(config: Config, { env, cwd }: Terminal): Config['logLevel'] {
  const { origins } = resolveConfig({ env, flags: { data: config.data }, cwd })
  return origins.logLevel === 'default' ? 'silent' : config.logLevel
}

/** Not answering may mean: killed, and its socket left behind. Then the data are free to be opened. */
function nullIfUnreachable(error: unknown): null {
  if (error instanceof ImportError && error.code === 'SERVER_UNREACHABLE') return null
  throw error
}

function inUse({ data }: Config): ImportError {
  const holder = holderOf(data)
  if (holder?.kind === 'server') {
    return new ImportError('SERVER_UNREACHABLE', {
      directory: data,
      problem: `process ${holder.pid} is there, but silent`,
    })
  }
  return new ImportError('DATA_IN_USE', { pid: holder?.pid ?? 'unknown', directory: data })
}
