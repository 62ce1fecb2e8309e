/** Who is logged in by SFTP now. */
import type { LiveConnection } from '../../control/sftp-door.ts'
import { html, type Piece, safe } from './html.ts'
import { card, empty, head, proof, type TableColumn, table, time } from './parts.ts'
import { fileSize } from './words/common.ts'
import { OVERVIEW } from './words/overview.ts'
import { ROSTER } from './words/roster.ts'

const { connections: WORDS } = ROSTER

export function liveConnectionsPage(connections: readonly LiveConnection[], csrf: string | null): Piece {
  const columns: readonly TableColumn<LiveConnection>[] = [
    {
      title: WORDS.account,
      isName: true,
      cell: ({ account }) => html`<a href="/a/${account}">${account}</a>`,
    },
    {
      title: WORDS.from,
      cell: ({ address, client, key }) =>
        html`${address}<span class="sub break">${safe(client)}</span><span class="sub break">${safe(key)}</span>`,
    },
    { title: WORDS.since, cell: ({ since }) => time(since) },
    { title: WORDS.traffic, cell: ({ bytesReceived, bytesSent }) => WORDS.bytes(bytesReceived, bytesSent) },
    {
      title: WORDS.writing,
      cell: ({ writing }) =>
        writing.length === 0
          ? ''
          : html`<ul class="plain">${writing.map(({ fileName, bytes }) => html`<li class="break">${safe(fileName)} <span class="soft small">${fileSize(bytes)}</span></li>`)}</ul>`,
    },
    {
      title: WORDS.end,
      isQuiet: true,
      cell: ({ id, account, address }) =>
        html`<form method="post" action="/connections/${id}/end">${proof(csrf)}<button class="btn slim danger" aria-label="${WORDS.endWhat(account, address)}">${WORDS.end}</button></form>`,
    },
  ]
  const list =
    connections.length === 0
      ? empty('sources', WORDS.none, WORDS.noneText)
      : table(WORDS.title, columns, connections)
  return html`${head({ crumbs: [[OVERVIEW.accounts, '/accounts']], title: WORDS.title, lead: WORDS.lead })}${card({ isFlush: true }, list)}`
}
