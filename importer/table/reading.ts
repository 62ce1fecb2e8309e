/** What the parts of the reader share: records, limits, and the one way in which a file is given up. */

import { z } from 'zod'
import type { IssueCode } from '../../schemas/issues.ts'
import { limitSettings } from '../../schemas/reading.ts'
import type { Place } from './issue-list.ts'
import type { PgpOptions } from './pgp.ts'
import type { RecordMark } from './record-mark.ts'

export interface RawRecord {
  /** Line on which the record starts, counted from 1; of a workbook, the number of the sheet's row. */
  readonly line: number
  readonly cells: string[]
  /** The record as UTF-8, byte for byte and without its line end; only with `keepRaw`, never of a workbook. */
  readonly raw?: Buffer
  /** Mark of its bytes; only where `known` is given. Taken away where nobody may rely on the record being read alike. */
  mark?: RecordMark | null
  /** Its number among the known records: then its cells were not read, and `again` tells where they are. */
  readonly known?: number
  /** Good until the next batch is asked for. */
  readonly again?: RecordPlace
}

/** Where a record lies. */
export interface RecordPlace {
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
}

/** Records that need not be read: an earlier file of the source had them, byte for byte. */
export interface KnownRecords {
  /** Number of the record with these bytes, or -1. */
  find(bytes: Buffer, from: number, to: number): number
  /** Mark of the bytes given last, to be copied. */
  readonly mark: RecordMark
}

export interface ReadingLimits {
  /** Bytes of the file, and of everything that comes out of it when it is unpacked. */
  readonly bytesMax: number
  /** Data rows. */
  readonly rowsMax: number
  /** Columns of the header. */
  readonly columnsMax: number
  /** Characters of one cell. */
  readonly cellMax: number
  /** Bytes that one delivered byte may unpack to. */
  readonly ratioMax: number
}

/** The limits of a source. */
export function readingLimits(settings: z.output<typeof limitsSchema>): ReadingLimits {
  const { unpackedBytesMax, unpackRatioMax, rowsMax, columnsMax, cellMax } = settings
  return { bytesMax: unpackedBytesMax, ratioMax: unpackRatioMax, rowsMax, columnsMax, cellMax }
}

const limitsSchema = z.object(limitSettings)

export const DEFAULT_LIMITS: ReadingLimits = readingLimits(limitsSchema.parse({}))

/** What was found out about a file on the way to its records. */
export interface FileFormat {
  readonly kind: 'csv' | 'xlsx'
  /** From the outside in. */
  readonly wrapping: readonly ('pgp' | 'gzip' | 'zip')[]
  readonly encoding: string
  readonly hasBom: boolean
  readonly delimiter: string
}

/** A hold that the reading asks for, once a file. */
export interface ReadingHold {
  readonly code: IssueCode
  readonly rows: number
  readonly params: Readonly<Record<string, string | number>>
}

export interface ReadingOptions {
  /** As declared for the source; a byte order mark has the last word. */
  readonly encoding?: string
  /** One of `, ; tab |`; told from the header where it is not given. */
  readonly delimiter?: string
  readonly pgp?: PgpOptions
  /** Also give the bytes of each record. */
  readonly keepRaw?: boolean
  readonly known?: KnownRecords
  /** Where decrypted bytes may wait, sealed under a key that only this process knows. */
  readonly spoolDir?: string
  readonly signal?: AbortSignal
  /** Bytes of the delivered file read so far. An error it throws ends the reading. */
  readonly onBytes?: (done: number) => void
  /** Called once, before the first records. */
  readonly onFormat?: (format: FileFormat) => void
  readonly onHold?: (hold: ReadingHold) => void
}

/** The file cannot be read. Never leaves the reader: `readRecords` turns it into a fatal issue. */
export class Unreadable extends Error {
  readonly code: IssueCode
  readonly params: Readonly<Record<string, string | number>>
  readonly place: Place

  constructor(code: IssueCode, params: Readonly<Record<string, string | number>> = {}, place: Place = {}) {
    super(code)
    this.code = code
    this.params = params
    this.place = place
  }
}
