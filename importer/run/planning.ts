/** Reads a delivered file and keeps its plan; changes nobody. Up to here the rule after a crash is: do it again. */
import { createHash } from 'node:crypto'
import { proofSchema } from '../../schemas/delivery.ts'
import { countsSchema, type Hold, holdSchema } from '../../schemas/run.ts'
import { checkSha256Sidecar, SIDECAR_BYTES_MAX, sidecarOf, sidecarWords } from '../../schemas/sidecar.ts'
import { dayIn } from '../clock.ts'
import type { AccountRow, RunRow } from '../db/tables.ts'
import { deliveryPath } from '../files.ts'
import type { ChosenPart } from '../plan/chosen.ts'
import type { WritePolicy } from '../plan/ownership.ts'
import { describeCode } from '../report/issue-text.ts'
import { emptyRosterOf, rosterLookup } from '../roster/lookup.ts'
import { keepSeen } from '../roster/missing.ts'
import { keepSnapshot, snapshotOf } from '../roster/snapshots.ts'
import { knownSpellings } from '../roster/spellings.ts'
import { readingLimits } from '../table/records.ts'
import { fromApi } from './from-api.ts'
import { hashFile } from './hash-file.ts'
import { move } from './ledger.ts'
import { pgpKeysOf } from './pgp-keys.ts'
import { plannedAgain } from './plan-again.ts'
import { CONTRACT, type PlanFacts, parsePlanFacts, settingsHash } from './plan-facts.ts'
import { type FilePlan, type PlanRequest, planFile, type Refusal } from './plan-file.ts'
import { clearPlan, planSink } from './plan-store.ts'
import { redactionOf } from './redaction.ts'
import { type Part, type Review, reviewJson, reviewOf } from './review.ts'
import { digestOfPlan } from './review-part.ts'
import { RowSet } from './row-set.ts'
import { type Source, sourceOf } from './source.ts'
import { type AppliedRun, lastApplied, sourcePast } from './source-past.ts'
import { refusePoison, Stopping, type WorkContext } from './work.ts'
import { pinsDigest, rulesDigest, writePolicyOf } from './write-policy.ts'

/** Reads and plans, and moves the run on to whatever comes next. */
export async function plan(context: WorkContext, claimed: RunRow): Promise<void> {
  const { db, clock } = context
  refusePoison(claimed)
  const account = await db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', claimed.account_id)
    .executeTakeFirstOrThrow()
  const path = deliveryPath(context.dataDir, { accountId: account.id, id: claimed.id })
  const run = { ...claimed, sha256: await hashFile(path) }
  // The first try finds nothing of an earlier one.
  if (run.fence > 1) await clearPlan(db, { accountId: account.id, run: run.id })
  const source = await sourceOf(db, run)
  const before = await lastApplied(db, run)
  const [last] = before
  const today = dayIn(account.timezone, clock.now())
  const asker = { accountId: account.id, source: run.source, now: clock.now(), today }
  const policy = await writePolicyOf(db, asker)
  const redacted = (await redactionOf(db, account.id)).body
  const facts = factsBefore(account, source, { today, policy, redacted })
  const refused = refusalOf(run, source)
  if (refused === null && isTwin(run, last, facts)) return await endAsDuplicate(context, run, last)
  const request = await planRequest(context, run, { account, source, before, path, facts, policy, redacted })
  await savePlan(context, run, facts, await planFile({ ...request, refused }))
}

/** Whether the source's last applied run had the same bytes, under the same rules, and nobody has touched the roster since. */
function isTwin(run: RunRow, last: AppliedRun | undefined, now: PlanFacts): last is AppliedRun {
  if (run.mode !== 'apply' || last?.sha256 !== run.sha256 || last?.import_type !== run.import_type)
    return false
  const facts = parsePlanFacts(last.plan)
  // Of a part that was approved, the rest is still to be taken.
  if (facts === null || facts.isPart) return false
  const hasSameRules =
    facts.contract === CONTRACT && facts.settings === now.settings && facts.pins === now.pins
  return hasSameRules && facts.positionAfter === now.position
}

async function endAsDuplicate({ db, clock }: WorkContext, run: RunRow, twin: AppliedRun): Promise<void> {
  const key = { account_id: run.account_id, run_id: run.id, seq: 1, code: 'FILE_DUPLICATE', severity: 'info' }
  const nowhere = { line: null, row: null, column: null, field: null, header: null, value: null }
  await db.transaction().execute(async (trx) => {
    await move(trx, run, 'reading', 'duplicate', {
      sha256: run.sha256,
      finished_at: clock.now().toISOString(),
      report_due: 1,
      issue_counts: JSON.stringify({ FILE_DUPLICATE: 1 }),
    })
    await trx
      .insertInto('run_issue')
      .values({ ...key, ...nowhere, params: JSON.stringify({ run: twin.id }) })
      .execute()
  })
}

/** What speaks against reading the file at all: its proof of completeness. */
function refusalOf(run: RunRow, { kind, settings }: Source): Refusal | null {
  const speaksFor = kind === 'manual' ? null : sidecarOf(run.file_name)
  if (speaksFor !== null) {
    const problem =
      run.size > SIDECAR_BYTES_MAX
        ? 'it is longer than a checksum and a name'
        : 'the checksum is not that of the file of this name, or no such file came'
    return { code: 'FILE_CHECKSUM', params: { problem } }
  }
  const proof = run.proof === null ? null : proofSchema.parse(JSON.parse(run.proof))
  if (proof?.kind === 'missing') {
    const kind = sidecarWords(settings.sidecar)
    return { code: 'FILE_SIDECAR_TIMEOUT', params: { kind, minutes: proof.minutes } }
  }
  if (proof?.kind !== 'sha256') return null
  const verdict = checkSha256Sidecar(proof.text, run.sha256 ?? '', run.file_name)
  return verdict.fits ? null : { code: 'FILE_CHECKSUM', params: { problem: verdict.problem } }
}

function factsBefore(
  account: AccountRow,
  { settings }: Source,
  { today, policy, redacted }: Pick<Sources, 'policy' | 'redacted'> & { readonly today: string },
): PlanFacts {
  return {
    position: account.position,
    nextPersonBefore: account.next_person,
    nextPerson: account.next_person,
    nextDemographicBefore: account.next_demographic,
    newDemographics: [],
    columns: [],
    fill: null,
    leavers: 0,
    today,
    contract: CONTRACT,
    settings: settingsHash(settings, rulesDigest(policy, redacted)),
    pins: pinsDigest(policy),
    hasErrors: false,
    isPart: false,
    positionAfter: null,
  }
}

interface Sources {
  readonly account: AccountRow
  readonly source: Source
  /** Newest first. */
  readonly before: readonly AppliedRun[]
  readonly path: string
  readonly facts: PlanFacts
  readonly policy: WritePolicy | undefined
  readonly redacted: readonly string[]
}

async function planRequest(context: WorkContext, run: RunRow, of: Sources): Promise<PlanRequest> {
  const { db, secretFile, clock } = context
  const { account, source, before, path, facts, policy, redacted } = of
  const [last] = before
  const { kind, settings } = source
  const { part } = reviewOf(run)
  return {
    file: { path, name: run.file_name },
    limits: readingLimits(settings),
    roster: account.next_person === 1 ? emptyRosterOf(db, account.id) : rosterLookup(db, account.id),
    knowsRoster: true,
    today: facts.today,
    settings,
    mayReactivate: kind === 'manual' || settings.reactivate,
    isManual: kind === 'manual',
    past: await sourcePast(db, run, before, clock.now()),
    ...(part === null ? {} : { part: chosenOf(part) }),
    // Of a part the rest is still to be taken, and must be found again.
    snapshot:
      part === null ? await snapshotOf(db, { accountId: account.id, source: run.source }, run.size) : null,
    rules: [facts.contract, facts.settings, kind],
    ...(policy === undefined ? {} : { policy }),
    redacted,
    fromApi: await fromApi(db, run, source, last),
    isFirstImport: last === undefined,
    expected: parsePlanFacts(last?.plan ?? null)?.columns ?? [],
    spellings: await knownSpellings(db, account.id),
    nextPerson: account.next_person,
    nextDemographic: account.next_demographic,
    // The run's own random part: unknown to whoever wrote the file.
    seed: Number.parseInt(createHash('sha256').update(run.id).digest('hex').slice(0, 8), 16),
    ...(await pgpKeysOf({ db, accountId: account.id, settings, secretFile, now: () => clock.now() })),
    sink: planSink(db, { accountId: account.id, run: run.id }, run),
    onBytes: (done: number) => {
      if (context.isStopping()) throw new Stopping()
      context.onProgress(run.id, { phase: 'reading', done, total: run.size })
    },
  }
}

function chosenOf({ rows, by }: Part): ChosenPart {
  const set = RowSet.parse(rows)
  return { by, has: (row) => set.has(row) }
}

/** Keeps the plan and, in the same commit, lets it go on, hold, or end. */
async function savePlan(context: WorkContext, run: RunRow, before: PlanFacts, made: FilePlan): Promise<void> {
  const { issues, newDemographics, columns, nextPerson, counts, fill, leavers } = made
  const review = reviewOf(run)
  const { part } = review
  // Whoever chose a part has seen what it does; alone it must do the same.
  const isChosen = part !== null && part.digest === (await digestOfPlan(context.db, run))
  const holds = isChosen ? holdSchema.array().parse(JSON.parse(run.holds)) : holdsOf(run, review, made)
  const hasErrors = issues.severities.has('row') || issues.severities.has('cell') || counts.held > 0
  const facts: PlanFacts = {
    ...before,
    newDemographics: [...newDemographics],
    columns: [...columns],
    ...{ nextPerson, fill, leavers },
    ...{ hasErrors, isPart: part !== null },
  }
  const finished_at = context.clock.now().toISOString()
  const values = {
    sha256: run.sha256,
    counts: JSON.stringify(counts),
    holds: JSON.stringify(holds),
    issue_counts: JSON.stringify(Object.fromEntries(issues.counts)),
    issues_truncated: issues.isTruncated ? 1 : 0,
    plan: JSON.stringify(facts),
    attempts: 0,
    review: reviewAfter(run, review, isChosen),
  }
  await context.db.transaction().execute(async (trx) => {
    if (issues.isFatal) {
      return await move(trx, run, 'reading', 'rejected', { ...values, finished_at, report_due: 1 })
    }
    await move(trx, run, 'reading', 'planned', values)
    const key = { accountId: run.account_id, run: run.id }
    await keepSeen(trx, key, made.seen)
    if (made.snapshot !== null && run.mode === 'apply') await keepSnapshot(trx, key, made.snapshot)
    if (run.mode === 'dry_run')
      return await move(trx, run, 'planned', 'dry_run', { finished_at, report_due: 1 })
    if (isChosen)
      return await move(trx, run, 'planned', 'approved', { decided_by: part.by, reason: part.reason })
    if (holds.length > 0)
      return await move(trx, run, 'planned', 'held', { report_due: 1, held_at: finished_at })
    // In the same commit: a run that trips nothing must not wait for a reviewer nobody will call.
    await move(trx, run, 'planned', 'approved', { decided_by: 'policy' })
  })
}

/** Why the plan waits. Whoever was asked about this run before is asked again, whatever the new plan would do. */
function holdsOf(run: RunRow, { restOf }: Review, { holds }: FilePlan): readonly Hold[] {
  if (restOf !== null) {
    const message = describeCode('PLAN_REST', { run: restOf }).message
    return [{ code: 'PLAN_REST', rows: 0, message }, ...holds]
  }
  return holds.length === 0 && run.holds !== '[]' ? [plannedAgain()] : holds
}

/** A part that would do something else is planned and shown so, and only another word lets it go on. */
function reviewAfter(run: RunRow, review: Review, isChosen: boolean): string | null {
  if (run.plan === null) return run.review
  const former = {
    counts: countsSchema.parse(JSON.parse(run.counts)),
    holds: holdSchema.array().parse(JSON.parse(run.holds)),
  }
  const part = review.part === null || isChosen ? review.part : { ...review.part, digest: null }
  return reviewJson(review, { words: [], part, former: isChosen ? null : former })
}
