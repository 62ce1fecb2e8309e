/** The sources of an account and their settings: what is set, and how it is changed. */
import type { z } from 'zod'
import { type SettingsChange, type Source, sourceSchema, sourceSettingsSchema } from '../schemas/account.ts'
import type { Db } from './db/open.ts'
import { ImportError } from './errors.ts'

/** Every source, or those of one account, by account and name. */
export async function listSources(db: Db, slug?: string): Promise<Source[]> {
  let query = db
    .selectFrom('source')
    .innerJoin('account', 'account.id', 'source.account_id')
    .select(['account.slug as account', 'source.name', 'source.kind', 'source.settings'])
    .orderBy('account.slug')
    .orderBy('source.name')
  if (slug !== undefined) query = query.where('account.slug', '=', slug)
  return (await query.execute()).map(toSource)
}

/** Throws `SOURCE_UNKNOWN`. */
export async function findSource(db: Db, slug: string, name: string): Promise<Source> {
  const source = (await listSources(db, slug)).find((one) => one.name === name)
  if (source === undefined) throw new ImportError('SOURCE_UNKNOWN', { slug, name })
  return source
}

/**
 * Changes settings of a source: null puts one back to its default. Runs that are planned already keep their plan.
 * Throws `SOURCE_UNKNOWN`, and `SOURCE_INVALID` where the result would not be good settings.
 */
export async function changeSettings(
  db: Db,
  source: { readonly accountId: string; readonly slug: string; readonly name: string },
  change: SettingsChange,
): Promise<Source> {
  const { accountId, slug, name } = source
  await db.transaction().execute(async (trx) => {
    // Two changes at a time must not lose one: on PostgreSQL the row is taken, on SQLite the whole database is.
    const row = await trx
      .updateTable('source')
      .set(({ ref }) => ({ settings: ref('settings') }))
      .where('account_id', '=', accountId)
      .where('name', '=', name)
      .returning('settings')
      .executeTakeFirst()
    if (!row) throw new ImportError('SOURCE_UNKNOWN', { slug, name })
    const settings = JSON.stringify(changed(JSON.parse(row.settings), change)) // our own JSON
    await trx
      .updateTable('source')
      .set({ settings })
      .where('account_id', '=', accountId)
      .where('name', '=', name)
      .execute()
  })
  return await findSource(db, slug, name)
}

function changed(
  before: Record<string, unknown>,
  change: SettingsChange,
): z.output<typeof sourceSettingsSchema> {
  const after: Record<string, unknown> = { ...before }
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete after[key]
    else after[key] = value
  }
  const parsed = sourceSettingsSchema.safeParse(after)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  throw new ImportError('SOURCE_INVALID', { problem: problemOf(first) })
}

/** The first thing that is wrong, with the setting's name; never a value, which may come from a file. */
function problemOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'not valid'
  if (issue.code === 'unrecognized_keys') return `there is no setting "${issue.keys[0]}"`
  const at = issue.path.map(String).join('.')
  return at === '' ? issue.message : `${at}: ${issue.message}`
}

function toSource(row: { account: string; name: string; kind: string; settings: string }): Source {
  return sourceSchema.parse({ ...row, settings: JSON.parse(row.settings) })
}
