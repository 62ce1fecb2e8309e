/**
 * The command line. `server/rollcall.mjs` calls `main` and ends with the exit code it answers:
 * 0 done · 1 failed · 2 usage · 3 held for review · 4 applied with row errors · 5 not reachable · 6 denied.
 */
import { report } from './cli/failure.ts'
import { runProgram } from './cli/program.ts'
import { processTerminal } from './cli/terminal.ts'

/** Runs one command, given without `node` and the script's name. Never rejects. */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = processTerminal(process)
  try {
    return await runProgram(argv, terminal)
  } catch (error) {
    return report(error, terminal, argv.includes('--json'))
  }
}
