/** What the control socket answers about the calendar, and the same at its other end. */
import { z } from 'zod'
import type { Lifecycle } from '../../importer/types.ts'
import { lifecycleEventSchema, lifecycleFilterSchema } from '../../schemas/lifecycle.ts'
import { feedSchema } from '../../schemas/watch.ts'
import { type Ask, one } from './method.ts'

export const LIFECYCLE_METHODS = {
  'lifecycle.events': one(
    z.tuple([z.string(), lifecycleFilterSchema]),
    z.array(lifecycleEventSchema),
    ({ lifecycle }, slug, filter) => lifecycle.events(slug, filter),
  ),
  'lifecycle.feeds': one(z.tuple([z.string().nullable()]), z.array(feedSchema), ({ lifecycle }, slug) =>
    lifecycle.feeds(slug),
  ),
} as const

export function remoteLifecycle(ask: Ask<typeof LIFECYCLE_METHODS>): Lifecycle {
  return {
    events: (account, filter) => ask('lifecycle.events', [account, filter]),
    feeds: (account) => ask('lifecycle.feeds', [account]),
  }
}
