/** A person's word on a held run: approve exactly what was shown, all of it or a part, or put it away. */
import type { PlanPart } from '../../schemas/plan.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import { newId } from '../id.ts'
import type { Decision } from '../types.ts'
import { decide, find } from './ledger.ts'
import { parsePlanFacts } from './plan-facts.ts'
import { type Review, reviewJson, reviewOf, type Word } from './review.ts'
import { type Chosen, choose } from './review-part.ts'
import { sourceOf } from './source.ts'

/**
 * Approves exactly the plan that was shown, or the part of it that is named. Where the source asks for a second person,
 * the first word is kept and the run stays held. If the roster changed underneath, the run is planned again instead, and
 * the answer is `ROSTER_CHANGED`, for the caller to throw. Throws `RUN_NOT_HELD`, `PLAN_CHOICE_INVALID`, `APPROVER_SAME`,
 * `APPROVER_PROGRAM`.
 */
export async function approve(
  db: Db,
  run: RunRow,
  { by, byId, isProgram = false, reason, part }: Decision & { readonly part?: PlanPart },
  at: Date,
): Promise<ImportError | null> {
  assertHeld(run)
  // Whoever may make a token could else give both words.
  if (isProgram && (await sourceOf(db, run)).settings.approvers > 1)
    throw new ImportError('APPROVER_PROGRAM', { id: run.id })
  const review = reviewOf(run)
  if (await hasRosterMoved(db, run)) {
    const anew = reviewJson(review, { words: [], part: null })
    await decide(db, run.id, 'held', 'received', { attempts: 0, review: anew })
    return new ImportError('ROSTER_CHANGED', { id: run.id })
  }
  const chosen = part === undefined ? null : await choose(db, run, part)
  const some = chosen === null || chosen.isAll ? null : { ...chosen, rest: part?.rest ?? 'hold' }
  const of = some === null ? 'all' : `${some.digest} ${some.rest}`
  const word: Word = {
    ...{ by, reason: reason ?? null, at: at.toISOString(), of },
    ...(byId === undefined ? {} : { byId }),
  }
  const first = await firstWord(db, run, review, word)
  if (first === 'wanted') await keepWord(db, run, review, word)
  else await carryOut(db, run, { review, words: first === null ? [word] : [first, word], some, at })
  return null
}

/** Whether the word suffices (null), is the second one beside a first, or is itself the first of two. */
async function firstWord(db: Db, run: RunRow, review: Review, word: Word): Promise<Word | null | 'wanted'> {
  const { settings } = await sourceOf(db, run)
  if (settings.approvers === 1) return null
  // A word about other rows is no second one: it takes the place of the first.
  const first = review.words.find(({ of }) => of === word.of)
  if (first === undefined) return 'wanted'
  if (isSamePerson(first, word)) throw new ImportError('APPROVER_SAME', { id: run.id, by: word.by })
  return first
}

/** Two people may have one name; and one person is the same, whatever they are called by now. */
function isSamePerson(one: Word, other: Word): boolean {
  if (one.byId !== undefined && other.byId !== undefined) return one.byId === other.byId
  return one.by === other.by
}

async function keepWord(db: Db, run: RunRow, review: Review, word: Word): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('run')
    .set({ review: reviewJson(review, { words: [word] }), report_due: 1, attempts: 0 })
    .where('id', '=', run.id)
    .where('state', '=', 'held')
    // Of two first words at the same moment one is lost, and whoever said it hears so.
    .where('review', run.review === null ? 'is' : '=', run.review)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) await refuseDecided(db, run.id)
}

interface Approval {
  readonly review: Review
  readonly words: readonly Word[]
  readonly some: (Chosen & { readonly rest: PlanPart['rest'] }) | null
  readonly at: Date
}

async function carryOut(db: Db, run: RunRow, { review, words, some, at }: Approval): Promise<void> {
  const by = words.map((one) => one.by).join(' and ')
  const reason = words.findLast((one) => one.reason !== null)?.reason ?? null
  if (some === null) {
    const values = { decided_by: by, reason, attempts: 0 }
    if (!(await decide(db, run.id, 'held', 'approved', values))) await refuseDecided(db, run.id)
    return
  }
  const { rows, digest, rest } = some
  const part = { rows, digest, by, reason, rest: rest === 'hold' ? newId(at) : null }
  const values = { review: reviewJson(review, { words: [], part }), attempts: 0 }
  if (!(await decide(db, run.id, 'held', 'received', values))) await refuseDecided(db, run.id)
}

/** Puts the run away for good; nothing of it is applied. Throws `RUN_NOT_HELD`. */
export async function discard(db: Db, run: RunRow, { by, reason }: Decision, at: Date): Promise<null> {
  assertHeld(run)
  const values = { decided_by: by, reason: reason ?? null, attempts: 0 }
  const ended = { finished_at: at.toISOString(), report_due: 1 }
  if (!(await decide(db, run.id, 'held', 'discarded', { ...values, ...ended })))
    await refuseDecided(db, run.id)
  return null
}

function assertHeld({ id, state }: RunRow): void {
  if (state !== 'held') throw new ImportError('RUN_NOT_HELD', { id, state })
}

/** Somebody else decided in the same moment. */
async function refuseDecided(db: Db, id: string): Promise<never> {
  const run = await find(db, id)
  throw new ImportError('RUN_NOT_HELD', { id, state: run?.state ?? 'gone' })
}

async function hasRosterMoved(db: Db, run: RunRow): Promise<boolean> {
  const facts = parsePlanFacts(run.plan)
  const account = await db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', run.account_id)
    .executeTakeFirstOrThrow()
  return (
    facts?.position !== account.position ||
    facts.nextPersonBefore !== account.next_person ||
    facts.nextDemographicBefore !== account.next_demographic
  )
}
