/** What the API answers, under the names that the OpenAPI document gives it. */
import { z } from 'zod'
import { settingsChangeSchema, sourceSchema } from '../../../schemas/account.ts'
import { demographicSummarySchema } from '../../../schemas/demographic.ts'
import { duplicatePageSchema } from '../../../schemas/duplicate.ts'
import { editPreviewSchema } from '../../../schemas/edit.ts'
import { employeeSchema } from '../../../schemas/employee.ts'
import { erasureSchema } from '../../../schemas/erase.ts'
import { lifecycleEventSchema } from '../../../schemas/lifecycle.ts'
import { mergePreviewSchema } from '../../../schemas/merge.ts'
import { missingPageSchema } from '../../../schemas/missing.ts'
import { recipientSchema } from '../../../schemas/notify.ts'
import { ownershipViewSchema } from '../../../schemas/ownership.ts'
import {
  auditPageSchema,
  auditVerdictSchema,
  invitationSchema,
  madeTokenSchema,
  sessionSchema,
  tokenSchema,
  userSchema,
} from '../../../schemas/people.ts'
import { planPageSchema } from '../../../schemas/plan.ts'
import { redactionViewSchema } from '../../../schemas/redaction.ts'
import { retentionViewSchema } from '../../../schemas/retention.ts'
import { countsSchema, issueSchema, RUN_STATES, runSchema } from '../../../schemas/run.ts'
import { undoPreviewSchema } from '../../../schemas/undo.ts'
import { feedSchema } from '../../../schemas/watch.ts'
import { statusSchema } from '../../control/door.ts'
import { liveConnectionSchema } from '../../control/sftp-door.ts'

/** A page of a list: `next` is the `cursor` of the next one, null on the last. */
function page<Item extends z.ZodType>(items: Item) {
  return z.object({ items: z.array(items), next: z.string().nullable() })
}
const next = { next: z.string().nullable() }

/** How every list is asked for. */
/** What stands behind, where a cursor is a number; from the start for what is no cursor of ours. */
export function placeOf(cursor: string | undefined): number {
  return /^\d{1,9}$/.test(cursor ?? '') ? Number(cursor) : 0
}

export const placeQuery = z.object({
  cursor: z.string().max(100).exactOptional().describe('The `next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(1_000).exactOptional().describe('So many at most.'),
})

export const Account = z
  .object({
    id: z.string(),
    slug: z.string().describe('Its short name, which every request names it by.'),
    name: z.string(),
    timezone: z.string(),
    createdAt: z.string(),
  })
  .meta({ id: 'Account' })
export const Accounts = page(Account)

export const Source = sourceSchema.meta({ id: 'Source' })
export const Sources = page(Source)
export const SettingsChange = settingsChangeSchema

export const Run = runSchema.meta({ id: 'Import' })
export const RunLine = z
  .object({
    id: z.string(),
    source: z.string(),
    importType: z.enum(['partial', 'full']),
    mode: z.enum(['apply', 'dry_run']),
    state: z.enum(RUN_STATES),
    fileName: z.string(),
    size: z.int(),
    receivedAt: z.string(),
    finishedAt: z.string().nullable(),
    decidedBy: z.string().nullable(),
    counts: countsSchema,
    headline: z.string().describe('What came of it, in one sentence.'),
    undoes: z.string().nullable(),
  })
  .meta({ id: 'ImportLine' })
export const RunLines = page(RunLine)
export const Progress = z
  .object({
    state: z.enum(RUN_STATES),
    phase: z.enum(['reading', 'applying', 'reporting']).nullable(),
    done: z.int(),
    total: z.int(),
  })
  .meta({ id: 'Progress' })
export const Issues = page(issueSchema.meta({ id: 'Issue' }))
export const Plan = planPageSchema.extend(next).meta({ id: 'PlanPage' })
export const UndoPreview = undoPreviewSchema.meta({ id: 'UndoPreview' })

export const Employee = employeeSchema.meta({ id: 'Employee' })
export const EmployeeLine = z
  .object({
    id: z.int(),
    name: z.string().nullable(),
    employeeId: z.string().nullable(),
    email: z.string().nullable(),
    preferredName: z.string().nullable(),
    status: employeeSchema.shape.status,
    startDate: z.string().nullable(),
    endDate: z.string().nullable(),
    manager: z.object({ id: z.int(), name: z.string() }).nullable(),
    demographics: z.record(z.string(), z.string()),
  })
  .meta({ id: 'EmployeeLine' })
export const Employees = page(EmployeeLine).extend({
  isUnfinished: z
    .boolean()
    .describe('It looked through many and found no more yet: the next page looks further.'),
})
export const History = page(employeeSchema.shape.changes.element.meta({ id: 'Change' }))
export const MergePreview = mergePreviewSchema.meta({ id: 'MergePreview' })
export const Erasure = erasureSchema.meta({ id: 'Erasure' })
export const Duplicates = duplicatePageSchema.meta({ id: 'Duplicates' })
export const Missing = missingPageSchema.extend(next).meta({ id: 'Missing' })
export const Demographics = page(demographicSummarySchema.meta({ id: 'Demographic' }))
export const Ownership = ownershipViewSchema.meta({ id: 'Ownership' })

export const Key = z
  .object({
    account: z.string(),
    fingerprint: z.string(),
    type: z.string(),
    comment: z.string(),
    addedAt: z.string(),
    expiresAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
    lastUsedAt: z.string().nullable(),
    networks: z.array(z.string()),
  })
  .meta({ id: 'Key' })
export const Keys = page(Key)
export const Connection = liveConnectionSchema.meta({ id: 'Connection' })
export const Connections = page(Connection)

export const User = userSchema.meta({ id: 'User' })
export const Users = page(User)
export const Invitation = invitationSchema.meta({ id: 'Invitation' })
export const Token = tokenSchema.meta({ id: 'Token' })
export const Tokens = page(Token)
export const MadeToken = madeTokenSchema.meta({ id: 'MadeToken' })
export const Session = sessionSchema.meta({ id: 'Session' })
export const Sessions = page(Session)
export const Me = z
  .object({
    kind: z.enum(['person', 'token']),
    id: z.string(),
    name: z.string(),
    isOperator: z.boolean(),
    roles: userSchema.shape.roles,
    mayWrite: z.boolean(),
  })
  .meta({ id: 'Me' })
export const AuditPage = auditPageSchema.extend(next).meta({ id: 'AuditPage' })
export const AuditVerdict = auditVerdictSchema.meta({ id: 'AuditVerdict' })
export const Status = statusSchema.meta({ id: 'Status' })

export const EditPreview = editPreviewSchema.meta({ id: 'EditPreview' })
export const Redaction = redactionViewSchema.meta({ id: 'Redaction' })
export const Recipient = recipientSchema.meta({ id: 'Recipient' })
export const Recipients = page(Recipient)
export const Retention = retentionViewSchema.meta({ id: 'Retention' })
export const Feeds = page(feedSchema.meta({ id: 'Feed' }))
export const LifecycleEvents = page(lifecycleEventSchema.meta({ id: 'LifecycleEvent' }))

/** Of what changes something and has nothing to tell. */
export const Done = z.object({ done: z.literal(true) })

export const Problem = z
  .object({
    type: z.string(),
    status: z.int(),
    title: z.string(),
    detail: z.string().optional(),
    code: z.string().optional().describe('From the catalogue of error codes.'),
    fix: z.string().optional().describe('What to do about it.'),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    instance: z.string().optional().describe('Which request it was; the log has it under this number.'),
  })
  .meta({ id: 'Problem' })

/** A page as the API gives it. */
export function pageOf<Item>(items: readonly Item[], next: string | number | null = null) {
  return { items: [...items], next: next === null ? null : String(next) }
}
