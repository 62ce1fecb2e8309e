/** The commands that take a file, or only check it. */
import { type Command, Option } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { VALIDATE_FORMATS, type ValidateFormat } from '../validate-formats.ts'
import { named } from './arguments.ts'

interface ImportFlags {
  account?: string
  mode: 'partial' | 'full'
  dryRun?: true
  yes?: true
  name?: string
}

export function addImports(program: Command, act: Act): void {
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
          (await import('../import.ts')).importFile(context(), path, {
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
      .option('--source <name>', 'by the settings of this source of the account (default: sftp)')
      .option('--settings <file>', 'by these settings: JSON as `source show --json` prints it')
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
          return (await import('../validate.ts')).validate({ terminal, context }, path, flags)
        }),
      ),
    'rollcall validate people.csv',
    'rollcall validate people.csv --format lines',
    'rollcall validate people.csv --account acme --json',
  )
}

interface ValidateFlags {
  account?: string
  source?: string
  settings?: string
  name?: string
  format: ValidateFormat
}
