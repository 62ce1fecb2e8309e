/** "Is everything fine?" in five seconds: what waits, how each source is, who is there. */
import type { Connection, Overview, RunLine, SourceOverview } from '../../../importer/types.ts'
import { wayOn } from './catalogue.ts'
import { strip } from './chart/strip.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import {
  card,
  empty,
  head,
  kpis,
  notice,
  statePill,
  statusPill,
  type TableColumn,
  table,
  time,
} from './parts.ts'
import { number } from './words/common.ts'
import { CONNECTIONS } from './words/connections.ts'
import { IMPORTS } from './words/imports.ts'
import { OVERVIEW } from './words/overview.ts'

export interface OverviewData {
  readonly slug: string
  readonly overview: Overview
  readonly latest: readonly RunLine[]
  readonly mayImport: boolean
  readonly connections: readonly Connection[]
}

export function overviewPage({ slug, overview, latest, mayImport, connections }: OverviewData): Piece {
  const { sources, held, people } = overview
  const actions = mayImport
    ? html`<a class="btn main-act" href="/a/${slug}/imports/new">${OVERVIEW.import}</a>`
    : null
  const isNew = latest.length === 0
  const bad = sources.filter(({ status }) => !['healthy', 'running', 'waiting'].includes(status.kind)).length
  const [title, lead] = isNew
    ? [OVERVIEW.start, OVERVIEW.startLead]
    : bad === 0
      ? [OVERVIEW.fine, OVERVIEW.fineLead]
      : [OVERVIEW.attention(bad), OVERVIEW.attentionLead]
  return html`${head({ title, lead, actions })}<div class="stack">
${held > 0 ? heldNotice(slug, held) : null}${waitingConnections(slug, connections)}
${isNew ? firstSteps(slug, mayImport) : peopleNumbers(people)}
${card({ id: 'sources', title: OVERVIEW.sources, isFlush: true }, sourcesTable(slug, sources))}
${isNew ? null : card({ id: 'latest', title: OVERVIEW.recent, isFlush: true, aside: html`<a href="/a/${slug}/imports">${OVERVIEW.allImports}</a>` }, latestTable(slug, latest))}
</div>`
}

function heldNotice(slug: string, held: number): Html {
  return notice(
    'wait',
    OVERVIEW.held(held),
    html`${OVERVIEW.heldText} <a href="/a/${slug}/review">${OVERVIEW.review}</a>`,
  )
}

/** Connections that go on only with the help of a person; one whose review waits is told of by that. */
function waitingConnections(slug: string, connections: readonly Connection[]): Piece {
  const stuck = connections.filter(
    ({ state, review }) =>
      state === 'failing' ||
      state === 'needs_reauthorization' ||
      (state === 'finalise_pending' && review === null),
  )
  return stuck.map((one) =>
    notice(
      one.state === 'finalise_pending' ? 'wait' : 'bad',
      `${one.source}: ${CONNECTIONS.states[one.state]}`,
      one.problem === null ? null : one.problem.message,
      wayOn(slug, one),
    ),
  )
}

function peopleNumbers(people: Overview['people']): Html {
  const value = (count: number | undefined): Piece => (count === undefined ? '…' : number(count))
  return kpis(
    (['active', 'upcoming', 'deactivated', 'former'] as const).map((status) => ({
      label: OVERVIEW[status],
      value: value(people?.[status]),
      isZero: people?.[status] === 0,
    })),
  )
}

function firstSteps(slug: string, mayImport: boolean): Html {
  const steps: readonly (readonly [readonly [string, string], string])[] = [
    [OVERVIEW.steps.source, `/a/${slug}/sources/sftp/setup`],
    [OVERVIEW.steps.key, `/a/${slug}/settings/keys`],
    [OVERVIEW.steps.rehearse, `/a/${slug}/imports/new?mode=dry_run`],
    [OVERVIEW.steps.import, `/a/${slug}/imports/new`],
  ]
  if (!mayImport) return empty('imports', OVERVIEW.start, OVERVIEW.startLead)
  return card(
    { id: 'first', title: OVERVIEW.checklist, aside: html`<p class="soft">${OVERVIEW.checklistLead}</p>` },
    html`<ol class="line">${steps.map(
      ([[title, text], href]) =>
        html`<li><a class="strong" href="${href}">${title}</a><p class="soft">${text}</p></li>`,
    )}</ol>`,
  )
}

export function kindName(kind: string): string {
  return OVERVIEW.kinds[kind] ?? kind
}

function sourcesTable(slug: string, sources: readonly SourceOverview[]): Html {
  const { columns: words } = OVERVIEW
  const columns: readonly TableColumn<SourceOverview>[] = [
    {
      title: words.source,
      isName: true,
      cell: ({ name, kind }) =>
        html`<a href="/a/${slug}/sources/${name}">${name}</a><span class="sub">${kindName(kind)}</span>`,
    },
    { title: words.status, cell: (source) => statusCell(source) },
    { title: words.last, cell: ({ last }) => runLink(slug, last) },
    { title: words.good, cell: ({ lastGood }) => runLink(slug, lastGood) },
    { title: words.next, cell: nextCell },
    { title: words.days, cell: ({ days }) => strip(days) },
  ]
  return table(OVERVIEW.sources, columns, sources)
}

function statusCell({ status }: SourceOverview): Html {
  const hint =
    status.usuallyEveryMs === null
      ? null
      : html`<span class="sub">${OVERVIEW.silent(status.usuallyEveryMs)}</span>`
  return html`${statusPill(status.kind)}${hint}`
}

function runLink(slug: string, run: RunLine | null): Piece {
  return run === null ? time(null) : html`<a href="/a/${slug}/imports/${run.id}">${time(run.receivedAt)}</a>`
}

function nextCell({ kind, nextAt }: SourceOverview): Piece {
  if (kind === 'manual') return html`<span class="soft">${OVERVIEW.whenever}</span>`
  return nextAt === null ? html`<span class="soft">${OVERVIEW.unknownNext}</span>` : time(nextAt)
}

function latestTable(slug: string, runs: readonly RunLine[]): Html {
  const columns: readonly TableColumn<RunLine>[] = [
    {
      title: IMPORTS.columns.file,
      isName: true,
      cell: ({ id, fileName, headline }) =>
        html`<a class="break" href="/a/${slug}/imports/${id}">${safe(fileName)}</a><span class="sub">${headline}</span>`,
    },
    { title: IMPORTS.columns.state, cell: statePill },
    { title: IMPORTS.columns.received, cell: ({ receivedAt }) => time(receivedAt) },
  ]
  return table(OVERVIEW.recent, columns, runs)
}
