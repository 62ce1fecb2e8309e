/** Headers as they are sent, and as they are compared. */
import { cleanText } from './cell-text.ts'

/** Reserved for the columns Rollcall itself adds to rejects and reports; ignored on the way in. */
export const RESERVED_PREFIX = 'import '

/**
 * The form in which two headers are compared: without byte order marks and invisible characters, compatibility
 * forms folded, runs of space, `_`, `.` and dashes as one space, lower case.
 */
export function headerKey(header: string): string {
  return cleanText(header)
    .normalize('NFKC')
    .replace(/[\u200c\u200d]/g, '')
    .replace(/[\s_.\p{Pd}]+/gu, ' ')
    .trim()
    .toLowerCase()
}

/** A header without what nobody sees; otherwise exactly as it was sent, since labels are case-sensitive. */
export function cleanHeader(cell: string): string {
  return cleanText(cell)
}
