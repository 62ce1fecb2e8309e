/** The same tests on both engines: `describe.each(ENGINES)('… on %s', (engine) => …)`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createDatabase } from './postgres.ts'

export const ENGINES = ['sqlite', 'postgres'] as const
export type EngineName = (typeof ENGINES)[number]

/** URL of an empty database that goes when the test is over. */
export async function databaseOn(engine: EngineName): Promise<string> {
  if (engine === 'sqlite') return join(temporaryFolder(), 'rollcall.db')
  const { url, drop } = await createDatabase()
  onTestFinished(drop)
  return url
}

/** A folder that goes when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
