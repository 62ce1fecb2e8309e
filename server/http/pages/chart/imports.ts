/** Imports day by day, stacked by how they went; and how long each took. */
import type { DayOfRuns, RunLine, Tone } from '../../../../importer/types.ts'
import { type Html, html, safe } from '../html.ts'
import { table, time } from '../parts.ts'
import { CHARTS } from '../words/charts.ts'
import { duration, number } from '../words/common.ts'
import { AREA, axes, chart, drawing, niceTop, yOf } from './frame.ts'

const TONES = ['good', 'warn', 'wait', 'bad', 'neutral'] as const satisfies readonly Tone[]

interface Day {
  readonly day: string
  readonly counts: Readonly<Record<Tone, number>>
}

/** `dayOf` tells the day of a moment in the account's time zone. */
export function runsChart(
  days: readonly DayOfRuns[],
  runs: readonly RunLine[],
  dayOf: (iso: string) => string,
): Html {
  const { runs: words } = CHARTS
  const byDay = Map.groupBy(runs, ({ receivedAt }) => dayOf(receivedAt))
  const data: readonly Day[] = days.map(({ day }) => {
    const some = byDay.get(day) ?? []
    const count = (tone: Tone) => some.filter((run) => run.tone === tone).length
    return {
      day,
      counts: {
        ...{ good: count('good'), warn: count('warn'), wait: count('wait') },
        ...{ bad: count('bad'), neutral: count('neutral') },
      },
    }
  })
  const total = ({ counts }: Day) => TONES.reduce((sum, tone) => sum + counts[tone], 0)
  const top = niceTop(Math.max(...data.map(total), 1))
  const room = (AREA.right - AREA.left) / data.length
  const bars = data.map((one, at) => stack(one, AREA.left + at * room + room * 0.14, room * 0.72, top))
  const ticks = data.flatMap(({ day }, at) =>
    at % 7 === 1 ? [[AREA.left + (at + 0.5) * room, day.slice(5)] as const] : [],
  )
  return chart({
    ...{ id: 'runs', title: words.title, lead: words.lead },
    drawing: drawing(html`${axes(top, (value) => number(value), ticks)}${bars}`),
    key: TONES.map((tone) => [tone, words[tone]] as const),
    text: words.text(
      data.reduce((sum, one) => sum + total(one), 0),
      data.reduce((sum, { counts }) => sum + counts.bad, 0),
    ),
    numbers: table(
      words.title,
      [
        { title: words.day, isName: true, cell: ({ day }) => day },
        ...TONES.map((tone) => ({
          title: words[tone],
          isNumber: true,
          cell: ({ counts }: Day) => number(counts[tone]),
        })),
      ],
      data.toReversed(),
    ),
  })
}

function stack({ day, counts }: Day, x: number, width: number, top: number) {
  let below = 0
  return TONES.flatMap((tone) => {
    const count = counts[tone]
    if (count === 0) return []
    const [from, to] = [yOf(below, top), yOf(below + count, top)]
    below += count
    return html`<rect class="f-${tone}" x="${x.toFixed(1)}" y="${to.toFixed(1)}" width="${width.toFixed(1)}" height="${Math.max(1, from - to - 1).toFixed(1)}" rx="1"><title>${day}: ${number(count)} ${CHARTS.runs[tone]}</title></rect>`
  })
}

/** As many as can be told apart. */
const SHOWN = 40

/** Null where no import went through by itself. */
export function timeChart(slug: string, runs: readonly RunLine[]): Html | null {
  const { time: words } = CHARTS
  const took = runs
    .flatMap((run) => {
      const { finishedAt, receivedAt, decidedBy, state } = run
      const isOwn = state.startsWith('succeeded') && (decidedBy === null || decidedBy === 'policy')
      return isOwn && finishedAt !== null
        ? [{ run, ms: Date.parse(finishedAt) - Date.parse(receivedAt) }]
        : []
    })
    .slice(-SHOWN)
  if (took.length === 0) return null
  const sorted = took.map(({ ms }) => ms).sort((a, b) => a - b)
  const [middle = 0, longest = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
  const top = niceTop(Math.max(longest, 1))
  const room = (AREA.right - AREA.left) / Math.max(took.length, 12)
  const bars = took.map(({ run, ms }, at) => {
    const y = yOf(ms, top)
    return html`<rect class="f-work" x="${(AREA.left + at * room + room * 0.14).toFixed(1)}" y="${Math.min(y, AREA.bottom - 1.5).toFixed(1)}" width="${(room * 0.72).toFixed(1)}" height="${Math.max(1.5, AREA.bottom - y).toFixed(1)}" rx="1"><title>${safe(run.fileName)}: ${duration(ms)}</title></rect>`
  })
  return chart({
    ...{
      id: 'time',
      title: words.title,
      lead: words.lead,
      text: words.text(duration(middle), duration(longest)),
    },
    drawing: drawing(html`${axes(top, (ms) => (ms === 0 ? '0' : duration(ms)), [])}${bars}`),
    numbers: table(
      words.title,
      [
        {
          title: words.file,
          isName: true,
          cell: ({ run }) =>
            html`<a href="/a/${slug}/imports/${run.id}">${safe(run.fileName)}</a><span class="sub">${time(run.receivedAt)}</span>`,
        },
        { title: words.rows, isNumber: true, cell: ({ run }) => number(run.counts.read) },
        { title: words.took, isNumber: true, cell: ({ ms }) => duration(ms) },
      ],
      took.toReversed(),
    ),
  })
}
