/** A strip of days: one box each, its height and colour by the worst that happened. */
import type { DayOfRuns } from '../../../../importer/types.ts'
import { type Html, html } from '../html.ts'
import { OVERVIEW } from '../words/overview.ts'

const HEIGHTS: Readonly<Record<DayOfRuns['tone'], number>> = {
  good: 20,
  warn: 20,
  bad: 20,
  wait: 20,
  neutral: 12,
  none: 4,
}

export function strip(days: readonly DayOfRuns[]): Html {
  const count = (...tones: readonly DayOfRuns['tone'][]) =>
    days.filter(({ tone }) => tones.includes(tone)).length
  const words = OVERVIEW.strip(days.length, count('good', 'warn'), count('bad'), count('wait'))
  const boxes = days.map(({ day, tone, runs }, at) => {
    const height = HEIGHTS[tone]
    return html`<rect class="f-${tone}" x="${at * 6}" y="${22 - height}" width="4.4" height="${height}"><title>${OVERVIEW.day(day, runs)}</title></rect>`
  })
  return html`<svg class="strip" viewBox="0 0 ${days.length * 6} 24" preserveAspectRatio="none" role="img" aria-label="${words}">${boxes}</svg>`
}
