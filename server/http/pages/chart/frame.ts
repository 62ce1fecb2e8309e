/** What is around a chart: its title, what it says in a sentence, the drawing, and the numbers as a table. */
import { type Html, html, type Piece } from '../html.ts'
import { card } from '../parts.ts'
import { COMMON } from '../words/common.ts'

export interface ChartFrame {
  readonly id: string
  readonly title: string
  readonly lead: string
  /** What it shows, for who does not see it. */
  readonly text: string
  readonly key?: readonly (readonly [shade: string, words: string])[]
  readonly drawing: Html
  readonly numbers: Html
}

export function chart({ id, title, lead, text, key = [], drawing, numbers }: ChartFrame): Html {
  const legend =
    key.length > 0 &&
    html`<ul class="key">${key.map(([shade, words]) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="f-${shade}" width="10" height="10" rx="2"/></svg>${words}</li>`)}</ul>`
  return card(
    { id, title, aside: html`<p class="soft small">${lead}</p>` },
    html`<figure class="chart">${drawing}<figcaption>${text}</figcaption>${legend}<details class="more"><summary>${COMMON.asTable}</summary><div class="scroll" role="region" tabindex="0" aria-label="${title}">${numbers}</div></details></figure>`,
  )
}

export const WIDTH = 460
export const HEIGHT = 180
const LEFT = 44
const BOTTOM = 20
const TOP = 8

/** Where things are drawn: the area within the axes. */
export const AREA = { left: LEFT, right: WIDTH, top: TOP, bottom: HEIGHT - BOTTOM } as const

/** Whole numbers of which a quarter is whole too: nobody counts a third of a person. */
const TOPS = [4, 8, 12, 16, 20, 24, 32]

/** A round number at or above the greatest, so that the four lines stand at round numbers. */
export function niceTop(greatest: number): number {
  let power = 1
  while (greatest > 40 * power) power *= 10
  return (TOPS.find((top) => top * power >= greatest) ?? 40) * power
}

export function yOf(value: number, top: number): number {
  return AREA.bottom - (value / top) * (AREA.bottom - AREA.top)
}

/** Lines across with their numbers, and words along the bottom. */
export function axes(
  top: number,
  words: (value: number) => string,
  ticks: readonly (readonly [x: number, words: string])[],
): Piece {
  const lines = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const y = yOf(part * top, top).toFixed(1)
    return html`<line class="grid" x1="${AREA.left}" x2="${AREA.right}" y1="${y}" y2="${y}"/><text x="${AREA.left - 6}" y="${y}" dy="0.32em" text-anchor="end">${words(part * top)}</text>`
  })
  const along = ticks.map(
    ([x, label]) => html`<text x="${x.toFixed(1)}" y="${HEIGHT - 4}" text-anchor="middle">${label}</text>`,
  )
  return [lines, along]
}

export function drawing(content: Piece, height: number = HEIGHT): Html {
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" aria-hidden="true">${content}</svg>`
}
