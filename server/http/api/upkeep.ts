/** What keeps an account in order: values corrected and pinned by hand, who hears of what, how long things are kept. */
import { z } from 'zod'
import { editSchema } from '../../../schemas/edit.ts'
import { LIFECYCLE_KINDS } from '../../../schemas/lifecycle.ts'
import { pinUntilSchema } from '../../../schemas/ownership.ts'
import { redactionSchema } from '../../../schemas/redaction.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import * as shapes from './shapes.ts'

const tag = 'Upkeep'
const look = { needs: 'viewer', accountBy: 'query' } as const
const work = { needs: 'data_admin', accountBy: 'query' } as const
const answerFor = { needs: 'account_admin', accountBy: 'query' } as const
const key = z.string().min(1).max(320).describe('An Employee Id or Email.')
const field = z.string().min(1).max(255).describe('Header of a column, or label of a demographic.')
const fields = z.object({ fields: redactionSchema })
const done = { done: true } as const

export const UPKEEP_ENDPOINTS: readonly Endpoint[] = [
  endpoint(
    {
      ...{ method: 'POST', path: '/employees/edit-preview', access: work, tag, answer: shapes.EditPreview },
      ...{ summary: 'what correcting a person by hand would do', body: editSchema.extend({ key }) },
    },
    ({ door, account, body: { key: known, ...edit } }) => door.fields.editPreview(account.slug, known, edit),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/employees/edit', access: work, tag, answer: shapes.Run, status: 202 },
      summary: 'corrects a person by hand, as an import of its own',
      body: editSchema.extend({ key, reason: z.string().max(1_000).exactOptional() }),
    },
    ({ door, account, viewer, body: { key: known, reason, ...edit } }) =>
      door.fields.edit(account.slug, known, edit, {
        ...{ by: viewer.name },
        ...(reason === undefined ? {} : { reason }),
      }),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/employees/pin', access: work, tag, answer: shapes.Done },
      summary: 'lets no source write a field of a person; `until` null is for good',
      body: z.object({ key, field, until: pinUntilSchema }),
    },
    async ({ door, account, viewer, body: { key: known, ...pin } }) => {
      await door.fields.pin(account.slug, known, pin, { by: viewer.name })
      return done
    },
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/employees/unpin', access: work, tag, answer: shapes.Done },
      ...{ summary: 'lets sources write it again', body: z.object({ key, field }) },
    },
    async ({ door, account, body }) => {
      await door.fields.unpin(account.slug, body.key, body.field)
      return done
    },
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/redactions/preview', access: answerFor, tag, answer: shapes.Redaction },
      ...{ summary: 'what there is of columns that would be redacted', body: fields },
    },
    ({ door, account, body }) => door.fields.redactionPreview(account.slug, body.fields),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/redactions', access: answerFor, tag, answer: shapes.Redaction },
      ...{ summary: 'takes columns out of all that is kept, and never reads them again', body: fields },
    },
    ({ door, account, viewer, body }) => door.fields.redact(account.slug, body.fields, { by: viewer.name }),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/redactions/end', access: answerFor, tag, answer: shapes.Redaction },
      ...{ summary: 'lets columns be read again', body: fields },
    },
    ({ door, account, viewer, body }) =>
      door.fields.endRedaction(account.slug, body.fields, { by: viewer.name }),
  ),
  endpoint(
    {
      ...{ method: 'GET', path: '/recipients', access: answerFor, tag, answer: shapes.Recipients },
      summary: 'who gets mails about the account, and about what',
    },
    async ({ door, account }) => shapes.pageOf(await door.outbox.recipients(account.slug)),
  ),
  endpoint(
    {
      ...{ method: 'PUT', path: '/recipients', access: answerFor, tag, answer: shapes.Recipient },
      summary: 'adds an address, or changes what it hears of',
      body: z.object({ address: z.string().max(254), topics: z.array(z.string()).exactOptional() }),
    },
    ({ door, account, body }) => door.outbox.setRecipient(account.slug, body),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/recipients/remove', access: answerFor, tag, answer: shapes.Done },
      ...{ summary: 'takes one away', body: z.object({ address: z.string().max(254) }) },
    },
    async ({ door, account, body }) => {
      await door.outbox.removeRecipient(account.slug, body.address)
      return done
    },
  ),
  endpoint(
    {
      ...{ method: 'GET', path: '/retention', access: look, tag, answer: shapes.Retention },
      summary: 'for how long things are kept',
    },
    ({ door, account }) => door.retention.settings(account.slug),
  ),
  endpoint(
    {
      ...{ method: 'PATCH', path: '/retention', access: answerFor, tag, answer: shapes.Retention },
      summary: 'changes it; null puts a setting back to its default',
      body: shapes.SettingsChange,
      current: ({ door, account }) => door.retention.settings(account.slug),
    },
    ({ door, account, viewer, body }) => door.retention.set(account.slug, body, { by: viewer.name }),
  ),
  endpoint(
    {
      ...{ method: 'GET', path: '/feeds', access: look, tag, answer: shapes.Feeds },
      summary: 'how the sources stand that send by themselves',
    },
    async ({ door, account }) => shapes.pageOf(await door.lifecycle.feeds(account.slug)),
  ),
  endpoint(
    {
      ...{ method: 'GET', path: '/lifecycle', access: look, tag, answer: shapes.LifecycleEvents },
      summary: 'who starts and leaves, by day, the latest first',
      query: z.object({
        kind: z.enum(LIFECYCLE_KINDS).exactOptional(),
        from: z.iso.date().exactOptional(),
        to: z.iso.date().exactOptional(),
        limit: shapes.placeQuery.shape.limit,
      }),
    },
    async ({ door, account, query }) => shapes.pageOf(await door.lifecycle.events(account.slug, query)),
  ),
]
