/** What taking a run back would do, for a person to look at first. Writes nothing. */
import { setImmediate as breath } from 'node:timers/promises'
import type { UndonePerson, UndoPreview } from '../../schemas/undo.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import type { ValueKey } from '../plan/person.ts'
import { describeCode } from '../report/issue-text.ts'
import { labelsOf } from '../report/row-report.ts'
import { everyLabel } from '../roster/demographics.ts'
import type { UndoneOne } from '../roster/undo.ts'
import { parsePlanFacts } from './plan-facts.ts'
import { isKept, openUndo } from './undo.ts'

/** People that a preview lists at most, of those with something kept and of the others. */
const LISTED_MAX = 100

/** Throws `RUN_NOT_UNDOABLE`. */
export async function previewUndo(db: Db, run: RunRow, now: Date): Promise<UndoPreview> {
  const undo = await openUndo(db, run, now)
  const { slug } = await db
    .selectFrom('account')
    .select('slug')
    .where('id', '=', run.account_id)
    .executeTakeFirstOrThrow()
  const labelOf = labelsOf(await everyLabel(db, run.account_id))
  const sums = { restored: 0, values: 0, removed: 0, recreated: 0, kept: {} as Record<string, number> }
  let shown = 0
  const [minded, others]: [UndonePerson[], UndonePerson[]] = [[], []]
  for await (const batch of undo.batches()) {
    for (const one of batch) {
      addUp(sums, one)
      if (isKept(one.undoing) && one.undoing.kept.length === 0) continue
      shown++
      const list = one.undoing.kept.length > 0 ? minded : others
      if (list.length < LISTED_MAX) list.push(personOf(one, labelOf))
    }
    // Whoever else this process serves must not wait until everybody was looked at.
    await breath()
  }
  const people = [...minded, ...others]
  return {
    ...{ run: run.id, account: slug, fileName: run.file_name, ...sums, people },
    demographics: (parsePlanFacts(run.plan)?.newDemographics ?? []).map(({ label }) => label),
    isTruncated: people.length < shown,
  }
}

type Sums = Pick<UndoPreview, 'restored' | 'values' | 'removed' | 'recreated' | 'kept'>

function addUp(sums: { -readonly [K in keyof Sums]: Sums[K] }, { undoing }: UndoneOne): void {
  for (const { reason } of undoing.kept) sums.kept[reason] = (sums.kept[reason] ?? 0) + 1
  if (undoing.action === 'remove') sums.removed++
  else if (undoing.action === 'recreate') sums.recreated++
  else if (!isKept(undoing)) {
    sums.restored++
    sums.values += undoing.changes.length
  }
}

function personOf({ undoing, now }: UndoneOne, labelOf: (key: ValueKey) => string): UndonePerson {
  const value = (key: 'name' | 'employeeId' | 'email') =>
    now?.core[key] ?? undoing.changes.find(([field]) => field === key)?.[2] ?? null
  const isWhole = undoing.action !== 'restore'
  return {
    ...{ id: undoing.personId, name: value('name'), employeeId: value('employeeId'), email: value('email') },
    action: isKept(undoing) ? 'keep' : undoing.action,
    changes: isWhole
      ? []
      : undoing.changes.map(([key, now, former]) => ({ field: labelOf(key), now, former })),
    kept: undoing.kept.map(({ field, reason }) => {
      const what = field === null ? 'The person' : labelOf(field)
      const message = describeCode(reason, { what }).message
      return { field: field === null ? null : what, code: reason, message }
    }),
  }
}
