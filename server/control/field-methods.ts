/** What the control socket answers about who may write which field, and the same at its other end. */
import { z } from 'zod'
import type { Fields } from '../../importer/types.ts'
import { editPreviewSchema, editSchema } from '../../schemas/edit.ts'
import { ownershipChangeSchema, ownershipViewSchema } from '../../schemas/ownership.ts'
import { redactionSchema, redactionViewSchema } from '../../schemas/redaction.ts'
import { runSchema } from '../../schemas/run.ts'
import { type Ask, one } from './method.ts'

const slug = z.string()
const key = z.string()
const decision = z.object({ by: z.string(), reason: z.string().exactOptional() })
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
  editPreview: one(z.tuple([slug, key, editSchema]), editPreviewSchema, ({ fields }, account, person, edit) =>
    fields.editPreview(account, person, edit),
  ),
  edit: one(z.tuple([slug, key, editSchema, decision]), runSchema, ({ fields }, account, person, edit, by) =>
    fields.edit(account, person, edit, by),
  ),
  pin: one(
    z.tuple([slug, key, z.object({ field: z.string(), until: z.string().nullable() }), word]),
    z.null(),
    ({ fields }, account, person, pin, by) => fields.pin(account, person, pin, by),
  ),
  unpin: one(z.tuple([slug, key, z.string()]), z.null(), ({ fields }, account, person, field) =>
    fields.unpin(account, person, field),
  ),
  redactionPreview: one(
    z.tuple([slug, redactionSchema]),
    redactionViewSchema,
    ({ fields }, account, columns) => fields.redactionPreview(account, columns),
  ),
  redact: one(
    z.tuple([slug, redactionSchema, word]),
    redactionViewSchema,
    ({ fields }, account, columns, by) => fields.redact(account, columns, by),
  ),
  endRedaction: one(
    z.tuple([slug, redactionSchema, word]),
    redactionViewSchema,
    ({ fields }, account, columns, by) => fields.endRedaction(account, columns, by),
  ),
} as const

export function remoteFields(ask: Ask<typeof FIELD_METHODS>): Fields {
  return {
    ownership: (account) => ask('ownership', [account]),
    ownershipPreview: (account, change) => ask('ownershipPreview', [account, change]),
    setOwnership: (account, change, by) => ask('setOwnership', [account, change, by]),
    editPreview: (account, person, edit) => ask('editPreview', [account, person, edit]),
    edit: (account, person, edit, by) => ask('edit', [account, person, edit, by]),
    pin: (account, person, pin, by) => ask('pin', [account, person, pin, by]),
    unpin: (account, person, field) => ask('unpin', [account, person, field]),
    redactionPreview: (account, columns) => ask('redactionPreview', [account, columns]),
    redact: (account, columns, by) => ask('redact', [account, columns, by]),
    endRedaction: (account, columns, by) => ask('endRedaction', [account, columns, by]),
  }
}
