/** Every command: its words, its options, and the function that does it, loaded only when it is called. */
import type { Command } from 'commander'
import { type Act, withExamples } from './action.ts'
import { addAccounts } from './commands/accounts.ts'
import { addConnections } from './commands/connections.ts'
import { addContract } from './commands/contract.ts'
import { addDemographics } from './commands/demographics.ts'
import { addEmployees } from './commands/employees.ts'
import { addFields } from './commands/fields.ts'
import { addHris } from './commands/hris.ts'
import { addImports } from './commands/imports.ts'
import { addKeys } from './commands/keys.ts'
import { addLifecycle } from './commands/lifecycle.ts'
import { addMissing } from './commands/missing.ts'
import { addOperating } from './commands/operating.ts'
import { addOutbox } from './commands/outbox.ts'
import { addPgp } from './commands/pgp.ts'
import { addRetention } from './commands/retention.ts'
import { addRoster } from './commands/roster.ts'
import { addRuns } from './commands/runs.ts'
import { addSecrets } from './commands/secrets.ts'
import { addServing } from './commands/serving.ts'
import { addSources } from './commands/sources.ts'
import { addUsers } from './commands/users.ts'
import { addWebhooks } from './commands/webhooks.ts'

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
  addConnections(program, act)
  addUsers(program, act)
  addPgp(program, act)
  addSources(program, act)
  addHris(program, act)
  addImports(program, act)
  addContract(program, act)
  addRuns(program, act)
  addRoster(program, act)
  addEmployees(program, act)
  addFields(program, act)
  addDemographics(program, act)
  addMissing(program, act)
  addLifecycle(program, act)
  addRetention(program, act)
  addOutbox(program, act)
  addWebhooks(program, act)
  addSecrets(program, act)
  addOperating(program, act)
}
