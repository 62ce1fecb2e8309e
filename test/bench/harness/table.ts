/** An outcome as text: one line for each case and contender, then the promises and what must be known to read it. */
import type { ContenderOutcome, Outcome } from './outcome.ts'
import { median, percentile, spreadOf } from './statistics.ts'
import { timesAsFast, verdictOn } from './verdict.ts'

const HEAD = ['case', 'who', 'min', 'median', 'max', 'spread', 'rate', 'CPU', 'peak', 'we are', 'others']

export function tableOf(outcome: Outcome): string {
  const rows = outcome.cases.flatMap((name) =>
    outcome.contenders.flatMap((one) => rowOf(outcome, one, name) ?? []),
  )
  return [
    '',
    outcome.title,
    ...aligned([HEAD, ...rows]),
    ...outcome.contenders.flatMap(({ name, missing }) => (missing ? [`NOT RUN: ${name}. ${missing}`] : [])),
    ...outcome.aims.map((aim) => {
      const verdict = verdictOn(aim, outcome)
      if (verdict === null) return `NOT SHOWN: ${aim.case}, because a side of it was not run`
      return `${verdict.isMet ? 'kept  ' : 'MISSED'} ${verdict.text}`
    }),
    ...outcome.contenders.flatMap(({ remark }) => remark ?? []),
    ...outcome.notes,
    '',
  ].join('\n')
}

function rowOf(outcome: Outcome, one: ContenderOutcome, name: string): [string[]] | null {
  const measures = (one.rounds[name] ?? []).flat()
  if (measures.length === 0) return null
  const ms = measures.map((measure) => measure.ms)
  const isCrowd = measures.length > (one.rounds[name]?.length ?? 0)
  const [ours] = outcome.contenders
  const times = ours === undefined || ours === one ? null : timesAsFast(ours, one, name)
  return [
    [
      name,
      one.name,
      time(Math.min(...ms)),
      time(median(ms)),
      isCrowd
        ? `p95 ${time(percentile(ms, 0.95))}, p99 ${time(percentile(ms, 0.99))}`
        : time(Math.max(...ms)),
      isCrowd ? `${ms.length} measures` : `${Math.round(spreadOf(ms) * 100)} %`,
      rate(outcome, median(ms)),
      known(
        measures.map(({ cpuMs }) => cpuMs),
        (value) => `${(value / 1_000).toFixed(2)} s`,
      ),
      known(
        measures.map(({ megabytes }) => megabytes),
        (value) => `${value.toFixed(0)} MB`,
      ),
      times === null ? '' : `${times.toFixed(2)} x as fast`,
      `${Math.round(median(one.others) * 100)} %`,
    ],
  ]
}

/** The median of what is known. */
function known(values: readonly (number | null)[], text: (value: number) => string): string {
  const numbers = values.filter((value) => value !== null)
  return numbers.length === 0 ? '' : text(median(numbers))
}

function rate({ bytes, pieces }: Outcome, ms: number): string {
  if (bytes !== null) return `${Math.round(bytes / 1e3 / ms)} MB/s`
  return pieces === null ? '' : `${((pieces * 1_000) / ms).toFixed(1)}/s`
}

export function time(ms: number): string {
  return ms < 1_000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1_000).toFixed(2)} s`
}

/** Words to the left, figures to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const used = (rows[0] ?? []).map((_, column) => rows.slice(1).some((row) => row[column]))
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .filter((_, column) => used[column])
      .join('  ')
      .trimEnd(),
  )
}
