/** The systems that can be connected, those that are, and which way suits whom. */
import type { Connection, ConnectorKind } from '../../../importer/types.ts'
import { SYSTEMS } from '../../../schemas/connection-secrets.ts'
import { CONNECTOR_KINDS } from '../../../schemas/hris/connection.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import type { IconName } from './icons.ts'
import { card, empty, head, pill, type Shade, type TableColumn, table, time } from './parts.ts'
import { CONNECTIONS } from './words/connections.ts'
import { SOURCES } from './words/sources.ts'

const LOOKS: Readonly<Record<Connection['state'], readonly [Shade, IconName]>> = {
  not_connected: ['neutral', 'neutral'],
  connecting: ['work', 'work'],
  initial_sync: ['work', 'work'],
  finalise_pending: ['wait', 'wait'],
  connected: ['good', 'good'],
  failing: ['bad', 'bad'],
  needs_reauthorization: ['bad', 'bad'],
  paused: ['neutral', 'wait'],
}

export function connectionPill(state: Connection['state']): Html {
  const [shade, sign] = LOOKS[state]
  return pill(shade, CONNECTIONS.states[state], sign)
}

export interface CatalogueData {
  readonly slug: string
  readonly connections: readonly Connection[]
  /** What was searched for. */
  readonly search: string
  readonly mayChange: boolean
}

export function cataloguePage({ slug, connections, search, mayChange }: CatalogueData): Piece {
  const found = entries(slug, connections).filter(({ name, about }) => {
    const wanted = search.toLowerCase()
    return `${name} ${about}`.toLowerCase().includes(wanted)
  })
  const list =
    found.length === 0
      ? empty(
          'search',
          CONNECTIONS.noneFound,
          CONNECTIONS.noneFoundText,
          html`<a class="btn" href="/a/${slug}/connections">${CONNECTIONS.searchAll}</a>`,
        )
      : html`<ul class="tiles">${found.map((one) => tile(one, mayChange))}</ul>`
  const crumbs = [[SOURCES.title, `/a/${slug}/sources`]] as const
  return html`${head({ title: CONNECTIONS.title, lead: CONNECTIONS.lead, crumbs })}<div class="stack">
${connectionsCard(slug, connections)}
${card({ id: 'add', title: CONNECTIONS.add }, html`<div class="stack">${searchForm(slug, search)}${list}</div>`)}
${card({ id: 'methods', title: CONNECTIONS.methods, isFlush: true }, methods())}
</div>`
}

/** Those there are, with what to do about each; nothing where there are none. */
export function connectionsCard(slug: string, connections: readonly Connection[]): Piece {
  if (connections.length === 0) return null
  const columns: readonly TableColumn<Connection>[] = [
    {
      title: CONNECTIONS.source,
      isName: true,
      cell: ({ source, kind }) =>
        html`<a href="/a/${slug}/connections/${source}">${safe(source)}</a><span class="sub">${SYSTEMS[kind]}</span>`,
    },
    { title: CONNECTIONS.state, cell: ({ state }) => connectionPill(state) },
    { title: CONNECTIONS.last, cell: ({ lastSync }) => time(lastSync?.at ?? null) },
    {
      title: CONNECTIONS.next,
      cell: ({ nextSync }) =>
        nextSync === null ? html`<span class="soft">${CONNECTIONS.off}</span>` : time(nextSync),
    },
    { title: CONNECTIONS.wayOn, cell: (connection) => wayOn(slug, connection) },
  ]
  return card(
    { id: 'connections', title: CONNECTIONS.yours, isFlush: true },
    table(CONNECTIONS.yours, columns, connections),
  )
}

/** The next thing to do, as a link to where it is done. */
export function wayOn(slug: string, { state, source, review }: Connection): Piece {
  const words =
    state === 'finalise_pending' && review !== null ? CONNECTIONS.reviewNext : CONNECTIONS.next_[state]
  return words === '' ? null : html`<a href="/a/${slug}/connections/${source}">${words}</a>`
}

interface Entry {
  readonly name: string
  readonly about: string
  readonly href: string
  readonly isConnected: boolean
}

function entries(slug: string, connections: readonly Connection[]): Entry[] {
  const systems = CONNECTOR_KINDS.map((kind) => {
    const own = connections.find((one) => one.kind === kind && one.state !== 'not_connected')
    return {
      ...{ name: SYSTEMS[kind], about: CONNECTIONS.about[kind], isConnected: own !== undefined },
      href: own === undefined ? setupPath(slug, kind) : `/a/${slug}/connections/${own.source}`,
    }
  })
  const files = { name: CONNECTIONS.files, about: CONNECTIONS.about.sftp, isConnected: false }
  return [...systems, { ...files, href: `/a/${slug}/sources/sftp/setup` }]
}

export function setupPath(slug: string, kind: ConnectorKind): string {
  return `/a/${slug}/connect/${kind}`
}

function tile({ name, about, href, isConnected }: Entry, mayChange: boolean): Html {
  const words = isConnected ? CONNECTIONS.open : CONNECTIONS.setUp
  const go =
    (mayChange || isConnected) &&
    html`<a class="btn${isConnected ? '' : ' main-act'}" href="${href}">${words}<span class="only-read">: ${name}</span></a>`
  return html`<li><h3>${name}</h3><p class="soft">${about}</p>${go}</li>`
}

function searchForm(slug: string, search: string): Html {
  return html`<form class="filters" method="get" action="/a/${slug}/connections" role="search"><div class="field wide"><label for="q">${CONNECTIONS.search}</label><input id="q" name="q" value="${search}" maxlength="100" autocomplete="off"></div><button class="btn">${CONNECTIONS.searchGo}</button></form>`
}

function methods(): Html {
  const { method } = CONNECTIONS
  const rows = [
    [method.api, method.apiType, method.apiBest, method.apiDifference],
    [method.sftp, method.sftpType, method.sftpBest, method.sftpDifference],
  ] as const
  const columns: readonly TableColumn<(typeof rows)[number]>[] = [
    { title: method.name, isName: true, cell: ([name]) => name },
    { title: method.type, cell: ([, type]) => type },
    { title: method.best, cell: ([, , best]) => best },
    { title: method.difference, cell: ([, , , difference]) => difference },
  ]
  return table(CONNECTIONS.methods, columns, rows)
}
