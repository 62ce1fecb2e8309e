/** What went wrong, for a person or for a script, and the exit code that says so. */
import { CommanderError } from 'commander'
import { ImportError, problemOf } from '../../importer/errors.ts'
import { ReaderGone, type Terminal } from './terminal.ts'

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  held: 3,
  rowErrors: 4,
  unreachable: 5,
  denied: 6,
} as const

/** A command that cannot be meant as it was typed. */
export class UsageError extends Error {
  readonly fix: string

  constructor(message: string, fix: string) {
    super(message)
    this.name = 'UsageError'
    this.fix = fix
  }
}

/** Ctrl-C, or a friendly request to end. */
export class Interrupted extends Error {
  readonly exit: number

  constructor(message: string, signal: 'SIGINT' | 'SIGTERM') {
    super(message)
    this.name = 'Interrupted'
    this.exit = signal === 'SIGINT' ? 130 : 143
  }
}

interface Failure {
  readonly exit: number
  /** Null where there is nothing to say. */
  readonly text: { readonly code: string; readonly message: string; readonly fix: string } | null
}

/** Says what went wrong and answers the exit code. */
export function report(error: unknown, terminal: Terminal, isJson: boolean): number {
  const { exit, text } = failureOf(error)
  if (text !== null && isJson) terminal.complain(JSON.stringify({ error: text }))
  else if (text !== null) terminal.complain(sentences(text, terminal))
  if (text?.code === 'UNEXPECTED' && terminal.env['DEBUG']) terminal.complain(String((error as Error).stack))
  return exit
}

function failureOf(error: unknown): Failure {
  if (error instanceof ReaderGone) return { exit: EXIT.done, text: null }
  if (error instanceof ImportError) {
    const { code, message, fix, exit } = error
    return { exit, text: { code, message, fix } }
  }
  if (error instanceof Interrupted) {
    return { exit: error.exit, text: { code: 'INTERRUPTED', message: error.message, fix: '' } }
  }
  if (error instanceof UsageError) return usage(error.message, error.fix)
  if (error instanceof CommanderError) return fromCommander(error)
  return { exit: EXIT.failed, text: unexpected(error) }
}

/** Help and version end the parsing by an error as well. */
function fromCommander({ code, exitCode, message }: CommanderError): Failure {
  if (exitCode === 0) return { exit: EXIT.done, text: null }
  // A command without its subcommand: the help that was printed says it all.
  if (code === 'commander.help') return { exit: EXIT.usage, text: null }
  const [sentence = '', ...hint] = message.replace(/^error: /, '').split('\n')
  const suggestion = hint.join(' ').replace(/^\((.*)\)$/, '$1')
  return usage(
    `${capitalised(sentence.replace(/\.$/, ''))}.`,
    suggestion || 'Add --help to see what it takes.',
  )
}

function usage(message: string, fix: string): Failure {
  return { exit: EXIT.usage, text: { code: 'USAGE', message, fix } }
}

/** Without the error's own words, which may quote a value. */
function unexpected(error: unknown): NonNullable<Failure['text']> {
  return {
    code: 'UNEXPECTED',
    message: `Rollcall met an error that it did not expect (${problemOf(error)}).`,
    fix: 'Set DEBUG=* to see where, and tell whoever maintains it.',
  }
}

function sentences(text: NonNullable<Failure['text']>, { errColors }: Terminal): string {
  const head = `${errColors.red(errColors.bold(text.code))}  ${text.message}`
  return text.fix === '' ? head : `${head}\n${errColors.dim('Fix:')} ${text.fix}`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
