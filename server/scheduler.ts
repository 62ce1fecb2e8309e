/** What happens by the clock and not because somebody asked. */
import { type ScheduledTask, schedule } from 'node-cron'
import type { Chores, Hris } from '../importer/types.ts'
import type { SecretRotator } from '../keys/secret-rotation.ts'
import type { Intake } from './intake.ts'
import type { Logger } from './log.ts'
import type { Notifier } from './notify.ts'

export interface Scheduler {
  stop(): Promise<void>
}

const EVERY_MINUTE = '* * * * *'
const EVERY_FIVE_MINUTES = '2-59/5 * * * *'
const EVERY_TEN_MINUTES = '4-59/10 * * * *'
const EVERY_QUARTER = '7-59/15 * * * *'
const EVERY_FEW_SECONDS = '*/5 * * * * *'

export interface SchedulerDeps {
  readonly intake: Pick<Intake, 'sweep'>
  readonly chores: Chores
  readonly notifier: Pick<Notifier, 'deliver'>
  readonly hris: Pick<Hris, 'tick'>
  readonly rotator: Pick<SecretRotator, 'goOn'>
  readonly log: Logger
}

export function startScheduler(deps: SchedulerDeps): Scheduler {
  const log = deps.log.child({ part: 'scheduler' })
  // A minute that was missed is no loss: the next one looks at everything again.
  const options = { noOverlap: true, suppressMissedWarning: true, logger: silent }
  const task = (name: string, when: string, work: () => Promise<void>): ScheduledTask =>
    schedule(when, () => reported(name, work), { ...options, name })
  const tasks: ScheduledTask[] = [
    task('sweep', EVERY_MINUTE, () => deps.intake.sweep()),
    task('day-turn', EVERY_MINUTE, async () => void (await deps.chores.turnDays())),
    task('retention', EVERY_TEN_MINUTES, () => deps.chores.removeOld()),
    task('watch', EVERY_FIVE_MINUTES, () => deps.chores.watchFeeds()),
    task('master-key', EVERY_QUARTER, () => deps.rotator.goOn()),
    task('notify', EVERY_FEW_SECONDS, () => deps.notifier.deliver()),
    task('connections', EVERY_FEW_SECONDS, () => deps.hris.tick()),
  ]

  async function reported(task: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) =>
      log.error({ err: error, task }, 'a task failed; it is tried again'),
    )
  }

  return {
    async stop() {
      await Promise.all(tasks.map((task) => task.destroy()))
    },
  }
}

/** node-cron would print to the console, past our log. */
const silent = { info() {}, warn() {}, error() {}, debug() {} }
