/** A source: how it is, its imports, its settings. */
import type { Connection, RunLines, Source, SourceOverview } from '../../../importer/types.ts'
import { isConnectorKind } from '../../../schemas/connection.ts'
import { connectionsCard } from './catalogue.ts'
import { strip } from './chart/strip.ts'
import { type Html, html, type Piece } from './html.ts'
import { kindName } from './overview.ts'
import {
  card,
  empty,
  facts,
  head,
  notice,
  options,
  proof,
  statusPill,
  type TableColumn,
  table,
  time,
} from './parts.ts'
import { runsTable } from './runs.ts'
import { type Group, type SettingField, settingFields } from './setting-fields.ts'
import { everySoOften, STATUS_LABELS } from './words/common.ts'
import { CONNECTIONS } from './words/connections.ts'
import { SOURCES } from './words/sources.ts'

export interface SourcesData {
  readonly slug: string
  readonly sources: readonly { readonly source: Source; readonly overview: SourceOverview }[]
  readonly connections: readonly Connection[]
}

export function sourcesPage({ slug, sources, connections }: SourcesData): Piece {
  type Row = SourcesData['sources'][number]
  const columns: readonly TableColumn<Row>[] = [
    {
      title: SOURCES.title,
      isName: true,
      cell: ({ source }) =>
        html`<a href="/a/${slug}/sources/${source.name}">${source.name}</a><span class="sub">${kindName(source.kind)}</span>`,
    },
    { title: SOURCES.status, cell: ({ overview }) => statusPill(overview.status.kind) },
    { title: SOURCES.last, cell: ({ overview }) => time(overview.last?.receivedAt ?? null) },
    {
      title: SOURCES.settings,
      cell: ({ source }) => {
        const changed = [...settingFields(source).values()].flat().filter(({ isDefault }) => !isDefault)
        return html`<a href="/a/${slug}/sources/${source.name}/settings">${SOURCES.changed(changed.length)}</a>`
      },
    },
    { title: '30', isQuiet: true, cell: ({ overview }) => strip(overview.days) },
  ]
  const actions = html`<a class="btn" href="/a/${slug}/connections">${CONNECTIONS.add}</a>`
  return html`${head({ title: SOURCES.title, lead: SOURCES.lead, actions })}<div class="stack">${connectionsCard(slug, connections)}${card({ isFlush: true }, table(SOURCES.title, columns, sources))}</div>`
}

export type SourceTab = 'status' | 'settings' | 'setup' | 'connection'

/** The top of every page of a source. */
export function sourceTop(
  slug: string,
  source: Pick<Source, 'name' | 'kind'>,
  here: SourceTab,
  lead: string,
): Html {
  const at = `/a/${slug}/sources/${source.name}`
  const tabs: readonly (readonly [SourceTab, string])[] = [
    ['status', at],
    ['settings', `${at}/settings`],
    ...(source.kind === 'sftp' ? [['setup', `${at}/setup`] as const] : []),
    ...(isConnectorKind(source.kind)
      ? [['connection', `/a/${slug}/connections/${source.name}`] as const]
      : []),
  ]
  return html`${head({ crumbs: [[SOURCES.title, `/a/${slug}/sources`]], title: source.name, lead })}<nav class="tabs" aria-label="${source.name}"><ul>${tabs.map(
    ([tab, href]) =>
      html`<li><a href="${href}"${tab === here ? html` aria-current="page"` : null}>${SOURCES.tabs[tab]}</a></li>`,
  )}</ul></nav>`
}

export interface SourceData {
  readonly slug: string
  readonly source: Source
  readonly overview: SourceOverview
  readonly runs: RunLines
}

export function sourcePage({ slug, source, overview, runs }: SourceData): Piece {
  const { status, last, lastGood, nextAt, days } = overview
  const pairs: readonly (readonly [string, Piece])[] = [
    [SOURCES.since(STATUS_LABELS[status.kind]), time(status.since)],
    [SOURCES.last, time(last?.receivedAt ?? null)],
    [SOURCES.lastGood, time(lastGood?.receivedAt ?? null)],
    ...(nextAt === null ? [] : [[SOURCES.next, time(nextAt)] as const]),
    ...(status.usuallyEveryMs === null
      ? []
      : [[SOURCES.rhythm, everySoOften(status.usuallyEveryMs)] as const]),
  ]
  const list =
    runs.runs.length === 0 ? empty('imports', SOURCES.noRuns, SOURCES.noRunsText) : runsTable(slug, runs.runs)
  return html`${sourceTop(slug, source, 'status', kindName(source.kind))}<div class="stack">${card({ id: 'status', title: SOURCES.status, aside: statusPill(status.kind) }, html`<div class="two narrow">${facts(pairs)}${strip(days)}</div>`)}${card({ id: 'runs', title: SOURCES.runs, isFlush: true }, list)}</div>`
}

export interface SourceSettingsData {
  readonly slug: string
  readonly source: Source
  readonly csrf: string | null
  readonly mayChange: boolean
  readonly isSaved: boolean
  /** What was typed and refused, by the names of the fields. */
  readonly draft?:
    | {
        readonly given: Readonly<Record<string, string>>
        readonly problem: { readonly title: string; readonly text: string }
      }
    | undefined
}

export function sourceSettingsPage(data: SourceSettingsData): Piece {
  const { slug, source, mayChange, isSaved, draft } = data
  const groups = [...settingFields(source)].filter(([, fields]) => fields.length > 0)
  return html`${sourceTop(slug, source, 'settings', mayChange ? SOURCES.form.lead : SOURCES.form.onlyLook)}<div class="stack">${isSaved ? notice('good', SOURCES.form.saved) : null}${draft === undefined ? null : notice('bad', draft.problem.title, draft.problem.text)}${groups.map(([group, fields]) => groupForm(data, group, fields))}</div>`
}

function groupForm(
  { slug, source, csrf, mayChange, draft }: SourceSettingsData,
  group: Group,
  fields: readonly SettingField[],
): Html {
  const rows = fields.map((field) => settingRow(field, draft?.given[`set_${field.key}`], mayChange))
  const save = mayChange && html`<div><button class="btn main-act">${SOURCES.form.save}</button></div>`
  return card(
    { id: group, title: SOURCES.form.groups[group] },
    html`<form class="settings" method="post" action="/a/${slug}/sources/${source.name}/settings#${group}">${proof(csrf)}${rows}${save}</form>`,
  )
}

function settingRow(field: SettingField, typed: string | undefined, mayChange: boolean): Html {
  const { key, label, description, isDefault, byDefault } = field
  const mark = isDefault ? null : html` <span class="pill work">${SOURCES.form.differs}</span>`
  const usual =
    field.kind === 'lines'
      ? null
      : SOURCES.form.byDefault(byDefault === '' ? SOURCES.form.nothing : byDefault)
  return html`<div class="setting"><div><label class="strong" for="set_${key}">${label}</label>${mark}<p class="hint" id="hint_${key}">${withCode(description)} ${usual}${field.kind === 'lines' ? linesHint(key) : null}</p></div><div>${control(field, typed ?? field.value, mayChange)}</div></div>`
}

function linesHint(key: string): string {
  const hints: Readonly<Record<string, string>> = SOURCES.form.lines
  return hints[key] ?? SOURCES.form.lines.list
}

function control({ key, kind, choices }: SettingField, value: string, mayChange: boolean): Html {
  const name = `set_${key}`
  const off = mayChange ? null : html` disabled`
  if (kind === 'choice' || kind === 'flag') {
    const all =
      kind === 'flag'
        ? ([
            ['true', SOURCES.form.yes],
            ['false', SOURCES.form.no],
          ] as const)
        : choices.map((one) => [one, one] as const)
    return html`<select id="${name}" name="${name}" aria-describedby="hint_${key}"${off}>${options(all, value)}</select>`
  }
  if (kind === 'lines')
    return html`<textarea id="${name}" name="${name}" aria-describedby="hint_${key}" spellcheck="false"${off}>${value}</textarea>`
  const mode = kind === 'number' ? html` inputmode="decimal"` : null
  return html`<input id="${name}" name="${name}" value="${value}" aria-describedby="hint_${key}" autocomplete="off"${mode}${off}>`
}

/** What stands between backticks is a name or a value. */
export function withCode(text: string): Piece {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))
}
