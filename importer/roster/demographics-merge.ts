/**
 * Two demographics that mean the same as one: not written here but made into a file, which is imported by hand like any
 * other. So it is looked at first, guarded, told in the history, and can be undone.
 */
import type { Kysely } from 'kysely'
import { CLEAR_TOKEN } from '../../schemas/cell-text.ts'
import { headerOf } from '../../schemas/columns.ts'
import type { Tables } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import { csvLine } from '../report/csv-line.ts'
import { spellingKey } from '../table/joiner.ts'
import { demographicsOf } from './demographics.ts'
import { toPerson } from './employee.ts'
import { rosterView } from './past.ts'

export interface LabelsToMerge {
  readonly from: string
  readonly into: string
}

/** The file, in chunks. Who has another value in each keeps both. Throws `DEMOGRAPHIC_UNKNOWN`, `DEMOGRAPHIC_INVALID`. */
export async function* demographicsMerge(
  db: Kysely<Tables>,
  accountId: string,
  { from, into }: LabelsToMerge,
): AsyncGenerator<string> {
  const known = await demographicsOf(db, accountId)
  const numberOf = (label: string): number => {
    const one = known.find((other) => other.label === label)
    if (one === undefined) throw new ImportError('DEMOGRAPHIC_UNKNOWN', { label })
    return one.id
  }
  const [old, other] = [numberOf(from), numberOf(into)]
  if (old === other) throw new ImportError('DEMOGRAPHIC_INVALID', { problem: 'it is called that already' })
  yield csvLine([headerOf('employeeId'), headerOf('email'), from, into])
  for await (const people of rosterView(db, accountId, null).people()) {
    const lines = people.map(toPerson).flatMap(({ core, demographics }) => {
      const [value, there] = [demographics[old], demographics[other]]
      const isOther = there !== undefined && value !== undefined && spellingKey(there) !== spellingKey(value)
      if (value === undefined || isOther) return []
      return [csvLine([core.employeeId, core.email, CLEAR_TOKEN, there ?? value])]
    })
    if (lines.length > 0) yield lines.join('')
  }
}
