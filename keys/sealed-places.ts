/**
 * Every place in the database where something is sealed by the vault. What is not listed here is lost when the master
 * key is changed: whoever seals something new adds its place.
 */
import { type Kysely, sql } from 'kysely'
import { SYSTEMS } from '../schemas/connection-secrets.ts'
import { consentContext, keyContext } from './connection-secrets.ts'
import { answerContext } from './people/idempotency.ts'
import { factorContext } from './people/second-factor.ts'
import { pgpContext } from './pgp-keyring.ts'
import { sealPrefix, type Vault } from './vault.ts'
import { webhookContext } from './webhooks.ts'

/** The columns by which a row is found, in the order of `by`. */
type At = readonly string[]

interface SealedPlace {
  /** For people. */
  readonly kind: string
  readonly table: string
  readonly column: string
  /** Columns of the primary key. */
  readonly by: At
  /** What a secret may belong to there; it opens with one of them. */
  contexts(at: At): string[]
}

const KINDS = Object.keys(SYSTEMS) as (keyof typeof SYSTEMS)[] // The keys of a constant are its own.

const ofWebhook = {
  ...{ kind: 'webhook', table: 'webhook_endpoint', by: ['account_id', 'id'] },
  contexts: ([account = '', id = '']: At) => [webhookContext(account, id)],
}

export const SEALED_PLACES: readonly SealedPlace[] = [
  {
    ...{ kind: 'PGP key', table: 'pgp_key', column: 'private_key', by: ['account_id', 'fingerprint'] },
    contexts: ([account = '', fingerprint = '']) => [pgpContext(account, fingerprint)],
  },
  {
    ...{ kind: 'connection', table: 'connection_secret', column: 'data_key', by: ['account_id', 'source'] },
    contexts: ([accountId = '', source = '']) => KINDS.map((kind) => keyContext({ accountId, source, kind })),
  },
  {
    ...{ kind: 'consent', table: 'connection_consent', column: 'sealed', by: ['account_id', 'source'] },
    contexts: ([account = '', source = '']) => [consentContext(account, source)],
  },
  { ...ofWebhook, column: 'secret' },
  { ...ofWebhook, column: 'former_secret' },
  {
    ...{ kind: 'second factor', table: 'web_user', column: 'totp_secret', by: ['id'] },
    contexts: ([id = '']) => [factorContext(id)],
  },
  {
    ...{ kind: 'kept answer', table: 'idempotency', column: 'answer', by: ['owner', 'key'] },
    contexts: ([owner = '', key = '']) => [answerContext({ owner, key })],
  },
]

interface SealedRow {
  readonly at: At
  readonly sealed: string
}

/** How much is sealed in the place under each key, by its id. */
export async function sealedUnder(
  db: Kysely<unknown>,
  { table, column }: SealedPlace,
): Promise<Map<string, number>> {
  const of = sql.ref(column)
  // `v1.`, then eight hex digits.
  const { rows } = await sql<{ id: string; count: number | string }>`
    select substr(${of}, 4, 8) as id, count(*) as count from ${sql.table(table)}
    where ${of} is not null group by substr(${of}, 4, 8)`.execute(db)
  return new Map(rows.map(({ id, count }) => [id, Number(count)]))
}

/** Rows behind `after` that are sealed under another key, in the order of the primary key. */
export async function rowsToReseal(
  db: Kysely<unknown>,
  { table, column, by }: SealedPlace,
  { keyId, after, limit }: { keyId: string; after: At | null; limit: number },
): Promise<SealedRow[]> {
  const columns = sql.join(by.map((name) => sql.ref(name)))
  const behind = after === null ? sql`` : sql`and (${columns}) > (${sql.join(after)})`
  const { rows } = await sql<Record<string, string>>`
    select ${columns}, ${sql.ref(column)} from ${sql.table(table)}
    where ${sql.ref(column)} is not null and ${sql.ref(column)} not like ${`${sealPrefix(keyId)}%`} ${behind}
    order by ${columns} limit ${limit}`.execute(db)
  return rows.map((row) => ({ at: by.map((name) => row[name] ?? ''), sealed: row[column] ?? '' }))
}

/** False where the secret was changed or removed meanwhile. */
export async function putResealed(
  db: Kysely<unknown>,
  { table, column, by }: SealedPlace,
  { at, sealed, resealed }: SealedRow & { readonly resealed: string },
): Promise<boolean> {
  const isRow = sql.join(
    by.map((name, index) => sql`${sql.ref(name)} = ${at[index]}`),
    sql` and `,
  )
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = ${resealed}
    where ${isRow} and ${sql.ref(column)} = ${sealed}`.execute(db)
  return numAffectedRows === 1n
}

/** The same secret under the newest key; null where it does not open. */
export function resealed(vault: Vault, place: SealedPlace, { at, sealed }: SealedRow): string | null {
  for (const context of place.contexts(at)) {
    const secret = openedOrNull(vault, sealed, context)
    if (secret !== null) return vault.seal(secret, context)
  }
  return null
}

function openedOrNull(vault: Vault, sealed: string, context: string): string | null {
  try {
    return vault.open(sealed, context)
  } catch {
    // Damaged, of a key that is not here, or of another kind of connection: counted, and left as it is.
    return null
  }
}
