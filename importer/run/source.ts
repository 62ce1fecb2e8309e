/** The source a run came from, with its settings. */
import { type SourceSettings, sourceSettingsSchema } from '../../schemas/account.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'

export interface Source {
  /** `sftp` or `manual`. */
  readonly kind: string
  readonly settings: SourceSettings
}

export async function sourceOf(db: Db, run: Pick<RunRow, 'account_id' | 'source'>): Promise<Source> {
  const { kind, settings } = await db
    .selectFrom('source')
    .select(['kind', 'settings'])
    .where('account_id', '=', run.account_id)
    .where('name', '=', run.source)
    .executeTakeFirstOrThrow()
  return { kind, settings: sourceSettingsSchema.parse(JSON.parse(settings)) }
}
