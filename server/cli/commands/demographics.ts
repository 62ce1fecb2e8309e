/** The commands about the columns that an account's files have besides the known ones. */
import type { Command } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { named } from './arguments.ts'

interface ChangeFlags {
  account?: string
  yes?: true
}

export function addDemographics(program: Command, act: Act): void {
  const demographics = program
    .command('demographics')
    .description('The columns that are kept besides the known ones: how full they are, and their labels.')
  withExamples(
    demographics
      .command('list')
      .description('List them: how many people have a value, and which file had the column last.')
      .option('--account <slug>', 'whose demographics')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, { account }: { account?: string }) =>
          (await import('../demographics.ts')).listDemographics(context(), { account: named(account), json }),
        ),
      ),
    'rollcall demographics list --account acme',
  )
  withExamples(
    demographics
      .command('rename <label> <to>')
      .description('Show whom another label concerns; with --yes, give it. No value changes.')
      .option('--account <slug>', 'whose demographic')
      .option('-y, --yes', 'do it')
      .action(
        act(async ({ context }, label: string, to: string, { account, yes }: ChangeFlags) => {
          const given = { account: named(account), label, to, yes: yes === true }
          return (await import('../demographics.ts')).renameDemographic(context(), given)
        }),
      ),
    'rollcall demographics rename Dept Department --account acme --yes',
  )
  withExamples(
    demographics
      .command('merge <label> <into>')
      .description(
        'Show what moving the values of one into another would do; with --yes, do it, as an import.',
      )
      .option('--account <slug>', 'whose demographics')
      .option('-y, --yes', 'do it; `runs undo` takes it back')
      .option('--json', 'print the run as JSON')
      .action(
        act(async ({ context, json }, label: string, into: string, { account, yes }: ChangeFlags) => {
          const given = { account: named(account), label, into, yes: yes === true, json }
          return (await import('../demographics.ts')).mergeDemographics(context(), given)
        }),
      ),
    'rollcall demographics merge Dept Department --account acme',
  )
  withExamples(
    demographics
      .command('delete <label>')
      .description('Show whether anybody has a value; with --yes, delete one that nobody has a value in.')
      .option('--account <slug>', 'whose demographic')
      .option('-y, --yes', 'do it')
      .action(
        act(async ({ context }, label: string, { account, yes }: ChangeFlags) => {
          const given = { account: named(account), label, yes: yes === true }
          return (await import('../demographics.ts')).deleteDemographic(context(), given)
        }),
      ),
    'rollcall demographics delete "Old Cost Centre" --account acme --yes',
  )
}
