/** A field as a person writes it (a header, one of its other names, or the label of a demographic) to its key. */
import { CORE_FIELDS, type CoreField } from '../../schemas/columns.ts'
import type { Db } from '../db/open.ts'
import { ImportError } from '../errors.ts'
import { demographicKey, type ValueKey } from '../plan/person.ts'
import { labelsOf } from '../report/row-report.ts'
import { everyLabel } from '../roster/demographics.ts'
import { rosterLookup } from '../roster/lookup.ts'
import { HeaderTable } from '../table/header-table.ts'

/** Throws `FIELD_UNKNOWN`. */
export async function fieldOf(db: Db, accountId: string, name: string): Promise<ValueKey> {
  const target = new HeaderTable({}).targetOf(name)
  if (target.kind === 'field' && isCore(target.column.field)) return target.column.field
  if (target.kind === 'demographic') {
    const id = (await rosterLookup(db, accountId).demographics()).get(target.label)
    if (id !== undefined) return demographicKey(id)
  }
  throw new ImportError('FIELD_UNKNOWN', { field: name })
}

/** Key -> header or label. */
export async function namesOfFields(db: Db, accountId: string): Promise<(key: ValueKey) => string> {
  return labelsOf(await everyLabel(db, accountId))
}

function isCore(field: string): field is CoreField {
  return (CORE_FIELDS as readonly string[]).includes(field)
}
