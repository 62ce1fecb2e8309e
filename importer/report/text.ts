/** A run on a terminal and in `/results`: quiet, at most 80 columns, the outcome first, then what needs a hand. */
import type { Run, Severity } from '../../schemas/run.ts'
import { placesText, sentencesOf } from './places.ts'
import {
  type CountLine,
  type IssueGroup,
  kindOf,
  type Step,
  type Summary,
  shownCounts,
  summarize,
  type Tone,
} from './summary.ts'
import { ANSI, type Palette, PLAIN, padded, wrapped } from './text-layout.ts'
import { howMany, number } from './wording.ts'

export interface TextOptions {
  /** Columns; default 80. Below 40 nothing fits, above 100 lines are hard to read. */
  readonly width?: number
  /** Colours as a terminal knows them; default none. */
  readonly color?: boolean
}

/** The report as plain text, with a newline at the end. */
export function reportText(run: Run, { width = 80, color = false }: TextOptions = {}): string {
  return renderText(summarize(run), Math.min(100, Math.max(40, width)), color ? ANSI : PLAIN)
}

/** The report in the colours given. */
export function renderText(summary: Summary, width: number, palette: Palette): string {
  const page: Page = { width, palette }
  const blocks = [
    headline(summary, page),
    facts(summary, page),
    forecast(summary, page),
    counts(summary, page),
    ...groups(summary.holdsTitle, summary.holds, page),
    ...groups(
      'To correct',
      summary.issues.filter((group) => group.severity !== 'info'),
      page,
    ),
    ...groups(
      'Good to know',
      summary.issues.filter((group) => group.severity === 'info'),
      page,
    ),
    ...steps(summary.next, page),
  ]
  const shown = blocks.filter((block) => block.length > 0)
  return shown.map((block) => `${block.map((line) => line.trimEnd()).join('\n')}\n`).join('\n')
}

interface Page {
  readonly width: number
  readonly palette: Palette
}

type Lines = string[]

const INDENT = 2
const DEEPER = 4
const FACT_LABEL = 12

function headline({ headline: text, tone }: Summary, { width, palette }: Page): Lines {
  return wrapped(text, width, INDENT).map((line) => palette.bold(inTone(tone, line, palette)))
}

function inTone(tone: Tone, text: string, palette: Palette): string {
  if (tone === 'good') return palette.good(text)
  if (tone === 'bad') return palette.bad(text)
  return tone === 'neutral' ? text : palette.warn(text)
}

function facts({ facts: all }: Summary, { width, palette }: Page): Lines {
  return all.flatMap(({ label, text }) => {
    const [first = '', ...rest] = wrapped(text, width, INDENT + FACT_LABEL)
    const head = ' '.repeat(INDENT) + palette.dim(padded(label, FACT_LABEL))
    return [head + first.slice(INDENT + FACT_LABEL), ...rest]
  })
}

/** Numbers of what was not done must not read as done. */
function forecast(summary: Summary, { palette }: Page): Lines {
  if (!summary.isForecast || shownCounts(summary).length === 0) return []
  return [palette.bold(`${' '.repeat(INDENT)}What it would do`)]
}

/** The numbers, one below the other: what adds up to the rows read, then what lies across it. */
function counts(summary: Summary, page: Page): Lines {
  const lines = shownCounts(summary).filter(({ key }) => key !== 'matched')
  if (lines.length === 0) return []
  const labelWidth = Math.max(...lines.map(({ label }) => label.length)) + INDENT + 3
  const numberWidth = Math.max(...lines.map(({ count }) => number(count).length))
  const [rows, others] = [lines.filter(isOfRows), lines.filter((line) => !isOfRows(line))]
  const asText = (line: CountLine): string => countLine(line, labelWidth, numberWidth, page)
  return [...rows.map(asText), ...(others.length > 0 ? ['', ...others.map(asText)] : [])]
}

function isOfRows({ key, partOf }: CountLine): boolean {
  return key === 'read' || partOf === 'read'
}

function countLine(line: CountLine, labelWidth: number, numberWidth: number, { palette }: Page): string {
  const { label, count, partOf, note } = line
  const indent = ' '.repeat(partOf === 'read' ? DEEPER : INDENT)
  const text = padded(indent + label, labelWidth) + number(count).padStart(numberWidth)
  return (count === 0 ? palette.dim(text) : text) + (note === '' ? '' : `  ${palette.dim(note)}`)
}

function groups(title: string, all: readonly IssueGroup[], page: Page): Lines[] {
  const [first, ...others] = all.map((group) => groupLines(group, page))
  if (!first) return []
  return [[page.palette.bold(' '.repeat(INDENT) + title), '', ...first], ...others]
}

/** What it means for the file, how often, and the code; then the sentences with their places, then the remedy. */
function groupLines(group: IssueGroup, page: Page): Lines {
  const { width, palette } = page
  const { shown, untold } = sentencesOf(group)
  const times = group.total > 1 ? ` (${timesOf(group)})` : ''
  const title = inSeverity(group.severity, kindOf(group) + times, palette)
  return [
    `${' '.repeat(INDENT)}${title}  ${palette.dim(group.code)}`,
    ...shown.flatMap((sentence) => [
      ...wrapped(sentence.message, width, DEEPER),
      ...quietly(placesText(sentence), page),
    ]),
    ...quietly(untold > 0 ? `... and ${number(untold)} more of the kind.` : '', page),
    ...(group.fix === null ? [] : wrapped(`Fix: ${group.fix}`, width, DEEPER)),
  ]
}

function timesOf({ severity, total }: IssueGroup): string {
  return severity === 'hold' ? howMany(total, 'row') : number(total)
}

function quietly(text: string, { width, palette }: Page): Lines {
  return text === '' ? [] : wrapped(text, width, DEEPER).map((line) => palette.dim(line))
}

function inSeverity(severity: Severity, text: string, palette: Palette): string {
  if (severity === 'info') return text
  return severity === 'fatal' || severity === 'row' ? palette.bad(text) : palette.warn(text)
}

/** Commands are not wrapped: they are there to be copied. */
function steps(all: readonly Step[], { width, palette }: Page): Lines[] {
  const [first, ...others] = all.map(({ text, commands }) => [
    ...wrapped(text, width, INDENT),
    ...commands.map((command) => ' '.repeat(DEEPER) + command),
  ])
  if (!first) return []
  return [[palette.bold(`${' '.repeat(INDENT)}Next`), '', ...first], ...others]
}
