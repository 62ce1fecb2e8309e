/** Values before and after, told apart by signs and lines through, not by colour alone. */
import type { PlanLine } from '../../../importer/types.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { REVIEW } from './words/review.ts'

type Change = PlanLine['changes'][number]

export function diff(changes: readonly Change[]): Html {
  return html`<table class="diff"><tbody>${changes.map(row)}</tbody></table>`
}

function row({ field, before, after }: Change): Html {
  return html`<tr><th scope="row">${safe(field)}</th><td>${old(before)} ${fresh(after)}${isOnlySpelling(before, after) ? html` <span class="hint">${REVIEW.onlySpelling}</span>` : null}</td></tr>`
}

/** Values of somebody who is new: there is no before. */
export function given(changes: readonly Change[]): Html {
  return html`<dl class="given">${changes.map(({ field, after }) => html`<div><dt>${safe(field)}</dt><dd>${fresh(after)}</dd></div>`)}</dl>`
}

export function old(value: string | null): Piece {
  return value === null
    ? null
    : html`<del><span class="only-read">${REVIEW.before}: </span><bdi>${visible(value)}</bdi></del>`
}

export function fresh(value: string | null): Html {
  return value === null
    ? html`<ins class="gone"><span class="only-read">${REVIEW.after}: </span>${REVIEW.nothingThere}</ins>`
    : html`<ins><span class="only-read">${REVIEW.after}: </span><bdi>${visible(value)}</bdi></ins>`
}

/** Spaces at the ends, and several in a row, are there to be seen. */
function visible(value: string): string {
  return safe(value).replace(/^ +| +$| {2,}/g, (spaces) => '·'.repeat(spaces.length))
}

function isOnlySpelling(before: string | null, after: string | null): boolean {
  if (before === null || after === null) return false
  return plain(before) === plain(after)
}

function plain(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '').toLowerCase()
}
