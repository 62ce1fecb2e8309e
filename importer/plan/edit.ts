/**
 * What a person may change on another by hand: the same as a file could, without its doubts, since whoever does it has
 * seen both. What a file would drop with a remark is refused here as a whole, for there is somebody to be told. Pure.
 */
import type { IssueCode } from '../../schemas/issues.ts'
import { type Change, diff, type RowValue } from './diff.ts'
import { type Person, type Status, statusOf, type ValueKey } from './person.ts'
import { isManagerKey } from './planned.ts'

export type Edited =
  | { readonly refused: { readonly code: IssueCode; readonly key: ValueKey | null } }
  | { readonly changes: readonly Change[]; readonly before: Status; readonly after: Status }

export function edited(person: Person, values: readonly RowValue[], today: string): Edited {
  const given = new Map(values.map(({ key, value }) => [key, value]))
  const own = (key: 'email' | 'employeeId') => (given.has(key) ? given.get(key) : person.core[key])
  for (const { key, value } of values) {
    const isOwn = isManagerKey(key) && value !== null && value === own(ownKeyOf(key))
    if (isOwn) return { refused: { code: 'HIER_SELF', key } }
  }
  const { changes, remarks, after } = diff(person, values, { today, mayReactivate: true })
  // That somebody has left already is no reason not to correct what is known of them.
  const [refused] = remarks.filter(({ code }) => code !== 'W_ALREADY_FORMER')
  if (refused !== undefined) return { refused: { code: refused.code, key: refused.key } }
  return { changes, before: statusOf(person.core, today), after }
}

function ownKeyOf(key: ValueKey): 'email' | 'employeeId' {
  return key === 'managerEmail' ? 'email' : 'employeeId'
}
