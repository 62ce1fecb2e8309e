/** What the machine gives: room on the disk, and eyes on the drop folders. */
import { readFile, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isThere } from '../../control/data-dir.ts'
import type { Config } from '../../settings.ts'
import type { Finding } from './examine.ts'

const GIB = 1024 ** 3
/** Below this the next big file does not fit. */
const FREE_WARN = 5 * GIB
/** Below this even the database is in danger. */
const FREE_FAIL = GIB / 4
const WATCHES_MIN = 8_192
const INSTANCES_MIN = 64

export async function diskChecks({ data }: Config): Promise<Finding[]> {
  const { bavail, bsize, blocks } = await statfs(firstExisting(data))
  const [free, total] = [bavail * bsize, blocks * bsize]
  const found = `${gibibytes(free)} of ${gibibytes(total)} GiB free`
  const mark = free < FREE_FAIL ? 'fail' : free < FREE_WARN ? 'warn' : 'ok'
  const fix = mark === 'ok' ? null : 'Free some space, or move the data directory to a larger disk.'
  return [{ mark, check: 'Disk space', found, fix }]
}

/** Linux only: elsewhere the watcher has no such bounds. */
export async function inotifyChecks(): Promise<Finding[]> {
  const watches = await limit('max_user_watches')
  const instances = await limit('max_user_instances')
  if (watches === null || instances === null) return []
  const check = 'inotify limits'
  const found = `${watches} watches, ${instances} instances`
  if (watches >= WATCHES_MIN && instances >= INSTANCES_MIN) return [{ mark: 'ok', check, found, fix: null }]
  const fix = `sysctl fs.inotify.max_user_watches=${WATCHES_MIN * 8} fs.inotify.max_user_instances=${INSTANCES_MIN * 8}; until then drop folders may be noticed a minute late.`
  return [{ mark: 'warn', check, found, fix }]
}

async function limit(name: string): Promise<number | null> {
  const text = await readFile(`/proc/sys/fs/inotify/${name}`, 'utf8').catch(() => null)
  return text === null ? null : Number.parseInt(text, 10)
}

function firstExisting(path: string): string {
  return isThere(path) || path === dirname(path) ? path : firstExisting(dirname(path))
}

function gibibytes(bytes: number): string {
  return (bytes / GIB).toFixed(1)
}
