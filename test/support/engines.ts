/** The same tests on both engines: `describe.each(ENGINES)('… on %s', (engine) => …)`. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { createDatabase } from './postgres.ts'

export const ENGINES = ['sqlite', 'postgres'] as const
export type EngineName = (typeof ENGINES)[number]

/** URL of a database of the newest schema without anything in it, which goes when the test is over. */
export async function databaseOn(engine: EngineName): Promise<string> {
  if (engine === 'postgres') return await postgresOf({ template: inject('postgresTemplate') })
  const path = join(temporaryFolder(), 'rollcall.db')
  copyFileSync(inject('sqliteTemplate'), path)
  return path
}

/** URL of a database that nobody has opened, for tests of what the first one does. */
export async function emptyDatabaseOn(engine: EngineName): Promise<string> {
  return engine === 'postgres' ? await postgresOf({}) : join(temporaryFolder(), 'rollcall.db')
}

async function postgresOf(options: { template?: string }): Promise<string> {
  const { url, drop } = await createDatabase(options)
  onTestFinished(drop)
  return url
}

/** A folder that goes when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
