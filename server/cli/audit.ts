/** `audit`: who did what and when, and whether the log is as it was written. */
import type { AuditEntry } from '../../schemas/people.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT, UsageError } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

export async function listAudit(
  { terminal, config }: Context,
  { account, limit = '50', json }: { account?: string; limit?: string; json: boolean },
): Promise<number> {
  if (!/^[1-9]\d{0,2}$|^1000$/.test(limit))
    throw new UsageError(`"${limit}" is no number from 1 to 1000.`, 'For example --limit 100.')
  const { entries } = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.auditLog(account ?? null, { limit: Number(limit) }),
  )
  if (json) await terminal.data(jsonText(entries))
  else if (entries.length > 0) await terminal.data(tableText(COLUMNS, entries, terminal.outColors))
  else terminal.say('Nothing was written down yet.')
  return EXIT.done
}

export async function verifyAudit(
  { terminal, config }: Context,
  { json }: { json: boolean },
): Promise<number> {
  const verdict = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.verifyAudit())
  const { entries, head, brokenAt } = verdict
  if (json) await terminal.data(jsonText(verdict))
  if (brokenAt !== null) {
    terminal.complain(
      `Entry ${brokenAt} is not as it was written, or was taken out. The ${entries} before it are.`,
    )
    return EXIT.failed
  }
  terminal.say(`All ${entries} entries are as they were written. Head: ${head}`)
  return EXIT.done
}

const COLUMNS: readonly Column<AuditEntry>[] = [
  { header: 'No', align: 'right', cell: ({ seq }) => String(seq) },
  { header: 'When', cell: ({ at }) => at.slice(0, 19).replace('T', ' ') },
  { header: 'Account', cell: ({ account }) => account ?? '' },
  { header: 'Who', cell: ({ actor }) => printable(actor) },
  { header: 'What', cell: ({ action }) => action },
  { header: 'To', cell: ({ object }) => printable(object) },
  { header: 'Details', cell: ({ details }) => printable(detailsText(details)) },
]

function detailsText(details: AuditEntry['details']): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}
