import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLog } from '../../server/log.ts'
import { startScheduler } from '../../server/scheduler.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-21T06:00:30Z') }))
afterEach(() => void vi.useRealTimers())

const log = createLog({ level: 'silent' })
const others = {
  notifier: { deliver: async () => {} },
  chores: { turnDays: async () => [], removeOld: async () => {}, watchFeeds: async () => {} },
  hris: { tick: async () => {} },
  rotator: { goOn: async () => {} },
}
const MINUTE_MS = 60_000

test('the sweep is called every minute until the scheduler stops', async () => {
  const sweep = vi.fn(async () => {})
  const scheduler = startScheduler({ intake: { sweep }, ...others, log })
  await vi.advanceTimersByTimeAsync(3 * MINUTE_MS)
  expect(sweep).toHaveBeenCalledTimes(3)
  await scheduler.stop()
  await vi.advanceTimersByTimeAsync(3 * MINUTE_MS)
  expect(sweep).toHaveBeenCalledTimes(3)
})

test('a sweep that fails is tried again, and one that takes long is not overtaken', async () => {
  const failing = vi.fn(async () => {
    throw new Error('the database is away')
  })
  const endless = vi.fn(() => new Promise<void>(() => {}))
  const one = startScheduler({ intake: { sweep: failing }, ...others, log })
  const other = startScheduler({ intake: { sweep: endless }, ...others, log })
  await vi.advanceTimersByTimeAsync(3 * MINUTE_MS)
  expect(failing).toHaveBeenCalledTimes(3)
  expect(endless).toHaveBeenCalledTimes(1)
  await Promise.all([one.stop(), other.stop()])
})
