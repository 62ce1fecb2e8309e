/** How long things of an account are kept, and what is old enough to go. */
import {
  type Removal,
  type Retention,
  type RetentionView,
  retentionSchema,
} from '../../../schemas/retention.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, facts, notice, options, proof, time } from './parts.ts'
import { withCode } from './source.ts'
import { COMMON, number } from './words/common.ts'
import { KEEPING } from './words/keeping.ts'

const { retention: WORDS } = KEEPING
export const RETENTION_DEFAULTS: Retention = retentionSchema.parse({})
const KEYS = Object.keys(RETENTION_DEFAULTS) as (keyof Retention)[] // its own keys

export interface RetentionData {
  readonly slug: string
  readonly view: RetentionView
  readonly preview: Removal
  readonly csrf: string | null
  readonly mayChange: boolean
  readonly isSaved: boolean
  /** Just removed. */
  readonly removed?: Removal | undefined
  /** What was typed and refused, by the names of the settings. */
  readonly draft?: Readonly<Record<string, string>> | undefined
}

export function retentionPart(data: RetentionData): Piece {
  const { isSaved, removed } = data
  const word =
    removed !== undefined
      ? notice('good', WORDS.done, WORDS.doneText, removalFacts(removed))
      : isSaved && notice('good', WORDS.saved, WORDS.savedText)
  return html`<div class="stack">${word}${settingsCard(data)}${previewCard(data)}</div>`
}

function settingsCard({ slug, view, csrf, mayChange, draft }: RetentionData): Html {
  const rows = KEYS.map((key) => settingRow(key, draft?.[key] ?? String(view.settings[key]), mayChange))
  const by =
    view.by !== null && html`<p class="soft small">${WORDS.setBy(safe(view.by))} ${time(view.at)}</p>`
  const save = mayChange && html`<div><button class="btn main-act">${WORDS.save}</button></div>`
  return card(
    { id: 'settings', title: WORDS.settings },
    html`<form class="settings" method="post" action="/a/${slug}/settings/retention">${proof(csrf)}${rows}${by}${save}</form>`,
  )
}

function settingRow(key: keyof Retention, value: string, mayChange: boolean): Html {
  const off = mayChange ? null : html` disabled`
  const about = retentionSchema.shape[key].description ?? ''
  const control =
    key === 'hold'
      ? html`<select id="${key}" name="${key}" aria-describedby="${key}-hint"${off}>${options(
          [
            ['false', COMMON.no],
            ['true', COMMON.yes],
          ],
          value,
        )}</select>`
      : html`<input id="${key}" name="${key}" value="${value}" inputmode="numeric" autocomplete="off" aria-describedby="${key}-hint"${off}>`
  return html`<div class="setting"><div><label class="strong" for="${key}">${WORDS.labels[key]}</label><p class="hint" id="${key}-hint">${withCode(about)}</p></div><div>${control}</div></div>`
}

function previewCard({ slug, view, preview, csrf, mayChange }: RetentionData): Html {
  const { files, rows, reports, messages } = preview
  const isNothing = files + rows + reports + messages === 0
  const now =
    mayChange &&
    html`<form method="post" action="/a/${slug}/settings/retention/run">${proof(csrf)}<button class="btn danger">${WORDS.now}</button></form>`
  const body = isNothing
    ? html`<p class="soft">${view.settings.hold ? WORDS.held : WORDS.nothing}</p>`
    : html`<div class="stack tight">${removalFacts(preview)}${now}</div>`
  return card({ id: 'next', title: WORDS.next }, body)
}

function removalFacts({ files, bytes, rows, reports, messages }: Removal): Html {
  return facts([
    [WORDS.labels.files, WORDS.files(files, bytes)],
    [WORDS.labels.rows, WORDS.rows(rows)],
    [WORDS.labels.reports, WORDS.rows(reports)],
    [WORDS.labels.messages, number(messages)],
  ])
}
