/** The run object: what `--json`, the API and every report say about one run. A contract: add, never change. */
import { z } from 'zod'

export const SEVERITIES = ['fatal', 'hold', 'row', 'cell', 'info'] as const
export type Severity = (typeof SEVERITIES)[number]

export const RUN_STATES = [
  'received',
  'reading',
  'planned',
  'held',
  'approved',
  'applied',
  'reported',
  'succeeded',
  'succeeded_with_errors',
  'rejected',
  'failed',
  'discarded',
  'duplicate',
  'dry_run',
  'undone',
] as const
export type RunState = (typeof RUN_STATES)[number]

const count = z.int().min(0)

/** Every data row is in exactly one of blank, rejected, excluded, held, created, updated, unchanged, removed. */
export const countsSchema = z.object({
  read: count,
  blank: count,
  rejected: count,
  /** Rows that found an existing person. */
  matched: count,
  created: count,
  updated: count,
  unchanged: count,
  /** Only by taking a run back, or by a merge: a file removes nobody. */
  removed: count.default(0),
  /** Parts of created and updated. */
  former: count,
  deactivated: count,
  reactivated: count,
  excluded: count,
  held: count,
  /** Active people whom the file does not mention. A partial import leaves them alone. */
  missing: count,
})
export type Counts = z.output<typeof countsSchema>

export const holdSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** How many rows it concerns; 0 where it concerns the file as a whole. */
  rows: count,
})
export type Hold = z.output<typeof holdSchema>

export const issueSchema = z.object({
  code: z.string(),
  severity: z.enum(SEVERITIES),
  /** Line of the file on which the record starts, counted from 1; null where no one line is to blame. */
  line: count.nullable(),
  /** Data row, counted from 1 below the header; null for the header and the file. */
  row: count.nullable(),
  /** Letter of the column as a spreadsheet shows it. */
  column: z.string().nullable(),
  /** Canonical name of the column. */
  field: z.string().nullable(),
  /** Header as it was sent. */
  header: z.string().nullable(),
  /** The shape of the value (letters as `a`, digits as `9`), never the value. */
  value: z.string().nullable(),
  message: z.string(),
  fix: z.string(),
})
export type Issue = z.output<typeof issueSchema>

export const runSchema = z.object({
  id: z.string(),
  /** Slug of the account; null for `validate` without one. */
  account: z.string().nullable(),
  source: z.string(),
  importType: z.enum(['partial', 'full']),
  mode: z.enum(['apply', 'dry_run']),
  state: z.enum(RUN_STATES),
  fileName: z.string(),
  /** Bytes as delivered. */
  size: count,
  /** Hex; null until the file has been read. */
  sha256: z.string().nullable(),
  /** ISO 8601, UTC. */
  receivedAt: z.string(),
  finishedAt: z.string().nullable(),
  counts: countsSchema,
  holds: z.array(holdSchema),
  issues: z.array(issueSchema),
  /** How many issues of each code there are, also those the list leaves out. */
  issueCounts: z.record(z.string(), count),
  /** True where `issues` leaves some out. */
  issuesTruncated: z.boolean(),
  /** Who approved or discarded: a person's name, or `policy`. */
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
  /** Only of a held run of a source that asks for two: who has approved it so far. */
  approvals: z
    .array(z.object({ by: z.string(), at: z.string(), reason: z.string().nullable() }))
    .exactOptional(),
  /** Only of a run that was planned again: what its plan came to before. */
  formerPlan: z.object({ counts: countsSchema, holds: z.array(holdSchema) }).exactOptional(),
  /** Only where a part was approved and the rest waits: in which run. */
  rest: z.string().exactOptional(),
  /** Only of such a rest: of which run. */
  restOf: z.string().exactOptional(),
  /** Only of a run that takes another back: which one. */
  undoes: z.string().exactOptional(),
  /** Only of an undone run: which run took it back. */
  undoneBy: z.string().exactOptional(),
  /** Only where something of the run is no longer kept: since when (ISO 8601, UTC), null for what still is. */
  removed: z
    .object({ file: z.string().nullable(), rows: z.string().nullable(), reports: z.string().nullable() })
    .exactOptional(),
  /** Why a run failed: an error code and its sentence. */
  error: z.object({ code: z.string(), message: z.string(), fix: z.string() }).nullable(),
})
export type Run = z.output<typeof runSchema>

/** Counts of a run that has read nothing yet. */
export const NO_COUNTS: Counts = {
  read: 0,
  blank: 0,
  rejected: 0,
  matched: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  removed: 0,
  former: 0,
  deactivated: 0,
  reactivated: 0,
  excluded: 0,
  held: 0,
  missing: 0,
}
