/** Large files are brought to the disk while they come in, and a disk that fails then is believed. */
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { WriteQueue } from '../../../server/sftp/write-queue.ts'

const MEGABYTE = Buffer.alloc(1024 * 1024, 1)

async function queueWith(sync: () => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-queue-'))
  const handle = await open(join(folder, 'part'), 'w+')
  onTestFinished(async () => {
    await handle.close()
    await rm(folder, { recursive: true })
  })
  const queue = new WriteQueue(handle, sync)
  let at = 0
  /** Resolves with what each of the writes heard. */
  const write = (megabytes: number) =>
    Promise.all(
      Array.from({ length: megabytes }, () => {
        const offset = at++ * MEGABYTE.length
        return new Promise<unknown>((done) => {
          queue.push({ offset, data: [MEGABYTE], length: MEGABYTE.length, done })
        })
      }),
    )
  return { queue, handle, write }
}

test('a small file is synced by its end alone, a large one also on the way', async () => {
  let syncs = 0
  const { queue, write, handle } = await queueWith(async () => {
    syncs++
    await handle.sync()
  })
  await write(60)
  await queue.idle()
  expect(syncs).toBe(0)
  await write(140)
  await queue.idle()
  expect(syncs).toBeGreaterThanOrEqual(1)
  expect(syncs).toBeLessThanOrEqual(3)
  expect(queue.failure).toBeNull()
  expect((await handle.stat()).size).toBe(200 * MEGABYTE.length)
})

test('when it fails, every later write hears of it, and so does whoever waits for the end', async () => {
  const broken = new Error('EIO')
  const { queue, write } = await queueWith(() => Promise.reject(broken))
  await write(70)
  await queue.idle()
  expect(queue.failure).toBe(broken)
  expect(await write(2)).toEqual([broken, broken])
})

test('nobody who waits for the end goes on while bytes are still on their way to the disk', async () => {
  const gate = Promise.withResolvers<void>()
  const { queue, write } = await queueWith(() => gate.promise)
  await write(70)
  let isIdle = false
  const idle = queue.idle().then(() => {
    isIdle = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(isIdle).toBe(false)
  gate.resolve()
  await idle
  expect(isIdle).toBe(true)
})
