/** The source a run came from, with its settings. */
import type { Kysely } from 'kysely'
import { type SourceSettings, sourceSettingsSchema } from '../../schemas/account.ts'
import { EDIT_SOURCE } from '../../schemas/edit.ts'
import type { RunRow, Tables } from '../db/tables.ts'

export interface Source {
  /** `sftp`, `manual`, or one of our own. */
  readonly kind: string
  readonly settings: SourceSettings
}

/** Sources that nobody sets: what Rollcall is asked to do to the roster itself. */
const OWN_SOURCES: readonly string[] = ['undo', 'merge', EDIT_SOURCE]

export function isOwnSource(name: string): boolean {
  return OWN_SOURCES.includes(name)
}

export async function sourceOf(
  db: Kysely<Tables>,
  run: Pick<RunRow, 'account_id' | 'source'>,
): Promise<Source> {
  if (isOwnSource(run.source)) return { kind: run.source, settings: sourceSettingsSchema.parse({}) }
  const { kind, settings } = await db
    .selectFrom('source')
    .select(['kind', 'settings'])
    .where('account_id', '=', run.account_id)
    .where('name', '=', run.source)
    .executeTakeFirstOrThrow()
  return { kind, settings: parsed(settings) }
}

const KEPT = 100
/** What was parsed before, by its text: every run asks several times, and settings hardly ever change. */
const known = new Map<string, SourceSettings>()

function parsed(text: string): SourceSettings {
  const before = known.get(text)
  if (before !== undefined) return before
  const settings = sourceSettingsSchema.parse(JSON.parse(text))
  if (known.size >= KEPT) known.clear()
  known.set(text, settings)
  return settings
}
