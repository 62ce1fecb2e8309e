/**
 * The shape of every table, for kysely. Times are ISO 8601 text in UTC and days are YYYY-MM-DD text, on both
 * engines, so that the same values come back from each. `account_id` leads every key.
 */
import type { ColumnType, Selectable } from 'kysely'
import type { PeopleTables } from '../../keys/people/tables.ts'
import type { PgpKeyTable } from '../../keys/pgp-table.ts'
import type { ConnectionSecretTable, SftpKeyTable, SftpPasswordTable } from '../../keys/tables.ts'
import type { RunState } from '../../schemas/run.ts'
import type { ConnectionTables } from './tables/connections.ts'
import type { AccountPolicyTable, PinTable } from './tables/policy.ts'
import type { PlanSnapshotTable, SourceSnapshotTable } from './tables/snapshot.ts'

export type { AccountPolicyTable, PinTable } from './tables/policy.ts'
export type { PlanSnapshotTable, SourceSnapshotTable } from './tables/snapshot.ts'

import type { LifecycleTables } from './tables/lifecycle.ts'
import type { OutboxTables } from './tables/outbox.ts'

export type { WebhookEndpointTable } from './tables/outbox.ts'

/** A number that the database fills in when none is given. */
type WithDefault<T> = ColumnType<T, T | undefined, T>

export interface AccountTable {
  id: string
  slug: string
  name: string
  timezone: string
  created_at: string
  /** Number of the last history row: which roster a plan was made against. */
  position: WithDefault<number>
  next_person: WithDefault<number>
  next_demographic: WithDefault<number>
}

export interface SourceTable {
  account_id: string
  name: string
  kind: string
  /** JSON of `sourceSettingsSchema`. */
  settings: string
}

export interface DemographicTable {
  account_id: string
  id: number
  /** Exactly as the file spelled it. */
  label: string
  created_run: string
  /** Set when nobody had a value in it and it was deleted; number and label stay for the history. */
  deleted_at: WithDefault<string | null>
}

/** Spellings of a demographic's values that are in use, so that the next file writes them the same way. */
export interface DemographicValueTable {
  account_id: string
  demographic_id: number
  /** The form in which two spellings are compared. */
  key: string
  value: string
}

export interface EmployeeTable {
  account_id: string
  id: number
  version: number
  name: string
  /** Hash of the name as it is compared; names that are the same but for their spelling share it. */
  name_key: number
  preferred_name: string | null
  employee_id: string | null
  email: string | null
  date_of_birth: string | null
  start_date: string | null
  end_date: string | null
  language: string | null
  manager_email: string | null
  manager_employee_id: string | null
  /** Derived from the two above, or kept empty until that person comes. */
  manager_id: number | null
  timezone: string | null
  mobile_phone: string | null
  /** 0 or 1. */
  deactivated: number
  /** JSON object: demographic id -> value. */
  demographics: string
  created_run: string
  updated_run: string
  created_at: string
  updated_at: string
}

export interface HistoryTable {
  account_id: string
  /** 1, 2, 3, … without gaps; `account.position` is the last one. */
  seq: number
  person_id: number
  /** A field's key, `managerId` for who the person reports to, or `*` for the whole person. */
  field: string
  before: string | null
  /** The new value; for `*`, JSON of field -> value: `after` of a new person, `before` of one who was removed. */
  after: string | null
  run_id: string
  source: string
  line: number
  at: string
}

export interface RunTable {
  id: string
  account_id: string
  source: string
  state: RunState
  import_type: string
  mode: string
  file_name: string
  size: number
  sha256: string | null
  sent_by: string
  /** Node on whose disk the delivered file lies; null where every node can read it. */
  node: string | null
  received_at: string
  /** JSON of `proofSchema`: what said that the file is complete; null where nothing was asked for. */
  proof: WithDefault<string | null>
  /** JSON of `snapshotSchema`; null where the file was not read from an HRIS. */
  snapshot: WithDefault<string | null>
  finished_at: string | null
  /** Since when it waits for a person, or last did. */
  held_at: WithDefault<string | null>
  /** Since when its delivered file, its rows and issues, its reports are no longer kept. */
  file_removed_at: WithDefault<string | null>
  rows_removed_at: WithDefault<string | null>
  reports_removed_at: WithDefault<string | null>
  /** JSON of `countsSchema`. */
  counts: string
  /** JSON array of `holdSchema`. */
  holds: string
  /** JSON: issue code -> how many. */
  issue_counts: string
  issues_truncated: WithDefault<number>
  /** JSON of `PlanFacts`, from planning to the end. */
  plan: string | null
  decided_by: string | null
  reason: string | null
  /** JSON {code, params} of an error that a person can read. */
  error: string | null
  /** The run that this one takes back. */
  undoes: WithDefault<string | null>
  /** JSON of `Review`: words given so far, the part that was chosen, the plan before. */
  review: WithDefault<string | null>
  /** 1 while what `/results` says is older than the run. */
  report_due: WithDefault<number>
  attempts: WithDefault<number>
  /** Grows with every claim; a worker whose number is old must not commit. */
  fence: WithDefault<number>
  lease_owner: string | null
  /** Until then the run is being worked on, or, without an owner, rests before another try. */
  lease_until: string | null
}

export interface RunIssueTable {
  account_id: string
  run_id: string
  seq: number
  code: string
  severity: string
  line: number | null
  row: number | null
  column: string | null
  field: string | null
  header: string | null
  value: string | null
  /** JSON object. */
  params: string
}

/** One row of the file that does something, or that could not. Unchanged and blank rows have none. */
export interface PlanRowTable {
  account_id: string
  run_id: string
  row: number
  line: number
  action: string
  person_id: number | null
  /** Version of the person the change was made against. */
  version: number | null
  matched_by: string
  /** JSON array of [field, before, after]. */
  changes: string
  /** Issue codes of the row, separated by spaces. */
  codes: string
}

/** What became of every row, in chunks: one line number (int32) and one outcome (uint8) a row. */
export interface RunRowsTable {
  account_id: string
  run_id: string
  first_row: number
  lines: Uint8Array
  outcomes: Uint8Array
}

/** Resolved reporting lines of a plan, in chunks of int32 pairs: person, manager (0 = none). */
export interface PlanLinksTable {
  account_id: string
  run_id: string
  chunk: number
  pairs: Uint8Array
}

/** That somebody was erased, by the mark of a key of theirs. */
export interface ErasedTable {
  account_id: string
  mark: string
  erased_at: string
}

/** Whom the file of a plan names, as bits in chunks; kept until it is applied. */
export interface PlanSeenTable {
  account_id: string
  run_id: string
  chunk: number
  people: Uint8Array
}

/** The file of a source that named each person last, as int32 in chunks; 0 for none. */
export interface SourceSeenTable {
  account_id: string
  source: string
  chunk: number
  files: Uint8Array
}

/** The applied files of a source, numbered from 1. */
export interface SourceFileTable {
  account_id: string
  source: string
  number: number
  run_id: string
  at: string
}

export interface MissingIgnoredTable {
  account_id: string
  source: string
  person_id: number
  /** The file that named them last by then. */
  file: number
  by: string
  at: string
}

/** That two records with one name are two people. */
export interface NotDuplicateTable {
  account_id: string
  older_id: number
  newer_id: number
  by: string
  at: string
}

export interface Tables
  extends ConnectionTables,
    OutboxTables,
    LifecycleTables,
    Omit<PeopleTables, 'account'> {
  account: AccountTable
  source: SourceTable
  demographic: DemographicTable
  demographic_value: DemographicValueTable
  employee: EmployeeTable
  history: HistoryTable
  run: RunTable
  run_issue: RunIssueTable
  run_rows: RunRowsTable
  plan_row: PlanRowTable
  plan_links: PlanLinksTable
  plan_seen: PlanSeenTable
  plan_snapshot: PlanSnapshotTable
  source_snapshot: SourceSnapshotTable
  source_seen: SourceSeenTable
  source_file: SourceFileTable
  missing_ignored: MissingIgnoredTable
  erased: ErasedTable
  not_duplicate: NotDuplicateTable
  account_policy: AccountPolicyTable
  pin: PinTable
  sftp_key: SftpKeyTable
  sftp_password: SftpPasswordTable
  pgp_key: PgpKeyTable
  connection_secret: ConnectionSecretTable
}

export type RunRow = Selectable<RunTable>
export type EmployeeRow = Selectable<EmployeeTable>
export type AccountRow = Selectable<AccountTable>
