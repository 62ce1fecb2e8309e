/** The commands about where data comes from. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { named } from './arguments.ts'

export function addSources(program: Command, act: Act): void {
  const source = program
    .command('source')
    .description('Where data comes from, and how it is read and guarded.')
  withExamples(
    source
      .command('list')
      .description('List the sources and what is set for them.')
      .option('--account <slug>', 'of one customer only')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, options: { account?: string }) =>
          (await import('../sources.ts')).listSources(context(), { ...options, json }),
        ),
      ),
    'rollcall source list',
  )
  withExamples(
    source
      .command('show <name>')
      .description('Show every setting of a source; what is set otherwise than by default stands out.')
      .option('--account <slug>', 'whose source')
      .option('--explain', 'and what each does')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, name: string, options: { account?: string; explain?: true }) => {
          const shown = { account: named(options.account), name, explain: options.explain === true, json }
          return (await import('../sources.ts')).showSource(context(), shown)
        }),
      ),
    'rollcall source show sftp --account acme --explain',
  )
  withExamples(
    source
      .command('set <name> [settings...]')
      .description('Change settings of a source: name=value, or name= for the default.')
      .option('--account <slug>', 'whose source')
      .option('--file <file>', 'all settings from a JSON file, as `source show --json` prints them')
      .option('--json', 'print the source as JSON')
      .action(
        act(
          async (
            { context, json },
            name: string,
            words: string[],
            { account, ...file }: { account?: string; file?: string },
          ) => {
            const given = { account: named(account), name, words, ...file, json }
            return (await import('../sources.ts')).setSource(context(), given)
          },
        ),
      ),
    'rollcall source set sftp --account acme datePattern=DD/MM/YYYY encoding=windows-1252',
    'rollcall source set sftp --account acme "mapping.Kst=Cost Centre" "mapping.Pers.-Nr.=Employee Id" mapping.Notes=-',
    'rollcall source set sftp --account acme "values.Employment Type.W2=Employee" leaversMax=',
  )
  withExamples(
    source
      .command('preview <file>')
      .description('Show what rules of exclusion would do to a file, before they are set; `-` reads stdin.')
      .option('--account <slug>', 'whose source')
      .option('--source <name>', 'which source', 'sftp')
      .requiredOption('--exclude <column=value>', 'leave such rows out; may be given again', collected)
      .option('--name <name>', 'check it under this name (needed for stdin)')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, path: string, { account, ...options }: PreviewFlags) => {
          const given = { ...options, account: named(account), json }
          return (await import('../preview.ts')).previewSource(context(), path, given)
        }),
      ),
    'rollcall source preview people.csv --account acme --exclude "Employment Type=Contractor"',
  )
}

interface PreviewFlags {
  account?: string
  source: string
  exclude: readonly string[]
  name?: string
}

function collected(word: string, before: readonly string[] = []): readonly string[] {
  return [...before, word]
}
