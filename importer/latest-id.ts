/** Where ids go on after a restart, whatever the clock says. */
import { readdir } from 'node:fs/promises'
import type { Db } from './db/open.ts'
import { deliveryDir } from './files.ts'
import { ID_PATTERN } from './id.ts'

/** The largest id given out so far: of a run, or of a file that the ledger does not know yet. */
export async function latestId(db: Db, dataDir: string): Promise<string | undefined> {
  const accounts = await db.selectFrom('account').select('id').execute()
  const last = await db.selectFrom('run').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  const folders = accounts.map(({ id }) => readdir(deliveryDir(dataDir, id)).catch(() => []))
  const names = (await Promise.all(folders)).flat().filter((name) => ID_PATTERN.test(name))
  return [...names, last?.id ?? ''].sort().at(-1)
}
