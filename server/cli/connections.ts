/** `connections`: who is logged in by SFTP, and what is being written. */
import type { LiveConnection } from '../control/sftp-door.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

export async function listConnections(
  { terminal, config }: Context,
  { json }: { json: boolean },
): Promise<number> {
  const connections = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.connections())
  if (json) await terminal.data(jsonText(connections))
  else if (connections.length > 0) await terminal.data(tableText(COLUMNS, connections, terminal.outColors))
  else terminal.say('Nobody is logged in.')
  return EXIT.done
}

export async function endConnection(
  { terminal, config }: Context,
  id: number,
  { json }: { json: boolean },
): Promise<number> {
  const ended = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.endConnection(id))
  if (json) await terminal.data(jsonText(ended))
  terminal.say(`Connection ${ended.id} of ${ended.account} is ended. Its key still opens the next one.`)
  return EXIT.done
}

const COLUMNS: readonly Column<LiveConnection>[] = [
  { header: 'Id', align: 'right', cell: ({ id }) => String(id) },
  { header: 'Account', cell: ({ account }) => account },
  { header: 'From', cell: ({ address }) => address },
  { header: 'Since (UTC)', cell: ({ since }) => since.slice(0, 19).replace('T', ' ') },
  { header: 'Client', cell: ({ client }) => printable(client) },
  { header: 'In', align: 'right', cell: ({ bytesReceived }) => bytesText(bytesReceived) },
  { header: 'Out', align: 'right', cell: ({ bytesSent }) => bytesText(bytesSent) },
  { header: 'Writing', cell: ({ writing }) => writing.map(writingText).join(', ') },
]

function writingText({ fileName, bytes }: LiveConnection['writing'][number]): string {
  return `${printable(fileName)} (${bytesText(bytes)})`
}

function bytesText(bytes: number): string {
  if (bytes < 10_000) return `${bytes} B`
  return bytes < 10_000_000 ? `${Math.round(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`
}
