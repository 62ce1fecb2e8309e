/** A terminal that nobody looks at, for commands that run within the test. */
import { Readable } from 'node:stream'
import pc from 'picocolors'
import { report } from '../../../server/cli/failure.ts'
import { runProgram } from '../../../server/cli/program.ts'
import type { Terminal } from '../../../server/cli/terminal.ts'
import type { Ended } from '../../e2e/rollcall.ts'

/** Runs one command line in this process, as `server/cli.ts` does. */
export async function command(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  const terminal = terminalOf(said, env, false)
  const code = await runProgram(args, terminal).catch((error: unknown) =>
    report(error, terminal, args.includes('--json')),
  )
  return { code, ...said }
}

function terminalOf(
  said: { stdout: string; stderr: string },
  env: Record<string, string>,
  isQuiet: boolean,
): Terminal {
  const complain = (text: string) => {
    said.stderr += `${text}\n`
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
    },
    say: isQuiet ? () => {} : complain,
    complain,
    quiet: () => terminalOf(said, env, true),
  }
}
