/**
 * `node test/bench/import/ours.ts <database> <data directory> <file>`: one import through the importer's own door, in a
 * process of its own; says what it cost. The file is copied to where an upload would lie before the clock starts, as
 * every peer finds its file on the disk.
 */
import { copyFile, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { deliveryPath, type ImporterHandle, newId, openImporter } from '../../../importer/importer.ts'
import type { Run } from '../../../schemas/run.ts'
import { tellMeasure } from '../harness/child.ts'

const APPROVALS_MAX = 5

const [databaseUrl = '', dataDir = '', file = ''] = process.argv.slice(2)
const importer = await openImporter({ databaseUrl, dataDir, nodeId: 'bench' })
const [account = await importer.addAccount({ slug: 'acme' })] = await importer.listAccounts()
await importer.start()
const id = newId(new Date())
const path = deliveryPath(dataDir, { accountId: account.id, id })
await mkdir(dirname(path), { recursive: true })
await copyFile(file, path)
const { size } = await stat(path)
const receivedAt = new Date().toISOString()

await tellMeasure(async () => {
  await importer.receive({
    ...{ id, accountId: account.id, source: 'sftp', importType: 'partial', mode: 'apply' },
    ...{ fileName: 'people.csv', size, receivedAt, sentBy: 'bench' },
  })
  const run = await finished(importer, id)
  return { state: run.state, ...run.counts }
})
await importer.close()

/** Some imports wait for a person's word, who is quick here. */
async function finished(importer: ImporterHandle, id: string): Promise<Run> {
  let run = await importer.settled(id)
  for (let tries = 0; run.state === 'held' && tries < APPROVALS_MAX; tries++) {
    await importer.approve(id, { by: 'bench' })
    run = await importer.settled(id)
  }
  return run
}
