import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../importer/db/open.ts'
import { createDatabase, startPostgres } from './postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A migrated SQLite file; a test's own database is a copy. */
    sqliteTemplate: string
    /** Name of a migrated database on the server, that others are made from. */
    postgresTemplate: string
  }
}

/** What all tests share: one PostgreSQL server, a migrated database of each engine to copy, and a folder in memory. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using parts = new AsyncDisposableStack()
  // Every command, server and worker thread that a test starts reads the same sources; compiled once is enough. On the
  // disk, so that the next run has them, too.
  process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache')
  const parent = hasRoomInMemory() ? MEMORY_FOLDER : tmpdir()
  removeLeftovers(parent)
  const folder = mkdtempSync(join(parent, `rollcall-tests-${process.pid}-`))
  parts.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  // What reaches the disk when is watched call by call where a test is about it; no test needs a real disk for that.
  process.env['TMPDIR'] = join(folder, 'tmp')
  mkdirSync(process.env['TMPDIR'])
  const server = await startPostgres({ durable: false })
  parts.defer(() => server.stop())
  project.provide('postgresUrl', server.url)
  const sqlite = join(folder, 'template.db')
  const { url: postgres } = await createDatabase({ serverUrl: server.url })
  for (const url of [sqlite, postgres]) await (await openDatabase(url)).close()
  project.provide('sqliteTemplate', sqlite)
  project.provide('postgresTemplate', new URL(postgres).pathname.slice(1))
  const all = parts.move()
  return () => all.disposeAsync()
}

const MEMORY_FOLDER = '/dev/shm'
const MEMORY_BYTES_MIN = 4 * 1024 ** 3

/** Of runs that were killed: what lies in memory would stay there. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^rollcall-tests-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(parent, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's lives as well.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function hasRoomInMemory(): boolean {
  if (!statSync(MEMORY_FOLDER, { throwIfNoEntry: false })) return false
  const { bavail, bsize } = statfsSync(MEMORY_FOLDER)
  return bavail * bsize >= MEMORY_BYTES_MIN
}
