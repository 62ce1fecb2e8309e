/** How long things are kept: the part of the importer's door that is about that. */
import type { SettingsChange } from '../schemas/account.ts'
import type { Removal, RetentionView } from '../schemas/retention.ts'
import type { Decision } from './types.ts'

export interface Retain {
  /** How long things are kept. Throws `ACCOUNT_UNKNOWN`. */
  settings(account: string): Promise<RetentionView>
  /** Changes it; null puts a setting back to its default. Throws `RETENTION_INVALID`. */
  set(account: string, change: SettingsChange, word: Pick<Decision, 'by'>): Promise<RetentionView>
  /** What is old enough to be removed. */
  preview(account: string): Promise<Removal>
  /** Removes it now, as the daily round does. */
  run(account: string): Promise<Removal>
}
