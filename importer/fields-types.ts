/** Who may write which field: the part of the importer's door that is about that. */
import type { OwnershipChange, OwnershipView } from '../schemas/ownership.ts'
import type { Decision } from './types.ts'

export type { OwnershipChange, OwnershipView } from '../schemas/ownership.ts'

/** A person's word, without a reason. */
export type Word = Pick<Decision, 'by'>

export interface Fields {
  /** Which source owns which field of an account (slug), and what each may do now. */
  ownership(account: string): Promise<OwnershipView>
  /** The same as it would be; writes nothing. Throws `FIELD_UNKNOWN`, `OWNERSHIP_INVALID`, `SOURCE_UNKNOWN`. */
  ownershipPreview(account: string, change: OwnershipChange): Promise<OwnershipView>
  /** Sets it, from the next file on. Throws `FIELD_UNKNOWN`, `OWNERSHIP_INVALID`, `SOURCE_UNKNOWN`. */
  setOwnership(account: string, change: OwnershipChange, word: Word): Promise<OwnershipView>
}
