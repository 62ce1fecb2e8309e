/** Time and memory against the rows of the file, on logarithmic axes: a straight line that rises by one is linear. */
import type { Outcome } from './outcome.ts'
import { median } from './statistics.ts'
import { time } from './table.ts'

const PANEL = { width: 400, height: 250, left: 60, top: 34, inner: { width: 310, height: 170 } } as const
/** The work that grows with the file and nothing else. */
const CASE = 'first import'
const COLOURS = ['#1f6feb', '#8250df', '#bf8700', '#1a7f37', '#9aa4b2', '#57606a']

interface Point {
  readonly rows: number
  readonly value: number
}
interface Line {
  readonly name: string
  readonly points: readonly Point[]
}

/** Two panels for what was measured at two sizes or more; nothing otherwise. `height` is what they take. */
export function growthOf(outcomes: readonly Outcome[], y: number): { svg: string; height: number } {
  const sized = outcomes.filter(({ rows, cases }) => rows !== null && cases.includes(CASE))
  if (new Set(sized.map(({ rows }) => rows)).size < 2) return { svg: '', height: 0 }
  const times = linesOf(sized, CASE, 'ms')
  const memory = linesOf(sized, CASE, 'megabytes')
  return {
    svg: [
      panel(`${CASE}: time against rows`, times, { x: 12, y }, time),
      panel(`${CASE}: peak memory against rows`, memory, { x: 460, y }, (value) => `${value.toFixed(0)} MB`),
    ].join('\n'),
    height: PANEL.height + 16 * times.length,
  }
}

function linesOf(outcomes: readonly Outcome[], name: string, field: 'ms' | 'megabytes'): Line[] {
  const contenders = outcomes[0]?.contenders.map((one) => one.name) ?? []
  return contenders.flatMap((contender) => {
    const points = outcomes.flatMap((outcome): Point[] => {
      const rounds = outcome.contenders.find((one) => one.name === contender)?.rounds[name] ?? []
      const values = rounds.flat().map((measure) => measure[field] ?? Number.NaN)
      return values.length === 0 ? [] : [{ rows: outcome.rows ?? 0, value: median(values) }]
    })
    return points.length === 0 ? [] : [{ name: contender, points }]
  })
}

function panel(
  title: string,
  lines: readonly Line[],
  at: { x: number; y: number },
  unit: (value: number) => string,
): string {
  const points = lines.flatMap((line) => line.points)
  const across = axis(
    points.map(({ rows }) => rows),
    at.x + PANEL.left,
    PANEL.inner.width,
  )
  const bottom = at.y + PANEL.top + PANEL.inner.height
  const up = axis(
    points.map(({ value }) => value),
    0,
    PANEL.inner.height,
  )
  const place = ({ rows, value }: Point) => `${across.at(rows)},${(bottom - Number(up.at(value))).toFixed(1)}`
  return [
    `<text x="${at.x}" y="${at.y + 16}" class="case">${title}</text>`,
    `<path d="M${at.x + PANEL.left} ${at.y + PANEL.top}V${bottom}h${PANEL.inner.width}" stroke="#9aa4b2" fill="none"/>`,
    ...across.ticks.map(
      (rows) => `<text x="${across.at(rows)}" y="${bottom + 16}" class="foot">${rows}</text>`,
    ),
    ...up.ticks.map(
      (value) =>
        `<text x="${at.x}" y="${bottom - Number(up.at(value)) + 4}" class="foot">${unit(value)}</text>`,
    ),
    ...lines.flatMap(({ name, points: own }, index) => {
      const colour = COLOURS[index % COLOURS.length]
      const legend = bottom + 38 + index * 16
      return [
        `<polyline points="${own.map(place).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...own.map((point) => {
          const [x, y] = place(point).split(',')
          return `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`
        }),
        `<rect x="${at.x + PANEL.left}" y="${legend - 9}" width="10" height="10" fill="${colour}"/>`,
        `<text x="${at.x + PANEL.left + 16}" y="${legend}" class="foot">${name}</text>`,
      ]
    }),
  ].join('\n')
}

/** From the power of ten below all to the one above them. */
function axis(
  values: readonly number[],
  from: number,
  length: number,
): { at(value: number): string; ticks: number[] } {
  const least = Math.floor(Math.log10(Math.min(...values)))
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))))
  return {
    at: (value) => (from + ((Math.log10(value) - least) / (most - least)) * length).toFixed(1),
    ticks: Array.from({ length: most - least + 1 }, (_, index) => 10 ** (least + index)),
  }
}
