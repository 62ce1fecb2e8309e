/** Settings of a source in a file: JSON of `source show --json`, or of its settings alone. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { ImportError, problemOf } from '../../importer/errors.ts'
import { type SourceSettings, sourceSettingsSchema } from '../../schemas/account.ts'
import type { Terminal } from './terminal.ts'

const fileSchema = z.union([z.looseObject({ settings: z.looseObject({}) }), z.looseObject({})])

/** Throws `FILE_UNREADABLE`, and `SOURCE_INVALID` where it holds no good settings. */
export async function readSettings(terminal: Terminal, path: string): Promise<SourceSettings> {
  const text = await readFile(resolve(terminal.cwd, path), 'utf8').catch((error: unknown) => {
    throw new ImportError('FILE_UNREADABLE', { problem: problemOf(error) }, { cause: error })
  })
  const found = fileSchema.safeParse(jsonOf(text))
  if (!found.success) throw new ImportError('SOURCE_INVALID', { problem: 'the file holds no JSON object' })
  const parsed = sourceSettingsSchema.safeParse('settings' in found.data ? found.data.settings : found.data)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  const problem = `${first?.path.join('.') ?? ''}: ${first?.message ?? 'not valid'}`
  throw new ImportError('SOURCE_INVALID', { problem })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ImportError('SOURCE_INVALID', { problem: 'the file holds no JSON' })
  }
}
