/**
 * The port behind which each HRIS stands. A connector reads and judges nothing: it turns a complete list of people
 * into the rows of a file, and from there a poll and an upload are the same thing. What is not complete is an
 * error, never a shorter file: a short file looks like people who left.
 */
import type { ConnectionSettings, ConnectorKind } from '../../schemas/hris/connection.ts'
import type { MappedTarget } from '../../schemas/mapping.ts'
import type { Clock } from '../clock.ts'
import type { ApiClient } from './http/client.ts'

/** What is sent to prove who asks. */
export interface Credential {
  /** Access token of Justworks or TriNet, API key of Merge. */
  readonly bearer: string
  /** Merge: which linked account is meant. */
  readonly accountToken?: string
  /** What was granted, as far as the token's answer told; null where it did not. */
  readonly scopes: readonly string[] | null
}

/** What a connector may ask of its surroundings. */
export interface ConnectorContext<Settings extends ConnectionSettings = ConnectionSettings> {
  /** Bounded, retrying, guarded; the connection's own. */
  readonly http: ApiClient
  readonly settings: Settings
  /** The credential to use now; called again after a 401, when it must be a fresh one. Throws `API_AUTH`. */
  credential(options?: { readonly after401: boolean }): Promise<Credential>
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** What is read, in the words shown before connecting. */
export interface ReadAccess {
  readonly object: string
  readonly fields: readonly string[]
  /** Read only where a field of it is mapped. */
  readonly isOnlyIfMapped?: boolean
}

/** A field as a snapshot's header names it, and the column it becomes. */
export interface FieldMapping {
  /** Cell of the snapshot's header. */
  readonly field: string
  /** Where the API has it, for people: `names[primary].firstName`. */
  readonly from: string
  readonly target: MappedTarget
  /** What the HRIS must grant for it, as its own pages call it. */
  readonly permission?: string
}

/** A field that is there for the asking, under the label it would have. */
export interface ApiField {
  readonly field: string
  readonly from: string
  readonly label: string
}

/** What the cheapest call tells of the company behind a credential. */
export interface CompanyFacts {
  /** As the HRIS calls it; null where it does not say. */
  readonly id: string | null
  readonly name: string | null
  /** Fields beyond the automatic mapping that may be mapped. */
  readonly fields: readonly ApiField[]
  /** What is not granted, in the words of `FieldMapping.permission`; null where the API does not tell. */
  readonly missingPermissions: readonly string[] | null
}

/** Something a person should know of a snapshot; never a value. */
export interface SnapshotNote {
  readonly code: SnapshotNoteCode
  readonly field: string
  /** How many people it concerns. */
  readonly people: number
  /** Data rows of the snapshot, the first is 1; the first hundred. */
  readonly rows: readonly number[]
}

export const SNAPSHOT_NOTES = {
  EMPLOYEE_ID_BLANK: 'has no Employee Id in the field that was chosen for it',
  EMAIL_BLANK: 'has no work e-mail address',
  LISTED_TWICE: 'is in the list twice; the first entry counts',
  MANAGER_OUTSIDE: 'reports to somebody who is not in the list',
  VALUE_UNKNOWN: 'has a value that the documents do not name; it is kept as it came',
  SHAPE_UNKNOWN: 'has a value in a form that cannot be read; it is left out',
  REDACTED: 'has a value that the API blacked out; it is left out',
  FIELD_EMPTY: 'nobody has a value',
  PERMISSION_MISSING: 'may not be read with the permissions given',
} as const
export type SnapshotNoteCode = keyof typeof SNAPSHOT_NOTES

/** What is known once a snapshot is complete. */
export interface SnapshotFacts {
  readonly people: number
  readonly notes: readonly SnapshotNote[]
}

export type SnapshotRows = readonly (readonly string[])[]

export interface Connector<Settings extends ConnectionSettings = ConnectionSettings> {
  readonly kind: ConnectorKind
  /** As its maker writes it. */
  readonly title: string
  readonly readAccess: readonly ReadAccess[]
  /** The API's fields to our columns, as the documents say; demographics included. */
  readonly automaticMapping: readonly FieldMapping[]
  /** Checks the credential with the cheapest call. Throws `API_AUTH`, `API_PERMISSION`, `API_PLAN`. */
  check(context: ConnectorContext<Settings>): Promise<CompanyFacts>
  /**
   * A complete snapshot as rows of a CSV, header first. Throws an `API_*` error where it is not complete: then
   * nothing of it counts, also what was yielded before.
   */
  snapshot(context: ConnectorContext<Settings>): AsyncGenerator<SnapshotRows, SnapshotFacts, void>
}
