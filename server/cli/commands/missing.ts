/** The commands about people whom a source sends no more. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { day, named, wholeNumber } from './arguments.ts'

interface ListFlags {
  account?: string
  source: string
  files: number
  limit?: number
  after?: number
}

export function addMissing(program: Command, act: Act): void {
  const missing = program
    .command('missing')
    .description('People whom a source once sent and sends no more. No file ever takes them away.')
  withExamples(
    ofSource(missing.command('list'))
      .description('List them: since when, in how many files, which run named them last.')
      .option('--files <count>', 'only who is missing from so many files in a row, or more', wholeNumber, 1)
      .option('--after <number>', 'go on behind this person', wholeNumber)
      .option('--limit <count>', 'how many at most (default: 100)', wholeNumber)
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, { account, ...options }: ListFlags) =>
          (await import('../missing.ts')).listMissing(context(), {
            ...options,
            ...{ account: named(account), json },
          }),
        ),
      ),
    'rollcall missing list --account acme',
    'rollcall missing list --account acme --files 3 --json',
  )
  withExamples(
    missing
      .command('left <key>')
      .description('Give a person an End Date, by a manual import of that one row.')
      .option('--account <slug>', 'whose person')
      .requiredOption('--date <day>', 'the last day, YYYY-MM-DD', day)
      .option('--json', 'print the run as JSON')
      .action(
        act(async ({ context, json }, key: string, options: { account?: string; date: string }) =>
          (await import('../missing.ts')).markLeft(context(), {
            ...{ account: named(options.account), key, date: options.date, json },
          }),
        ),
      ),
    'rollcall missing left ada@example.com --account acme --date 2026-10-31',
  )
  withExamples(
    ofSource(missing.command('ignore <key>'))
      .description('Leave a person out of the list until the source has sent them again.')
      .action(
        act(async ({ context }, key: string, { account, source }: { account?: string; source: string }) =>
          (await import('../missing.ts')).ignoreMissing(context(), { account: named(account), source, key }),
        ),
      ),
    'rollcall missing ignore ada@example.com --account acme',
  )
  withExamples(
    ofSource(missing.command('deactivate'))
      .description(
        'Deactivate them by a manual import, which waits where it takes many; the source must allow it.',
      )
      .requiredOption('--files <count>', 'who is missing from so many files in a row, or more', wholeNumber)
      .option('--json', 'print the run as JSON')
      .action(
        act(async ({ context, json }, { account, source, files }: ListFlags) =>
          (await import('../missing.ts')).deactivateMissing(context(), {
            ...{ account: named(account), source, files, json },
          }),
        ),
      ),
    'rollcall missing deactivate --account acme --files 3',
  )
}

function ofSource(command: Command): Command {
  return command
    .option('--account <slug>', 'whose people')
    .option('--source <name>', 'which of its sources', 'sftp')
}
