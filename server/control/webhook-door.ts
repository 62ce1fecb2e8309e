/** What the command line can ask about webhooks, and the same at the other end of the control socket. */
import { z } from 'zod'
import type { Importer } from '../../importer/types.ts'
import type { Webhooks } from '../../keys/webhooks.ts'
import {
  type NewWebhook,
  type Webhook,
  type WebhookWithSecret,
  webhookSchema,
  webhookWithSecretSchema,
} from '../../schemas/webhook.ts'
import { type Ask, one } from './method.ts'

export interface WebhookDoor {
  readonly webhooks: {
    /** Throws `ACCOUNT_UNKNOWN`, `WEBHOOK_INVALID`. */
    add(account: string, webhook: NewWebhook): Promise<WebhookWithSecret>
    /** Of all accounts when none is named. */
    list(account: string | null): Promise<Webhook[]>
    /** Throws `WEBHOOK_UNKNOWN`. */
    remove(id: string): Promise<null>
    /** A new secret; the one before signs as well for a day. Throws `WEBHOOK_UNKNOWN`. */
    rotate(id: string): Promise<WebhookWithSecret>
  }
}

export function createWebhookDoor({
  importer,
  webhooks,
}: {
  readonly importer: Pick<Importer, 'account'>
  readonly webhooks: Webhooks
}): WebhookDoor {
  return {
    webhooks: {
      add: async (slug, given) => webhooks.add(await importer.account(slug), given),
      list: async (slug) => webhooks.list(slug === null ? undefined : (await importer.account(slug)).id),
      async remove(id) {
        await webhooks.remove(id)
        return null
      },
      rotate: (id) => webhooks.rotate(id),
    },
  }
}

// Whether an address or a type is a good one is said by the keys, in their words.
const newWebhook = z.object({ url: z.string(), types: z.array(z.string()).exactOptional() })
const id = z.string()

export const WEBHOOK_METHODS = {
  'webhooks.add': one(
    z.tuple([z.string(), newWebhook]),
    webhookWithSecretSchema,
    ({ webhooks }, slug, given) => webhooks.add(slug, given),
  ),
  'webhooks.list': one(z.tuple([z.string().nullable()]), z.array(webhookSchema), ({ webhooks }, slug) =>
    webhooks.list(slug),
  ),
  'webhooks.remove': one(z.tuple([id]), z.null(), ({ webhooks }, of) => webhooks.remove(of)),
  'webhooks.rotate': one(z.tuple([id]), webhookWithSecretSchema, ({ webhooks }, of) => webhooks.rotate(of)),
} as const

export function remoteWebhooks(ask: Ask<typeof WEBHOOK_METHODS>): WebhookDoor['webhooks'] {
  return {
    add: (account, given) => ask('webhooks.add', [account, given]),
    list: (account) => ask('webhooks.list', [account]),
    remove: (of) => ask('webhooks.remove', [of]),
    rotate: (of) => ask('webhooks.rotate', [of]),
  }
}
