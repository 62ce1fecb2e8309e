/**
 * Strict sources: a file that is fatally wrong makes the sender's CLOSE or RENAME fail, so that a scheduler turns red
 * at once and not when somebody reads the results. The file is kept all the same and becomes a run that ends
 * `rejected`: the ledger and `/results` say what was wrong with it. What cannot be told in time is answered with OK;
 * the run will tell.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { ImportError } from '../../importer/errors.ts'
import { deliveryPath } from '../../importer/importer.ts'
import type { Importer, Run } from '../../importer/types.ts'
import type { Logger } from '../log.ts'
import { failed, type Refusal } from './refusal.ts'
import type { UploadDeps } from './upload.ts'

export interface StrictDeps {
  readonly importer: Pick<Importer, 'source' | 'validateFor'>
  readonly dataDir: string
  readonly log: Logger
  /** How long a sender is made to wait. */
  readonly patienceMs: number
  /** The server stops: nobody is made to wait any more. */
  readonly stopping: AbortSignal
}

/** Checks that may run at once: each is a thread of its own beside the imports. */
const CHECKS_MAX = 2

/** What is fatally wrong with a delivered file; null where nothing is, or where its source is not strict. */
export function createExamine(deps: StrictDeps): UploadDeps['examine'] {
  const { importer, dataDir, log, patienceMs, stopping } = deps
  const queue: (() => void)[] = []
  let running = 0

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= CHECKS_MAX) await new Promise<void>((resolve) => queue.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }

  async function isStrict(slug: string, source: string): Promise<boolean> {
    try {
      return (await importer.source(slug, source)).settings.strict
    } catch (error) {
      // The very first file of a source makes it, with the settings that everybody begins with.
      if (error instanceof ImportError && error.code === 'SOURCE_UNKNOWN') return false
      throw error
    }
  }

  async function patience(): Promise<null> {
    await delay(patienceMs, undefined, { ref: false, signal: stopping }).catch(() => {})
    return null
  }

  return async ({ account, source }, delivery) => {
    const facts = { run: delivery.id, account: account.slug }
    try {
      if (!(await isStrict(account.slug, source))) return null
      const file = { path: deliveryPath(dataDir, delivery), fileName: delivery.fileName, source }
      const check = inTurn(() => importer.validateFor(account.slug, file))
      const run = await Promise.race([check, patience()])
      if (run === null) {
        check.catch((error: unknown) => log.warn({ ...facts, err: error }, 'a file could not be checked'))
        log.warn(facts, 'a file of a strict source was not checked in time; its sender was told OK')
        return null
      }
      return run.state === 'rejected' ? refusalFor(run) : null
    } catch (error) {
      // The file is safe, and a sender who is told otherwise would send it again.
      log.error(
        { ...facts, err: error },
        'a file of a strict source could not be checked; its sender was told OK',
      )
      return null
    }
  }
}

function refusalFor({ issues }: Run): Refusal {
  const issue = issues.find(({ severity }) => severity === 'fatal') ?? issues[0]
  if (!issue) return failed('the file cannot be imported; /results says why')
  return failed(`${issue.code}: ${issue.message}`)
}
