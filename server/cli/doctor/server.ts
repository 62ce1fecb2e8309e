/** Is a server at work, and does the database keep what it confirms? */
import { ImportError } from '../../../importer/errors.ts'
import { sidecarWords } from '../../../schemas/sidecar.ts'
import { maskPassword } from '../../config.ts'
import { isThere } from '../../control/data-dir.ts'
import type { Status } from '../../control/door.ts'
import type { Config } from '../../settings.ts'
import { type Session, withSession } from '../session.ts'
import { printable, type Terminal } from '../terminal.ts'
import { waitingText } from '../waiting.ts'
import type { Finding } from './examine.ts'
import { feedChecks, messageChecks } from './feeds.ts'
import { keyChecks } from './keys.ts'

/** More than this between two clocks makes today a matter of opinion. */
const CLOCK_SKEW_MS = 60_000

export interface ServerFindings {
  readonly findings: Finding[]
  /** Of the running server; null where there is none. */
  readonly status: Status | null
}

export async function serverChecks(config: Config, terminal: Terminal): Promise<ServerFindings> {
  if (!isThere(config.data)) {
    const found = 'not running; nothing was ever started here'
    return { findings: [{ mark: 'ok', check: 'Server', found, fix: null }], status: null }
  }
  try {
    return await withSession({ config, terminal, needs: 'look' }, (session) => lookAt(session, config))
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    const { code, message, fix } = error
    const check = code.startsWith('DATABASE') ? 'Database' : 'Server'
    return { findings: [{ mark: 'fail', check, found: message, fix }], status: null }
  }
}

async function lookAt({ door, host }: Session, config: Config): Promise<ServerFindings> {
  const status = await door.status()
  const [latest] = await door.runs({ limit: 1 })
  const findings = [
    host === 'server' ? running(status) : notRunning(),
    database(status, config),
    clock(status, latest?.receivedAt ?? null),
    ...waitingFiles(status),
    ...(await keyChecks(door, new Date())),
    ...(await feedChecks(door)),
    ...(await messageChecks(door, config)),
  ]
  return { findings, status: host === 'server' ? status : null }
}

function running({ pid, version, startedAt }: Status): Finding {
  const since = startedAt.slice(0, 19).replace('T', ' ')
  return {
    mark: 'ok',
    check: 'Server',
    found: `running: process ${pid}, version ${version}, since ${since} UTC`,
    fix: null,
  }
}

/** No list of runs shows them, and what never gets its proof is rejected. */
function waitingFiles({ waiting }: Status): Finding[] {
  const found = waitingText(waiting)
  const first = waiting.find(({ wants }) => wants !== null)
  if (found === null || !first?.wants) return []
  const { account, source, fileName, wants } = first
  const fix = `Have ${printable(fileName)}${sidecarWords(wants)} sent; or let files in without: \`rollcall source set ${source} --account ${account} sidecar=off\`.`
  return [{ mark: 'warn', check: 'Waiting files', found, fix }]
}

function notRunning(): Finding {
  return { mark: 'ok', check: 'Server', found: 'not running', fix: null }
}

function database({ database: { engine, version, durability, isDurable } }: Status, config: Config): Finding {
  const name = engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'
  const settings = Object.entries(durability).map(([key, value]) => `${key} ${value}`)
  const found = `${name} ${version}, ${settings.join(', ')}`
  if (isDurable) return { mark: 'ok', check: 'Database', found, fix: null }
  const fix = `Turn these on again, or a power cut loses what was confirmed: ${maskPassword(config.databaseUrl)}`
  return { mark: 'fail', check: 'Database', found, fix }
}

/** A clock that stands wrong makes leavers of people who are here. */
function clock({ database: { now } }: Status, latestRun: string | null): Finding {
  const ourMs = Date.now()
  const skewMs = Math.abs(Date.parse(now) - ourMs)
  const found = `${new Date(ourMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
  const fix = 'Set the clock (NTP): the day decides who has left.'
  if (skewMs > CLOCK_SKEW_MS) {
    const apart = Math.round(skewMs / 1000)
    return { mark: 'warn', check: 'Clock', found: `${found}, ${apart} s apart from the database`, fix }
  }
  if (latestRun !== null && Date.parse(latestRun) > ourMs + CLOCK_SKEW_MS) {
    return {
      mark: 'fail',
      check: 'Clock',
      found: `${found}, but the latest run came in later than that`,
      fix,
    }
  }
  return { mark: 'ok', check: 'Clock', found, fix: null }
}
