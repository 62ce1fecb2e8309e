/**
 * The log: JSON lines, UTC, one logger for each part (`log.child({ part: 'sftp' })`).
 *
 * No personal value leaves through here. Written down are ids, slugs, sizes, codes and times. What a customer
 * called a file is personal (`Anna Berg, dismissal.csv`) and is logged at `debug` only, under `fileName`. Keys
 * that could hold a secret or a person are blanked wherever they stand, and of an error only what our own code
 * wrote is shown: libraries put values of cells into their messages.
 */
import { type DestinationStream, type LogFn, type Logger, type LoggerOptions, pino } from 'pino'
import { ImportError, problemOf } from '../importer/errors.ts'

export type { Logger } from 'pino'

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogSettings {
  readonly level: LogLevel
  /** Parts whose debug lines are wanted, separated by commas, as in `DEBUG=sftp,plan`; `*` for all. */
  readonly debug?: string | undefined
  /** Where lines go; stderr when none is given, since stdout carries data. */
  readonly destination?: DestinationStream
}

/** Never shown, at whatever depth down to the fourth. */
const BLANKED = [
  'password',
  'passphrase',
  'secret',
  'token',
  'privateKey',
  'authorization',
  'cookie',
  'name',
  'preferredName',
  'email',
  'dateOfBirth',
  'mobilePhone',
  'employeeId',
  'params',
  'value',
  'values',
  'cells',
] as const

/** Makes the logger of the process. A destination that breaks (closed pipe, full disk) silences it, nothing more. */
export function createLog(settings: LogSettings): Logger {
  const parts = new Set((settings.debug ?? '').split(',').map((part) => part.trim()))
  const options: LoggerOptions = {
    level: settings.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError, error: describeError, cause: describeError },
    hooks: { logMethod: withOwnWords },
    redact: { paths: BLANKED.flatMap(atDepths), censor: '[redacted]' },
    onChild: (child) => {
      const { part } = child.bindings()
      const isWanted = parts.has('*') || (typeof part === 'string' && parts.has(part))
      if (isWanted && !child.isLevelEnabled('debug')) child.level = 'debug'
    },
  }
  return pino(options, settings.destination ?? standardError())
}

/**
 * Keeps a reader that goes away (`rollcall serve | head`) from ending the process. Called once, by the program's
 * entry: it changes the process's own streams.
 */
export function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

/** Pino takes an error's own message where a line has none; that message may quote a value. */
function withOwnWords(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, message] = args as [unknown, unknown]
  const error =
    first instanceof Error ? first : isObject(first) && first['err'] instanceof Error ? first['err'] : null
  if (error === null || message !== undefined) method.apply(this, args)
  else method.apply(this, [first instanceof Error ? { err: first } : first, 'error'])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function standardError(): DestinationStream {
  const stream = pino.destination({ fd: 2, sync: true })
  // The service goes on without its log: there is nobody left to tell.
  stream.on('error', () => {})
  return stream
}

function atDepths(key: string): string[] {
  return [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]
}

/** What a log may say about an error. */
export interface DescribedError {
  readonly type: string
  readonly code?: string
  readonly message?: string
  readonly stack?: string[]
  readonly cause?: DescribedError
}

const DEPTH_MAX = 4

/** Type, code and place of any error; its words only where our own code chose them. */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const message = safeMessage(error, code)
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    stack: frames(error),
    ...(error.cause === undefined || depth >= DEPTH_MAX
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  }
}

/** Errors of a library or of the language quote what they stumbled over: `JSON.parse` prints the text, PostgreSQL the value. */
function safeMessage(error: Error, code: string | undefined): string | undefined {
  if (error instanceof ImportError) return error.message
  if (code !== undefined) return problemOf(error)
  return error.constructor === Error || error instanceof TypeError ? error.message : undefined
}

function frames(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n')
  return lines.filter((line) => /^\s+at /.test(line)).map((line) => line.trim())
}
