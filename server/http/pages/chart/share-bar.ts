/** What became of the rows, as shares of one bar; the table below it says the same in words. */
import { type Html, html } from '../html.ts'

const WIDTH = 1_000
const GAP = 3

export function shareBar(parts: readonly { readonly key: string; readonly count: number }[]): Html {
  const all = parts.reduce((sum, { count }) => sum + count, 0)
  let x = 0
  const pieces = parts.map(({ key, count }) => {
    const width = (count / Math.max(1, all)) * WIDTH
    const piece = html`<rect class="f-${key}" x="${x.toFixed(1)}" width="${Math.max(2, width - GAP).toFixed(1)}" height="10"/>`
    x += width
    return piece
  })
  return html`<svg class="sharebar" viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" aria-hidden="true">${pieces}</svg>`
}
