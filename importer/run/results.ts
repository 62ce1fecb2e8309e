/**
 * What the customer may read back in `/results`: the summary in three forms and the row report, by default without
 * a single value of a cell. Written under temporary names and renamed, so nobody reads half a report, and always
 * under the same names, so writing twice is the same as writing once.
 */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { deliveryPath, resultsDir } from '../files.ts'
import type { Progress, ReportFormat } from '../types.ts'
import { renderReport } from './render.ts'
import { runObject } from './run-object.ts'
import { sourceOf } from './source.ts'

export interface ResultsContext {
  readonly db: Db
  readonly dataDir: string
  readonly secretFile: string
  readonly clock: Clock
  readonly onProgress: (run: string, progress: Progress) => void
}

/** Which formats become files, under which ending. */
const FILES: readonly (readonly [ReportFormat, string])[] = [
  ['json', 'report.json'],
  ['text', 'report.txt'],
  ['html', 'report.html'],
  ['csv', 'report.csv'],
]

const REJECTS = ['rejects', 'rejected.csv'] as const

/** Whether what the report is made from is still kept: a run may be taken back long after its file is gone. */
function isKept(format: ReportFormat, { file_removed_at, rows_removed_at }: RunRow): boolean {
  if (format === 'rejects') return file_removed_at === null && rows_removed_at === null
  return format !== 'csv' || rows_removed_at === null
}

/** Writes, or writes again, the results of a run as it stands. */
export async function writeResults(context: ResultsContext, run: RunRow): Promise<void> {
  const { db, dataDir, secretFile, clock } = context
  const { results } = (await sourceOf(db, run)).settings
  if (results === 'off' || run.reports_removed_at !== null) return
  const object = await runObject(db, run)
  const folder = resultsDir(dataDir, run.account_id)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const hasRejects = object.counts.rejected + object.counts.held > 0
  const files = (results === 'full' && hasRejects ? [...FILES, REJECTS] : FILES).filter(([format]) =>
    isKept(format, run),
  )
  for (const [done, [format, ending]] of files.entries()) {
    // What was given back stays as it was, where the file that it came from is no longer kept.
    if (format === 'rejects' && !existsSync(deliveryPath(dataDir, { accountId: run.account_id, id: run.id })))
      continue
    context.onProgress(run.id, { phase: 'reporting', done, total: files.length })
    const path = join(folder, `${safeName(run.file_name)}.${run.id}.${ending}`)
    const request = { db, dataDir, secretFile, now: clock.now(), run, object, format, withValues: false }
    await write(`${path}.part`, renderReport(request))
    renameSync(`${path}.part`, path)
  }
}

const BYTES_A_WRITE = 256 * 1024

/** By calls that block: the thread is a worker's, and most reports are so short that going around would cost more. */
async function write(path: string, chunks: AsyncIterable<string | Uint8Array>): Promise<void> {
  const file = openSync(path, 'w', 0o600)
  try {
    let gathered: Buffer[] = []
    let bytes = 0
    const flush = () => {
      writeFileSync(file, Buffer.concat(gathered))
      gathered = []
      bytes = 0
    }
    for await (const chunk of chunks) {
      // A copy: whoever made the bytes may use their buffer again.
      const copy = Buffer.from(chunk as Uint8Array) // or a string: the overloads do not take both at once
      gathered.push(copy)
      bytes += copy.length
      if (bytes >= BYTES_A_WRITE) flush()
    }
    flush()
  } finally {
    closeSync(file)
  }
}

/** Longest part of the sender's name that is kept, in bytes: a name may have 255, and results add an id and an ending. */
const NAME_BYTES_MAX = 160

/** The sender's file name as far as it can be a file's name here: letters, digits and a few signs. */
function safeName(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1).normalize('NFC')
  const safe = base.replace(/[^\p{L}\p{N}._ ()+-]/gu, '_').replace(/^[. ]+/, '_')
  let kept = ''
  let bytes = 0
  for (const sign of safe) {
    bytes += Buffer.byteLength(sign)
    if (bytes > NAME_BYTES_MAX) break
    kept += sign
  }
  return kept || '_'
}
