/** `template` and `schema`: what a file may hold, for people and for programs. */
import { contractJsonSchema, contractTableSchema } from '../../schemas/contract.ts'
import { templateCsv } from '../../schemas/template.ts'
import { type Context, jsonText } from './context.ts'
import type { ContractFormat } from './contract-formats.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import type { Terminal } from './terminal.ts'

/** `context` reads the configuration, which only the labels of an account need. */
interface Surroundings {
  readonly terminal: Terminal
  readonly context: () => Context
}

export async function template(of: Surroundings, account: string | undefined): Promise<number> {
  await of.terminal.data(templateCsv(await labelsOf(of, account)))
  return EXIT.done
}

export async function schema(
  of: Surroundings,
  { account, format }: { account?: string; format: ContractFormat },
): Promise<number> {
  const labels = await labelsOf(of, account)
  await of.terminal.data(
    jsonText(format === 'frictionless' ? contractTableSchema(labels) : contractJsonSchema(labels)),
  )
  return EXIT.done
}

async function labelsOf({ context }: Surroundings, account: string | undefined): Promise<string[]> {
  if (account === undefined) return []
  const { config, terminal } = context()
  return await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.labels(account))
}
