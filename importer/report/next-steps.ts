/** What a person can do now that a run is where it is: a sentence, and the commands where there are some. */
import type { Run } from '../../schemas/run.ts'
import { isCheck } from './headline.ts'
import { howMany, shown } from './wording.ts'

export interface Step {
  readonly text: string
  readonly commands: readonly string[]
}

/** In the order in which they matter. */
export function nextSteps(run: Run): Step[] {
  if (isCheck(run)) return afterCheck(run)
  return [...decide(run), ...mend(run), ...correct(run), ...goLive(run), ...seeAll(run)]
}

function step(text: string, ...commands: string[]): Step[] {
  return [{ text, commands }]
}

/** Nothing of a check was stored, so no command can ask for it. */
function afterCheck({ state, counts }: Run): Step[] {
  if (state === 'rejected') return step('Correct the file and check it again.')
  if (counts.rejected + counts.held > 0)
    return step('Correct the rows that would be left out, then check it again.')
  return []
}

function decide({ state, id }: Run): Step[] {
  if (state !== 'held') return []
  return step(
    'Nothing is applied until somebody decides. Look at the plan, approve it or a part of it if it is right, discard it if the file is wrong.',
    `rollcall runs plan ${shown(id)}`,
    `rollcall runs approve ${shown(id)}`,
    `rollcall runs discard ${shown(id)}`,
  )
}

/** A run of which nothing was applied. */
function mend({ state, error }: Run): Step[] {
  if (state === 'failed' && error !== null) return step(shown(error.fix))
  if (state === 'rejected')
    return step('The roster is as it was. Correct the file and send it again as a whole.')
  return []
}

function correct({ state, id, counts, undoes, removed }: Run): Step[] {
  // Nobody is sent to ask for what is no longer kept.
  if (undoes !== undefined || removed?.file || removed?.rows) return []
  const rows = counts.rejected + counts.held
  if (rows === 0 || TOO_LATE.includes(state)) return []
  const [what, them] = rows === 1 ? ['row that is', 'it'] : [`${howMany(rows, 'row')} that are`, 'them']
  return step(
    `Correct the ${what} not taken and send ${them} again. To get ${them} with what is wrong:`,
    `rollcall runs report ${shown(id)} --format rejects`,
  )
}

const TOO_LATE: readonly Run['state'][] = ['rejected', 'failed', 'discarded', 'duplicate', 'undone']

function goLive({ state }: Run): Step[] {
  if (state !== 'dry_run') return []
  return step('Nothing was changed. To apply the file, send it to /inbox or import it without --dry-run.')
}

function seeAll({ id, issuesTruncated, removed }: Run): Step[] {
  if (!issuesTruncated || removed?.rows) return []
  return step(
    'Some places are not listed here. To see every row:',
    `rollcall runs report ${shown(id)} --format csv`,
  )
}
