/** The roster as CSV, in the layout that an import takes: an export sent back unchanged changes nobody. */
import { COLUMNS, CORE_FIELDS, type CoreField } from '../../schemas/columns.ts'
import type { Db } from '../db/open.ts'
import { isPresent, statusOf } from '../plan/person.ts'
import { csvLine } from '../report/csv-line.ts'
import { toPerson } from './employee.ts'
import { rosterLookup } from './lookup.ts'

const PEOPLE_A_CHUNK = 500

/** Columns of an export, in order. */
const EXPORTED = COLUMNS.filter((column) => (CORE_FIELDS as readonly string[]).includes(column.field))

/** Chunks of CSV text. Former people are left out, deactivated ones unless asked for. */
export async function* exportRoster(
  db: Db,
  accountId: string,
  options: { includeDeactivated: boolean; today: string },
): AsyncGenerator<string> {
  const demographics = [...(await rosterLookup(db, accountId).demographics())]
  yield csvLine([...EXPORTED.map((column) => column.header), ...demographics.map(([label]) => label)])
  let after = 0
  for (;;) {
    const rows = await db
      .selectFrom('employee')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(PEOPLE_A_CHUNK)
      .execute()
    const last = rows.at(-1)
    if (!last) return
    after = last.id
    const shown = rows.map(toPerson).filter((person) => {
      const status = statusOf(person.core, options.today)
      return isPresent(status) || (options.includeDeactivated && status === 'deactivated')
    })
    const lines = shown.map((person) =>
      csvLine([
        ...EXPORTED.map((column) => person.core[column.field as CoreField]), // EXPORTED holds core fields only
        ...demographics.map(([, id]) => person.demographics[id] ?? null),
      ]),
    )
    if (lines.length > 0) yield lines.join('')
  }
}
