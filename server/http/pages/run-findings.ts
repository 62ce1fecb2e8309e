/** What was found in a file, grouped by cause: each group with where it is and how to mend it. */
import type { IssueGroup, Sentence, Severity } from '../../../importer/importer.ts'
import { kindOf, placesText, sentencesOf } from '../../../importer/importer.ts'
import { type Html, html, type Piece } from './html.ts'
import { pill, type Shade } from './parts.ts'
import { COMMON } from './words/common.ts'
import { IMPORTS } from './words/imports.ts'

const SHADES: Readonly<Record<Severity, Shade>> = {
  fatal: 'bad',
  hold: 'wait',
  row: 'bad',
  cell: 'warn',
  info: 'neutral',
}

export function findings(groups: readonly IssueGroup[], link?: (code: string) => Piece): Piece {
  return groups.map((group) => finding(group, link?.(group.code) ?? null))
}

function finding(group: IssueGroup, more: Piece): Html {
  const { severity, total, code, fix } = group
  const { shown, untold } = sentencesOf(group)
  const times =
    total > 1
      ? html`<span>${severity === 'hold' ? IMPORTS.rowsOf(total) : IMPORTS.times(total)}</span>`
      : null
  const rest = untold > 0 ? html`<p class="soft">${IMPORTS.place.moreKinds(untold)}</p>` : null
  const remedy =
    fix === null ? null : html`<p class="fix"><span class="strong">${IMPORTS.fix}:</span> ${fix}</p>`
  return html`<article class="finding"><div class="meta">${pill(SHADES[severity], kindOf(group))}${times}<code class="soft">${code}</code>${more}</div>${shown.map(sentence)}${rest}${remedy}</article>`
}

/** Rows in one line; with the shapes of what was found there, in a table. */
function sentence(sentence: Sentence): Html {
  const { message, likewise, column, rows, more } = sentence
  const where = placesText(sentence)
  if (likewise.length > 0 || !rows.some(({ shape }) => shape !== null))
    return html`<h3>${message}</h3>${where === '' ? null : html`<p class="soft">${where}</p>`}`
  const cells = rows.map(
    ({ row, line, shape }) =>
      html`<tr><td class="number">${row}</td><td class="number">${line}</td><td>${shape === null ? null : html`<code><bdi>${shape}</bdi></code>`}</td></tr>`,
  )
  const { place } = IMPORTS
  const rest = more > 0 ? html`<p class="soft small">${place.more(more)}</p>` : null
  return html`<h3>${message}</h3><div class="scroll" role="region" tabindex="0" aria-label="${COMMON.scrollable}: ${message}"><table class="places"><caption>${column === '' ? place.caption : column}</caption><thead><tr><th scope="col" class="number">${place.row}</th><th scope="col" class="number">${place.line}</th><th scope="col">${place.looks}</th></tr></thead><tbody>${cells}</tbody></table></div>${rest}`
}
