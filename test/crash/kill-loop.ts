/**
 * Imports that are killed from outside at random moments, again and again, until each is through: too slow for the
 * suite, so run it by hand before a release.
 *   node test/crash/kill-loop.ts [rounds] [sqlite|postgres]
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { deliveryPath, type ImporterHandle, newId, openImporter } from '../../importer/importer.ts'
import { workAndDie } from '../support/crash.ts'
import { peopleCsvChunks } from '../support/people.ts'
import { createDatabase, startPostgres } from '../support/postgres.ts'

const [rounds = '20', engine = 'sqlite'] = process.argv.slice(2)
const PEOPLE = 5_000
/** Longest life of a child: about what an import needs, so that many die in the middle of it. */
const LIFE_MS = 3_000

const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-kill-'))
const server = engine === 'postgres' ? await startPostgres({ durable: true }) : null
const databaseUrl = server
  ? (await createDatabase({ serverUrl: server.url })).url
  : join(dataDir, 'rollcall.db')
const importer = await openImporter({ databaseUrl, dataDir, nodeId: 'kill-loop' })
try {
  const { id: accountId } = await importer.addAccount({ slug: 'acme' })
  let kills = 0
  for (let round = 1; round <= Number(rounds); round++) {
    const id = await deliver(accountId, round % 2)
    let ended: 'killed' | 'done' = 'killed'
    // What kills its worker five times is taken for poison, so the last child may live.
    for (let tries = 0; ended === 'killed' && tries < 4; tries++) {
      ended = await workAndDie({ databaseUrl, dataDir, moment: null, afterMs: Math.random() * LIFE_MS })
      if (ended === 'killed') kills++
    }
    if (ended === 'killed') await workAndDie({ databaseUrl, dataDir, moment: null })
    await assertAppliedOnce(importer, id)
    console.log(`round ${round} of ${rounds}: applied once, after ${kills} kills in all`)
  }
} finally {
  await importer.close()
  await server?.stop()
  await rm(dataDir, { recursive: true })
}

async function deliver(accountId: string, changedShare: number): Promise<string> {
  const id = newId(new Date())
  const path = deliveryPath(dataDir, { accountId, id })
  const content = [...peopleCsvChunks({ seed: 3, count: PEOPLE, changedShare })].join('')
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
  const file = { fileName: 'people.csv', size: Buffer.byteLength(content), sentBy: 'kill-loop' }
  const how = { source: 'manual', importType: 'partial', mode: 'apply' } as const
  await importer.receive({ id, accountId, receivedAt: new Date().toISOString(), ...how, ...file })
  return id
}

async function assertAppliedOnce({ db }: ImporterHandle, id: string): Promise<void> {
  const run = await importer.run(id)
  const history = await db.selectFrom('history').select(['seq', 'run_id']).orderBy('seq').execute()
  const { position } = await db.selectFrom('account').select('position').executeTakeFirstOrThrow()
  const people = await db.selectFrom('employee').select('id').execute()
  const problem =
    run.state !== 'succeeded'
      ? `it is ${run.state}: ${run.error?.message}`
      : history.some(({ seq }, at) => seq !== at + 1) || history.length !== position
        ? 'the history has a gap'
        : people.length !== PEOPLE
          ? `there are ${people.length} people`
          : null
  if (problem !== null) throw new Error(`run ${id}: ${problem}`)
}
