/** What a plan is made from. */
import type { SourceSettings } from '../../schemas/account.ts'
import type { CoreField } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import type { Person } from './person.ts'

/** A typed row as the reader gives it. */
export interface InputRow {
  readonly row: number
  readonly line: number
  readonly outcome: 'blank' | 'excluded' | 'rejected' | 'typed'
  /** Aligned to the slots. Of a rejected row those it can be known by, as far as they could be read. */
  readonly values: readonly (string | null | undefined)[]
  /** What a new person is called where the row has no name: the one part of a name that it has. */
  readonly soleName?: string | null
  readonly codes: readonly IssueCode[]
}

export type InputSlot =
  | { readonly kind: 'core'; readonly field: CoreField }
  | { readonly kind: 'demographic'; readonly label: string }

export interface PlanContext {
  /** Today in the account's time zone, YYYY-MM-DD. */
  readonly today: string
  readonly mayReactivate: boolean
  readonly settings: SourceSettings
  /** Label -> number, of those this run may use: known ones and those it creates. */
  readonly demographics: ReadonlyMap<string, number>
  readonly slots: readonly InputSlot[]
  /** Number that the first new person gets. */
  readonly nextPerson: number
  /** People who are active or upcoming before the run. */
  readonly activeBefore: number
  /** Lengths of the roster's Employee Ids that start with a zero. */
  readonly zeroLengths?: ReadonlySet<number>
  /** For hashing keys; any number. */
  readonly seed: number
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
