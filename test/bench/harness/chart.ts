/** Outcomes as one SVG: for each case a bar of every contender's median, with a line from the least to the most. */
import { growthOf } from './growth.ts'
import type { Machine } from './machine.ts'
import { machineLines } from './machine.ts'
import type { Outcome } from './outcome.ts'
import { median } from './statistics.ts'
import { time } from './table.ts'

const WIDTH = 900
const LABELS = 250
const BARS = 480
const ROW = 20
const GAP = 14
const OURS = '#1f6feb'
const PEERS = '#9aa4b2'

interface Line {
  readonly kind: 'title' | 'case' | 'bar'
  readonly text: string
  readonly isOurs?: boolean
  readonly numbers?: readonly number[]
  readonly longest?: number
}

export function chartOf(outcomes: readonly Outcome[], machine: Machine): string {
  const lines = outcomes.flatMap(linesOf)
  let y = 24
  const drawn: string[] = []
  for (const line of lines) {
    y += line.kind === 'bar' ? ROW : ROW + GAP
    drawn.push(draw(line, y))
  }
  const growth = growthOf(outcomes, y + 20)
  drawn.push(growth.svg)
  y += growth.height
  const foot = machineLines(machine).map((text, index) =>
    words(12, y + 40 + index * 16, text, 'class="foot"'),
  )
  const height = y + 40 + foot.length * 16
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Bench of Rollcall">`,
    '<style>text{font:13px system-ui,sans-serif;fill:#24292f}.title{font-weight:700;font-size:15px}.case{font-weight:600}.foot{font-size:11px;fill:#57606a}</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    words(
      12,
      24,
      'Shorter is better. Bars: medians; lines: least to most. Each case has its own scale.',
      'class="foot"',
    ),
    ...drawn,
    ...foot,
    '</svg>',
    '',
  ].join('\n')
}

function linesOf(outcome: Outcome): Line[] {
  return [
    { kind: 'title', text: outcome.title },
    ...outcome.cases.flatMap((name): Line[] => {
      const bars = outcome.contenders.flatMap((one) => {
        const numbers = (one.rounds[name] ?? []).flat().map(({ ms }) => ms)
        return numbers.length === 0
          ? []
          : [{ text: one.name, isOurs: one.name.startsWith('rollcall'), numbers }]
      })
      const longest = Math.max(...bars.flatMap(({ numbers }) => numbers))
      return [{ kind: 'case', text: name }, ...bars.map((bar): Line => ({ kind: 'bar', longest, ...bar }))]
    }),
  ]
}

function draw({ kind, text, isOurs = false, numbers = [], longest = 1 }: Line, y: number): string {
  if (kind !== 'bar') return words(12, y, text, `class="${kind}"`)
  const at = (ms: number) => (LABELS + (ms / longest) * BARS).toFixed(1)
  const [least, middle, most] = [Math.min(...numbers), median(numbers), Math.max(...numbers)]
  const width = ((middle / longest) * BARS).toFixed(1)
  return [
    words(28, y, text),
    `<rect x="${LABELS}" y="${y - 12}" width="${width}" height="14" fill="${isOurs ? OURS : PEERS}"/>`,
    `<path d="M${at(least)} ${y - 5}H${at(most)}" stroke="#24292f"/>`,
    words(LABELS + BARS + 12, y, time(middle)),
  ].join('')
}

function words(x: number, y: number, text: string, more = ''): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x}" y="${y}" ${more}>${escaped}</text>`
}
