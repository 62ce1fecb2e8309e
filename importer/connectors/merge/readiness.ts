/**
 * Whether what Merge has copied from the HRIS is whole. Merge reads on a schedule of its own; a copy that failed,
 * rests, or is being made for the first time lacks people or fields, and nothing in the list itself tells.
 */
import type { MergeScopes, MergeSyncStatus } from '../../../schemas/hris/merge.ts'
import { partial } from '../pages.ts'

export const MODELS = ['Employee', 'Group', 'Location', 'Employment'] as const
export type Model = (typeof MODELS)[number]

/** Whether a model may be read. Throws `API_PARTIAL` where its copy is not whole. */
export function isReady(model: Model, statuses: readonly MergeSyncStatus[], title: string): boolean {
  const status = statuses.find(
    ({ model_name, model_id }) => model_name === model || model_id === `hris.${model}`,
  )
  // Only employees are there at every HRIS.
  if (status === undefined) {
    if (model !== 'Employee') return false
    throw partial(title, 'it has not begun to copy employees; the first copy takes some hours')
  }
  if (status.status === 'DISABLED') return false
  const problem = problemOf(status)
  if (problem !== null) throw partial(title, `its copy of model ${model} ${problem}`)
  return true
}

function problemOf({ status, last_sync_result, is_initial_sync }: MergeSyncStatus): string | null {
  if (status === 'SYNCING') {
    if (is_initial_sync) return 'is being made for the first time, which takes some hours'
    // While a further copy is made, the last one stands.
    return isDone(last_sync_result) ? null : 'is being made, and the one before was not whole'
  }
  if (isDone(status)) return null
  return PROBLEMS[status ?? ''] ?? 'is in a state that no document names'
}

/** One of the documents writes the second word. */
function isDone(status: string | null | undefined): boolean {
  return status === 'DONE' || status === 'SUCCESSFUL'
}

const PROBLEMS: Readonly<Record<string, string>> = {
  FAILED: 'failed; the dashboard of Merge says why',
  PARTIALLY_SYNCED: 'lacks fields that failed; the dashboard of Merge says which',
  PAUSED: 'is paused, since nobody asked for it in two weeks or it kept failing; it goes on after this call',
}

/** What the account may not read: whole models, and single fields as `Employee.gender`. */
export function disabledIn(scopes: MergeScopes | null): ReadonlySet<string> {
  const disabled = new Set<string>()
  for (const { model_name, model_permissions, field_permissions } of scopes?.common_models ?? []) {
    const model = model_name.replace(/^hris\./, '')
    if (model_permissions?.READ?.is_enabled === false) disabled.add(model)
    for (const field of field_permissions?.disabled_fields ?? []) disabled.add(`${model}.${field}`)
  }
  return disabled
}

/** Whether `Employee.gender` may not be read, by itself or with its model. */
export function isDisabled(disabled: ReadonlySet<string>, permission: string): boolean {
  return disabled.has(permission) || disabled.has(permission.split('.')[0] ?? '')
}
