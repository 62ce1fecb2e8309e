/** Headers as they are sent, and as they are compared. */
import { cleanText, withoutControls } from './cell-text.ts'

/** Reserved for the columns Rollcall itself adds to rejects and reports; ignored on the way in. */
export const RESERVED_PREFIX = 'import '

/**
 * The form in which two headers are compared: without byte order marks, control and invisible characters, compatibility
 * forms folded, runs of space, `_`, `.` and dashes as one space, lower case.
 */
export function headerKey(header: string): string {
  return cleanHeader(header)
    .normalize('NFKC')
    .replace(/[\u200c\u200d]/g, '')
    .replace(/[\s_.\p{Pd}]+/gu, ' ')
    .trim()
    .toLowerCase()
}

/**
 * A header without what nobody sees; otherwise exactly as it was sent, since labels are case-sensitive. Control
 * characters go as well: a header is shown in terminals, which would obey them.
 */
export function cleanHeader(cell: string): string {
  return cleanText(withoutControls(cell))
}
