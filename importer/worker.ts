/**
 * The worker thread: heavy work with a connection of its own, so that the thread that serves SFTP and pages stays
 * free. Wakes when told, works until there is nothing to do, and says what happens.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { SYSTEM_CLOCK } from './clock.ts'
import { openDatabase } from './db/open.ts'
import { giveWay } from './run/priority.ts'
import { workUntilIdle } from './run/process.ts'
import type { FromWorker, ToWorker, WorkerStart } from './run/workers.ts'

const port = parentPort
if (port === null) throw new Error('worker.ts runs in a worker thread only')
const start = workerData as WorkerStart // given by workers.ts

giveWay()
const say = (message: FromWorker): void => port.postMessage(message)
const { db, engine, close } = await openDatabase(start.databaseUrl, { connections: 2 })
const shift = start.nowMs === null ? null : start.nowMs - Date.now()
const clock = shift === null ? SYSTEM_CLOCK : { now: () => new Date(Date.now() + shift) }

let isStopping = false
let isAwake = false
let working: Promise<void> | null = null

async function work(): Promise<void> {
  while (isAwake && !isStopping) {
    isAwake = false
    await workUntilIdle({
      db,
      engine,
      clock,
      dataDir: start.dataDir,
      secretFile: start.secretFile,
      owner: start.nodeId,
      isStopping: () => isStopping,
      onClaim: (run) => say({ kind: 'claim', run }),
      onProgress: (run, progress) => say({ kind: 'progress', run, progress }),
      onChange: (run) => say({ kind: 'change', run }),
      log: (level, fields, text) => say({ kind: 'log', level, fields, text }),
    })
  }
}

function wake(): void {
  isAwake = true
  working ??= work().finally(() => {
    working = null
    // A wake-up that came while the last look was ending.
    if (isAwake && !isStopping) wake()
  })
}

async function stop(): Promise<void> {
  isStopping = true
  await working
  await close()
  say({ kind: 'stopped' })
  port?.close()
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'wake') wake()
  else void stop()
})
say({ kind: 'ready' })
