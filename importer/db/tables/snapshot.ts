/** Tables of what the files of a source said last. */

/** What a plan would add to the snapshot of its source, until it is applied. */
export interface PlanSnapshotTable {
  account_id: string
  run_id: string
  chunk: number
  /** Hash of the rules and the header under which the records were read. */
  rules: string
  mark_key: Uint8Array
  /** 1 where it takes the place of all that the source had. */
  is_whole: number
  entries: Uint8Array
}

export interface SourceSnapshotTable {
  account_id: string
  source: string
  chunk: number
  rules: string
  /** Demographics whose values are free text, by number: which these are decides how values are joined. */
  free_text: string
  mark_key: Uint8Array
  /** The account's history position at which its entries held. */
  position: number
  entries: Uint8Array
}
