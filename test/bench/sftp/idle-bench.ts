/** Memory of idle sessions, as `idle.ts` measures it in a process of its own. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Bench } from '../harness/contest.ts'

const PROGRAM = fileURLToPath(new URL('./idle.ts', import.meta.url))
const KB_MAX = 60

export const idleBench: Bench = {
  name: 'idle',
  about: 'memory of 1,000 idle SFTP sessions beyond the first hundred',
  async *contests(options) {
    const sessions = options.isQuick ? 200 : 1_000
    let said = ''
    yield {
      title: `${sessions} idle sessions: memory of all of them together`,
      cases: ['resident'],
      contenders: [
        {
          name: 'rollcall',
          missing: null,
          async round() {
            const started = performance.now()
            said = await lineOf(sessions)
            const kilobytes = Number(/([\d.]+) KB each/.exec(said)?.[1])
            const ms = performance.now() - started
            return { resident: { ms, cpuMs: null, megabytes: (kilobytes * sessions) / 1_000 } }
          },
          remark: () => said,
        },
      ],
      aims: [{ kind: 'megabytes', case: 'resident', max: (KB_MAX * sessions) / 1_000 }],
      rounds: options.rounds ?? 1,
      warmUp: false,
    }
  },
}

/** It ends with 1 where its own promise is broken, which the table says as well. */
function lineOf(sessions: number): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [PROGRAM, '--sessions', String(sessions)], (error, stdout, stderr) => {
      const line = stdout.trim()
      if (/KB each/.test(line)) resolve(line)
      else reject(new Error(`idle.ts failed:\n${stderr}`, { cause: error }))
    })
  })
}
