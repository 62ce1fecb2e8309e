/**
 * The one door to employee data: receive, look, decide, report. Opens the database, enters deliveries into the
 * ledger, and lets worker threads do the work; itself it never does anything that takes long.
 */

import type { Run } from '../schemas/run.ts'
import { accountOf, addAccount, listAccounts } from './accounts.ts'
import { dayIn } from './clock.ts'
import { createHris } from './connections/connections.ts'
import type { Engine } from './db/dialect.ts'
import { type Db, openDatabase } from './db/open.ts'
import { EngineRoom } from './engine-room.ts'
import { ImportError } from './errors.ts'
import { createFields } from './fields.ts'
import { startAbove } from './id.ts'
import { createInsight } from './insight.ts'
import type { Insight } from './insight-types.ts'
import { latestId } from './latest-id.ts'
import { createChores, createLifecycle } from './lifecycle/lifecycle.ts'
import type { ImporterHandle, ImporterOptions } from './options.ts'
import { createMailroom } from './outbox/mailroom.ts'
import { createOutbox } from './outbox/outbox.ts'
import { createRetention } from './retention.ts'
import { deleteDemographic, renameDemographic } from './roster/demographics.ts'
import { demographicsMerge } from './roster/demographics-merge.ts'
import { exportRoster } from './roster/export.ts'
import { rosterLookup } from './roster/lookup.ts'
import { rosterAsOf } from './run/as-of.ts'
import * as decisions from './run/decisions.ts'
import { summariesOf } from './run/demographics.ts'
import { duplicatePage, saidApart } from './run/duplicates.ts'
import { employeeOf } from './run/employee.ts'
import { type EraseContext, erase, previewErase } from './run/erase.ts'
import * as ledger from './run/ledger.ts'
import { previewMerge, requestMerge } from './run/merge.ts'
import { ignore, missingOf } from './run/missing.ts'
import { renderReport } from './run/render.ts'
import { planPage } from './run/review-page.ts'
import { runObject } from './run/run-object.ts'
import { checkAgainstRuns } from './run/sidecars.ts'
import { sourceOf } from './run/source.ts'
import { requestUndo } from './run/undo.ts'
import { previewUndo } from './run/undo-preview.ts'
import { validateInWorker } from './run/workers.ts'
import { changeSettings, findSource, listSources } from './sources.ts'
import type {
  Account,
  Chores,
  Decision,
  Delivery,
  DeliveryRules,
  DemographicSummary,
  DuplicatePage,
  Employee,
  Erasure,
  ExportOptions,
  Fields,
  FileToCheck,
  Hris,
  Importer,
  Lifecycle,
  Mailroom,
  MergePreview,
  MissingPage,
  NewAccount,
  Outbox,
  PlanPage,
  Progress,
  ReportFormat,
  Retain,
  RunFilter,
  SettingsChange,
  SidecarVerdict,
  Source,
  UndoPreview,
} from './types.ts'

export type { Severity } from '../schemas/run.ts'
export { type Clock, SYSTEM_CLOCK } from './clock.ts'
export { deliveryDir, deliveryPath, partPath, receiptPath, resultsDir } from './files.ts'
export { ID_PATTERN, newId } from './id.ts'
export type { ImporterHandle, ImporterLog, ImporterOptions } from './options.ts'
export { placesText, type Sentence, sentencesOf } from './report/places.ts'
export { problemLines, sarif } from './report/problems.ts'
export {
  type CountLine,
  type IssueGroup,
  kindOf,
  type Summary,
  shownCounts,
  summarize,
} from './report/summary.ts'
export { reportText } from './report/text.ts'
export { wrapped } from './report/text-layout.ts'
export { hashFile } from './run/hash-file.ts'
export { stateDiagram } from './run/state.ts'
export { validateAlone } from './run/validate-alone.ts'

export async function openImporter(options: ImporterOptions): Promise<ImporterHandle> {
  const { db, engine, close } = await openDatabase(options.databaseUrl)
  startAbove((await latestId(db, options.dataDir)) ?? '')
  return new Door(new EngineRoom(options, db, engine, close))
}

class Door implements ImporterHandle {
  readonly insight: Insight
  readonly #room: EngineRoom
  readonly fields: Fields
  readonly outbox: Outbox
  readonly hris: Hris
  readonly mailroom: Mailroom
  readonly lifecycle: Lifecycle
  readonly retention: Retain
  readonly chores: Chores

  constructor(room: EngineRoom) {
    this.#room = room
    this.outbox = createOutbox(room)
    this.hris = createHris(room, (delivery) => this.receive(delivery))
    this.mailroom = createMailroom(room)
    this.insight = createInsight(room)
    this.lifecycle = createLifecycle(room)
    this.retention = createRetention(room)
    this.chores = createChores(room)
    this.fields = createFields(room, (delivery) => this.receive(delivery))
  }

  get db(): Db {
    return this.#room.db
  }

  get engine(): Engine {
    return this.#room.engine
  }

  start(): Promise<void> {
    return this.#room.start()
  }

  async close(): Promise<void> {
    await this.hris.close()
    await this.#room.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async addAccount(account: NewAccount): Promise<Account> {
    return await addAccount(this.db, account, this.#room.clock.now())
  }

  async listAccounts(): Promise<Account[]> {
    return await listAccounts(this.db)
  }

  async account(slug: string): Promise<Account> {
    return await accountOf(this.db, slug)
  }

  async labels(slug: string): Promise<string[]> {
    const { id } = await this.account(slug)
    return [...(await rosterLookup(this.db, id).demographics()).keys()]
  }

  async sources(slug: string | null): Promise<Source[]> {
    return await listSources(this.db, slug === null ? undefined : (await this.account(slug)).slug)
  }

  async source(slug: string, name: string): Promise<Source> {
    return await findSource(this.db, (await this.account(slug)).slug, name)
  }

  async setSource(slug: string, name: string, change: SettingsChange): Promise<Source> {
    const { id: accountId } = await this.account(slug)
    return await changeSettings(this.db, { accountId, slug, name }, change)
  }

  async enter(deliveries: readonly Delivery[]): Promise<null> {
    await ledger.enter(this.db, deliveries, this.#room.options.nodeId)
    for (const { id } of deliveries) this.#room.wake(id)
    return null
  }

  async receive(delivery: Delivery): Promise<Run> {
    await this.enter([delivery])
    return await this.run(delivery.id)
  }

  async unknownDeliveries(ids: readonly string[]): Promise<string[]> {
    return await ledger.unknown(this.db, ids)
  }

  async deliveryRules(delivery: Pick<Delivery, 'accountId' | 'source'>): Promise<DeliveryRules | null> {
    const { accountId: account_id, source } = delivery
    const { kind, settings } = await sourceOf(this.db, { account_id, source })
    const { sidecar, sidecarMinutes } = settings
    // Who hands in a file by hand sees what comes of it.
    return kind === 'manual' ? null : { sidecar, sidecarMinutes }
  }

  async checkSidecar(...[delivery, sidecar]: Parameters<Importer['checkSidecar']>): Promise<SidecarVerdict> {
    return await checkAgainstRuns({ db: this.db, dataDir: this.#room.options.dataDir }, delivery, sidecar)
  }

  async run(id: string): Promise<Run> {
    return await runObject(this.db, await this.#room.row(id))
  }

  async runs(filter: RunFilter): Promise<Run[]> {
    const { account, ...rest } = filter
    const accountId = account === undefined ? undefined : (await this.account(account)).id
    const rows = await ledger.list(this.db, accountId === undefined ? rest : { ...rest, accountId })
    return await Promise.all(rows.map((row) => runObject(this.db, row)))
  }

  async progress(id: string): Promise<Progress | null> {
    return this.#room.progressOf(id)
  }

  async plan(...[id, filter, place]: Parameters<Importer['plan']>): Promise<PlanPage> {
    const run = await this.#room.row(id)
    if (run.rows_removed_at !== null) throw new ImportError('ROWS_GONE', { id })
    return await planPage(this.db, run, filter, place)
  }

  async approve(...[id, decision]: Parameters<Importer['approve']>): Promise<Run> {
    const at = this.#room.clock.now()
    return await this.#decided(id, await decisions.approve(this.db, await this.#room.row(id), decision, at))
  }

  async discard(id: string, decision: Decision): Promise<Run> {
    const at = this.#room.clock.now()
    return await this.#decided(id, await decisions.discard(this.db, await this.#room.row(id), decision, at))
  }

  async undoPreview(id: string): Promise<UndoPreview> {
    return await previewUndo(this.db, await this.#room.row(id), this.#room.clock.now())
  }

  async undo(id: string, decision: Decision): Promise<Run> {
    const { dataDir } = this.#room.options
    const row = await this.#room.row(id)
    return await this.receive(await requestUndo({ dataDir, clock: this.#room.clock }, row, decision))
  }

  async *report(id: string, format: ReportFormat): AsyncGenerator<string | Uint8Array> {
    const run = await this.#room.row(id)
    if (run.state === 'received' || run.state === 'reading') throw new ImportError('REPORT_NOT_READY', { id })
    const object = await runObject(this.db, run)
    yield* renderReport({
      db: this.db,
      dataDir: this.#room.options.dataDir,
      secretFile: this.#room.secretFile,
      now: this.#room.clock.now(),
      run,
      object,
      format,
      withValues: true,
    })
  }

  async employee(slug: string, key: string, { asOf }: { asOf?: string } = {}): Promise<Employee> {
    return await employeeOf(this.db, await this.account(slug), { key, now: this.#room.clock.now(), asOf })
  }

  async mergePreview(slug: string, keep: string, other: string): Promise<MergePreview> {
    return await previewMerge(this.db, await this.account(slug), { keep, other })
  }

  async merge(slug: string, keep: string, other: string, decision: Decision): Promise<Run> {
    const context = { db: this.db, dataDir: this.#room.options.dataDir, clock: this.#room.clock }
    return await this.receive(
      await requestMerge(context, await this.account(slug), { keep, other }, decision),
    )
  }

  async duplicates(...[slug, place]: Parameters<Importer['duplicates']>): Promise<DuplicatePage> {
    return await duplicatePage(this.db, await this.account(slug), place)
  }

  async keepApart(...[slug, one, other, { by }]: Parameters<Importer['keepApart']>): Promise<null> {
    const at = this.#room.clock.now().toISOString()
    await saidApart(this.db, await this.account(slug), [one, other], { by, at })
    return null
  }

  async erasePreview(slug: string, key: string): Promise<Erasure> {
    return await previewErase(this.#eraseContext, await this.account(slug), key)
  }

  async erase(slug: string, key: string): Promise<Erasure> {
    const { files, ...rest } = await erase(this.#eraseContext, await this.account(slug), key)
    this.#room.log.info(
      { account: slug, people: rest.people.length, files: files.length },
      'a person was erased',
    )
    return { ...rest, files }
  }

  async *exportRoster(slug: string, { includeDeactivated, asOf }: ExportOptions): AsyncGenerator<string> {
    const { view, today } = await rosterAsOf(this.db, await this.account(slug), this.#room.clock.now(), asOf)
    yield* exportRoster(view, { includeDeactivated, today })
  }

  async missing(...[slug, source, place]: Parameters<Importer['missing']>): Promise<MissingPage> {
    return await missingOf(this.db, await this.account(slug), source, {
      ...place,
      now: this.#room.clock.now(),
    })
  }

  async ignoreMissing(...[slug, of, { by }]: Parameters<Importer['ignoreMissing']>): Promise<null> {
    await ignore(this.db, await this.account(slug), of, { by, now: this.#room.clock.now() })
    return null
  }

  async demographics(slug: string): Promise<DemographicSummary[]> {
    return await summariesOf(this.db, await this.account(slug), this.#room.clock.now())
  }

  async renameDemographic(...[slug, label]: Parameters<Importer['renameDemographic']>): Promise<null> {
    await renameDemographic(this.db, (await this.account(slug)).id, label)
    return null
  }

  async *demographicsMerge(...[slug, labels]: Parameters<Importer['demographicsMerge']>) {
    yield* demographicsMerge(this.db, (await this.account(slug)).id, labels)
  }

  async deleteDemographic(slug: string, label: string): Promise<null> {
    await deleteDemographic(
      this.db,
      (await this.account(slug)).id,
      label,
      this.#room.clock.now().toISOString(),
    )
    return null
  }

  async validateFor(slug: string, file: FileToCheck): Promise<Run> {
    const { path, fileName, source = 'sftp', exclusions = [] } = file
    const { settings } = await this.source(slug, source)
    const { id, timezone } = await this.account(slug)
    const now = this.#room.clock.now()
    return await validateInWorker({
      ...{ path, fileName },
      settings: { ...settings, exclusions: [...settings.exclusions, ...exclusions] },
      against: {
        databaseUrl: this.#room.options.databaseUrl,
        account: { id, slug },
        secretFile: this.#room.secretFile,
        source,
      },
      today: dayIn(timezone, now),
      now: now.toISOString(),
    })
  }

  settled(id: string): Promise<Run> {
    return this.#room.settled(id)
  }

  get #eraseContext(): EraseContext {
    const { dataDir } = this.#room.options
    return { db: this.db, dataDir, secretFile: this.#room.secretFile, now: this.#room.clock.now() }
  }

  /** Somebody else must act on what was decided, and everybody who waits must hear of it. */
  async #decided(id: string, refusal: ImportError | null): Promise<Run> {
    this.#room.wake(id)
    if (refusal !== null) throw refusal
    return await this.run(id)
  }
}
