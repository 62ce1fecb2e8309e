/** `runs plan`, `runs approve`, `runs discard`: what a run would do, and a person's word on it. */
import type { PlanFilter, PlanLine, PlanPage, PlanPart, PlanPlace, Run } from '../../importer/types.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { EXIT } from './failure.ts'
import { followRun } from './follow.ts'
import { exitCodeOf } from './outcome.ts'
import { runText } from './run-text.ts'
import { withSession } from './session.ts'
import { type Colors, printable, type Terminal } from './terminal.ts'

export interface PlanOptions {
  readonly id: string
  readonly filter: PlanFilter
  readonly place: PlanPlace
  readonly json: boolean
}

export async function showPlan(
  { terminal, config }: Context,
  { id, filter, place, json }: PlanOptions,
): Promise<number> {
  const page = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.plan(id, filter, place),
  )
  if (json) await terminal.data(jsonText(page))
  else if (page.rows.length > 0) await terminal.data(planText(page, terminal))
  else terminal.say(nothing(filter, place))
  if (!json && page.next !== null) terminal.say(`More rows follow: add --after ${page.next}.`)
  return EXIT.done
}

function nothing(filter: PlanFilter, { after = 0 }: PlanPlace): string {
  if (after > 0) return `No more rows behind row ${after}.`
  return Object.keys(filter).length > 0
    ? 'No row of the plan is like this; without the options it is shown as a whole.'
    : 'The plan changes nobody and leaves nothing out.'
}

export interface DecideOptions {
  readonly id: string
  readonly verdict: 'approve' | 'discard'
  readonly reason?: string
  /** Only of an approval. */
  readonly part?: PlanPart
  readonly json: boolean
}

/** Decides, waits until it is carried out, and shows what came of it. */
export async function decideRun(
  { terminal, config }: Context,
  { id, verdict, reason, part, json }: DecideOptions,
): Promise<number> {
  const run = await withSession({ config, terminal, needs: 'work' }, async (session) => {
    const decision = { by: whoAmI(), ...(reason === undefined ? {} : { reason }) }
    if (verdict === 'discard') await session.door.discard(id, decision)
    else await session.door.approve(id, { ...decision, ...(part === undefined ? {} : { part }) })
    const settled = await followRun(session, id, terminal)
    // Without a server the rest would be planned only at the next start.
    if (settled.rest !== undefined) await session.door.settled(settled.rest)
    return settled
  })
  await terminal.data(json ? jsonText(run) : await runText(run, terminal))
  if (!json) tellWhatFollows(run, terminal)
  return run.state === 'discarded' && verdict === 'discard' ? EXIT.done : exitCodeOf(run)
}

function tellWhatFollows({ id, rest, approvals = [] }: Run, terminal: Terminal): void {
  if (rest !== undefined) terminal.say(`The other rows wait in run ${rest}: \`rollcall runs plan ${rest}\`.`)
  const [first] = approvals
  if (first !== undefined)
    terminal.say(`${printable(first.by)} has approved run ${id}; it waits for the word of somebody else.`)
}

/** Each row with the person it is about, and below it what changes. */
export function planText({ rows }: PlanPage, { outColors: colors, width }: Terminal): string {
  const numbers = Math.max(...rows.map(({ row }) => String(row).length))
  const fields = Math.max(...rows.flatMap(({ changes }) => changes.map(({ field }) => [...field].length)), 0)
  const page: Page = { colors, width, numbers, fields: Math.min(fields, FIELD_MAX) }
  return `\n${rows.map((row) => rowText(row, page)).join('\n')}\n`
}

interface Page {
  readonly colors: Colors
  readonly width: number
  /** Widest row number, and widest field. */
  readonly numbers: number
  readonly fields: number
}

const FIELD_MAX = 28
const ACTION_WIDTH = 9

function rowText(planned: PlanLine, page: Page): string {
  const { row, action, codes, changes } = planned
  const { colors, numbers } = page
  const head = [
    colors.dim(String(row).padStart(numbers)),
    inActionColor(action.padEnd(ACTION_WIDTH), action, colors),
    who(planned, colors),
  ]
  const indent = ' '.repeat(numbers + 2)
  const marks = codes.length > 0 ? [`${indent}${colors.yellow(codes.join(' '))}\n`] : []
  const lines = changes.map((change) => `${indent}${changeText(change, planned, page)}\n`)
  return `${head.join('  ').trimEnd()}\n${marks.join('')}${lines.join('')}`
}

function who({ person, line }: PlanLine, colors: Colors): string {
  if (person === null) return colors.dim(`line ${line} of the file`)
  const keys = [person.employeeId, person.email].filter((key) => key !== null).map(printable)
  return `${colors.bold(printable(person.name ?? ''))}  ${colors.dim(keys.join('  '))}`
}

/** What a new person gets needs no before. */
function changeText(
  { field, before, after }: PlanLine['changes'][number],
  { action }: PlanLine,
  { colors, fields, width, numbers }: Page,
): string {
  const label = colors.dim(shortened(printable(field), FIELD_MAX).padEnd(fields))
  const room = Math.max(12, Math.floor((width - numbers - fields - 10) / (action === 'create' ? 1 : 2)))
  const text = (value: string | null) =>
    value === null ? colors.dim('nothing') : shortened(printable(value), room)
  return action === 'create' ? `${label}  ${text(after)}` : `${label}  ${text(before)} → ${text(after)}`
}

function shortened(text: string, most: number): string {
  const signs = [...text]
  return signs.length <= most ? text : `${signs.slice(0, most - 1).join('')}…`
}

function inActionColor(text: string, action: PlanLine['action'], colors: Colors): string {
  if (action === 'create') return colors.green(text)
  if (action === 'reject' || action === 'remove') return colors.red(text)
  return action === 'hold' ? colors.yellow(text) : text
}
