/** What the control socket answers about who may write which field, and the same at its other end. */
import { z } from 'zod'
import type { Fields } from '../../importer/types.ts'
import { ownershipChangeSchema, ownershipViewSchema } from '../../schemas/ownership.ts'
import { type Ask, one } from './method.ts'

const slug = z.string()
const word = z.object({ by: z.string() })

export const FIELD_METHODS = {
  ownership: one(z.tuple([slug]), ownershipViewSchema, ({ fields }, account) => fields.ownership(account)),
  ownershipPreview: one(
    z.tuple([slug, ownershipChangeSchema]),
    ownershipViewSchema,
    ({ fields }, account, change) => fields.ownershipPreview(account, change),
  ),
  setOwnership: one(
    z.tuple([slug, ownershipChangeSchema, word]),
    ownershipViewSchema,
    ({ fields }, account, change, by) => fields.setOwnership(account, change, by),
  ),
} as const

export function remoteFields(ask: Ask<typeof FIELD_METHODS>): Fields {
  return {
    ownership: (account) => ask('ownership', [account]),
    ownershipPreview: (account, change) => ask('ownershipPreview', [account, change]),
    setOwnership: (account, change, by) => ask('setOwnership', [account, change, by]),
  }
}
