/** Waits for a run and shows how far it is. */
import type { Run } from '../../importer/types.ts'
import { unlessInterrupted } from './interrupt.ts'
import { progressBar } from './progress.ts'
import type { Session } from './session.ts'
import type { Terminal } from './terminal.ts'

const LOOK_MS = 100

/** Resolves when the run rests. Ctrl-C stops the waiting, never the run. */
export async function followRun(
  { door, host }: Session,
  id: string,
  terminal: Terminal,
  words = `Waiting for run ${id}.`,
): Promise<Run> {
  const goesOn =
    host === 'server' ? 'the server goes on with it' : 'it goes on with the next `rollcall serve` or import'
  return await unlessInterrupted(async () => {
    // Not before Ctrl-C means what is promised here.
    terminal.say(words)
    using bar = progressBar(terminal)
    using _look = everyMoment(async () => {
      const progress = await door.progress(id)
      if (progress !== null) bar.update(progress)
    }, terminal)
    return await door.settled(id)
  }, `Run ${id} is safe; ${goesOn}.`)
}

/** The bar is a courtesy: what is wrong with the line shows in what we really wait for. */
function everyMoment(look: () => Promise<void>, { isLive }: Terminal): Disposable {
  let isLooking = false
  const once = () => {
    if (isLooking) return
    isLooking = true
    look()
      .catch(() => {})
      .finally(() => {
        isLooking = false
      })
  }
  const timer = isLive ? setInterval(once, LOOK_MS) : undefined
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
