/** A connection: how it stands and the one thing to do next, its auto-sync, its access. */
import type { Connection } from '../../../importer/types.ts'
import { SYSTEMS } from '../../../schemas/connection-secrets.ts'
import { connectionPill, setupPath } from './catalogue.ts'
import { type Obstacle, secretFields, steps, told } from './connecting.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, facts, head, kpis, notice, proof, table, time } from './parts.ts'
import { COMMON, number } from './words/common.ts'
import { CONNECTIONS, REMEDIES } from './words/connections.ts'

const { now: NOW, facts: FACTS, auto: AUTO, access: ACCESS } = CONNECTIONS

export interface ConnectionData {
  readonly slug: string
  readonly connection: Connection
  readonly csrf: string | null
  readonly mayChange: boolean
  readonly obstacle: Obstacle | null
  /** What was just done. */
  readonly said: keyof typeof CONNECTIONS.said | null
  /** The address of the consent page, where somebody asked for it. */
  readonly link: string | null
}

export function connectionPage(data: ConnectionData): Piece {
  const { slug, connection, mayChange, obstacle, said, link } = data
  const { source, kind } = connection
  const crumbs = [[CONNECTIONS.title, `/a/${slug}/connections`]] as const
  const saidWords = said === null ? null : CONNECTIONS.said[said]
  const isThere = connection.state !== 'not_connected'
  return html`${head({ title: safe(source), lead: SYSTEMS[kind], crumbs })}<div class="stack">
${told(obstacle)}${saidWords === null ? null : html`<div role="status">${notice('good', saidWords[0], saidWords[1])}</div>`}${link === null ? null : linkNotice(link)}
<div aria-live="polite">${connectionNow(data)}</div>
<div class="two">${factsCard(slug, connection)}${isThere && mayChange ? html`<div class="stack">${autoSyncCard(data)}${accessCard(data)}</div>` : null}</div>
</div>`
}

/** Whether something goes on by itself that is worth looking at again soon. */
export function isMoving({ state, isReading }: Connection): boolean {
  return isReading || state === 'connecting' || state === 'initial_sync'
}

export type NowData = Pick<ConnectionData, 'slug' | 'connection' | 'csrf' | 'mayChange'>

/** The part that looks again by itself while something goes on. */
export function connectionNow(data: NowData): Html {
  const { slug, connection } = data
  // Somebody may be about to reconnect it in another window.
  const again =
    isMoving(connection) || connection.state === 'needs_reauthorization'
      ? html` hx-get="${pathOf(slug, connection)}/now" hx-trigger="every 2s" hx-swap="outerHTML"`
      : null
  const step = stepOf(connection)
  return html`<div class="stack"${again}>${step === null ? null : steps(step)}${card(
    { id: 'now', title: CONNECTIONS.state, aside: connectionPill(connection.state) },
    html`<div class="stack">${connection.isReading && connection.state !== 'initial_sync' ? busy(NOW.reading, NOW.readingText) : null}${nowBody(data)}</div>`,
  )}</div>`
}

/** Once it imports, the way to it is no longer of interest. */
function stepOf({ state, connectedAt, review }: Connection): number | null {
  if (connectedAt !== null) return null
  if (state === 'not_connected') return 0
  if (state === 'connecting' || state === 'needs_reauthorization') return 1
  if (state === 'finalise_pending') return review === null ? 3 : 4
  return 2
}

function nowBody(data: NowData): Piece {
  const { connection, slug, mayChange } = data
  const { state, kind, connectedAt, isReading } = connection
  const system = SYSTEMS[kind]
  const mine = (piece: Piece): Piece => (mayChange ? piece : html`<p class="soft">${NOW.onlyLook}</p>`)
  switch (state) {
    case 'not_connected':
      return [
        html`<p>${NOW.notConnected(system)}</p>`,
        problemPart(data),
        mine(
          html`<div><a class="btn main-act" href="${setupPath(slug, kind)}">${CONNECTIONS.setUp}</a></div>`,
        ),
      ]
    case 'connecting':
      return [
        html`<div><p class="strong">${NOW.connecting(system)}</p><p class="soft">${NOW.connectingText}</p></div>`,
        mine(consentForms(data)),
      ]
    case 'initial_sync':
      return busy(NOW.syncing, NOW.syncingText)
    case 'finalise_pending':
      return finaliseBody(data, mine)
    case 'connected':
      return [
        html`<p>${NOW.connectedText}</p>`,
        html`<div class="row">${mayChange && !isReading ? act(data, 'sync', NOW.sync, 'main-act') : null}<a class="btn" href="/a/${slug}/employees">${NOW.employees}</a></div>`,
      ]
    case 'failing':
      return [
        html`<div><p class="strong">${NOW.failing}</p><p class="soft">${NOW.failingText}</p></div>`,
        problemPart(data),
        mine(
          connectedAt === null || isReading
            ? null
            : html`<div class="row">${act(data, 'sync', NOW.again, 'main-act')}</div>`,
        ),
      ]
    case 'needs_reauthorization':
      return [
        html`<div><p class="strong">${NOW.lost(system)}</p><p class="soft">${NOW.lostText}</p></div>`,
        problemPart(data),
        mine(
          kind === 'justworks'
            ? consentForms(data)
            : html`<div class="row">${act(data, 'reconnect', NOW.reconnect, 'main-act')}</div>`,
        ),
      ]
    case 'paused':
      return [
        html`<p>${NOW.pausedText}</p>`,
        mine(html`<div class="row">${act(data, 'resume', NOW.resume, 'main-act')}</div>`),
      ]
  }
}

function finaliseBody(data: NowData, mine: (piece: Piece) => Piece): Piece {
  const { connection, slug } = data
  const { preview, review, isReading } = connection
  if (review !== null)
    return [
      html`<div><p class="strong">${NOW.review}</p><p class="soft">${NOW.reviewText}</p></div>`,
      html`<div><a class="btn main-act" href="/a/${slug}/imports/${review}/plan">${NOW.reviewGo}</a></div>`,
    ]
  const way = html`<div class="row">${isReading ? null : act(data, 'finalise', NOW.finalise, 'main-act')}<a class="btn" href="${pathOf(slug, connection)}/mapping">${NOW.mapping}</a></div>`
  return [preview === null ? null : previewPart(preview), mine(way)]
}

function previewPart({ counts, columns, withoutEmployeeId }: NonNullable<Connection['preview']>): Html {
  const numbers = [
    [NOW.created, counts.created],
    [NOW.updated, counts.updated],
    [NOW.deactivated, counts.deactivated],
  ] as const
  const filled = table(
    NOW.columns,
    [
      { title: NOW.column, isName: true, cell: ({ name }) => safe(name) },
      { title: NOW.filled, isNumber: true, cell: ({ filled }) => number(filled) },
    ],
    columns,
  )
  return html`<div class="stack"><div><p class="strong">${NOW.found(counts.read)}</p><p class="soft">${NOW.foundText}</p></div>
${kpis(numbers.map(([label, value]) => ({ label, value: number(value), isZero: value === 0 })))}
<p>${NOW.warning}</p>${withoutEmployeeId > 0 ? notice('warn', NOW.noId(withoutEmployeeId)) : null}
<details class="more"><summary>${NOW.columns}</summary>${filled}</details></div>`
}

function consentForms(data: NowData): Html {
  const at = `${pathOf(data.slug, data.connection)}/consent`
  return html`<div class="row"><form method="post" action="${at}" target="_blank">${proof(data.csrf)}<button class="btn main-act">${NOW.window}</button></form><form method="post" action="${at}">${proof(data.csrf)}<input type="hidden" name="how" value="link"><button class="btn">${NOW.link}</button></form></div>`
}

function linkNotice(link: string): Html {
  return notice(
    'good',
    NOW.linkTitle,
    NOW.linkText,
    html`<a id="link" class="break" href="${link}">${link}</a>`,
  )
}

function busy(title: string, text: string): Html {
  return html`<div class="progress"><p class="strong">${title}</p><progress aria-label="${title}"></progress><p class="soft">${text}</p></div>`
}

/** What is wrong: the cause, and what helps. */
function problemPart({ connection: { problem } }: NowData): Piece {
  if (problem === null) return null
  const { code, message, fix, at } = problem
  return facts([
    [NOW.cause, html`${message} <span class="soft">${time(at)}, <code>${code}</code></span>`],
    [NOW.remedy, REMEDIES[code] ?? fix],
  ])
}

function act({ slug, connection, csrf }: NowData, what: string, words: string, kind = ''): Html {
  return html`<form method="post" action="${pathOf(slug, connection)}/${what}">${proof(csrf)}<button class="btn ${kind}">${words}</button></form>`
}

function pathOf(slug: string, { source }: Connection): string {
  return `/a/${slug}/connections/${source}`
}

function factsCard(slug: string, connection: Connection): Html {
  const { kind, source, lastSync, nextSync, connectedAt, mappingVersion, secretsSetAt, granted } = connection
  const run = lastSync?.run ?? null
  const sources = `/a/${slug}/sources/${source}`
  return card(
    { id: 'about', title: FACTS.title },
    facts([
      [FACTS.system, SYSTEMS[kind]],
      [
        CONNECTIONS.last,
        html`${time(lastSync?.at ?? null)}${run === null ? null : html` <a href="/a/${slug}/imports/${run}">${FACTS.lastRun}</a>`}`,
      ],
      [CONNECTIONS.next, nextSync === null ? CONNECTIONS.off : time(nextSync)],
      [FACTS.since, time(connectedAt)],
      [
        FACTS.mapping,
        html`<a href="${pathOf(slug, connection)}/mapping">${FACTS.version(mappingVersion)}</a>`,
      ],
      [FACTS.credentials, secretsSetAt === null ? FACTS.none : html`${FACTS.given} ${time(secretsSetAt)}`],
      [
        FACTS.granted,
        granted.length === 0 ? COMMON.none : html`<span class="small">${granted.map(safe).join(', ')}</span>`,
      ],
      [
        FACTS.more,
        html`<a href="${sources}">${FACTS.history}</a>, <a href="${sources}/settings">${FACTS.settings}</a>`,
      ],
    ]),
  )
}

function autoSyncCard({ slug, connection, csrf }: ConnectionData): Html {
  const { on, times } = connection.autoSync
  const buttons = on
    ? html`<button class="btn" name="on" value="yes">${AUTO.save}</button><button class="btn danger" name="on" value="no">${AUTO.turnOff}</button>`
    : html`<button class="btn" name="on" value="yes">${AUTO.turnOn}</button>`
  const state = html`<span class="pill ${on ? 'good' : 'neutral'}">${on ? AUTO.on : AUTO.off}</span>`
  return card(
    { id: 'auto-sync', title: AUTO.title, aside: state },
    html`<form class="stack tight" method="post" action="${pathOf(slug, connection)}/auto-sync">${proof(csrf)}<p class="soft">${AUTO.text}</p><div class="field"><label for="times">${AUTO.times}</label><input id="times" name="times" value="${times.join(', ')}" aria-describedby="times-hint" maxlength="200" autocomplete="off"><p class="hint" id="times-hint">${AUTO.timesHint}</p></div><div class="row">${buttons}</div></form>`,
  )
}

function accessCard(data: ConnectionData): Html {
  const { slug, connection, csrf } = data
  const { kind, state } = connection
  const mayPause = state === 'connected' || state === 'failing'
  const at = pathOf(slug, connection)
  return card(
    { id: 'access', title: ACCESS.title },
    html`<div class="stack tight">${mayPause ? html`<div class="row">${act(data, 'pause', ACCESS.pause)}<p class="hint">${ACCESS.pauseText}</p></div>` : null}
<details class="more"><summary>${ACCESS.renew}</summary><form class="stack tight" method="post" action="${at}/reconnect">${proof(csrf)}<p class="soft">${ACCESS.renewText} ${CONNECTIONS.credentials.sealed}</p>${secretFields(kind)}<div><button class="btn">${ACCESS.renewGo}</button></div></form></details>
<details class="more"><summary>${ACCESS.disconnect}</summary><form class="stack tight" method="post" action="${at}/disconnect">${proof(csrf)}<p class="soft">${ACCESS.disconnectText}</p><label class="choice"><input type="checkbox" name="sure" value="yes" required><span>${ACCESS.disconnectSure}</span></label><div><button class="btn danger">${ACCESS.disconnect}</button></div></form></details></div>`,
  )
}
