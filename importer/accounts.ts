/** The customers: who there is, and how one is added. */
import { newAccountSchema, sourceSettingsSchema } from '../schemas/account.ts'
import type { Db } from './db/open.ts'
import type { AccountRow } from './db/tables.ts'
import { ImportError } from './errors.ts'
import { newId } from './id.ts'
import type { Account, NewAccount } from './types.ts'

/** Adds an account with its sources. Throws `ACCOUNT_INVALID`, `ACCOUNT_EXISTS`. */
export async function addAccount(db: Db, account: NewAccount, now: Date): Promise<Account> {
  const parsed = newAccountSchema.safeParse(account)
  if (!parsed.success) {
    const [first] = parsed.error.issues
    const problem = `${first?.path.join('.') ?? ''}: ${first?.message ?? 'not valid'}`
    throw new ImportError('ACCOUNT_INVALID', { problem })
  }
  const { slug, name = slug, timezone } = parsed.data
  const row = { id: newId(now), slug, name, timezone, created_at: now.toISOString() }
  await db.transaction().execute(async (trx) => {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('account')
      .values(row)
      .onConflict((on) => on.column('slug').doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows !== 1n) throw new ImportError('ACCOUNT_EXISTS', { slug })
    const settings = JSON.stringify(sourceSettingsSchema.parse({}))
    const sources = (['sftp', 'manual'] as const).map((kind) => ({
      account_id: row.id,
      name: kind,
      kind,
      settings,
    }))
    await trx.insertInto('source').values(sources).execute()
  })
  return await accountOf(db, slug)
}

/** By slug. */
export async function listAccounts(db: Db): Promise<Account[]> {
  const rows = await db.selectFrom('account').selectAll().orderBy('slug').execute()
  return rows.map(toAccount)
}

/** Throws `ACCOUNT_UNKNOWN`. */
export async function accountOf(db: Db, slug: string): Promise<Account> {
  const row = await db.selectFrom('account').selectAll().where('slug', '=', slug).executeTakeFirst()
  if (!row) throw new ImportError('ACCOUNT_UNKNOWN', { slug })
  return toAccount(row)
}

function toAccount(row: AccountRow): Account {
  const { id, slug, name, timezone, created_at } = row
  return { id, slug, name, timezone, createdAt: created_at }
}
