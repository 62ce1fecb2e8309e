/** People month by month, as a line; and who came and went, as bars on both sides. */
import type { Month } from '../../../../importer/types.ts'
import { type Html, html } from '../html.ts'
import { table } from '../parts.ts'
import { CHARTS } from '../words/charts.ts'
import { number } from '../words/common.ts'
import { AREA, axes, chart, drawing, niceTop, yOf } from './frame.ts'

const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

function monthName(month: string): string {
  return `${NAMES[Number(month.slice(5)) - 1] ?? ''} ${month.slice(0, 4)}`
}

export function peopleChart(months: readonly Month[]): Html {
  const { people: words } = CHARTS
  const top = niceTop(Math.max(...months.map(({ employed }) => employed), 1))
  const step = (AREA.right - AREA.left - 8) / Math.max(1, months.length - 1)
  const x = (at: number) => AREA.left + at * step
  const points = months.map(({ employed }, at) => `${x(at).toFixed(1)},${yOf(employed, top).toFixed(1)}`)
  const [first, last] = [months[0], months.at(-1)]
  const content = html`${axes(top, short, ticksOf(months, x))}<polygon class="area" points="${AREA.left},${AREA.bottom} ${points.join(' ')} ${x(months.length - 1).toFixed(1)},${AREA.bottom}"/><polyline class="curve" points="${points.join(' ')}"/>${months.map(({ month, employed }, at) => html`<circle class="point" cx="${x(at).toFixed(1)}" cy="${yOf(employed, top).toFixed(1)}" r="2.5"><title>${monthName(month)}: ${number(employed)}</title></circle>`)}`
  return chart({
    ...{ id: 'people', title: words.title, lead: words.lead, drawing: drawing(content) },
    text: words.text(
      first?.employed ?? 0,
      last?.employed ?? 0,
      monthName(first?.month ?? ''),
      monthName(last?.month ?? ''),
    ),
    numbers: table(
      words.title,
      [
        { title: words.month, isName: true, cell: ({ month }) => monthName(month) },
        { title: words.employed, isNumber: true, cell: ({ employed }) => number(employed) },
      ],
      months.toReversed(),
    ),
  })
}

export function movesChart(months: readonly Month[]): Html {
  const { moves: words } = CHARTS
  const greatest = Math.max(...months.map(({ joined, left }) => Math.max(joined, left)), 1)
  const top = niceTop(greatest)
  const room = (AREA.right - AREA.left) / months.length
  const middle = (at: number) => AREA.left + (at + 0.5) * room
  const bar = (shade: string, at: number, side: number, count: number, label: string) => {
    const y = yOf(count, top)
    const width = room * 0.36
    return html`<rect class="f-${shade}" x="${(middle(at) + side * width - width / 2 + side).toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${(AREA.bottom - y).toFixed(1)}" rx="1.5"><title>${label}</title></rect>`
  }
  const bars = months.map(({ month, joined, left }, at) => [
    bar('good', at, -0.5, joined, `${monthName(month)}: ${number(joined)} ${words.joined}`),
    bar('neutral', at, 0.5, left, `${monthName(month)}: ${number(left)} ${words.left}`),
  ])
  const sum = (of: (month: Month) => number) => months.reduce((all, one) => all + of(one), 0)
  return chart({
    ...{ id: 'moves', title: words.title, lead: words.lead },
    drawing: drawing(html`${axes(top, short, ticksOf(months, middle))}${bars}`),
    key: [
      ['good', words.joined],
      ['neutral', words.left],
    ],
    text: words.text(
      sum(({ joined }) => joined),
      sum(({ left }) => left),
    ),
    numbers: table(
      words.title,
      [
        { title: CHARTS.people.month, isName: true, cell: ({ month }) => monthName(month) },
        { title: words.joined, isNumber: true, cell: ({ joined }) => number(joined) },
        { title: words.left, isNumber: true, cell: ({ left }) => number(left) },
      ],
      months.toReversed(),
    ),
  })
}

/** Every sixth month has its name below. */
function ticksOf(months: readonly Month[], x: (at: number) => number): (readonly [number, string])[] {
  return months.flatMap(({ month }, at) =>
    at % 6 === 5 ? [[x(at) - (at === months.length - 1 ? 14 : 0), monthName(month)] as const] : [],
  )
}

/** 12000 -> `12k`: the axis has little room, the table has the number. */
function short(value: number): string {
  if (value >= 1_000_000) return `${round(value / 1_000_000)}m`
  if (value >= 10_000) return `${round(value / 1_000)}k`
  return number(round(value))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
