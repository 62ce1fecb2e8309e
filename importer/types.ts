/** The values that cross the importer's one door. */
import type { NewAccount, SettingsChange, Source, SourceSettings } from '../schemas/account.ts'
import type { Proof, SnapshotNotes } from '../schemas/delivery.ts'
import type { DemographicSummary } from '../schemas/demographic.ts'
import type { DuplicatePage, DuplicatePlace } from '../schemas/duplicate.ts'
import type { Employee } from '../schemas/employee.ts'
import type { Erasure } from '../schemas/erase.ts'
import type { Exclusion } from '../schemas/exclusion.ts'
import type { MergePreview } from '../schemas/merge.ts'
import type { MissingPage, MissingPlace } from '../schemas/missing.ts'
import type { PlanFilter, PlanPage, PlanPart, PlanPlace } from '../schemas/plan.ts'
import type { Run, RunState } from '../schemas/run.ts'
import type { SidecarKind } from '../schemas/sidecar.ts'
import type { UndoPreview } from '../schemas/undo.ts'
import type { Fields } from './fields-types.ts'
import type { Lifecycle } from './lifecycle/types.ts'
import type { Outbox } from './outbox/types.ts'
import type { Retain } from './retention-types.ts'

export type { NewAccount, SettingsChange, Source, SourceSettings } from '../schemas/account.ts'
export type { DemographicSummary } from '../schemas/demographic.ts'
export type { DuplicatePage, DuplicatePlace } from '../schemas/duplicate.ts'
export type { Employee } from '../schemas/employee.ts'
export type { Erasure } from '../schemas/erase.ts'
export type { Exclusion } from '../schemas/exclusion.ts'
export type { MergePreview } from '../schemas/merge.ts'
export type { MissingPage, MissingPlace } from '../schemas/missing.ts'
export type { PlanFilter, PlanLine, PlanPage, PlanPart, PlanPlace } from '../schemas/plan.ts'
export type { Counts, Hold, Issue, Run, RunState, Severity } from '../schemas/run.ts'
export type { UndoPreview } from '../schemas/undo.ts'
export type {
  ApiFieldShown,
  AutoSyncChange,
  Connecting,
  Connection,
  ConnectorKind,
  ConsentPage,
  GivenSecrets,
  Hris,
  MappingChange,
  MappingImpact,
  MappingVersion,
  NewConnection,
  ReadAccess,
} from './connections/types.ts'
export type * from './fields-types.ts'
export type * from './insight-types.ts'
export type { Chores, Lifecycle } from './lifecycle/types.ts'
export type { Mailroom, Outbox, ToSend, Verdict } from './outbox/types.ts'
export type { Retain } from './retention-types.ts'

/** A customer. */
export interface Account {
  readonly id: string
  readonly slug: string
  readonly name: string
  /** IANA name; decides which day is today for this account. */
  readonly timezone: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/**
 * A finished file, safe on disk. The file is the receipt: its row in the ledger may follow, and the id makes
 * receiving it twice the same as receiving it once.
 */
export interface Delivery {
  /** From `newDeliveryId`; becomes the id of the run. Ids sort by arrival. */
  readonly id: string
  readonly accountId: string
  /** Name of the source within the account: `sftp`, `manual`, … */
  readonly source: string
  readonly importType: 'partial' | 'full'
  readonly mode: 'apply' | 'dry_run'
  /** The name the sender gave it. Data, never a path. */
  readonly fileName: string
  /** Bytes. */
  readonly size: number
  /** ISO 8601, UTC. */
  readonly receivedAt: string
  /** Who sent it, for the log and the report: a key's fingerprint, `drop folder`, a user's name. */
  readonly sentBy: string
  /** What a second file said about its being complete, where one came or was waited for. */
  readonly proof?: Proof
  /** Of a file that was read from an HRIS. */
  readonly snapshot?: SnapshotNotes
}

/** What the intake must know of a source before a file of it counts as complete. */
export type DeliveryRules = Pick<SourceSettings, 'sidecar' | 'sidecarMinutes'>

/** `unknown`: no such file was taken of late. */
export type SidecarVerdict = 'fits' | 'differs' | 'unknown'

/** How far a run that is being worked on has come. `total` is 0 while unknown. */
export interface Progress {
  readonly phase: 'reading' | 'applying' | 'reporting'
  readonly done: number
  readonly total: number
}

export type ReportFormat = 'json' | 'csv' | 'html' | 'text' | 'rejects'
export const REPORT_FORMATS: readonly ReportFormat[] = ['json', 'csv', 'html', 'text', 'rejects']

export interface RunFilter {
  /** Account slug. */
  readonly account?: string
  readonly state?: RunState
  /** Newest first; default 50. */
  readonly limit?: number
}

/** A file that is only looked at. */
export interface FileToCheck {
  readonly path: string
  /** As its sender calls it; the ending matters. */
  readonly fileName: string
  /** By whose settings it is read; default `sftp`. */
  readonly source?: string
  /** Besides those that the source has. */
  readonly exclusions?: readonly Exclusion[]
}

/** What of the roster is given out. */
export interface ExportOptions {
  readonly includeDeactivated: boolean
  /** A day (YYYY-MM-DD, as of its end in the account's time zone), or the id of a run that was applied; default now. */
  readonly asOf?: string
}

/** Somebody a source sends no more. */
export interface MissingPerson {
  readonly source: string
  /** An Employee Id or Email. */
  readonly key: string
}

/** A person's word on a held run. */
export interface Decision {
  readonly by: string
  /** Tells two people of one name apart, where it is known who they are: id of who signed in. */
  readonly byId?: string
  /** A program says so: nobody has looked, so it is no word where a source wants those of two people. */
  readonly isProgram?: boolean
  readonly reason?: string
}

/**
 * The one door to everything that is true about employee data. All arguments and answers are plain JSON values,
 * so the same interface is served over the local control socket.
 */
export interface Importer {
  /** Who may write which field. */
  readonly fields: Fields
  /** Who is told what, and what became of it. */
  readonly outbox: Outbox
  /** What happens by the calendar. */
  readonly lifecycle: Lifecycle
  /** How long things are kept. */
  readonly retention: Retain

  addAccount(account: NewAccount): Promise<Account>
  listAccounts(): Promise<Account[]>
  /** By slug. Throws `ACCOUNT_UNKNOWN`. */
  account(slug: string): Promise<Account>

  /** Labels of the account's demographics, oldest first: what its template and its schemas hold besides the fields. */
  labels(account: string): Promise<string[]>

  /** Every source, or those of one account (slug). */
  sources(account: string | null): Promise<Source[]>
  /** Throws `ACCOUNT_UNKNOWN`, `SOURCE_UNKNOWN`. */
  source(account: string, name: string): Promise<Source>
  /** Changes settings; null puts one back to its default. Throws `SOURCE_INVALID`. */
  setSource(account: string, name: string, change: SettingsChange): Promise<Source>

  /**
   * Enters finished files into the ledger, all or none, and wakes the workers. Idempotent by `delivery.id`. The bytes
   * must already lie durably at `files.deliveryPath(delivery)`.
   */
  enter(deliveries: readonly Delivery[]): Promise<null>
  /** The same for one, with what is known of it by then. */
  receive(delivery: Delivery): Promise<Run>
  /** Of these delivery ids, those that the ledger does not know: files whose row never came. */
  unknownDeliveries(ids: readonly string[]): Promise<string[]>

  /** Null where a file is complete by itself, whatever else is sent. */
  deliveryRules(delivery: Pick<Delivery, 'accountId' | 'source'>): Promise<DeliveryRules | null>
  /** A proof that came after its file, or without having been asked for, against the last file of that name. */
  checkSidecar(
    delivery: Delivery,
    sidecar: { readonly kind: SidecarKind; readonly fileName: string; readonly text: string },
  ): Promise<SidecarVerdict>

  /** Throws `RUN_UNKNOWN`. */
  run(id: string): Promise<Run>
  /** Newest first. */
  runs(filter: RunFilter): Promise<Run[]>
  progress(id: string): Promise<Progress | null>
  /** A page of what the run would do, or did. Throws `RUN_UNKNOWN`, `REPORT_NOT_READY`, `PLAN_CHOICE_INVALID`. */
  plan(id: string, filter: PlanFilter, place: PlanPlace): Promise<PlanPage>
  /** All of what was shown, or a part. Throws `RUN_NOT_HELD`, `ROSTER_CHANGED`, `PLAN_CHOICE_INVALID`, `APPROVER_SAME`, `APPROVER_PROGRAM`. */
  approve(id: string, decision: Decision & { readonly part?: PlanPart }): Promise<Run>
  discard(id: string, decision: Decision): Promise<Run>
  /** What taking the run back would do now; writes nothing. Throws `RUN_UNKNOWN`, `RUN_NOT_UNDOABLE`. */
  undoPreview(id: string): Promise<UndoPreview>
  /** Takes the run back, as a run of its own, which is answered. Throws `RUN_UNKNOWN`, `RUN_NOT_UNDOABLE`. */
  undo(id: string, decision: Decision): Promise<Run>
  /** The whole report as chunks of text. Throws `REPORT_GONE` when its file is no longer kept. */
  report(id: string, format: ReportFormat): AsyncIterable<string | Uint8Array>
  /**
   * One person, by an Employee Id or Email, with where everything came from; as of now, or of a day or run as for an
   * export. Throws `EMPLOYEE_UNKNOWN`, `AS_OF_INVALID`.
   */
  employee(account: string, key: string, options?: { readonly asOf?: string }): Promise<Employee>
  /** What making one person of two would do; people by an Employee Id or Email. Throws `EMPLOYEE_UNKNOWN`, `MERGE_REFUSED`. */
  mergePreview(account: string, keep: string, other: string): Promise<MergePreview>
  /** Does it, as a run of its own, which can be undone. Throws `EMPLOYEE_UNKNOWN`, `MERGE_REFUSED`. */
  merge(account: string, keep: string, other: string, decision: Decision): Promise<Run>
  /** Records that are likely one person, by page. */
  duplicates(account: string, place: DuplicatePlace): Promise<DuplicatePage>
  /** Two records are two people: they are not listed again. Throws `EMPLOYEE_UNKNOWN`, `MERGE_REFUSED`. */
  keepApart(account: string, one: string, other: string, word: { readonly by: string }): Promise<null>
  /** What there is of a person that an erasure would take away. Throws `EMPLOYEE_UNKNOWN`. */
  erasePreview(account: string, key: string): Promise<Erasure>
  /** Takes it away for good. Throws `EMPLOYEE_UNKNOWN`, `ERASE_REFUSED`. */
  erase(account: string, key: string): Promise<Erasure>
  /** The roster as CSV, in chunks of text. Throws `AS_OF_INVALID`. */
  exportRoster(account: string, options: ExportOptions): AsyncIterable<string>
  /** A page of those whom a source once sent and sends no more. Throws `SOURCE_UNKNOWN`. */
  missing(account: string, source: string, place: MissingPlace): Promise<MissingPage>
  /**
   * Leaves a person (by Employee Id or Email) out of it until the source has sent them again. Throws `SOURCE_UNKNOWN`,
   * `EMPLOYEE_UNKNOWN`, `MISSING_NEVER_SENT`.
   */
  ignoreMissing(account: string, of: MissingPerson, word: Pick<Decision, 'by'>): Promise<null>
  /** How full they are and who last sent them, in the order in which they came. */
  demographics(account: string): Promise<DemographicSummary[]>
  /** Another label for one; nobody's values change. Throws `DEMOGRAPHIC_UNKNOWN`, `DEMOGRAPHIC_INVALID`. */
  renameDemographic(account: string, label: { readonly from: string; readonly to: string }): Promise<null>
  /**
   * A file that, imported by hand, moves the values of one into another, in chunks of text; who has another value in each
   * is not in it. Throws `DEMOGRAPHIC_UNKNOWN`, `DEMOGRAPHIC_INVALID`.
   */
  demographicsMerge(
    account: string,
    labels: { readonly from: string; readonly into: string },
  ): AsyncIterable<string>
  /** Throws `DEMOGRAPHIC_UNKNOWN`, `DEMOGRAPHIC_IN_USE`. */
  deleteDemographic(account: string, label: string): Promise<null>
  /** Checks a file on this machine against an account's people, by the settings of a source, as a dry run would; stores nothing. */
  validateFor(account: string, file: FileToCheck): Promise<Run>
  /** Resolves when the run rests: an end state with its report written, or held. Polls nothing but the ledger. */
  settled(id: string): Promise<Run>
}
