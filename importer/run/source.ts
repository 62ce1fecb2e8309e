/** The source a run came from, with its settings. */
import type { Kysely } from 'kysely'
import { type SourceSettings, sourceSettingsSchema } from '../../schemas/account.ts'
import type { RunRow, Tables } from '../db/tables.ts'

export interface Source {
  /** `sftp`, `manual`, `undo` or `merge`. */
  readonly kind: string
  readonly settings: SourceSettings
}

/** Sources that nobody sets: what Rollcall is asked to do to the roster itself. */
const OWN_SOURCES: readonly string[] = ['undo', 'merge']

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
  return { kind, settings: sourceSettingsSchema.parse(JSON.parse(settings)) }
}
