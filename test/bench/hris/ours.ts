/**
 * `node test/bench/hris/ours.ts <data directory> <kind> <what the simulator said>`: reads everybody from an HRIS and
 * plans what comes of it, in a process of its own; says what it cost.
 */
import { join } from 'node:path'
import type { ConnectorContext } from '../../../importer/connectors/connector.ts'
import { fetchSnapshot } from '../../../importer/connectors/fetch-snapshot.ts'
import { ApiClients } from '../../../importer/connectors/http/api-clients.ts'
import { connectorOf } from '../../../importer/connectors/registry.ts'
import { openImporter, SYSTEM_CLOCK } from '../../../importer/importer.ts'
import { connectionSettingsSchema } from '../../../schemas/hris/connection.ts'
import { tellMeasure } from '../harness/tell.ts'

const [dataDir = '', kind = '', simulator = '{}'] = process.argv.slice(2)
const { apiUrl, companyId, bearer, accountToken } = JSON.parse(simulator)
const settings = connectionSettingsSchema.parse({
  ...{ kind, apiUrl, requestsPerMinute: 1_000_000 },
  ...(kind === 'trinet' ? { companyId } : {}),
  ...(kind === 'justworks' ? { consent: { dateOfBirth: true, sex: true } } : {}),
})
const connector = connectorOf(settings.kind)
const databaseUrl = join(dataDir, 'rollcall.db')
const importer = await openImporter({ databaseUrl, dataDir, nodeId: 'bench', workers: 1 })
await importer.start()
const { id: accountId } = await importer.addAccount({ slug: 'acme' })
const mapping = Object.fromEntries(connector.automaticMapping.map(({ field, target }) => [field, target]))
await importer.setSource('acme', 'sftp', { mapping })

await using clients = new ApiClients({ mayBePrivate: true })
const context: ConnectorContext = {
  http: clients.client({ id: kind, title: connector.title, requestsPerMinute: settings.requestsPerMinute }),
  settings,
  credential: async () => ({ bearer, accountToken, scopes: null }),
  signal: new AbortController().signal,
  clock: SYSTEM_CLOCK,
}
const restMegabytes = process.memoryUsage.rss() / 1_048_576
await tellMeasure(async () => {
  const began = performance.now()
  const request = { accountId, source: 'sftp', mode: 'dry_run', sentBy: 'bench' } as const
  const { delivery, facts } = await fetchSnapshot(
    { dataDir, clock: SYSTEM_CLOCK },
    request,
    connector,
    context,
  )
  const fetchedMs = performance.now() - began
  const fetchedMegabytes = process.resourceUsage().maxRSS / 1_024
  await importer.receive(delivery)
  const run = await importer.settled(delivery.id)
  return { state: run.state, people: facts.people, restMegabytes, fetchedMs, fetchedMegabytes, ...run.counts }
})
await importer.close()
