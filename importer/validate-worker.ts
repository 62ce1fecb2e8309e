/** A thread that validates one file, against an account's people or alone, and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Run } from '../schemas/run.ts'
import { openDatabase } from './db/open.ts'
import { ImportError } from './errors.ts'
import { rosterLookup } from './roster/lookup.ts'
import { pgpKeysOf } from './run/pgp-keys.ts'
import { redactionOf } from './run/redaction.ts'
import { validateFile } from './run/validate.ts'
import type { FromValidation, ValidateStart } from './run/workers.ts'
import { writePolicyOf } from './run/write-policy.ts'

const { against, ...file } = workerData as ValidateStart // given by workers.ts
const say = (answer: FromValidation): void => parentPort?.postMessage(answer)

try {
  say({ kind: 'run', run: await validate() })
} catch (error) {
  if (!(error instanceof ImportError)) throw error
  say({ kind: 'error', code: error.code, params: error.params })
}

async function validate(): Promise<Run> {
  const options = { ...file, onBytes: (done: number) => say({ kind: 'bytes', done }) }
  if (against === null) return await validateFile(options)
  const { databaseUrl, account, secretFile, source } = against
  const { db, close } = await openDatabase(databaseUrl, { connections: 1 })
  try {
    const roster = rosterLookup(db, account.id)
    const now = () => new Date(file.now)
    const { today } = file
    const redacted = (await redactionOf(db, account.id)).body
    const policy = await writePolicyOf(db, { accountId: account.id, source, now: now(), today })
    const keys = await pgpKeysOf({ db, accountId: account.id, settings: file.settings, secretFile, now })
    return await validateFile({
      ...options,
      ...keys,
      against: { account: account.slug, roster, redacted, ...(policy ? { policy } : {}) },
    })
  } finally {
    await close()
  }
}
