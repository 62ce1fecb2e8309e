/**
 * Remembers that somebody was erased without remembering who: of each key only a mark, made with a key that lies
 * outside of the database. Whoever has both could try keys one by one, and learn no more than that.
 */
import type { Transaction } from 'kysely'
import { openVault, type Vault } from '../../keys/vault.ts'
import { ISSUES } from '../../schemas/issues.ts'
import type { RunRow, Tables } from '../db/tables.ts'
import { planRows } from './plan-store.ts'

/** Sets a mark for each key. */
export async function markErased(
  trx: Transaction<Tables>,
  vault: Vault,
  { accountId, keys, at }: { accountId: string; keys: readonly string[]; at: string },
): Promise<void> {
  if (keys.length === 0) return
  const rows = keys.map((key) => ({
    account_id: accountId,
    mark: vault.mark(key, placeOf(accountId)),
    erased_at: at,
  }))
  await trx
    .insertInto('erased')
    .values(rows)
    .onConflict((on) => on.columns(['account_id', 'mark']).doNothing())
    .execute()
}

/** Says of every new person of the run who was erased before that they are back. */
export async function noteReturns(trx: Transaction<Tables>, run: RunRow, secretFile: string): Promise<void> {
  const known = await trx
    .selectFrom('erased')
    .select('mark')
    .where('account_id', '=', run.account_id)
    .execute()
  // Nearly every account has none, and then the key is not needed.
  if (known.length === 0) return
  const vault = await openVault(secretFile, { mayCreate: false })
  const marks = new Set(known.map(({ mark }) => mark))
  const back: { row: number; line: number }[] = []
  for await (const rows of planRows(trx, { accountId: run.account_id, run: run.id }, ['create'])) {
    for (const { row, line, changes } of rows) {
      const keys = changes.flatMap(([field, , value]) =>
        (field === 'email' || field === 'employeeId') && value !== null ? [value] : [],
      )
      if (keys.some((key) => vault.marks(key, placeOf(run.account_id)).some((mark) => marks.has(mark))))
        back.push({ row, line })
    }
  }
  if (back.length > 0) await tell(trx, run, back)
}

/** Places that are told; all are counted. */
const TOLD_MAX = 1_000
const CODE = 'ERASED_BACK'

async function tell(
  trx: Transaction<Tables>,
  run: RunRow,
  back: readonly { readonly row: number; readonly line: number }[],
): Promise<void> {
  const key = { account_id: run.account_id, run_id: run.id }
  const { last } = await trx
    .selectFrom('run_issue')
    .select((of) => of.fn.max('seq').as('last'))
    .where('account_id', '=', run.account_id)
    .where('run_id', '=', run.id)
    .executeTakeFirstOrThrow()
  const nowhere = { column: null, field: null, header: null, value: null, params: '{}' }
  const told = back.slice(0, TOLD_MAX)
  for (const [at, place] of told.entries()) {
    const issue = { code: CODE, severity: ISSUES[CODE].severity, seq: (last ?? 0) + at + 1 }
    await trx
      .insertInto('run_issue')
      .values({ ...key, ...nowhere, ...issue, ...place })
      .execute()
  }
  const counts = { ...JSON.parse(run.issue_counts), [CODE]: back.length }
  const issues_truncated = run.issues_truncated === 1 || told.length < back.length ? 1 : 0
  await trx
    .updateTable('run')
    .set({ issue_counts: JSON.stringify(counts), issues_truncated })
    .where('id', '=', run.id)
    .execute()
}

function placeOf(accountId: string): string {
  return `erased from ${accountId}`
}
