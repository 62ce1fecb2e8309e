/**
 * A process that works on what is in the ledger and dies, by its own SIGKILL, at the moment it is told: nothing is
 * flushed, closed or said. The importer itself knows nothing of this: the moments are what it tells to everybody.
 */
import { SYSTEM_CLOCK } from '../../importer/clock.ts'
import { openDatabase } from '../../importer/db/open.ts'
import { releaseAll } from '../../importer/run/ledger.ts'
import { workUntilIdle } from '../../importer/run/process.ts'
import { masterKeyPath } from '../../keys/vault.ts'

/** `reading`, `applying`, `reporting` or `change`, and the how-manieth of its kind. */
const [databaseUrl = '', dataDir = '', moment = '', nth = '1'] = process.argv.slice(2)
let seen = 0

/** The node on whose disk the test's importer has put the file. */
const NODE = 'test'

function happens(what: string): void {
  if (what !== moment) return
  seen++
  if (seen === Number(nth)) process.kill(process.pid, 'SIGKILL')
}

const { db, engine, close } = await openDatabase(databaseUrl)
// A node takes its own claims back when it starts again.
await releaseAll(db, NODE)
await workUntilIdle({
  ...{
    db,
    engine,
    dataDir,
    secretFile: masterKeyPath(dataDir),
    clock: SYSTEM_CLOCK,
    owner: NODE,
    isStopping: () => false,
  },
  onClaim: () => {},
  onProgress: (_, { phase }) => happens(phase),
  onChange: () => happens('change'),
  log: (level, fields, text) => console.error(level, text, JSON.stringify(fields)),
})
await close()
