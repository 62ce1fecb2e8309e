/** Connections as a person reads them. */
import type { Connection, ReadAccess } from '../../../importer/types.ts'
import { nextStep } from '../../../schemas/connection.ts'
import { SYSTEMS } from '../../../schemas/connection-secrets.ts'
import { type Column, tableText } from '../table.ts'
import { type Colors, printable, type Terminal } from '../terminal.ts'

/** The states in the words of the pages. */
export const STATES: Readonly<Record<Connection['state'], string>> = {
  not_connected: 'Not connected',
  connecting: 'Connecting',
  initial_sync: 'Syncing data',
  finalise_pending: 'Finalise sync',
  connected: 'Connected',
  failing: 'Failing',
  needs_reauthorization: 'Needs reauthorization',
  paused: 'Paused',
}

export const CONNECTIONS: readonly Column<Connection>[] = [
  { header: 'Account', cell: ({ account }) => account },
  { header: 'Source', cell: ({ source }) => source },
  { header: 'System', cell: ({ kind }) => SYSTEMS[kind] },
  { header: 'State', cell: ({ state }, colors) => stateText(state, colors) },
  { header: 'Last sync (UTC)', cell: ({ lastSync }) => minutes(lastSync?.at ?? null) },
  { header: 'Auto-sync', cell: ({ autoSync }) => (autoSync.on ? autoSync.times.join(', ') : 'off') },
]

function stateText(state: Connection['state'], colors: Colors): string {
  const text = STATES[state]
  if (state === 'connected') return colors.green(text)
  if (state === 'failing' || state === 'needs_reauthorization') return colors.red(text)
  return state === 'finalise_pending' ? colors.yellow(text) : text
}

export function minutes(at: string | null): string {
  return at === null ? '' : at.slice(0, 16).replace('T', ' ')
}

/** What is read, before anything is asked for. */
export function readAccessText(
  kind: Connection['kind'],
  access: readonly ReadAccess[],
  { bold }: Colors,
): string {
  const lines = access.map(({ object, fields, isOnlyIfMapped }) => {
    const when = isOnlyIfMapped ? ' (only where a field of it is mapped)' : ''
    return `  ${bold(object)}${when}: ${fields.join(', ')}`
  })
  return [`Rollcall will read from ${SYSTEMS[kind]}, and change nothing there:`, ...lines].join('\n')
}

export function connectionText(connection: Connection, { outColors }: Terminal): string {
  const { account, source, kind, state, autoSync, nextSync, lastSync, problem, preview, granted } = connection
  const rows: [string, string][] = [
    ['Account', account],
    ['Source', source],
    ['System', SYSTEMS[kind]],
    ['State', stateText(state, outColors) + (connection.isReading ? ', people are being read' : '')],
    [
      'Last sync',
      lastSync === null
        ? 'never'
        : `${minutes(lastSync.at)} UTC${lastSync.run ? `, run ${lastSync.run}` : ''}`,
    ],
    ['Auto-sync', autoSyncText(autoSync, nextSync)],
    ['Mapping', `version ${connection.mappingVersion}`],
    [
      'Credentials',
      connection.secretsSetAt === null
        ? 'none'
        : `given ${minutes(connection.secretsSetAt)} UTC, never shown`,
    ],
    ...(granted.length > 0 ? [['Granted', granted.join(', ')] as [string, string]] : []),
    ...(connection.review === null ? [] : [['Review', `run ${connection.review}`] as [string, string]]),
  ]
  const table = rows.map(([name, text]) => `${outColors.dim(name.padEnd(12))}${printable(text)}`)
  const parts = [table.join('\n')]
  if (preview !== null && connection.connectedAt === null) parts.push(previewText(preview, outColors))
  if (problem !== null)
    parts.push(
      `${outColors.red(outColors.bold(problem.code))}  ${problem.message}\n${outColors.dim('Fix:')} ${problem.fix}`,
    )
  const next = nextStep(connection)
  if (next !== null) parts.push(`${outColors.bold('Next:')} ${next}`)
  return `${parts.join('\n\n')}\n`
}

function autoSyncText({ on, times }: Connection['autoSync'], nextSync: string | null): string {
  if (!on) return 'off'
  return `on, at ${times.join(', ')}${nextSync === null ? '' : `, next ${minutes(nextSync)} UTC`}`
}

function previewText(
  { counts, columns, withoutEmployeeId }: NonNullable<Connection['preview']>,
  colors: Colors,
): string {
  const lines = [
    `The first sync read ${counts.read} people and imported nobody: ${counts.created} would be created, ${counts.updated} updated, ${counts.former + counts.deactivated} would be former or deactivated.`,
    tableText(FILL, columns, colors).trimEnd(),
  ]
  if (withoutEmployeeId > 0)
    lines.push(
      `Warning: ${withoutEmployeeId} people have no Employee Id. The run of the first sync lists their rows; another field can be taken with \`rollcall connection set <source> employeeIdFrom=…\`.`,
    )
  return lines.join('\n')
}

const FILL: readonly Column<{ name: string; filled: number }>[] = [
  { header: 'Column', cell: ({ name }) => printable(name) },
  { header: 'With a value', align: 'right', cell: ({ filled }) => String(filled) },
]
