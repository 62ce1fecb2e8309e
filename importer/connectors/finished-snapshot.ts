/** What every connector does once its table is full. */
import type { SnapshotFacts, SnapshotRows } from './connector.ts'
import type { SnapshotTable } from './snapshot-table.ts'

export function* finishedSnapshot<T>(
  table: SnapshotTable<T>,
  /** Fields for which the HRIS grants no permission. */
  ungranted: readonly string[],
): Generator<SnapshotRows, SnapshotFacts, void> {
  yield* table.rows(new Set(ungranted))
  return { people: table.people, notes: table.notes }
}
