/** Checks a file with no account, no server and no database: here where it is small, in a bounded thread where not. */
import { stat } from 'node:fs/promises'
import { type SourceSettings, sourceSettingsSchema } from '../../schemas/account.ts'
import type { Run } from '../../schemas/run.ts'
import { type ValidateOptions, validateFile } from './validate.ts'
import { validateInWorker } from './workers.ts'

/** From here on a thread of its own pays: its memory is bounded, and starting it takes about as long as reading this. */
const THREAD_FROM_BYTES = 4 * 1024 * 1024

export type AloneOptions = Omit<ValidateOptions, 'against' | 'settings'> & {
  /** Settings to read it by, as `source show --json` prints them; the contract's defaults for what is not there. */
  readonly settings?: Partial<SourceSettings>
}

/** Answers as a dry run would. Throws `FILE_UNREADABLE`. */
export async function validateAlone({ onBytes, ...options }: AloneOptions): Promise<Run> {
  const settings = sourceSettingsSchema.parse(options.settings ?? {})
  const bytes = await stat(options.path).then(
    ({ size }) => size,
    () => 0,
  )
  if (bytes < THREAD_FROM_BYTES)
    return await validateFile({ ...options, settings, ...(onBytes ? { onBytes } : {}) })
  return await validateInWorker({ ...options, settings, against: null }, onBytes)
}
