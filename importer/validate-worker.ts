/** A thread that validates one file against an account's people and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Run } from '../schemas/run.ts'
import { openDatabase } from './db/open.ts'
import { ImportError } from './errors.ts'
import { rosterLookup } from './roster/lookup.ts'
import { validateFile } from './run/validate.ts'
import type { FromValidation, ValidateStart } from './run/workers.ts'

const { databaseUrl, account, ...file } = workerData as ValidateStart // given by workers.ts
const say = (answer: FromValidation): void => parentPort?.postMessage(answer)

try {
  say({ kind: 'run', run: await validate() })
} catch (error) {
  if (!(error instanceof ImportError)) throw error
  say({ kind: 'error', code: error.code, params: error.params })
}

async function validate(): Promise<Run> {
  const { db, close } = await openDatabase(databaseUrl, { connections: 1 })
  try {
    const against = { account: account.slug, roster: rosterLookup(db, account.id) }
    return await validateFile({ ...file, against })
  } finally {
    await close()
  }
}
