/** Who goes first when the machine has more to do than cores to do it with. */
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/** About a tenth of what the thread gets that takes files and answers people, while both have something to do. */
const NICE = 10

/**
 * Lets the thread that calls it give way: a customer waits for the OK of an upload, nobody waits for the millisecond in
 * which its import begins. Linux alone knows threads as something with a priority of their own; elsewhere, and where
 * /proc is not there, all stay equal.
 */
export function giveWay(): void {
  const task = ownTask()
  if (task !== null) setPriority(task, NICE)
}

/** Number of the calling thread: the link is read by the thread itself, so it leads to it. */
function ownTask(): number | null {
  if (process.platform !== 'linux') return null
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1))
  } catch {
    return null
  }
}
