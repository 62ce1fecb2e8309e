/** How long a start takes, and what a server that rests has in memory. */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Bench, Measure } from '../harness/contest.ts'
import { cpuMsOf, megabytesOf } from '../harness/processes.ts'
import { serve } from '../server/rollcall.ts'

const FIRST = 'first start'
const LATER = 'later start'
const REST_MS = 3_000

export const startBench: Bench = {
  name: 'start',
  about: 'time to start, and memory at rest',
  async *contests(options) {
    yield {
      title: 'Start-up, and memory three seconds later',
      cases: [FIRST, LATER],
      contenders: [
        {
          name: 'rollcall serve',
          missing: null,
          async round() {
            const dataDir = await mkdtemp(join(options.folder, 'rollcall-bench-start-'))
            try {
              return { [FIRST]: await startOn(dataDir), [LATER]: await startOn(dataDir) }
            } finally {
              await rm(dataDir, { recursive: true, force: true })
            }
          },
        },
      ],
      aims: [],
      rounds: options.rounds ?? (options.isQuick ? 2 : 5),
      // What Node compiled is kept, as on any machine where it was started before.
      warmUp: true,
      notes: [
        'From the command to the line "ready". A first start makes keys and database. Peak is memory at rest here.',
      ],
    }
  },
}

async function startOn(dataDir: string): Promise<Measure> {
  const started = performance.now()
  const { child, end } = await serve(dataDir)
  const ms = performance.now() - started
  const pid = child.pid ?? 0
  const cpuMs = cpuMsOf(pid)
  await delay(REST_MS)
  const megabytes = megabytesOf(pid)
  await end()
  return { ms, cpuMs, megabytes }
}
