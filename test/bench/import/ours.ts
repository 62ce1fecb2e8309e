/**
 * `node test/bench/import/ours.ts <database> <data directory> <file>`: one import through the importer's own door, in a
 * process of its own; says what it cost. The file is copied to where an upload would lie before the clock starts, as
 * every peer finds its file on the disk.
 */
import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { deliveryPath, newId, openImporter } from '../../../importer/importer.ts'
import type { Delivery } from '../../../importer/types.ts'
import type { Run } from '../../../schemas/run.ts'
import { makePeople, writePeopleCsv } from '../../support/people.ts'
import { tellMeasure } from '../harness/tell.ts'

const APPROVALS_MAX = 5
const WARM_UP_ROWS = 500

const [databaseUrl = '', dataDir = '', file = ''] = process.argv.slice(2)
// One worker thread: of two, the other might have imported the first file.
const importer = await openImporter({ databaseUrl, dataDir, nodeId: 'bench', workers: 1 })
await importer.start()
// A server has imported before: what is loaded and compiled with the first file is not this one's.
const warmUp = await deliveryOf('warm-up', writePeopleCsv(makePeople({ seed: 2, count: WARM_UP_ROWS })))
await importer.receive(warmUp)
await finished(warmUp.id)

const delivery = await deliveryOf('acme', null)
await tellMeasure(async () => {
  await importer.receive(delivery)
  const run = await finished(delivery.id)
  return { state: run.state, ...run.counts }
})
await importer.close()

/** A file where a finished upload would lie: this text, or the file that is measured. */
async function deliveryOf(slug: string, text: string | null): Promise<Delivery> {
  const accounts = await importer.listAccounts()
  const account = accounts.find((one) => one.slug === slug) ?? (await importer.addAccount({ slug }))
  const id = newId(new Date())
  const path = deliveryPath(dataDir, { accountId: account.id, id })
  await mkdir(dirname(path), { recursive: true })
  await (text === null ? copyFile(file, path) : writeFile(path, text))
  return {
    ...{ id, accountId: account.id, source: 'sftp', importType: 'partial', mode: 'apply' },
    ...{ fileName: 'people.csv', size: (await stat(path)).size },
    ...{ receivedAt: new Date().toISOString(), sentBy: 'bench' },
  }
}

/** Some imports wait for a person's word, who is quick here. */
async function finished(id: string): Promise<Run> {
  let run = await importer.settled(id)
  for (let tries = 0; run.state === 'held' && tries < APPROVALS_MAX; tries++) {
    await importer.approve(id, { by: 'bench' })
    run = await importer.settled(id)
  }
  return run
}
