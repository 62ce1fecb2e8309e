/** Who may write which field: the part of the importer's door that is about that. */
import type { Edit, EditPreview } from '../schemas/edit.ts'
import type { OwnershipChange, OwnershipView } from '../schemas/ownership.ts'
import type { RedactionView } from '../schemas/redaction.ts'
import type { Run } from '../schemas/run.ts'
import type { Decision } from './types.ts'

export type { Edit, EditPreview } from '../schemas/edit.ts'
export type { OwnershipChange, OwnershipView } from '../schemas/ownership.ts'
export type { RedactionView } from '../schemas/redaction.ts'

/** A person's word, without a reason. */
export type Word = Pick<Decision, 'by'>

export interface Fields {
  /** Which source owns which field of an account (slug), and what each may do now. */
  ownership(account: string): Promise<OwnershipView>
  /** The same as it would be; writes nothing. Throws `FIELD_UNKNOWN`, `OWNERSHIP_INVALID`, `SOURCE_UNKNOWN`. */
  ownershipPreview(account: string, change: OwnershipChange): Promise<OwnershipView>
  /** Sets it, from the next file on. Throws `FIELD_UNKNOWN`, `OWNERSHIP_INVALID`, `SOURCE_UNKNOWN`. */
  setOwnership(account: string, change: OwnershipChange, word: Word): Promise<OwnershipView>

  /** What correcting a person by hand would do; by an Employee Id or Email. Throws `EMPLOYEE_UNKNOWN`, `FIELD_UNKNOWN`, `EDIT_REFUSED`. */
  editPreview(account: string, key: string, edit: Edit): Promise<EditPreview>
  /** Does it, as a run of its own, which can be undone. Throws `EMPLOYEE_UNKNOWN`, `FIELD_UNKNOWN`, `EDIT_REFUSED`, `PIN_INVALID`. */
  edit(account: string, key: string, edit: Edit, decision: Decision): Promise<Run>
  /** Lets no source write a field of a person, as it is now. Throws `EMPLOYEE_UNKNOWN`, `FIELD_UNKNOWN`, `PIN_INVALID`. */
  pin(account: string, key: string, pin: NewPin, word: Word): Promise<null>
  /** Throws `EMPLOYEE_UNKNOWN`, `FIELD_UNKNOWN`, `PIN_UNKNOWN`. */
  unpin(account: string, key: string, field: string): Promise<null>

  /** What is redacted, or would be with these fields besides, and what there is of it. Throws `REDACTION_REFUSED`. */
  redactionPreview(account: string, fields: readonly string[]): Promise<RedactionView>
  /** Redacts them, and takes out what is stored of all that is redacted. Throws `REDACTION_REFUSED`. */
  redact(account: string, fields: readonly string[], word: Word): Promise<RedactionView>
  /** Lets them be read again; what is gone stays gone. Throws `REDACTION_REFUSED`. */
  endRedaction(account: string, fields: readonly string[], word: Word): Promise<RedactionView>
}

export interface NewPin {
  /** Header of the column, or label of the demographic. */
  readonly field: string
  /** The last day (YYYY-MM-DD), or null for good. */
  readonly until: string | null
}
