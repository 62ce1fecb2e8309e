/** People who sign in, and programs that call: who they are and what they may do. */
import { z } from 'zod'
import { slugSchema } from './account.ts'

/** What somebody may do in an account, from the least to the most; each may what the ones before may. */
export const ACCOUNT_ROLES = ['viewer', 'data_admin', 'account_admin'] as const
export type AccountRole = (typeof ACCOUNT_ROLES)[number]

/** An operator may everything, in every account and on the server. */
export const ROLES = [...ACCOUNT_ROLES, 'operator'] as const
export type Role = (typeof ROLES)[number]

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  viewer: 'Viewer',
  data_admin: 'Employee data administrator',
  account_admin: 'Account administrator',
  operator: 'Operator',
}

/** Whether a role includes another. */
export function includes(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

export const ACCESSES = ['read', 'write'] as const
export type Access = (typeof ACCESSES)[number]

/** An address as it is kept: two that differ only in case are one person. */
export const userEmailSchema = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;.]+$|^[^\s@<>",;]+@localhost$/, 'use an e-mail address')
  .transform((email) => email.toLowerCase())

export const userNameSchema = z
  .string()
  .trim()
  .min(1, 'give a name')
  .max(100)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'use one line of text')

const accountRole = z.object({
  /** Slug. */
  account: z.string(),
  role: z.enum(ACCOUNT_ROLES),
})

export const newUserSchema = z.strictObject({
  email: userEmailSchema,
  name: userNameSchema.exactOptional(),
  isOperator: z.boolean().default(false),
  roles: z.array(z.strictObject({ account: slugSchema, role: z.enum(ACCOUNT_ROLES) })).default([]),
})
export type NewUser = z.input<typeof newUserSchema>

export const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  isOperator: z.boolean(),
  roles: z.array(accountRole),
  /** False until they have chosen a password. */
  hasPassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  lastSignInAt: z.string().nullable(),
})
export type User = z.output<typeof userSchema>

/** A link that is good once, for somebody to choose a password with. */
export const invitationSchema = z.object({
  user: userSchema,
  /** The secret part; the whole link is `/welcome/<it>` behind the server's address. */
  secret: z.string(),
  expiresAt: z.string(),
})
export type Invitation = z.output<typeof invitationSchema>

export const sessionSchema = z.object({
  id: z.string(),
  /** ISO 8601, UTC, both. */
  createdAt: z.string(),
  seenAt: z.string(),
  address: z.string(),
  agent: z.string(),
})
export type WebSession = z.output<typeof sessionSchema>

export const newTokenSchema = z.strictObject({
  name: userNameSchema,
  /** Slug; null for the whole server. */
  account: slugSchema.nullable(),
  role: z.enum(ROLES).default('viewer'),
  access: z.enum(ACCESSES).default('read'),
  /** Days until it ends. */
  days: z.int().min(1).max(730).default(90),
})
export type NewToken = z.input<typeof newTokenSchema>

export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  account: z.string().nullable(),
  role: z.enum(ROLES),
  access: z.enum(ACCESSES),
  /** Its last four signs. */
  ending: z.string(),
  createdBy: z.string(),
  /** ISO 8601, UTC, all of them. */
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
})
export type Token = z.output<typeof tokenSchema>

/** A new token, with what is never shown again. */
export const madeTokenSchema = tokenSchema.extend({ secret: z.string() })
export type MadeToken = z.output<typeof madeTokenSchema>

export const auditEntrySchema = z.object({
  seq: z.int(),
  /** ISO 8601, UTC. */
  at: z.string(),
  /** Slug, or null for what concerns the whole server. */
  account: z.string().nullable(),
  actor: z.string(),
  action: z.string(),
  object: z.string(),
  details: z.record(z.string(), z.json()),
  request: z.string().nullable(),
  hash: z.string(),
})
export type AuditEntry = z.output<typeof auditEntrySchema>

export const auditPlaceSchema = z.object({
  /** Entries before this one. */
  before: z.int().min(1).exactOptional(),
  /** Entries at most; default 100. */
  limit: z.int().min(1).max(1_000).exactOptional(),
})
export type AuditPlace = z.output<typeof auditPlaceSchema>

export const auditPageSchema = z.object({
  /** Newest first. */
  entries: z.array(auditEntrySchema),
  /** The `before` of the next page; null on the last one. */
  next: z.int().nullable(),
})
export type AuditPage = z.output<typeof auditPageSchema>

export const auditVerdictSchema = z.object({
  entries: z.int(),
  /** Hash of the last entry: written down elsewhere, it proves that none was cut off later. */
  head: z.string(),
  /** Number of the first entry that is not as it was written; null where all are. */
  brokenAt: z.int().nullable(),
})
export type AuditVerdict = z.output<typeof auditVerdictSchema>
