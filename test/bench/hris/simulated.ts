/** `node test/bench/hris/simulated.ts <kind> <people>`: an HRIS in a process of its own; says where it is and by what to be let in. */
import type { ConnectorKind } from '../../../schemas/hris/connection.ts'
import { makeHrisCompany } from '../../../server/cli/demo/hris/company.ts'
import { JustworksApi } from '../../../server/cli/demo/hris/justworks.ts'
import { MERGE_ACCOUNT, MergeApi } from '../../../server/cli/demo/hris/merge.ts'
import { type SimApi, Simulator } from '../../../server/cli/demo/hris/simulator.ts'
import { TrinetApi } from '../../../server/cli/demo/hris/trinet.ts'

const [kind = '', people = ''] = process.argv.slice(2)
const company = makeHrisCompany(Number(people))
const justworks = new JustworksApi({ company })
const trinet = new TrinetApi({ company })
const apis: Readonly<Record<ConnectorKind, readonly [api: SimApi, bearer: string]>> = {
  justworks: [justworks, justworks.grant()],
  trinet: [trinet, trinet.grant()],
  merge: [new MergeApi({ company }), MERGE_ACCOUNT.apiKey],
}
const [api, bearer] = apis[kind as ConnectorKind] // the bench names one
// Nobody looks at what was asked; it would fill the memory.
const simulator = await Simulator.start(api, { requestsKept: 0 })
process.stdout.write(
  `${JSON.stringify({ apiUrl: simulator.url, companyId: company.id, bearer, accountToken: MERGE_ACCOUNT.accountToken })}\n`,
)
