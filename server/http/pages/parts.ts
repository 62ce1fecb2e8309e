/** The parts that pages are put together from: states, times, tables, empty places. */
import type { RunLine, RunState, StatusKind, Tone } from '../../../importer/types.ts'
import { type Html, html, type Piece } from './html.ts'
import { type IconName, icon } from './icons.ts'
import { COMMON, STATE_LABELS, STATUS_LABELS } from './words/common.ts'

/** How something is, for a colour; `work` is for what moves. */
export type Shade = Tone | 'work'

/** A state in words, with a sign and a colour. */
export function pill(shade: Shade, words: string, sign: IconName = shade): Html {
  return html`<span class="pill ${shade}">${icon(sign, sign === 'work')}${words}</span>`
}

const WORKING: readonly RunState[] = ['received', 'reading', 'planned', 'approved', 'applied', 'reported']

export function isWorking(state: RunState): boolean {
  return WORKING.includes(state)
}

export function shadeOf({ state, tone }: Pick<RunLine, 'state' | 'tone'>): Shade {
  return isWorking(state) ? 'work' : tone
}

export function statePill(run: Pick<RunLine, 'state' | 'tone'>): Html {
  return pill(shadeOf(run), STATE_LABELS[run.state])
}

const STATUS_LOOKS: Readonly<Record<StatusKind, readonly [Shade, IconName]>> = {
  failing: ['bad', 'bad'],
  review: ['wait', 'wait'],
  late: ['warn', 'late'],
  errors: ['warn', 'warn'],
  running: ['work', 'work'],
  waiting: ['neutral', 'neutral'],
  healthy: ['good', 'good'],
}

export function statusPill(kind: StatusKind): Html {
  const [shade, sign] = STATUS_LOOKS[kind]
  return pill(shade, STATUS_LABELS[kind], sign)
}

/** A moment: UTC in the page, the reader's own zone where scripts run, UTC for whoever points at it. */
export function time(iso: string | null): Html | string {
  if (iso === null) return COMMON.never
  return html`<time class="nowrap" datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`
}

/** A day of somebody's life; no time zone changes it. */
export function day(iso: string | null): Html | string {
  return iso === null ? '' : html`<time class="nowrap" datetime="${iso}">${iso}</time>`
}

/** Something that stands out, above everything else of a page. */
export function notice(shade: Shade, title: Piece, ...text: readonly Piece[]): Html {
  const sign: IconName = shade
  return html`<div class="notice ${shade}"><span class="sign pill ${shade}">${icon(sign)}</span><div><p class="strong">${title}</p>${text.map((one) => html`<p>${one}</p>`)}</div></div>`
}

/** What stands where there is nothing yet: what it is for, and the next step. */
export function empty(sign: IconName, title: string, text: Piece, action: Piece = null): Html {
  return html`<div class="empty">${icon(sign)}<h2>${title}</h2><p>${text}</p>${action === null ? null : html`<div class="row">${action}</div>`}</div>`
}

export interface Card {
  readonly id?: string
  readonly title?: Piece
  readonly aside?: Piece
  /** Without the room around it: for tables and lists. */
  readonly isFlush?: boolean
}

export function card({ id, title, aside = null, isFlush = false }: Card, body: Piece): Html {
  const head =
    title === undefined
      ? null
      : html`<div class="card-head"><h2${id === undefined ? null : html` id="${id}"`}>${title}</h2>${aside}</div>`
  const inner = isFlush ? body : html`<div class="card-body">${body}</div>`
  return id === undefined
    ? html`<section class="card">${head}${inner}</section>`
    : html`<section class="card" aria-labelledby="${id}">${head}${inner}</section>`
}

export interface Head {
  readonly title: Piece
  readonly lead?: Piece
  readonly state?: Piece
  readonly actions?: Piece
  /** From the root to the parent of the page. */
  readonly crumbs?: readonly (readonly [words: string, href: string])[]
}

/** The top of a page: where one is, what it is, what can be done. */
export function head({ title, lead = null, state = null, actions = null, crumbs = [] }: Head): Html {
  const way =
    crumbs.length === 0
      ? null
      : html`<nav class="crumbs" aria-label="${COMMON.where}"><ol>${crumbs.map(
          ([words, href]) => html`<li><a href="${href}">${words}</a></li>`,
        )}</ol></nav>`
  return html`<div class="head"><div>${way}${state === null ? null : html`<div class="row">${state}</div>`}<h1>${title}</h1>${lead === null ? null : html`<p class="soft">${lead}</p>`}</div>${actions === null ? null : html`<div class="row">${actions}</div>`}</div>`
}

/** Numbers that matter, side by side. */
export function kpis(
  numbers: readonly { readonly label: string; readonly value: Piece; readonly isZero?: boolean }[],
): Html {
  return html`<dl class="kpis">${numbers.map(
    ({ label, value, isZero = false }) =>
      html`<div class="${isZero ? 'zero' : ''}"><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl>`
}

export interface TableColumn<T> {
  readonly title: string
  readonly cell: (row: T) => Piece
  readonly isNumber?: boolean
  /** Names the row; the first one that is. */
  readonly isName?: boolean
  /** The heading says nothing to the eye: for buttons. */
  readonly isQuiet?: boolean
}

/** A table; on a narrow screen each row becomes a list of labelled values, so nothing scrolls sideways. */
export function table<T>(caption: string, columns: readonly TableColumn<T>[], rows: readonly T[]): Html {
  const headings = columns.map(
    ({ title, isNumber, isQuiet }) =>
      html`<th scope="col" class="${isNumber ? 'number' : ''}">${isQuiet ? html`<span class="only-read">${title}</span>` : title}</th>`,
  )
  const body = rows.map(
    (row) =>
      html`<tr>${columns.map(({ title, cell, isNumber, isName, isQuiet }) => {
        const content = cell(row)
        const kind = `${isNumber ? 'number' : ''}${content === '' || content === null ? ' none' : ''}`
        if (isName) return html`<th scope="row"><div>${content}</div></th>`
        return isQuiet
          ? html`<td class="${kind}">${content}</td>`
          : html`<td class="${kind}" data-label="${title}"><div>${content}</div></td>`
      })}</tr>`,
  )
  return html`<table class="table stacks"><caption class="only-read">${caption}</caption><thead><tr>${headings}</tr></thead><tbody>${body}</tbody></table>`
}

export function facts(pairs: readonly (readonly [label: string, text: Piece])[]): Html {
  return html`<dl class="facts">${pairs.map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>`
}

/** The hidden field without which no form changes anything. */
export function proof(csrf: string | null): Html | null {
  return csrf === null ? null : html`<input type="hidden" name="csrf" value="${csrf}">`
}

export function options(
  choices: readonly (readonly [value: string, words: string])[],
  chosen: string | undefined,
): Piece {
  return choices.map(([value, words]) =>
    value === chosen
      ? html`<option value="${value}" selected>${words}</option>`
      : html`<option value="${value}">${words}</option>`,
  )
}
