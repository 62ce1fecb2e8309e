/** Parses a command line and runs the command: what all commands have in common. */
import { Command } from 'commander'
import { SETTINGS, type SettingKey } from '../settings.ts'
import type { Act, Invocation } from './action.ts'
import { addCommands } from './commands.ts'
import { configOf } from './session.ts'
import type { Terminal } from './terminal.ts'
import { ownVersion } from './version.ts'

/** Throws `CommanderError` for what cannot be understood; also for help and version, with exit code 0. */
export async function runProgram(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exit = 0
  const act: Act = (work) =>
    async function (this: Command, ...given) {
      exit = await work(invocationOf(this, terminal), ...given)
    }
  await createProgram(terminal, act).parseAsync(argv, { from: 'user' })
  return exit
}

/** The whole command line, not yet parsed. */
export function createProgram(terminal: Terminal, act: Act): Command {
  const program = new Command('rollcall')
    .description('Keeps an employee list true: CSV files by SFTP, checked, planned, applied, reported.')
    .version(ownVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .option('--data <directory>', 'the data directory (default: $ROLLCALL_DATA or ./data)')
    .option('-q, --quiet', 'say nothing but data and errors')
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => terminal.outColors.bold(title) })
    .configureOutput({
      writeOut: (text) => void terminal.data(text).catch(() => {}),
      writeErr: (text) => terminal.complain(text),
      // What is wrong is said once, in the one form that all errors have.
      outputError: () => {},
    })
    .exitOverride()
  addCommands(program, act)
  return program
}

function invocationOf(command: Command, terminal: Terminal): Invocation {
  const options = command.optsWithGlobals<Record<string, unknown>>()
  const own = options['quiet'] === true ? terminal.quiet() : terminal
  const flags = flagsOf(options)
  // Of any level: `runs` has the flag as well, and then takes it from `runs show`.
  const json = options['json'] === true
  return { terminal: own, json, flags, context: () => ({ terminal: own, config: configOf(own, flags) }) }
}

function flagsOf(options: Readonly<Record<string, unknown>>): Partial<Record<SettingKey, string>> {
  const given = SETTINGS.filter(({ flag }) => flag !== null).flatMap(({ key }) => {
    const value = options[key]
    return typeof value === 'string' ? [[key, value] as const] : []
  })
  return Object.fromEntries(given)
}
