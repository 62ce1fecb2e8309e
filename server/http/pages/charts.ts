/** What people would rather look at than read; the numbers are below each drawing. */
import type { Trends } from '../../../importer/types.ts'
import { fillChart } from './chart/fill.ts'
import { runsChart, timeChart } from './chart/imports.ts'
import { movesChart, peopleChart } from './chart/people.ts'
import { html, type Piece } from './html.ts'
import { card, empty, head, notice } from './parts.ts'
import { CHARTS } from './words/charts.ts'

export interface ChartsData {
  readonly slug: string
  readonly trends: Trends
  /** IANA name. */
  readonly timezone: string
}

export function chartsPage({ slug, trends, timezone }: ChartsData): Piece {
  const { months, runs, days, fill } = trends
  const top = head({ title: CHARTS.title, lead: CHARTS.lead })
  if (runs.length === 0 && fill.length === 0)
    return html`${top}${card({}, empty('charts', CHARTS.none, CHARTS.noneText))}`
  // The Swedish way of writing a date is the ISO one.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' })
  const people = months === null ? notice('work', CHARTS.counting) : [peopleChart(months), movesChart(months)]
  return html`${top}<div class="two charts">${people}${runsChart(days, runs, (iso) => format.format(new Date(iso)))}${timeChart(slug, runs)}${fill.map(fillChart)}</div>`
}
