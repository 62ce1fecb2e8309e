import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres.ts'

/** One PostgreSQL server for the whole run; each test takes a database of its own from it with `createDatabase()`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ durable: false })
  project.provide('postgresUrl', server.url)
  return () => server.stop()
}
