/** The source a run came from, with its settings. */
import type { Kysely } from 'kysely'
import { type SourceSettings, sourceSettingsSchema } from '../../schemas/account.ts'
import { snapshotSchema } from '../../schemas/delivery.ts'
import { EDIT_SOURCE } from '../../schemas/edit.ts'
import { mappingOf } from '../connections/mapping.ts'
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
  run: Pick<RunRow, 'account_id' | 'source'> & Partial<Pick<RunRow, 'snapshot'>>,
): Promise<Source> {
  if (isOwnSource(run.source)) return { kind: run.source, settings: sourceSettingsSchema.parse({}) }
  const { kind, settings } = await db
    .selectFrom('source')
    .select(['kind', 'settings'])
    .where('account_id', '=', run.account_id)
    .where('name', '=', run.source)
    .executeTakeFirstOrThrow()
  if (run.snapshot == null) return { kind, settings: parsed(settings) }
  // Fields of an API are understood by the mapping under which they were read, whatever holds by now.
  const { mapping: version } = snapshotSchema.parse(JSON.parse(run.snapshot))
  const { fields, values } = await mappingOf(db, { accountId: run.account_id, source: run.source }, version)
  const own = parsed(settings)
  return { kind, settings: { ...own, mapping: fields, values: { ...own.values, ...values } } }
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
