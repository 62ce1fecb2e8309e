/** What came of a run, in one sentence: the subject of a mail, the first line of a report. */
import { EDIT_SOURCE } from '../../schemas/edit.ts'
import type { Hold, Run, RunState } from '../../schemas/run.ts'
import { asClause, howMany, listed, number, shown } from './wording.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'wait' | 'neutral'

/** One sentence with the numbers that matter. */
export function headlineOf(run: Run): string {
  return HEADLINES[run.state](run)
}

/** How it went, for a colour; never the only sign of it. */
export function toneOf(run: Run): Tone {
  return run.state === 'dry_run' ? toneOfDryRun(run) : TONES[run.state]
}

/** True where nothing has happened yet and the numbers say what would. */
export function isForecast({ state }: Run): boolean {
  return FORECASTS.includes(state)
}

/** True for a check of a file that was never sent: nothing of it was stored, so no command can ask for it. */
export function isCheck(run: Run): boolean {
  return run.id === 'validate'
}

/** Reasons to wait, the weightiest first: a guard saw what the whole file would do. */
export function holdsInOrder(holds: readonly Hold[]): Hold[] {
  return [...holds].sort((a, b) => Number(isGuard(b)) - Number(isGuard(a)))
}

const FORECASTS: readonly RunState[] = ['planned', 'held', 'approved', 'discarded', 'dry_run']

const HEADLINES: Readonly<Record<RunState, (run: Run) => string>> = {
  received: () => 'The file has arrived and waits its turn.',
  reading: () => 'The file is being read.',
  planned: () => 'The file was read; what it will do is being decided.',
  held: (run) => `Waits for a person: ${reason(run)}.`,
  approved: (run) => `Approved: ${forecast(run)}.`,
  applied: applied,
  reported: applied,
  succeeded: applied,
  succeeded_with_errors: applied,
  rejected: (run) =>
    `${isCheck(run) ? 'The file cannot be imported' : 'Nothing was applied'}: ${refusal(run)}.`,
  failed: (run) =>
    `Failed, nothing was applied: ${asClause(shown(run.error?.message ?? 'an unexpected error'))}.`,
  discarded: (run) => `Discarded by ${shown(run.decidedBy ?? 'a person')}: nothing was applied.`,
  duplicate: () => 'Nothing to do: the same file was imported before, and nobody was changed since.',
  dry_run: dryRun,
  undone: () => 'Undone: what this run had changed was put back.',
}

const TONES: Readonly<Record<Exclude<RunState, 'dry_run'>, Tone>> = {
  received: 'neutral',
  reading: 'neutral',
  planned: 'neutral',
  held: 'wait',
  approved: 'neutral',
  applied: 'neutral',
  reported: 'neutral',
  succeeded: 'good',
  succeeded_with_errors: 'warn',
  rejected: 'bad',
  failed: 'bad',
  discarded: 'neutral',
  duplicate: 'neutral',
  undone: 'neutral',
}

function toneOfDryRun({ counts, holds, issues }: Run): Tone {
  if (holds.length > 0) return 'wait'
  const hasErrors =
    counts.rejected > 0 || issues.some(({ severity }) => severity === 'row' || severity === 'cell')
  return hasErrors ? 'warn' : 'good'
}

function isGuard({ code }: Hold): boolean {
  return code.startsWith('GUARD_')
}

function reason({ holds }: Run): string {
  const [first, ...others] = holdsInOrder(holds)
  if (!first) return 'somebody must look at it'
  const more = others.length > 0 ? ` (and ${howMany(others.length, 'more reason')})` : ''
  return asClause(shown(first.message)) + more
}

function refusal({ issues, error }: Run): string {
  const fatal = issues.find((issue) => issue.severity === 'fatal')
  return asClause(shown(fatal?.message ?? error?.message ?? 'the file could not be read'))
}

/** `500 people imported: 480 new, 20 updated; 3 rows were left out.` */
function applied(run: Run): string {
  if (run.undoes !== undefined) return takenBack(run)
  if (run.source === 'merge')
    return 'Two people are one now; what the other had can be put back by undoing this run.'
  if (run.source === EDIT_SOURCE)
    return run.counts.updated > 0
      ? 'One person was corrected by hand.'
      : 'The person is as was asked already.'
  const { created, updated, unchanged } = run.counts
  const taken = created + updated + unchanged
  const rest =
    leftOut(run, 'were') || (run.state === 'succeeded_with_errors' ? '; some values were left out' : '')
  if (taken === 0) return `Nobody was imported${rest}.`
  if (created + updated === 0)
    return `Nothing changed: ${howMany(taken, 'person', 'people')} ${are(taken)} as the file says${rest}.`
  return `${howMany(taken, 'person', 'people')} imported: ${parts(run)}${rest}.`
}

/** `Taken back: 20 people put back as they were, 3 removed; 2 people left as they are.` */
function takenBack({ state, counts }: Run): string {
  const { created, updated, removed, rejected } = counts
  const parts = [
    [updated, `${howMany(updated, 'person', 'people')} put back as they were`],
    [removed, `${number(removed)} removed`],
    [created, `${number(created)} brought back`],
  ] as const
  const done = parts.flatMap(([count, words]) => (count > 0 ? [words] : []))
  if (done.length === 0) return 'Nothing was taken back: everything was changed again since.'
  if (rejected > 0)
    return `Taken back: ${listed(done)}; ${howMany(rejected, 'person', 'people')} left as they are.`
  return `Taken back: ${listed(done)}${state === 'succeeded_with_errors' ? '; some values were left as they are' : ''}.`
}

function dryRun(run: Run): string {
  const { created, updated, unchanged } = run.counts
  const rest = leftOut(run, 'would be')
  const people = howMany(created + updated + unchanged, 'person', 'people')
  // Without a roster nobody can say who is new.
  if (run.account === null) return `${people} can be imported${rest}.`
  const waiting = run.holds.length > 0 ? '; it would wait for a person' : ''
  return `Dry run, nothing was applied: ${forecast(run)}${rest}${waiting}.`
}

function forecast(run: Run): string {
  const { created, updated, unchanged } = run.counts
  const taken = created + updated + unchanged
  if (taken === 0) return 'nobody would be imported'
  if (created + updated === 0) return 'nothing would change'
  return `${howMany(taken, 'person', 'people')} would be imported (${parts(run)})`
}

/** `480 new, 20 updated`; `all new`. */
function parts({ counts }: Run): string {
  const some = [
    [counts.created, 'new'],
    [counts.updated, 'updated'],
    [counts.unchanged, 'unchanged'],
  ] as const
  const [first, ...others] = some.filter(([count]) => count > 0)
  if (first && others.length === 0) return first[0] > 1 ? `all ${first[1]}` : first[1]
  return some.flatMap(([count, word]) => (count > 0 ? [`${number(count)} ${word}`] : [])).join(', ')
}

/** What of the file was not taken; nothing where all was. */
function leftOut({ counts }: Run, were: 'were' | 'would be'): string {
  const { rejected, held } = counts
  const verb = (count: number): string => (were === 'were' && count === 1 ? 'was' : were)
  const rest = [
    ...(rejected > 0 ? [`${howMany(rejected, 'row')} ${verb(rejected)} left out`] : []),
    ...(held > 0 ? [`${howMany(held, 'row')} ${verb(held)} held back`] : []),
  ]
  return rest.length > 0 ? `; ${listed(rest)}` : ''
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are'
}
