/** Every question that the control socket answers: what it takes, what it gives, and who answers it. */
import { z } from 'zod'
import { REPORT_FORMATS } from '../../importer/types.ts'
import { settingsChangeSchema, sourceSchema, sourceSettingsSchema } from '../../schemas/account.ts'
import { deliverySchema } from '../../schemas/delivery.ts'
import { demographicLabelSchema, demographicSummarySchema } from '../../schemas/demographic.ts'
import { duplicatePageSchema, duplicatePlaceSchema } from '../../schemas/duplicate.ts'
import { employeeSchema } from '../../schemas/employee.ts'
import { erasureSchema } from '../../schemas/erase.ts'
import { exclusionsSchema } from '../../schemas/exclusion.ts'
import { mergePreviewSchema } from '../../schemas/merge.ts'
import { missingPageSchema, missingPlaceSchema } from '../../schemas/missing.ts'
import { planFilterSchema, planPageSchema, planPartSchema, planPlaceSchema } from '../../schemas/plan.ts'
import { RUN_STATES, runSchema } from '../../schemas/run.ts'
import { SIDECAR_KINDS } from '../../schemas/sidecar.ts'
import { undoPreviewSchema } from '../../schemas/undo.ts'
import { statusSchema } from './door.ts'
import { FIELD_METHODS } from './field-methods.ts'
import { HRIS_METHODS } from './hris-methods.ts'
import { LIFECYCLE_METHODS } from './lifecycle-methods.ts'
import { many, one } from './method.ts'
import { OUTBOX_METHODS } from './outbox-methods.ts'
import { PEOPLE_METHODS } from './people-methods.ts'
import { RETENTION_METHODS } from './retention-methods.ts'
import { SECRETS_METHODS } from './secrets-door.ts'
import { hostKeysSchema, liveConnectionSchema, newKeyOptionsSchema } from './sftp-door.ts'
import { WEBHOOK_METHODS } from './webhook-door.ts'

const id = z.string()
const decision = z.object({ by: z.string(), reason: z.string().exactOptional() })
// Whether a slug or a time zone is a good one is the importer's to say, in the importer's words.
const newAccount = z.object({
  slug: z.string(),
  name: z.string().exactOptional(),
  timezone: z.string().exactOptional(),
})
const filter = z.object({
  account: z.string().exactOptional(),
  state: z.enum(RUN_STATES).exactOptional(),
  limit: z.int().min(1).exactOptional(),
})

const account = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  timezone: z.string(),
  createdAt: z.string(),
})
const progress = z.object({
  phase: z.enum(['reading', 'applying', 'reporting']),
  done: z.number(),
  total: z.number(),
})
const key = z.object({
  accountId: z.string(),
  slug: z.string(),
  fingerprint: z.string(),
  type: z.string(),
  comment: z.string(),
  addedAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  networks: z.array(z.string()),
})

const pgpKey = z.object({
  slug: z.string(),
  fingerprint: z.string(),
  kind: z.enum(['own', 'sender']),
  userId: z.string(),
  addedAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  publicKey: z.string(),
})
const deliveryRules = sourceSettingsSchema.pick({ sidecar: true, sidecarMinutes: true })
const sidecar = z.object({ kind: z.enum(SIDECAR_KINDS), fileName: z.string(), text: z.string() })

export const METHODS = {
  ...PEOPLE_METHODS,
  addAccount: one(z.tuple([newAccount]), account, (door, given) => door.addAccount(given)),
  listAccounts: one(z.tuple([]), z.array(account), (door) => door.listAccounts()),
  account: one(z.tuple([z.string()]), account, (door, slug) => door.account(slug)),
  labels: one(z.tuple([z.string()]), z.array(z.string()), (door, slug) => door.labels(slug)),
  sources: one(z.tuple([z.string().nullable()]), z.array(sourceSchema), (door, slug) => door.sources(slug)),
  source: one(z.tuple([z.string(), z.string()]), sourceSchema, (door, slug, name) => door.source(slug, name)),
  setSource: one(
    z.tuple([z.string(), z.string(), settingsChangeSchema]),
    sourceSchema,
    (door, slug, name, change) => door.setSource(slug, name, change),
  ),
  enter: one(z.tuple([z.array(deliverySchema)]), z.null(), (door, deliveries) => door.enter(deliveries)),
  receive: one(z.tuple([deliverySchema]), runSchema, (door, delivery) => door.receive(delivery)),
  unknownDeliveries: one(z.tuple([z.array(id)]), z.array(id), (door, ids) => door.unknownDeliveries(ids)),
  deliveryRules: one(
    z.tuple([z.object({ accountId: z.string(), source: z.string() })]),
    deliveryRules.nullable(),
    (door, delivery) => door.deliveryRules(delivery),
  ),
  checkSidecar: one(
    z.tuple([deliverySchema, sidecar]),
    z.enum(['fits', 'differs', 'unknown']),
    (door, delivery, proof) => door.checkSidecar(delivery, proof),
  ),
  run: one(z.tuple([id]), runSchema, (door, run) => door.run(run)),
  runs: one(z.tuple([filter]), z.array(runSchema), (door, only) => door.runs(only)),
  progress: one(z.tuple([id]), progress.nullable(), (door, run) => door.progress(run)),
  plan: one(z.tuple([id, planFilterSchema, planPlaceSchema]), planPageSchema, (door, run, filter, place) =>
    door.plan(run, filter, place),
  ),
  approve: one(
    z.tuple([id, decision.extend({ part: planPartSchema.exactOptional() })]),
    runSchema,
    (door, run, by) => door.approve(run, by),
  ),
  discard: one(z.tuple([id, decision]), runSchema, (door, run, by) => door.discard(run, by)),
  undoPreview: one(z.tuple([id]), undoPreviewSchema, (door, run) => door.undoPreview(run)),
  undo: one(z.tuple([id, decision]), runSchema, (door, run, by) => door.undo(run, by)),
  employee: one(
    z.tuple([z.string(), z.string(), z.object({ asOf: z.string().exactOptional() })]),
    employeeSchema,
    (door, slug, person, options) => door.employee(slug, person, options),
  ),
  mergePreview: one(
    z.tuple([z.string(), z.string(), z.string()]),
    mergePreviewSchema,
    (door, slug, keep, other) => door.mergePreview(slug, keep, other),
  ),
  merge: one(
    z.tuple([z.string(), z.string(), z.string(), decision]),
    runSchema,
    (door, slug, keep, other, by) => door.merge(slug, keep, other, by),
  ),
  duplicates: one(z.tuple([z.string(), duplicatePlaceSchema]), duplicatePageSchema, (door, slug, place) =>
    door.duplicates(slug, place),
  ),
  keepApart: one(
    z.tuple([z.string(), z.string(), z.string(), z.object({ by: z.string() })]),
    z.null(),
    (door, slug, person, other, word) => door.keepApart(slug, person, other, word),
  ),
  erasePreview: one(z.tuple([z.string(), z.string()]), erasureSchema, (door, slug, person) =>
    door.erasePreview(slug, person),
  ),
  erase: one(z.tuple([z.string(), z.string()]), erasureSchema, (door, slug, person) =>
    door.erase(slug, person),
  ),
  demographics: one(z.tuple([z.string()]), z.array(demographicSummarySchema), (door, slug) =>
    door.demographics(slug),
  ),
  renameDemographic: one(
    z.tuple([z.string(), z.object({ from: z.string(), to: demographicLabelSchema })]),
    z.null(),
    (door, slug, label) => door.renameDemographic(slug, label),
  ),
  deleteDemographic: one(z.tuple([z.string(), z.string()]), z.null(), (door, slug, label) =>
    door.deleteDemographic(slug, label),
  ),
  missing: one(
    z.tuple([z.string(), z.string(), missingPlaceSchema]),
    missingPageSchema,
    (door, slug, source, place) => door.missing(slug, source, place),
  ),
  ignoreMissing: one(
    z.tuple([z.string(), z.object({ source: z.string(), key: z.string() }), z.object({ by: z.string() })]),
    z.null(),
    (door, slug, of, word) => door.ignoreMissing(slug, of, word),
  ),
  validateFor: one(
    z.tuple([
      z.string(),
      z.object({
        path: z.string(),
        fileName: z.string(),
        source: z.string().exactOptional(),
        exclusions: exclusionsSchema.exactOptional(),
      }),
    ]),
    runSchema,
    (door, slug, file) => door.validateFor(slug, file),
  ),
  settled: one(z.tuple([id]), runSchema, (door, run) => door.settled(run)),
  addKey: one(z.tuple([z.string(), z.string(), newKeyOptionsSchema]), key, (door, slug, line, options) =>
    door.addKey(slug, line, options),
  ),
  listKeys: one(z.tuple([z.string().nullable()]), z.array(key), (door, slug) => door.listKeys(slug)),
  revokeKey: one(z.tuple([z.string(), z.iso.datetime().nullable()]), key, (door, fingerprint, at) =>
    door.revokeKey(fingerprint, at ?? undefined),
  ),
  setPassword: one(z.tuple([z.string(), z.string().nullable()]), z.boolean(), (door, slug, password) =>
    door.setPassword(slug, password),
  ),
  connections: one(z.tuple([]), z.array(liveConnectionSchema), (door) => door.connections()),
  endConnection: one(z.tuple([z.int()]), liveConnectionSchema, (door, number) => door.endConnection(number)),
  hostKeys: one(z.tuple([]), hostKeysSchema, (door) => door.hostKeys()),
  makeNextHostKey: one(z.tuple([z.iso.date()]), hostKeysSchema, (door, day) => door.makeNextHostKey(day)),
  rotateHostKey: one(z.tuple([]), hostKeysSchema, (door) => door.rotateHostKey()),
  newPgpKey: one(z.tuple([z.string()]), pgpKey, (door, slug) => door.newPgpKey(slug)),
  addPgpKey: one(z.tuple([z.string(), z.string()]), pgpKey, (door, slug, armored) =>
    door.addPgpKey(slug, armored),
  ),
  listPgpKeys: one(z.tuple([z.string().nullable()]), z.array(pgpKey), (door, slug) => door.listPgpKeys(slug)),
  pgpKey: one(z.tuple([z.string()]), pgpKey, (door, fingerprint) => door.pgpKey(fingerprint)),
  revokePgpKey: one(z.tuple([z.string()]), pgpKey, (door, fingerprint) => door.revokePgpKey(fingerprint)),
  ...FIELD_METHODS,
  ...OUTBOX_METHODS,
  ...WEBHOOK_METHODS,
  ...SECRETS_METHODS,
  ...HRIS_METHODS,
  ...LIFECYCLE_METHODS,
  ...RETENTION_METHODS,
  status: one(z.tuple([]), statusSchema, (door) => door.status()),
} as const
export type MethodName = keyof typeof METHODS

export const STREAMS = {
  demographicsMerge: many(
    z.tuple([z.string(), z.object({ from: z.string(), into: z.string() })]),
    (door, slug, labels) => door.demographicsMerge(slug, labels),
  ),
  report: many(z.tuple([id, z.enum(REPORT_FORMATS)]), (door, run, format) => door.report(run, format)),
  exportRoster: many(
    z.tuple([z.string(), z.object({ includeDeactivated: z.boolean(), asOf: z.string().exactOptional() })]),
    (door, slug, options) => door.exportRoster(slug, options),
  ),
} as const
export type StreamName = keyof typeof STREAMS

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name)
}

export function isStream(name: string): name is StreamName {
  return Object.hasOwn(STREAMS, name)
}
