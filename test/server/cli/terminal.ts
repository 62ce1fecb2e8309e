/** A terminal that nobody looks at, for commands that run within the test. */
import { Readable } from 'node:stream'
import pc from 'picocolors'
import { report } from '../../../server/cli/failure.ts'
import { runProgram } from '../../../server/cli/program.ts'
import type { Terminal } from '../../../server/cli/terminal.ts'
import type { Ended } from '../../e2e/rollcall.ts'

/** Runs one command line in this process, as `server/cli.ts` does. */
export async function command(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended & { readonly seen: string }> {
  const said = { stdout: '', stderr: '', seen: '' }
  const terminal = terminalOf(said, env, false)
  const code = await runProgram(args, terminal).catch((error: unknown) =>
    report(error, terminal, args.includes('--json')),
  )
  return { code, ...said }
}

function terminalOf(
  /** `seen` is both, in the order in which a person sees them. */
  said: { stdout: string; stderr: string; seen: string },
  env: Record<string, string>,
  isQuiet: boolean,
): Terminal {
  const complain = (text: string) => {
    said.stderr += `${text}\n`
    said.seen += `${text}\n`
  }
  return {
    env,
    cwd: '/',
    stdin: Readable.from([]),
    outColors: pc.createColors(false),
    errColors: pc.createColors(false),
    width: 80,
    isLive: false,
    stderr: process.stderr,
    data: async (text) => {
      said.stdout += text
      said.seen += text
    },
    say: isQuiet ? () => {} : complain,
    complain,
    quiet: () => terminalOf(said, env, true),
  }
}
