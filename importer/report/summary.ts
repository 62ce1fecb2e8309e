/**
 * What a person must know of a run, as data: the text, the page and the mail say the same because all of them are
 * made from this. Holds headers as they were sent and shapes of values, never the value of a cell.
 */
import type { Counts, Run, RunState, Severity } from '../../schemas/run.ts'
import { headlineOf, holdsInOrder, isForecast, type Tone, toneOf } from './headline.ts'
import { holdGroup, type IssueGroup, issueGroups } from './issue-groups.ts'
import { nextSteps, type Step } from './next-steps.ts'
import { fileSize, moment, number, shown, timeBetween } from './wording.ts'

export type { Tone } from './headline.ts'
export type { IssueGroup, IssuePlace, IssueVariant } from './issue-groups.ts'
export type { Step } from './next-steps.ts'

export interface Fact {
  readonly label: string
  readonly text: string
}

export interface CountLine {
  readonly key: keyof Counts
  readonly label: string
  readonly count: number
  /** `read`: these add up to the rows read. `changed`: parts of the new and updated ones. */
  readonly partOf: 'read' | 'changed' | null
  /** What to know of the number; may be empty. */
  readonly note: string
}

export interface Summary {
  readonly headline: string
  readonly tone: Tone
  /** The state in words. */
  readonly state: string
  readonly facts: readonly Fact[]
  /** The numbers say what would happen, not what did. */
  readonly isForecast: boolean
  /** Every count, in the order in which people ask. */
  readonly counts: readonly CountLine[]
  /** Above the holds: why it waits, waited or would wait. */
  readonly holdsTitle: string
  readonly holds: readonly IssueGroup[]
  /** Worst first; without the codes that are among the holds. */
  readonly issues: readonly IssueGroup[]
  /** What to do now. */
  readonly next: readonly Step[]
}

/** Everything a rendering needs to know about a run. */
export function summarize(run: Run): Summary {
  const { holds, issues } = found(run)
  return {
    headline: headlineOf(run),
    tone: toneOf(run),
    state: STATE_WORDS[run.state],
    facts: factsOf(run),
    isForecast: isForecast(run),
    counts: countsOf(run),
    holdsTitle: holdsTitleOf(run),
    holds,
    issues,
    next: nextSteps(run),
  }
}

/** Counts worth a line: those that are not zero, and always what became of the people. */
export function shownCounts({ counts }: Summary): CountLine[] {
  const read = counts.find(({ key }) => key === 'read')?.count ?? 0
  if (read === 0) return []
  return counts.filter(({ key, count }) => count > 0 || ALWAYS_SHOWN.includes(key))
}

const ALWAYS_SHOWN: readonly (keyof Counts)[] = ['read', 'created', 'updated', 'unchanged']

export const STATE_WORDS: Readonly<Record<RunState, string>> = {
  received: 'received',
  reading: 'being read',
  planned: 'planned',
  held: 'waiting for a person',
  approved: 'approved',
  applied: 'applied',
  reported: 'applied',
  succeeded: 'succeeded',
  succeeded_with_errors: 'succeeded with errors',
  rejected: 'rejected',
  failed: 'failed',
  discarded: 'discarded',
  duplicate: 'duplicate',
  dry_run: 'dry run',
  undone: 'undone',
}

/** What an issue means for what was sent. */
export function kindOf({ code, severity, isMixed }: IssueGroup): string {
  if (code.startsWith('UNDO_') && severity !== 'info') return 'Left as it is'
  if (isMixed) return 'Row or value left out'
  return severity === 'cell' && code.startsWith('HDR_') ? 'Column left out' : KINDS[severity]
}

const KINDS: Readonly<Record<Severity, string>> = {
  fatal: 'File refused',
  hold: 'Needs a look',
  row: 'Row left out',
  cell: 'Value left out',
  info: 'Note',
}

function holdsTitleOf({ state }: Run): string {
  if (state === 'held') return 'Why it waits'
  return state === 'dry_run' ? 'Why it would wait' : 'Why it waited'
}

const AMONG = 'among the new and updated'

function countsOf({ account, importType, counts, undoes }: Run): CountLine[] {
  const line = (key: keyof Counts, label: string, partOf: CountLine['partOf'], note = ''): CountLine => {
    return { key, label, count: counts[key], partOf, note }
  }
  if (undoes !== undefined) return takenBack(counts)
  return [
    line('read', 'Rows read', null),
    // Without an account there is no roster, and everybody is new to it.
    line('created', account === null ? 'Can be imported' : 'New', 'read'),
    ...(account === null ? [] : [line('updated', 'Updated', 'read'), line('unchanged', 'Unchanged', 'read')]),
    line('excluded', 'Excluded', 'read'),
    line('removed', 'Removed', 'read'),
    line('blank', 'Blank', 'read'),
    line('rejected', 'Left out', 'read'),
    line('held', 'Held back', 'read'),
    line('former', 'Become former', 'changed', AMONG),
    line('deactivated', 'Deactivated', 'changed', AMONG),
    line('reactivated', 'Reactivated', 'changed', AMONG),
    line('matched', 'Already known', null, 'rows that found a person'),
    line('missing', 'Not in the file', null, importType === 'partial' ? 'left as they are' : ''),
  ]
}

/** Of a run that takes another back, whose rows are people. */
function takenBack(counts: Counts): CountLine[] {
  const lines: readonly (readonly [keyof Counts, string, CountLine['partOf']])[] = [
    ['read', 'People it had changed', null],
    ['updated', 'Put back as they were', 'read'],
    ['removed', 'Removed again', 'read'],
    ['created', 'Brought back', 'read'],
    ['unchanged', 'Nothing to put back', 'read'],
    ['rejected', 'Left as they are', 'read'],
    ['former', 'Become former', 'changed'],
    ['deactivated', 'Deactivated', 'changed'],
    ['reactivated', 'Reactivated', 'changed'],
  ]
  return lines.map(([key, label, partOf]) => ({ key, label, count: counts[key], partOf, note: '' }))
}

/** `the delivered file since 2026-12-21, its rows since 2027-02-19` */
function notKept({ removed }: Run): string | null {
  if (removed === undefined) return null
  const parts = [
    ['the delivered file', removed.file],
    ['its rows', removed.rows],
    ['its reports and issues', removed.reports],
  ] as const
  return parts.flatMap(([what, at]) => (at === null ? [] : [`${what} since ${at.slice(0, 10)}`])).join(', ')
}

function factsOf(run: Run): Fact[] {
  const kind = run.mode === 'dry_run' ? 'dry run' : `${run.importType} import`
  const fact = (label: string, text: string | null): Fact[] => (text === null ? [] : [{ label, text }])
  return [
    ...fact('File', `${shown(run.fileName)} (${fileSize(run.size)})`),
    ...fact(
      'Account',
      run.account === null ? null : `${shown(run.account)}, from ${shown(run.source)}, ${kind}`,
    ),
    ...fact('Run', run.id === 'validate' ? null : `${shown(run.id)}, ${STATE_WORDS[run.state]}`),
    ...fact('Takes back', run.undoes === undefined ? null : `run ${shown(run.undoes)}`),
    ...fact('Undone by', run.undoneBy === undefined ? null : `run ${shown(run.undoneBy)}`),
    ...fact('Rest of', run.restOf === undefined ? null : `run ${shown(run.restOf)}`),
    ...fact('Rest in', run.rest === undefined ? null : `run ${shown(run.rest)}, which waits`),
    ...fact('Not kept', notKept(run)),
    ...fact('Received', received(run)),
    ...fact('Decided', decided(run)),
    ...fact('Approved', approvedSoFar(run)),
    ...fact('Before', planBefore(run)),
  ]
}

function received({ id, receivedAt, finishedAt }: Run): string | null {
  if (id === 'validate') return null
  const finished = finishedAt === null ? '' : `, finished ${timeBetween(receivedAt, finishedAt)} later`
  return moment(receivedAt) + finished
}

/** The word of a person; that the rules let a run pass needs no mention. */
function decided({ decidedBy, reason }: Run): string | null {
  if (decidedBy === null || decidedBy === 'policy') return null
  return `by ${shown(decidedBy)}${reason === null || reason === '' ? '' : `: ${shown(reason)}`}`
}

function approvedSoFar({ approvals = [] }: Run): string | null {
  if (approvals.length === 0) return null
  return `by ${approvals.map(({ by }) => shown(by)).join(' and ')}, and waits for the word of somebody else`
}

/** What a plan that was made again differs in from the one before; only while somebody must look at it. */
function planBefore({ state, formerPlan, counts, holds }: Run): string | null {
  if (state !== 'held' || formerPlan === undefined) return null
  const before = formerPlan.counts
  const numbers = DIFFERENCES.filter(([key]) => before[key] !== counts[key]).map(
    ([key, label]) => `${label} ${number(before[key])}, now ${number(counts[key])}`,
  )
  const gone = formerPlan.holds.filter(({ code }) => holds.every((hold) => hold.code !== code))
  const differences = [...numbers, ...gone.map(({ code }) => `${code}, now no more`)]
  return differences.length === 0 ? 'the plan came to the same numbers' : differences.join('; ')
}

const DIFFERENCES: readonly (readonly [keyof Counts, string])[] = [
  ['created', 'new'],
  ['updated', 'updated'],
  ['unchanged', 'unchanged'],
  ['rejected', 'left out'],
  ['held', 'held back'],
  ['former', 'becoming former'],
  ['deactivated', 'deactivated'],
  ['reactivated', 'reactivated'],
]

/** A hold that is also an issue is told once: with the words of the issue where its places are known. */
function found(run: Run): Pick<Summary, 'holds' | 'issues'> {
  const groups = issueGroups(run)
  const listed = new Set(run.issues.map((issue) => issue.code))
  const byCode = Map.groupBy(holdsInOrder(run.holds), (hold) => hold.code)
  const holds = [...byCode].map(([code, some]) => {
    const plain = holdGroup(code, some)
    const group = listed.has(code) ? groups.find((one) => one.code === code) : undefined
    return group ? { ...group, severity: plain.severity, total: plain.total } : plain
  })
  const others = groups.filter((group) => !byCode.has(group.code))
  // Of a file that was refused, what would have become of the rest is no longer true.
  return {
    holds,
    issues: run.state === 'rejected' ? others.filter(({ severity }) => severity !== 'info') : others,
  }
}
