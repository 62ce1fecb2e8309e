/** Runs the child that dies at a moment, and tells how it ended. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const CHILD = fileURLToPath(new URL('./crash-child.ts', import.meta.url))

export interface CrashOptions {
  readonly databaseUrl: string
  readonly dataDir: string
  /** When to die, for example `applying 3`; null to live to the end. */
  readonly moment: string | null
  /** Kill it from outside after so many milliseconds, wherever it is then. */
  readonly afterMs?: number
}

/** Answers `killed`, or `done` where the child came to its end. */
export async function workAndDie({
  databaseUrl,
  dataDir,
  moment,
  afterMs,
}: CrashOptions): Promise<'killed' | 'done'> {
  const child = spawn(process.execPath, [CHILD, databaseUrl, dataDir, ...(moment ?? '').split(' ')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const timer = afterMs === undefined ? null : setTimeout(() => child.kill('SIGKILL'), afterMs)
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (timer) clearTimeout(timer)
  if (signal === 'SIGKILL') return 'killed'
  if (code !== 0) throw new Error(`the child ended with ${code}:\n${complaints}`)
  return 'done'
}
