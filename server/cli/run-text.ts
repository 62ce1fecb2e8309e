import type { Run } from '../../importer/types.ts'
import type { Terminal } from './terminal.ts'

/** A run as a person reads it on this terminal. */
export async function runText(run: Run, { width, outColors }: Terminal): Promise<string> {
  const { reportText } = await import('../../importer/importer.ts')
  return `\n${reportText(run, { width, color: outColors.isColorSupported })}\n`
}
