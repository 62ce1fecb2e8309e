/**
 * What the command line can ask for: the importer, the customers' keys, and the taking in of a file. The same
 * interface stands in this process and at the other end of the control socket.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { ImportError } from '../../importer/errors.ts'
import type { Importer, Run } from '../../importer/types.ts'
import type { PgpKey, PgpKeyring } from '../../keys/pgp-keyring.ts'
import type { SecretRotator } from '../../keys/secret-rotation.ts'
import type { Webhooks } from '../../keys/webhooks.ts'
import type { Intake } from '../intake.ts'
import type { HrisDoor } from './hris-door.ts'
import type { PeopleDoor } from './people-door.ts'
import { createSecretsDoor, type SecretsDoor } from './secrets-door.ts'
import type { SftpDoor } from './sftp-door.ts'
import { createWebhookDoor, type WebhookDoor } from './webhook-door.ts'

export const newDeliverySchema = z.object({
  /** Slug. */
  account: z.string(),
  fileName: z.string(),
  importType: z.enum(['partial', 'full']),
  mode: z.enum(['apply', 'dry_run']),
  /** Who hands it in. */
  sentBy: z.string(),
})
/** A file as a person hands it in. */
export type NewDelivery = z.output<typeof newDeliverySchema>

/** A file that came and is in no list of runs yet, for want of its proof of completeness. */
const waitingFileSchema = z.object({
  account: z.string(),
  source: z.string(),
  fileName: z.string(),
  /** What its source demands; null where it has that and waits for its turn behind another. */
  wants: z.enum(['sha256', 'any']).nullable(),
  /** ISO 8601, UTC, both. */
  since: z.string(),
  until: z.string(),
})
export type WaitingFile = z.output<typeof waitingFileSchema>

const address = z.object({ host: z.string(), port: z.int() })

export const statusSchema = z.object({
  version: z.string(),
  pid: z.int(),
  nodeId: z.string(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  database: z.object({
    engine: z.enum(['sqlite', 'postgres']),
    version: z.string(),
    /** What it does to keep what it confirms, setting by setting. */
    durability: z.record(z.string(), z.string()),
    isDurable: z.boolean(),
    /** What the database takes for the time. */
    now: z.string(),
  }),
  /** Null in a command, which serves nobody. */
  sftp: address.extend({ fingerprint: z.string() }).nullable(),
  http: address.nullable(),
  /** Files that wait for the one that says they are complete, in the order of arrival. */
  waiting: z.array(waitingFileSchema),
})
/** Who is at work and on what. */
export type Status = z.output<typeof statusSchema>

export interface Door extends Importer, SftpDoor, PeopleDoor, WebhookDoor, SecretsDoor {
  /** Connections. */
  readonly hris: HrisDoor
  /** Makes the file durable and enters it; the run is in the ledger when this resolves. */
  deliver(delivery: NewDelivery, bytes: AsyncIterable<Uint8Array>): Promise<Run>
  /** Makes a PGP key of ours for the account. */
  newPgpKey(account: string): Promise<PgpKey>
  /** Adds a sender's public key, or a private key of ours. Throws `PGP_KEY_INVALID`. */
  addPgpKey(account: string, armored: string): Promise<PgpKey>
  /** Of all accounts when none is named. */
  listPgpKeys(account: string | null): Promise<PgpKey[]>
  /** Throws `PGP_KEY_UNKNOWN`. */
  pgpKey(fingerprint: string): Promise<PgpKey>
  revokePgpKey(fingerprint: string): Promise<PgpKey>
  status(): Promise<Status>
}

export interface DoorDeps {
  readonly importer: Importer
  readonly intake: Pick<Intake, 'begin' | 'complete' | 'abandon' | 'addAccount'>
  readonly sftpDoor: SftpDoor
  readonly hrisDoor: HrisDoor
  readonly peopleDoor: PeopleDoor
  readonly pgpKeyring: PgpKeyring
  readonly webhooks: Webhooks
  readonly rotator: SecretRotator
  readonly status: () => Promise<Status>
}

/** How long the ledger may be busy with others before a person hears that it is. */
const ENTRY_PATIENCE_MS = 60_000

export function createDoor(deps: DoorDeps): Door {
  const { importer, intake, sftpDoor, hrisDoor, peopleDoor, status, pgpKeyring } = deps

  /** The intake enters a file behind our back, in its turn; wait until it has. */
  async function entered(id: string): Promise<Run> {
    const deadline = performance.now() + ENTRY_PATIENCE_MS
    for (;;) {
      const run = await importer.run(id).catch(nullIfUnknown)
      if (run !== null) return run
      if (performance.now() > deadline) {
        const problem = `the file is safe as ${id}, but could not be entered yet; it will be as soon as the database answers`
        throw new ImportError('DATABASE_UNREACHABLE', { problem })
      }
      await delay(10)
    }
  }

  return {
    ...forwarded(importer),
    ...sftpDoor,
    hris: hrisDoor,
    ...peopleDoor,
    ...createWebhookDoor(deps),
    ...createSecretsDoor(deps.rotator),

    async addAccount(account) {
      const added = await importer.addAccount(account)
      await intake.addAccount(added)
      return added
    },

    async deliver({ account: slug, fileName, importType, mode, sentBy }, bytes) {
      const account = await importer.account(slug)
      const part = await intake.begin({ account, source: 'manual', importType, mode })
      try {
        await part.handle.writeFile(bytes)
      } catch (error) {
        await intake.abandon(part)
        throw error
      }
      const { id } = await intake.complete(part, fileName, sentBy)
      return await entered(id)
    },

    newPgpKey: async (slug) => pgpKeyring.create(await importer.account(slug)),
    addPgpKey: async (slug, armored) => pgpKeyring.add(await importer.account(slug), armored),
    listPgpKeys: async (slug) =>
      pgpKeyring.list(slug === null ? undefined : (await importer.account(slug)).id),
    pgpKey: (fingerprint) => pgpKeyring.find(fingerprint),
    revokePgpKey: (fingerprint) => pgpKeyring.revoke(fingerprint),
    status,
  }
}

/** Its methods live on a prototype, so spreading the importer itself would lose them. */
function forwarded(importer: Importer): Importer {
  return {
    fields: importer.fields,
    outbox: importer.outbox,
    lifecycle: importer.lifecycle,
    retention: importer.retention,
    addAccount: (account) => importer.addAccount(account),
    listAccounts: () => importer.listAccounts(),
    account: (slug) => importer.account(slug),
    labels: (slug) => importer.labels(slug),
    sources: (slug) => importer.sources(slug),
    source: (slug, name) => importer.source(slug, name),
    setSource: (slug, name, change) => importer.setSource(slug, name, change),
    enter: (deliveries) => importer.enter(deliveries),
    receive: (delivery) => importer.receive(delivery),
    unknownDeliveries: (ids) => importer.unknownDeliveries(ids),
    deliveryRules: (delivery) => importer.deliveryRules(delivery),
    checkSidecar: (delivery, sidecar) => importer.checkSidecar(delivery, sidecar),
    run: (id) => importer.run(id),
    runs: (filter) => importer.runs(filter),
    progress: (id) => importer.progress(id),
    plan: (id, filter, place) => importer.plan(id, filter, place),
    approve: (id, decision) => importer.approve(id, decision),
    discard: (id, decision) => importer.discard(id, decision),
    undoPreview: (id) => importer.undoPreview(id),
    undo: (id, decision) => importer.undo(id, decision),
    report: (id, format) => importer.report(id, format),
    employee: (account, key, options) => importer.employee(account, key, options),
    mergePreview: (account, keep, other) => importer.mergePreview(account, keep, other),
    merge: (account, keep, other, decision) => importer.merge(account, keep, other, decision),
    duplicates: (account, place) => importer.duplicates(account, place),
    keepApart: (account, one, other, word) => importer.keepApart(account, one, other, word),
    erasePreview: (account, key) => importer.erasePreview(account, key),
    erase: (account, key) => importer.erase(account, key),
    exportRoster: (account, options) => importer.exportRoster(account, options),
    demographics: (slug) => importer.demographics(slug),
    renameDemographic: (slug, label) => importer.renameDemographic(slug, label),
    demographicsMerge: (slug, labels) => importer.demographicsMerge(slug, labels),
    deleteDemographic: (slug, label) => importer.deleteDemographic(slug, label),
    missing: (slug, source, place) => importer.missing(slug, source, place),
    ignoreMissing: (slug, of, word) => importer.ignoreMissing(slug, of, word),
    validateFor: (account, file) => importer.validateFor(account, file),
    settled: (id) => importer.settled(id),
  }
}

function nullIfUnknown(error: unknown): null {
  if (error instanceof ImportError && error.code === 'RUN_UNKNOWN') return null
  throw error
}
