/** Columns that an account keeps nothing of: which, and what redacting more would take away. */
import type { RedactionView } from '../../../importer/types.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, empty, facts, head, notice, proof, type TableColumn, table } from './parts.ts'
import { COMMON, number } from './words/common.ts'
import { KEEPING } from './words/keeping.ts'
import { SETTINGS } from './words/settings.ts'

const { redaction: WORDS } = KEEPING

export interface RedactionData {
  readonly slug: string
  /** All that are redacted. */
  readonly redacted: readonly string[]
  /** Those that may be: headers and labels. */
  readonly fields: readonly string[]
  readonly csrf: string | null
  readonly mayChange: boolean
}

export function redactionPart({ slug, redacted, fields, csrf, mayChange }: RedactionData): Piece {
  const at = `/a/${slug}/settings/redaction`
  const columns: readonly TableColumn<string>[] = [
    { title: WORDS.column, isName: true, cell: (one) => safe(one) },
    ...(mayChange
      ? [
          {
            title: WORDS.end,
            isQuiet: true,
            cell: (one: string) =>
              html`<form method="post" action="${at}/end">${proof(csrf)}<input type="hidden" name="field" value="${one}"><button class="btn slim" aria-label="${WORDS.endWhat(safe(one))}">${WORDS.end}</button></form>`,
          },
        ]
      : []),
  ]
  const list =
    redacted.length === 0
      ? empty('review', WORDS.none, WORDS.noneText)
      : table(WORDS.title, columns, redacted)
  const boxes = fields.map(
    (one) =>
      html`<label class="choice"><input type="checkbox" name="fields" value="${one}"><span>${safe(one)}</span></label>`,
  )
  const form = html`<form class="stack tight" method="post" action="${at}/preview">${proof(csrf)}<fieldset><legend class="strong small">${WORDS.known}</legend><div class="choices">${boxes}</div></fieldset><div class="field"><label for="other">${WORDS.other}</label><input id="other" name="fields" maxlength="255" autocomplete="off"></div><div><button class="btn">${WORDS.look}</button></div></form>`
  return html`<div class="stack">${card({ isFlush: true }, list)}${mayChange && card({ id: 'add', title: WORDS.add }, form)}</div>`
}

export interface RedactData {
  readonly slug: string
  /** To be redacted. */
  readonly fields: readonly string[]
  readonly view: RedactionView
  readonly csrf: string | null
  readonly isMistyped: boolean
}

/** What would go, and the word without which it stays. */
export function redactPage({ slug, fields, view, csrf, isMistyped }: RedactData): Piece {
  const at = `/a/${slug}/settings/redaction`
  const kept = fields.map((one) => html`<input type="hidden" name="fields" value="${one}">`)
  const form = html`<form class="stack tight" method="post" action="${at}">${proof(csrf)}${kept}<div class="field"><label for="word">${WORDS.word} <code>${WORDS.confirmWord}</code></label><input id="word" name="word" required autocomplete="off" autocapitalize="off" spellcheck="false"></div><div class="row"><button class="btn danger">${WORDS.confirm}</button><a class="btn quiet" href="${at}">${COMMON.cancel}</a></div></form>`
  return html`${head({
    crumbs: [
      [SETTINGS.title, `/a/${slug}/settings`],
      [WORDS.title, at],
    ],
    title: WORDS.head,
    lead: WORDS.headLead,
  })}<div class="stack">${isMistyped ? notice('bad', WORDS.mistyped) : null}${card({ id: 'would', title: WORDS.would }, found(fields, view))}${card({}, form)}</div>`
}

function found(fields: readonly string[], { found: of }: RedactionView): Html {
  return facts([
    [WORDS.known, fields.map(safe).join(', ')],
    [WORDS.people, number(of.people)],
    [WORDS.changes, number(of.changes)],
    [WORDS.planRows, number(of.planRows)],
    [WORDS.files, number(of.files)],
  ])
}
