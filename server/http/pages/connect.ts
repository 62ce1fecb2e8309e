/** The pages of a consent: what will be read, the way to the HRIS, and the end of it. */
import { html } from 'hono/html'
import type { Connection, ConsentPage } from '../../../importer/types.ts'
import { SYSTEMS } from '../../../schemas/connection-secrets.ts'
import { type Html, layout } from './layout.ts'

export function consentPageHtml(page: ConsentPage): Html {
  const { kind } = page.connection
  const system = SYSTEMS[kind]
  const body = html`${readList(page)}
${boxes(page.boxes, system)}
<p>Data goes one way, from ${system} to Rollcall. Only what is mapped is kept; pay, payroll and benefits never are.</p>
<p>You need an administrator account of ${system}, with the right to authorise integrations.</p>
<form method="post"><p><button>I am an admin: continue to ${system}</button></p></form>`
  return layout({ title: `Connect ${system}`, user: null, account: null, body })
}

/** A separate window, so that this page is still there afterwards. */
export function leavingPage({ connection: { kind }, boxes: asked }: ConsentPage, url: string): Html {
  const system = SYSTEMS[kind]
  const body = html`${boxes(asked, system)}
<p><a href="${url}" target="_blank" rel="noreferrer">Open window: sign in to ${system}</a></p>
<p>Choose “Next” there, then “Authorize”. You come back here by yourself.</p>`
  return layout({ title: `Sign in to ${system}`, user: null, account: null, body })
}

export function connectedPage({ kind, state }: Connection): Html {
  const system = SYSTEMS[kind]
  const syncing = html`<p role="status">Syncing data. This may take up to 12 hours, and imports nobody. You may leave this page.</p>
<p>When it is done, finalise the sync: you see who would be created, updated and deactivated, and nothing is imported before somebody says so.</p>`
  const body = state === 'connected' ? html`<p role="status">Syncing goes on as before.</p>` : syncing
  return layout({ title: `${system} is connected`, user: null, account: null, body })
}

function readList({ readAccess, connection }: ConsentPage): Html {
  const items = readAccess.map(
    ({ object, fields, isOnlyIfMapped }) =>
      html`<dt>${object}${isOnlyIfMapped ? ' (only where a field of it is mapped)' : ''}</dt><dd>${fields.join(', ')}</dd>`,
  )
  return html`<p>Rollcall would like to read from ${SYSTEMS[connection.kind]}:</p><dl>${items}</dl>`
}

function boxes(asked: readonly string[], system: string): Html {
  if (asked.length === 0) return html``
  return html`<p>${system} shows a box for: ${asked.join(', ')}. Without its tick these are not read, and what is stored of them stays.</p>`
}
