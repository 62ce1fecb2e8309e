/** What happens by the clock and not because somebody asked. */
import { type ScheduledTask, schedule } from 'node-cron'
import type { Intake } from './intake.ts'
import type { Logger } from './log.ts'

export interface Scheduler {
  stop(): Promise<void>
}

const EVERY_MINUTE = '* * * * *'

export function startScheduler(deps: { intake: Pick<Intake, 'sweep'>; log: Logger }): Scheduler {
  const log = deps.log.child({ part: 'scheduler' })
  // A minute that was missed is no loss: the next one looks at everything again.
  const options = { noOverlap: true, suppressMissedWarning: true, logger: silent }
  const tasks: ScheduledTask[] = [
    schedule(EVERY_MINUTE, () => reported('sweep', () => deps.intake.sweep()), { ...options, name: 'sweep' }),
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
