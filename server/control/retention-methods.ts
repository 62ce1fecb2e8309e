/** What the control socket answers about how long things are kept, and the same at its other end. */
import { z } from 'zod'
import type { Retain } from '../../importer/types.ts'
import { settingsChangeSchema } from '../../schemas/account.ts'
import { removalSchema, retentionViewSchema } from '../../schemas/retention.ts'
import { type Ask, one } from './method.ts'

const slug = z.string()
const word = z.object({ by: z.string() })

export const RETENTION_METHODS = {
  'retention.settings': one(z.tuple([slug]), retentionViewSchema, ({ retention }, of) =>
    retention.settings(of),
  ),
  'retention.set': one(
    z.tuple([slug, settingsChangeSchema, word]),
    retentionViewSchema,
    ({ retention }, of, change, by) => retention.set(of, change, by),
  ),
  'retention.preview': one(z.tuple([slug]), removalSchema, ({ retention }, of) => retention.preview(of)),
  'retention.run': one(z.tuple([slug]), removalSchema, ({ retention }, of) => retention.run(of)),
} as const

export function remoteRetention(ask: Ask<typeof RETENTION_METHODS>): Retain {
  return {
    settings: (account) => ask('retention.settings', [account]),
    set: (account, change, word) => ask('retention.set', [account, change, word]),
    preview: (account) => ask('retention.preview', [account]),
    run: (account) => ask('retention.run', [account]),
  }
}
