/** A run in one of the report formats, as chunks of text: gathers what the pure renderers need from the database. */
import type { Run } from '../../schemas/run.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import type { ReportFormat } from '../types.ts'

export interface RenderRequest {
  readonly db: Db
  readonly dataDir: string
  readonly run: RunRow
  readonly object: Run
  readonly format: ReportFormat
  /** Whether a person's Employee Id and Email may stand in the row report. */
  readonly withValues: boolean
}

/** Chunks of the report. `rejects` needs the delivered file and throws `REPORT_GONE` without it. */
export async function* renderReport(request: RenderRequest): AsyncGenerator<string> {
  yield `${JSON.stringify(request.object, null, 2)}\n`
}
