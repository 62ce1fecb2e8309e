/** What a plan is made from. */
import type { SourceSettings } from '../../schemas/account.ts'
import type { CoreField } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import type { ChosenPart } from './chosen.ts'
import type { Fill } from './fill.ts'
import type { PastValues } from './identity.ts'
import type { WritePolicy } from './ownership.ts'
import type { Person } from './person.ts'
import type { Snapshot } from './snapshot.ts'

/** A typed row as the reader gives it. */
export interface InputRow {
  readonly row: number
  readonly line: number
  /** `known`: read before, when an earlier file had the same record. */
  readonly outcome: 'blank' | 'excluded' | 'rejected' | 'typed' | 'known'
  /** Aligned to the slots. Of a rejected row those it can be known by, as far as they could be read. */
  readonly values: readonly (string | null | undefined)[]
  /** What a new person is called where the row has no name: the one part of a name that it has. */
  readonly soleName?: string | null
  readonly codes: readonly IssueCode[]
  /** Mark of its record, where one may rely on the same bytes being read alike. */
  readonly mark?: Int32Array | null
  /** Has a value that nobody in the account is known to have. */
  readonly isFresh?: boolean
  /** Entry of the snapshot, of a row that is known. */
  readonly entry?: number
}

export type InputSlot =
  | { readonly kind: 'core'; readonly field: CoreField }
  | { readonly kind: 'demographic'; readonly label: string }

export interface PlanContext {
  /** Today in the account's time zone, YYYY-MM-DD. */
  readonly today: string
  readonly mayReactivate: boolean
  /** A person sent the file and sees what comes of it: they may bring back who left, and say who is new. */
  readonly isManual?: boolean
  readonly settings: SourceSettings
  /** What the last runs of the source were like. */
  readonly past?: SourcePast
  /** Label -> number, of those this run may use: known ones and those it creates. */
  readonly demographics: ReadonlyMap<string, number>
  readonly slots: readonly InputSlot[]
  /** Number that the first new person gets. */
  readonly nextPerson: number
  /** People who are active or upcoming before the run. */
  readonly activeBefore: number
  /** Lengths of the roster's Employee Ids that start with a zero. */
  readonly zeroLengths?: ReadonlySet<number>
  /** The rows that a person chose; the others wait. */
  readonly part?: ChosenPart
  /** What the run must leave alone; none where no field has an owner and nothing is pinned. */
  readonly policy?: WritePolicy
  /** For hashing keys; any number. */
  readonly seed: number
  /** What is known of the records of earlier files. */
  readonly known?: KnownPeople
  /** Whether to note which rows need not be read again. */
  readonly isRemembering?: boolean
}

export interface KnownPeople {
  readonly snapshot: Snapshot
  /** Who left or is switched off. */
  readonly gone: ReadonlySet<number>
}

/** The people that a batch may mean, by the keys `keysOf` asked for. */
export interface People {
  readonly byEmployeeId: ReadonlyMap<string, Person>
  readonly byEmail: ReadonlyMap<string, Person>
}

export interface KeysToLookUp {
  readonly employeeIds: Set<string>
  readonly emails: Set<string>
}

/** What the guards compare a file with. */
export interface SourcePast {
  readonly isFirstImport: boolean
  /** Rows of the smallest of its last applied runs; null where they were too few or too small to tell. */
  readonly rows: number | null
  /** How full the columns of the last such run were. */
  readonly fill: Fill | null
  /** People who left or were deactivated in the last 24 hours without a person's word. */
  readonly leavers: number
}

/** A source of which nothing is known. */
export const NO_PAST: SourcePast = { isFirstImport: true, rows: null, fill: null, leavers: 0 }

/** What else must be known of a batch: about few people, so it is asked only once the people are known. */
export interface Questions {
  /** People who are to change in what says who they are … */
  readonly changing: ReadonlySet<number>
  /** … and the day from which their former values count. */
  readonly since: string
  /** Names of new people, as `nameHash` gives them. */
  readonly names: ReadonlySet<number>
}

export interface Answers {
  readonly past: ReadonlyMap<number, PastValues>
  /** People by their name's hash; they may yet be called otherwise. */
  readonly namesakes: ReadonlyMap<number, readonly Namesake[]>
}

export interface Namesake {
  readonly name: string
  readonly dateOfBirth: string | null
  readonly startDate: string | null
}

/** Nothing was asked. */
export const NO_ANSWERS: Answers = { past: new Map(), namesakes: new Map() }
