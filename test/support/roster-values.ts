/** What the roster says of people, without what differs by nature: versions, times, and which run wrote it. */
import type { TestImporter } from './importer.ts'

export async function rosterValues(of: TestImporter, account = 'acme') {
  return (await of.roster(account)).map(
    ({ account_id, version, created_run, updated_run, created_at, updated_at, demographics, ...values }) => ({
      ...values,
      demographics: Object.entries(JSON.parse(demographics)).toSorted(),
    }),
  )
}
