/**
 * Approving a part of a plan: the rows are chosen from the plan that was shown, the file is planned again without the
 * others, and goes on only where the chosen rows then do exactly what was shown. So nobody reports to a person who was
 * left out, and the numbers are those of what is applied. The others wait in a run of their own: the same file, planned
 * after this one.
 */
import { createHash } from 'node:crypto'
import { copyFile, link, open } from 'node:fs/promises'
import type { Transaction } from 'kysely'
import type { PlanPart } from '../../schemas/plan.ts'
import type { Db } from '../db/open.ts'
import type { RunRow, Tables } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import { deliveryDir, deliveryPath } from '../files.ts'
import { describeCode } from '../report/issue-text.ts'
import { enter } from './ledger.ts'
import { changesOf } from './plan-store.ts'
import { reviewJson, reviewOf } from './review.ts'
import { chosenRows } from './review-page.ts'
import { RowSet } from './row-set.ts'
import type { StoredPlanRow } from './stored-row.ts'

export interface Chosen {
  /** As spans. */
  readonly rows: string
  /** Of what they do. */
  readonly digest: string
  /** Whether they are all that the plan would change. */
  readonly isAll: boolean
}

/** Throws `PLAN_CHOICE_INVALID` where the choice holds nothing that would change anybody. */
export async function choose(db: Db, run: RunRow, { filter }: PlanPart): Promise<Chosen> {
  const rows = new RowSet()
  const digest = new PlanDigest()
  for await (const batch of chosenRows(db, run, filter)) {
    for (const row of batch) {
      rows.push(row.row)
      digest.add(row)
    }
  }
  if (rows.size === 0)
    throw new ImportError('PLAN_CHOICE_INVALID', { problem: 'no row of it would change anybody' })
  const { count } = await db
    .selectFrom('plan_row')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('account_id', '=', run.account_id)
    .where('run_id', '=', run.id)
    .where('action', 'in', ['create', 'update'])
    .executeTakeFirstOrThrow()
  return { rows: rows.toString(), digest: digest.end(), isAll: Number(count) === rows.size }
}

/** Digest of all that the plan would change. */
export async function digestOfPlan(db: Db, run: RunRow): Promise<string> {
  const digest = new PlanDigest()
  for await (const batch of changesOf(db, { accountId: run.account_id, run: run.id })) {
    for (const row of batch) digest.add(row)
  }
  return digest.end()
}

class PlanDigest {
  readonly #hash = createHash('sha256')

  /** Who is new gets a number that depends on who else is new, so it does not count. */
  add({ row, action, personId, version, changes }: StoredPlanRow): void {
    const person = action === 'create' ? null : [personId, version]
    this.#hash.update(JSON.stringify([row, action, person, changes]))
  }

  end(): string {
    return this.#hash.digest('hex')
  }
}

/**
 * Enters the rest of a run that is being applied as a run of its own, which waits whatever it does. To be called last
 * in the transaction: a file without its row in the ledger is looked for by the intake.
 */
export async function enterRest(
  trx: Transaction<Tables>,
  run: RunRow,
  { dataDir, now }: { readonly dataDir: string; readonly now: Date },
): Promise<void> {
  const { part } = reviewOf(run)
  if (part === null || part.rest === null) return
  const delivery = {
    ...{
      id: part.rest,
      accountId: run.account_id,
      source: run.source,
      fileName: run.file_name,
      size: run.size,
    },
    // The database checks these two against the same lists.
    importType: run.import_type as 'partial' | 'full',
    mode: run.mode as 'apply' | 'dry_run',
    ...{ receivedAt: now.toISOString(), sentBy: run.sent_by },
  }
  await linkFile(dataDir, run, part.rest)
  await enter(trx, [delivery], run.node)
  const [code, params] = ['PLAN_REST', { run: run.id }] as const
  const hold = { code, rows: 0, message: describeCode(code, params).message }
  await trx
    .updateTable('run')
    .set({
      holds: JSON.stringify([hold]),
      proof: run.proof,
      review: reviewJson(reviewOf({ review: null }), { restOf: run.id }),
    })
    .where('id', '=', part.rest)
    .where('state', '=', 'received')
    .execute()
}

/** The same bytes under another name; a second time changes nothing. */
async function linkFile(dataDir: string, run: RunRow, id: string): Promise<void> {
  const from = deliveryPath(dataDir, { accountId: run.account_id, id: run.id })
  const to = deliveryPath(dataDir, { accountId: run.account_id, id })
  await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return
    // A file system without links.
    if (error.code === 'ENOENT') throw error
    await copyFile(from, to)
  })
  await using folder = await open(deliveryDir(dataDir, run.account_id))
  await folder.sync()
}
