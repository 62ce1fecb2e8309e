/** What a piece of work costs a server that goes on running: wall time, and the server's CPU and memory meanwhile. */
import type { Measure } from './contest.ts'
import { cpuMsOf, watchMemory } from './processes.ts'

export async function measured(pid: number, work: () => Promise<void>): Promise<Measure> {
  const memory = watchMemory(pid)
  const cpuBefore = cpuMsOf(pid)
  const started = performance.now()
  await work()
  const ms = performance.now() - started
  return { ms, cpuMs: cpuMsOf(pid) - cpuBefore, megabytes: memory.end() }
}
