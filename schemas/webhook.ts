/** Webhooks: who is told what by HTTP. What is sent holds numbers of people and runs, never a value. */
import { z } from 'zod'

/** Everything that can be told. */
export const WEBHOOK_TYPES = [
  ...(['run.held', 'run.finished', 'run.rejected', 'run.failed', 'run.discarded', 'run.undone'] as const),
  ...(['employee.created', 'employee.updated', 'employee.former', 'employee.deactivated'] as const),
  ...(['employee.reactivated', 'employee.removed'] as const),
  ...(['lifecycle.upcoming', 'lifecycle.started', 'lifecycle.leaving', 'lifecycle.left'] as const),
  ...(['lifecycle.many_left', 'feed.warning'] as const),
] as const
const GROUPS = [...new Set(WEBHOOK_TYPES.map((type) => `${type.split('.')[0]}.*`))]

export const newWebhookSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'use an address such as https://example.com/rollcall' })
    .max(2_000)
    .refine(
      (url) => URL.canParse(url) && `${new URL(url).username}${new URL(url).password}` === '',
      'leave user and password out of the address',
    ),
  types: z
    .array(
      z.string().refine((one) => [...WEBHOOK_TYPES, ...GROUPS, '*'].includes(one), {
        error: `use ${[...GROUPS, ...WEBHOOK_TYPES].join(', ')} or *`,
      }),
    )
    .min(1, 'name at least one type')
    .default(['*']),
})
/** Not yet checked. */
export interface NewWebhook {
  readonly url: string
  /** Types, groups such as `run.*`, or `*`. */
  readonly types?: readonly string[]
}

export const webhookSchema = z.object({
  id: z.string(),
  /** Slug. */
  account: z.string(),
  url: z.string(),
  types: z.array(z.string()),
  /** ISO 8601, UTC, all. */
  addedAt: z.string(),
  /** Until when the secret before signs as well; null where there is none. */
  formerSecretUntil: z.string().nullable(),
  /** Since when nothing is sent, because the receiver said that it is gone. */
  disabledAt: z.string().nullable(),
})
export type Webhook = z.output<typeof webhookSchema>

/** With its secret, which is shown this once. */
export const webhookWithSecretSchema = webhookSchema.extend({ secret: z.string() })
export type WebhookWithSecret = z.output<typeof webhookWithSecretSchema>

/** One try to deliver a message. */
export const attemptSchema = z.object({
  number: z.int(),
  at: z.string(),
  /** HTTP status of the answer; null where none came. */
  status: z.int().nullable(),
  problem: z.string().nullable(),
  milliseconds: z.int(),
})
export type Attempt = z.output<typeof attemptSchema>

/** Whether somebody who asked for these types is told of that one. */
export function wants(types: readonly string[], type: string): boolean {
  return types.some(
    (one) => one === '*' || one === type || (one.endsWith('.*') && type.startsWith(one.slice(0, -1))),
  )
}
