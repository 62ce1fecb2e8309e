/** How full each column of a source's last file was. */
import type { Trends } from '../../../../importer/types.ts'
import { type Html, html, safe } from '../html.ts'
import { table } from '../parts.ts'
import { CHARTS } from '../words/charts.ts'
import { number, share } from '../words/common.ts'
import { chart, drawing, WIDTH } from './frame.ts'

const LINE = 22
const NAMES = 150
const LETTERS = 20

export function fillChart({ source, rows, columns }: Trends['fill'][number]): Html {
  const { fill: words } = CHARTS
  const sorted = columns.toSorted((a, b) => a.filled - b.filled || (a.label < b.label ? -1 : 1))
  const room = WIDTH - NAMES - 56
  const bars = sorted.map(({ label, filled }, at) => {
    const y = at * LINE
    const name = safe(label)
    const short = [...name].length > LETTERS ? `${[...name].slice(0, LETTERS - 1).join('')}…` : name
    const part = filled / rows
    const shade = part < 0.5 ? 'warn' : 'work'
    return html`<text x="${NAMES - 10}" y="${y + 13}" text-anchor="end">${short}<title>${name}</title></text><rect class="f-none" x="${NAMES}" y="${y + 4}" width="${room}" height="12" rx="3"/><rect class="f-${shade}" x="${NAMES}" y="${y + 4}" width="${(room * part).toFixed(1)}" height="12" rx="3"/><text x="${WIDTH}" y="${y + 13}" text-anchor="end">${share(filled, rows)}</text>`
  })
  const [emptiest] = sorted
  return chart({
    ...{ id: `fill-${source}`, title: words.title(source), lead: words.lead(rows) },
    text: words.text(columns.length, safe(emptiest?.label ?? ''), emptiest?.filled ?? 0, rows),
    drawing: drawing(bars, Math.max(1, sorted.length) * LINE),
    numbers: table(
      words.title(source),
      [
        { title: words.column, isName: true, cell: ({ label }) => safe(label) },
        { title: words.filled, isNumber: true, cell: ({ filled }) => number(filled) },
        { title: words.share, isNumber: true, cell: ({ filled }) => share(filled, rows) },
      ],
      sorted,
    ),
  })
}
