/** What an account has said about its fields, version by version; nothing that was once in force is forgotten. */
import type { Kysely, Transaction } from 'kysely'
import type { z } from 'zod'
import type { AccountPolicyTable, Tables } from '../db/tables.ts'

export type PolicyName = 'ownership' | 'redaction' | 'retention'

export interface Policy<T> {
  /** 0 where nothing was ever set. */
  readonly version: number
  readonly body: T
  readonly by: string | null
  readonly at: string | null
}

/** What is in force. `empty` is what holds where nothing was ever set. */
export async function policyOf<T>(
  db: Kysely<Tables>,
  accountId: string,
  { name, schema, empty }: { name: PolicyName; schema: z.ZodType<T>; empty: T },
): Promise<Policy<T>> {
  const row = await db
    .selectFrom('account_policy')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return { version: 0, body: empty, by: null, at: null }
  const { version, by, at } = row
  return { version, body: schema.parse(JSON.parse(row.body)), by, at }
}

/** Puts another version into force. Of two at the same moment the later one fails, since versions are a key. */
export async function addPolicy(trx: Transaction<Tables>, row: AccountPolicyTable): Promise<void> {
  await trx.insertInto('account_policy').values(row).execute()
}
