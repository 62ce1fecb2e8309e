/** Values that a person typed, read as the cells of a file are. */
import { columnOf } from '../../schemas/columns.ts'
import type { Db } from '../db/open.ts'
import { ImportError } from '../errors.ts'
import type { RowValue } from '../plan/diff.ts'
import { isDemographicKey, type ValueKey } from '../plan/person.ts'
import { describeCode } from '../report/issue-text.ts'
import { knownSpellings } from '../roster/spellings.ts'
import type { CellResult } from '../table/cell.ts'
import { ValueJoiner } from '../table/joiner.ts'
import { columnReader, demographicReader } from '../table/values.ts'
import { fieldOf, namesOfFields } from './fields.ts'

/** Throws `FIELD_UNKNOWN`, `EDIT_REFUSED`. */
export async function readValues(
  db: Db,
  accountId: string,
  given: readonly { readonly field: string; readonly value: string }[],
): Promise<RowValue[]> {
  const nameOf = await namesOfFields(db, accountId)
  const values: RowValue[] = []
  for (const { field, value: raw } of given) {
    const key = await fieldOf(db, accountId, field)
    if (values.some((one) => one.key === key)) throw refusedEdit(`${nameOf(key)} is named twice`)
    values.push({ key, value: typed(key, nameOf(key), raw) })
  }
  return await joined(db, accountId, values, nameOf)
}

export function refusedEdit(problem: string): ImportError {
  return new ImportError('EDIT_REFUSED', { problem })
}

function typed(key: ValueKey, name: string, raw: string): string | null {
  const reader = isDemographicKey(key) ? demographicReader(name) : columnReader(columnOf(key))
  const into: CellResult = { value: undefined, problem: null, note: null }
  reader.read(raw, into)
  if (into.problem !== null) {
    const { message, fix } = describeCode(into.problem, { field: name })
    throw refusedEdit(`${name}: ${message} ${fix}`.replace(/\.$/, ''))
  }
  if (into.value !== undefined) return into.value
  throw refusedEdit(`${name}: nothing is given; to clear it, write __CLEAR__`)
}

/** In the spelling that the account has. */
async function joined(
  db: Db,
  accountId: string,
  values: readonly RowValue[],
  nameOf: (key: ValueKey) => string,
): Promise<RowValue[]> {
  if (!values.some(({ key }) => isDemographicKey(key))) return [...values]
  const joiner = new ValueJoiner()
  for (const { label, value } of await knownSpellings(db, accountId)) joiner.learn(label, value)
  return values.map(({ key, value }) => {
    const isJoined = isDemographicKey(key) && typeof value === 'string'
    return { key, value: isJoined ? joiner.join(nameOf(key), value) : value }
  })
}
