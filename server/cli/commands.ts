/** Every command: its words, its options, and the function that does it, loaded only when it is called. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { REPORT_FORMATS, type ReportFormat } from '../../importer/types.ts'
import { RUN_STATES, type RunState } from '../../schemas/run.ts'
import { nearest, SETTINGS } from '../config.ts'
import { type Act, withExamples } from './action.ts'
import { UsageError } from './failure.ts'
import { VALIDATE_FORMATS, type ValidateFormat } from './validate-formats.ts'

export function addCommands(program: Command, act: Act): void {
  withExamples(
    program,
    'rollcall demo                                       see it work, with invented people',
    'rollcall account add acme                           add a customer',
    'rollcall key add --account acme id_ed25519.pub      let their SFTP client in',
    'rollcall serve                                      start the server',
    'rollcall runs                                       see what came in',
  )
  addServing(program, act)
  addAccounts(program, act)
  addKeys(program, act)
  addImports(program, act)
  addRuns(program, act)
  addExport(program, act)
  addOperating(program, act)
}

function addServing(program: Command, act: Act): void {
  const serve = program
    .command('serve')
    .description('Start the server: SFTP, health pages, workers.')
    .action(act(async ({ context }) => (await import('./serve.ts')).serve(context())))
  for (const { flag, key, description } of SETTINGS) {
    if (flag !== null && key !== 'data') serve.option(flag, description)
  }
  withExamples(serve, 'rollcall serve', 'rollcall serve --data /var/lib/rollcall --sftp-port 22')

  withExamples(
    program
      .command('demo')
      .description(
        'Show a whole import in a throw-away directory, with invented people and a real SFTP upload.',
      )
      .option('--once', 'end after the summary')
      .action(
        act(async ({ terminal }, options: { once?: true }) =>
          (await import('./demo.ts')).demo(terminal, { once: options.once === true }),
        ),
      ),
    'rollcall demo',
    'rollcall demo --once',
  )
}

function addAccounts(program: Command, act: Act): void {
  const account = program.command('account').description('Customers.')
  withExamples(
    account
      .command('add <slug>')
      .description('Add a customer. The slug is also the SFTP user name.')
      .option('--name <name>', 'the name that people read (default: the slug)')
      .option(
        '--timezone <zone>',
        'decides which day is today for them, for example Europe/Berlin (default: UTC)',
      )
      .option('--json', 'print the account as JSON')
      .action(
        act(async ({ context, json }, slug: string, options: { name?: string; timezone?: string }) =>
          (await import('./accounts.ts')).addAccount(context(), {
            slug,
            ...options,
            json,
          }),
        ),
      ),
    'rollcall account add acme --name "Acme GmbH" --timezone Europe/Berlin',
  )
  withExamples(
    account
      .command('list')
      .description('List the customers.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }) => (await import('./accounts.ts')).listAccounts(context(), { json })),
      ),
    'rollcall account list',
  )
}

function addKeys(program: Command, act: Act): void {
  const key = program.command('key').description('SSH public keys that may deliver files.')
  withExamples(
    key
      .command('add <file>')
      .description('Let a public key in OpenSSH format deliver files; `-` reads it from stdin.')
      .option('--account <slug>', 'whose key it is')
      .option('--json', 'print the key as JSON')
      .action(
        act(async ({ context, json }, path: string, options: { account?: string }) => {
          const key = { account: named(options.account), path, json }
          return (await import('./keys.ts')).addKey(context(), key)
        }),
      ),
    'rollcall key add --account acme id_ed25519.pub',
    'ssh-add -L | head -1 | rollcall key add --account acme -',
  )
  withExamples(
    key
      .command('list')
      .description('List the keys.')
      .option('--account <slug>', 'of one customer only')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, options: { account?: string }) =>
          (await import('./keys.ts')).listKeys(context(), { ...options, json }),
        ),
      ),
    'rollcall key list --account acme',
  )
  withExamples(
    key
      .command('revoke <fingerprint>')
      .description('End the use of a key.')
      .option('--json', 'print the key as JSON')
      .action(
        act(async ({ context, json }, fingerprint: string) =>
          (await import('./keys.ts')).revokeKey(context(), fingerprint, { json }),
        ),
      ),
    'rollcall key revoke SHA256:h7Vt…',
  )
}

interface ImportFlags {
  account?: string
  mode: 'partial' | 'full'
  dryRun?: true
  yes?: true
  name?: string
}

function addImports(program: Command, act: Act): void {
  withExamples(
    program
      .command('import <file>')
      .description('Import a file from start to end and show what came of it; `-` reads stdin.')
      .option('--account <slug>', 'whose people they are')
      .addOption(
        new Option(
          '--mode <mode>',
          'what the file is recorded as; people missing from it are left alone either way',
        )
          .choices(['partial', 'full'])
          .default('partial'),
      )
      .option('-n, --dry-run', 'show what would happen, apply nothing')
      .option('-y, --yes', "approve what only waits for a person's word")
      .option('--name <name>', 'deliver it under this name (needed for stdin)')
      .option('--json', 'print the run as JSON')
      .action(
        act(async ({ context, json }, path: string, options: ImportFlags) =>
          (await import('./import.ts')).importFile(context(), path, {
            ...options,
            account: named(options.account),
            dryRun: options.dryRun === true,
            yes: options.yes === true,
            json,
          }),
        ),
      ),
    'rollcall import people.csv --account acme',
    'rollcall import people.csv --account acme --dry-run',
    'zcat people.csv.gz | rollcall import - --name people.csv --account acme --json',
  )
  withExamples(
    program
      .command('validate <file>')
      .description('Check a file as an import would, and store nothing; `-` reads stdin.')
      .option('--account <slug>', "check against this customer's people as well")
      .option('--name <name>', 'check it under this name (needed for stdin)')
      .addOption(
        new Option('--format <format>', 'text for people, lines and sarif for build pipelines')
          .choices(VALIDATE_FORMATS)
          .default('text'),
      )
      .option('--json', 'print the run as JSON')
      .action(
        act(async ({ terminal, context, json }, path: string, options: ValidateFlags) => {
          const flags = { ...options, format: json ? ('json' as const) : options.format }
          return (await import('./validate.ts')).validate({ terminal, context }, path, flags)
        }),
      ),
    'rollcall validate people.csv',
    'rollcall validate people.csv --format lines',
    'rollcall validate people.csv --account acme --json',
  )
}

interface ValidateFlags {
  account?: string
  name?: string
  format: ValidateFormat
}

interface ListFlags {
  account?: string
  state?: RunState
  limit?: number
}

function addRuns(program: Command, act: Act): void {
  const runs = program
    .command('runs')
    .description('What came in and what became of it. Without a command: the latest, newest first.')
    .option('--account <slug>', 'of one customer only')
    .addOption(new Option('--state <state>', 'in one state only').choices(RUN_STATES))
    .option('--limit <count>', 'how many at most (default: 50)', wholeNumber)
    .option('--json', 'print JSON')
    .argument('[command]')
    .action(
      act(async ({ context, json }, word: string | undefined, options: ListFlags) => {
        if (word !== undefined && word !== 'list') throw unknownWord(runs, word)
        return (await import('./runs.ts')).listRuns(context(), { ...options, json })
      }),
    )
  runs.usage('[options] [command]').configureHelp({ ...runs.configureHelp(), visibleArguments: () => [] })
  withExamples(runs, 'rollcall runs', 'rollcall runs --state held', 'rollcall runs show 01m7zftbe3ftfb2d')
  addRunCommands(runs, act)
}

function addRunCommands(runs: Command, act: Act): void {
  withExamples(
    runs
      .command('show <id>')
      .description('Show one run: its numbers, what was found, what to do next.')
      .option('--json', 'print the run as JSON')
      .action(
        act(async ({ context, json }, id: string) =>
          (await import('./runs.ts')).showRun(context(), id, { json }),
        ),
      ),
    'rollcall runs show 01m7zftbe3ftfb2d',
  )
  for (const [verdict, description] of [
    ['approve', 'Let a held run apply exactly what it shows.'],
    ['discard', 'Put a held run away; nothing of it is applied.'],
  ] as const) {
    withExamples(
      runs
        .command(`${verdict} <id>`)
        .description(description)
        .option('--reason <text>', 'why, for whoever reads it later')
        .option('--json', 'print the run as JSON')
        .action(
          act(async ({ context, json }, id: string, options: { reason?: string }) =>
            (await import('./runs.ts')).decideRun(context(), {
              ...options,
              id,
              verdict,
              json,
            }),
          ),
        ),
      `rollcall runs ${verdict} 01m7zftbe3ftfb2d --reason "checked with HR"`,
    )
  }
  withExamples(
    runs
      .command('report <id>')
      .description('Print the report of a run.')
      .addOption(new Option('--format <format>', 'what to print').choices(REPORT_FORMATS).default('text'))
      .action(
        act(async ({ context }, id: string, options: { format: ReportFormat }) =>
          (await import('./runs.ts')).reportRun(context(), id, options.format),
        ),
      ),
    'rollcall runs report 01m7zftbe3ftfb2d --format csv > report.csv',
    'rollcall runs report 01m7zftbe3ftfb2d --format rejects > to-correct.csv',
  )
}

function addExport(program: Command, act: Act): void {
  withExamples(
    program
      .command('export')
      .description('Print the roster as CSV, in the layout that an import takes.')
      .option('--account <slug>', 'whose people')
      .option('--include-deactivated', 'deactivated people as well')
      .option('--output <file>', 'write to a file, readable by its owner only')
      .action(
        act(async ({ context }, options: { account?: string; includeDeactivated?: true; output?: string }) =>
          (await import('./export.ts')).exportRoster(context(), {
            ...options,
            account: named(options.account),
            includeDeactivated: options.includeDeactivated === true,
          }),
        ),
      ),
    'rollcall export --account acme --output roster.csv',
  )
}

function addOperating(program: Command, act: Act): void {
  withExamples(
    program
      .command('doctor')
      .description('Look whether everything here is as it should be.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ terminal, flags, json }) =>
          (await import('./doctor.ts')).doctor(terminal, flags, { json }),
        ),
      ),
    'rollcall doctor',
  )
  const config = program.command('config').description('Settings.')
  withExamples(
    config
      .command('show')
      .description('Show every setting as it stands; passwords are masked.')
      .option('--origin', 'and where each comes from')
      .option('--json', 'print JSON')
      .action(
        act(async ({ terminal, flags, json }, options: { origin?: true }) => {
          const shown = { origin: options.origin === true, json }
          return (await import('./config.ts')).showConfig(terminal, flags, shown)
        }),
      ),
    'rollcall config show --origin',
  )
  withExamples(
    config
      .command('check')
      .description('Say everything that is wrong with the settings.')
      .option('--json', 'print JSON')
      .action(
        act(async ({ terminal, flags, json }) =>
          (await import('./config.ts')).checkConfig(terminal, flags, { json }),
        ),
      ),
    'rollcall config check',
  )
}

/** Not a mandatory option of commander, which would complain of it before it sees that `--acount` was a slip. */
function named(account: string | undefined): string {
  if (account !== undefined) return account
  throw new UsageError(
    'Whose people? --account is missing.',
    '`rollcall account list` shows all; add --account <slug>.',
  )
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Use a whole number from 1 on.')
}

/** `runs` alone lists, so commander takes a mistyped command for an argument. */
function unknownWord(runs: Command, word: string): UsageError {
  const meant = nearest(
    word,
    runs.commands.map((command) => command.name()),
  )
  const fix =
    meant === null
      ? `\`rollcall runs show ${word}\` shows one run.`
      : `Did you mean \`rollcall runs ${meant}\`?`
  return new UsageError(`Unknown command 'runs ${word}'.`, fix)
}
