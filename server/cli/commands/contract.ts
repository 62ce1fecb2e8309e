/** The commands that give the contract out as a file. */
import { type Command, Option } from 'commander'
import { type Act, withExamples } from '../action.ts'
import { CONTRACT_FORMATS, type ContractFormat } from '../contract-formats.ts'

export function addContract(program: Command, act: Act): void {
  withExamples(
    program
      .command('template')
      .description('Print an empty employee file with every column, and two invented people as examples.')
      .option('--account <slug>', "with this customer's demographics")
      .action(
        act(async ({ terminal, context }, { account }: { account?: string }) =>
          (await import('../contract.ts')).template({ terminal, context }, account),
        ),
      ),
    'rollcall template --account acme > people.csv',
  )
  withExamples(
    program
      .command('schema')
      .description('Print what a file may hold, for programs that check files.')
      .option('--account <slug>', "with this customer's demographics")
      .addOption(
        new Option('--format <format>', 'JSON Schema of a row, or a Frictionless table schema')
          .choices(CONTRACT_FORMATS)
          .default('json-schema'),
      )
      .action(
        act(async ({ terminal, context }, options: { account?: string; format: ContractFormat }) =>
          (await import('../contract.ts')).schema({ terminal, context }, options),
        ),
      ),
    'rollcall schema --account acme --format frictionless > acme.schema.json',
  )
}
