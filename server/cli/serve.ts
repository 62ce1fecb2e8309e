/** `serve`: the server, from start to the end that a signal asks for. */
import { resolve } from 'node:path'
import { createLog, type Logger, surviveClosedPipes } from '../log.ts'
import { type RunningServer, startServer } from '../main.ts'
import type { Context } from './context.ts'
import { EXIT } from './failure.ts'
import type { Terminal } from './terminal.ts'
import { ownVersion } from './version.ts'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
type Signal = (typeof SIGNALS)[number]

/** What is not finished by then goes on after the next start. */
const STOP_MS = 10_000

export async function serve({ terminal, config }: Context): Promise<number> {
  surviveClosedPipes()
  const version = ownVersion()
  const log = createLog({ level: config.logLevel, debug: terminal.env['DEBUG'] })
  endOnSurprise(log)
  // From here on: whoever asks for the end while the server starts gets a graceful one, once it has.
  const asked = signalled()
  const server = await startServer({ config, log, version })
  const { sftp, http, database, nodeId } = server.status
  log.info({ version, nodeId, sftp, http, database: database.engine, data: config.data }, 'ready')
  if (server.hostKey.created) log.info({ fingerprint: server.hostKey.fingerprint }, 'a new host key was made')
  if (terminal.isLive) terminal.say(await welcome(terminal, server, config.data))
  if (server.setup !== null) terminal.say(setupText(server.setup))
  const reason = await Promise.race([asked, server.diskFault.then(() => 'disk fault' as const)])
  if (reason === 'disk fault') log.fatal('the disk failed to keep a file; stopping, to be started anew')
  else log.info({ signal: reason }, 'stopping')
  await stopInTime(server, log)
  log.info('stopped')
  return reason === 'disk fault' ? EXIT.failed : EXIT.done
}

/** The first signal asks for a graceful end; a second one ends at once. */
async function signalled(): Promise<Signal> {
  const first = Promise.withResolvers<Signal>()
  let isAsked = false
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (isAsked) process.exit(signal === 'SIGINT' ? 130 : 143)
      isAsked = true
      first.resolve(signal)
    })
  }
  return await first.promise
}

async function stopInTime(server: RunningServer, log: Logger): Promise<void> {
  const timer = setTimeout(() => {
    log.error('not everything came to a safe place in time; it goes on after the next start')
    process.exit(EXIT.failed)
  }, STOP_MS)
  await server.stop()
  clearTimeout(timer)
}

/** A state nobody thought of is left by a new start, not by going on in it. */
function endOnSurprise(log: Logger): void {
  const end = (err: unknown) => {
    log.fatal({ err }, 'an error that nobody caught')
    process.exit(EXIT.failed)
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}

/** Said, not logged: a log is kept and copied, and whoever has the link is the operator. */
function setupText({ url, expiresAt }: NonNullable<RunningServer['setup']>): string {
  const until = `${expiresAt.slice(11, 16)} UTC`
  return `Nobody can sign in yet. This link makes the first operator; it is good once, until ${until}:\n  ${url}\n`
}

async function welcome({ errColors, cwd }: Terminal, server: RunningServer, data: string): Promise<string> {
  const { version, sftp, http } = server.status
  const lines = [
    '',
    `  ${errColors.bold(`Rollcall ${version}`)} is ready. Ctrl-C stops it.`,
    '',
    `  ${errColors.dim('SFTP')}  ${sftp?.host}, port ${sftp?.port}   ${errColors.dim(sftp?.fingerprint ?? '')}`,
    `  ${errColors.dim('HTTP')}  http://${http?.host}:${http?.port}`,
    `  ${errColors.dim('Data')}  ${data}`,
    '',
  ]
  const accounts = await server.door.listAccounts()
  if (accounts.length > 0) return lines.join('\n')
  const where = data === resolve(cwd, 'data') ? '' : ` --data ${data}`
  return [
    ...lines,
    `  Nobody can deliver yet. In another terminal: rollcall account add acme${where}`,
    '',
  ].join('\n')
}
