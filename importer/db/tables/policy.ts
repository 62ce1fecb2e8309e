/** Tables of what an account's files must leave alone. */

/** What an account has said about its fields; the latest version of each name is in force. */
export interface AccountPolicyTable {
  account_id: string
  /** `ownership` or `redaction`. */
  name: string
  /** 1, 2, 3, … */
  version: number
  /** JSON of `ownershipSchema`, or of `redactionSchema`. */
  body: string
  by: string
  at: string
}

/** A field of a person that no source writes. */
export interface PinTable {
  account_id: string
  person_id: number
  /** Key of the value, as in the history. */
  field: string
  /** The last day on which it holds; null is for good. */
  until: string | null
  by: string
  at: string
  /** The run that set the value with it: taking that run back takes the pin away. */
  run_id: string | null
}
