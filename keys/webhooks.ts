/**
 * Endpoints that are told by HTTP what happens, each with the secret that signs what is sent to it. Secrets are sealed
 * in the vault and shown once, when they are made.
 */
import { randomBytes } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import type { WebhookEndpointTable } from '../importer/db/tables.ts'
import { ImportError } from '../schemas/errors.ts'
import {
  type NewWebhook,
  newWebhookSchema,
  type Webhook,
  type WebhookWithSecret,
} from '../schemas/webhook.ts'
import type { Vault } from './vault.ts'

/** The tables that this reads; the whole database fits. */
export interface WebhookTables {
  webhook_endpoint: WebhookEndpointTable
  account: { id: string; slug: string }
}

type Owner = { readonly id: string; readonly slug: string }

export interface Webhooks {
  /** Throws `WEBHOOK_INVALID`. */
  add(account: Owner, given: NewWebhook): Promise<WebhookWithSecret>
  /** Oldest first; of all accounts when none is named. */
  list(accountId?: string): Promise<Webhook[]>
  /** Throws `WEBHOOK_UNKNOWN`. */
  remove(id: string): Promise<void>
  /** Makes a new secret; the one before signs as well for a day. Throws `WEBHOOK_UNKNOWN`. */
  rotate(id: string): Promise<WebhookWithSecret>
  /** Nothing is sent there any more. */
  disable(accountId: string, id: string): Promise<void>
  /** Where to send, and the secrets that sign, the newest first; null where there is no such endpoint in use. */
  target(accountId: string, id: string): Promise<{ url: string; secrets: string[] } | null>
}

const SECRET_BYTES = 32
const OVERLAP_MS = 86_400_000

export function createWebhooks<T extends WebhookTables>(deps: {
  db: Kysely<T>
  vault: () => Promise<Vault>
  now: () => Date
}): Webhooks {
  const { vault, now } = deps
  // Kysely is invariant in its tables; this module uses only the two it names.
  const db = deps.db as unknown as Kysely<WebhookTables>

  async function find(id: string): Promise<Row> {
    const row = await rows().where('webhook_endpoint.id', '=', id).executeTakeFirst()
    if (row === undefined) throw new ImportError('WEBHOOK_UNKNOWN', { id })
    return row
  }

  function rows() {
    return db
      .selectFrom('webhook_endpoint')
      .innerJoin('account', 'account.id', 'webhook_endpoint.account_id')
      .selectAll('webhook_endpoint')
      .select('account.slug')
      .orderBy('webhook_endpoint.added_at')
      .orderBy('webhook_endpoint.id')
  }

  return {
    async add(account, given) {
      const parsed = newWebhookSchema.safeParse(given)
      if (!parsed.success)
        throw new ImportError('WEBHOOK_INVALID', { problem: parsed.error.issues[0]?.message ?? 'not valid' })
      const { url, types } = parsed.data
      const id = `wh${randomBytes(8).toString('hex')}`
      const secret = newSecret()
      await db
        .insertInto('webhook_endpoint')
        .values({
          ...{ account_id: account.id, id, url, types: [...new Set(types)].join(' ') },
          secret: (await vault()).seal(secret, webhookContext(account.id, id)),
          added_at: now().toISOString(),
        })
        .execute()
      return { ...toWebhook(await find(id)), secret }
    },

    async list(accountId) {
      const query = accountId === undefined ? rows() : rows().where('account_id', '=', accountId)
      return (await query.execute()).map(toWebhook)
    },

    async remove(id) {
      const { account_id } = await find(id)
      await db
        .deleteFrom('webhook_endpoint')
        .where('account_id', '=', account_id)
        .where('id', '=', id)
        .execute()
    },

    async rotate(id) {
      const { account_id, secret: former_secret } = await find(id)
      const secret = newSecret()
      await db
        .updateTable('webhook_endpoint')
        .set({
          secret: (await vault()).seal(secret, webhookContext(account_id, id)),
          former_secret,
          former_until: new Date(now().getTime() + OVERLAP_MS).toISOString(),
        })
        .where('account_id', '=', account_id)
        .where('id', '=', id)
        .execute()
      return { ...toWebhook(await find(id)), secret }
    },

    async disable(accountId, id) {
      await db
        .updateTable('webhook_endpoint')
        .set({ disabled_at: now().toISOString() })
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .execute()
    },

    async target(accountId, id) {
      const row = await rows()
        .where('account_id', '=', accountId)
        .where('webhook_endpoint.id', '=', id)
        .executeTakeFirst()
      if (row === undefined || row.disabled_at !== null) return null
      const sealed = [row.secret, ...(isOver(row.former_until, now()) ? [] : [row.former_secret])]
      const opened = await vault()
      return {
        url: row.url,
        secrets: sealed.flatMap((one) =>
          one === null ? [] : [opened.open(one, webhookContext(accountId, id))],
        ),
      }
    },
  }
}

type Row = Selectable<WebhookEndpointTable> & { slug: string }

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
}

export function webhookContext(accountId: string, id: string): string {
  return `webhook ${accountId} ${id}`
}

function isOver(until: string | null, now: Date): boolean {
  return until === null || until <= now.toISOString()
}

function toWebhook({ id, slug, url, types, added_at, former_until, disabled_at }: Row): Webhook {
  return {
    ...{ id, account: slug, url, types: types.split(' '), addedAt: added_at },
    ...{ formerSecretUntil: former_until, disabledAt: disabled_at },
  }
}
