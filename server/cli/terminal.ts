/**
 * Where words go: `stdout` carries data and nothing else, `stderr` carries messages for a person. Colours, bars and
 * line widths only where a person is looking.
 */
import type { WriteStream } from 'node:tty'
import pc from 'picocolors'

export type Colors = ReturnType<typeof pc.createColors>

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdin: NodeJS.ReadableStream
  /** For what is written with `data`. */
  readonly outColors: Colors
  /** For what is written with `say`. */
  readonly errColors: Colors
  /** Columns of `stdout`, never more than what reads well. */
  readonly width: number
  /** Whether a progress bar may be drawn on `stderr`. */
  readonly isLive: boolean
  readonly stderr: NodeJS.WriteStream
  /** Data. Rejects with `ReaderGone` when nobody reads it any more. */
  data(chunk: string | Uint8Array): Promise<void>
  /** A message; not said when it was asked to be quiet. */
  say(text: string): void
  /** What must be said even then. */
  complain(text: string): void
  /** The same terminal, saying no more than it must. */
  quiet(): Terminal
}

/** Whoever read our output has read enough (`| head`): no reason to complain, nor to go on. */
export class ReaderGone extends Error {}

const WIDTH_MAX = 100
const WIDTH_DEFAULT = 80

/** The terminal of this process. Called once: it hangs on to the process's own streams. */
export function processTerminal(process: NodeJS.Process): Terminal {
  const { env, stdin, stdout, stderr } = process
  const gone = Promise.withResolvers<never>()
  gone.promise.catch(() => {})
  stdout.on('error', () => gone.reject(new ReaderGone()))
  // There is nobody left to tell.
  stderr.on('error', () => {})

  const write = (text: string) => {
    stderr.write(text.endsWith('\n') ? text : `${text}\n`)
  }
  const terminal = (isQuiet: boolean): Terminal => ({
    env,
    cwd: process.cwd(),
    stdin,
    outColors: pc.createColors(wantsColor(stdout, env)),
    errColors: pc.createColors(wantsColor(stderr, env)),
    // A terminal that does not know its size says 0.
    width: Math.min(WIDTH_MAX, stdout.columns || WIDTH_DEFAULT),
    isLive: stderr.isTTY && env['TERM'] !== 'dumb' && !isQuiet,
    stderr,
    data: async (chunk) => {
      const written = new Promise<void>((resolve) => stdout.write(chunk, () => resolve()))
      await Promise.race([written, gone.promise])
    },
    say: isQuiet ? () => {} : write,
    complain: write,
    quiet: () => terminal(true),
  })
  return terminal(false)
}

/** https://no-color.org, and the wish to have colours all the same. */
function wantsColor(stream: Pick<WriteStream, 'isTTY'>, env: Terminal['env']): boolean {
  if (env['NO_COLOR'] || env['TERM'] === 'dumb') return false
  // Absent, not false, in a pipe; and absent would mean "as the environment says" further down.
  return env['FORCE_COLOR'] ? env['FORCE_COLOR'] !== '0' : stream.isTTY === true
}

/** Text that came from outside, without what could move a cursor, change colours or write backwards. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}
