/** Values of an API as the cells of a file: days without a time, codes as words, names of one or two parts. */
import type { Tell } from './snapshot-table.ts'

/** The day of a date or a moment, as it is written there: no time zone may move a birthday. */
export function dayOf(text: string | null | undefined): string {
  const found = /^(\d{4}-\d{2}-\d{2})(?:$|[T ])/.exec(text ?? '')
  return found?.[1] ?? text ?? ''
}

/** The word for a code; a code that the documents do not name is kept as it came, and told. */
export function wordOf(
  code: string | null | undefined,
  words: Readonly<Record<string, string>>,
  field: string,
  tell: Tell,
): string {
  if (code === null || code === undefined || code === '') return ''
  if (Object.hasOwn(words, code)) return words[code] ?? ''
  tell('VALUE_UNKNOWN', field)
  return code
}

export function fullName(...parts: readonly (string | null | undefined)[]): string {
  return parts.filter((part) => part !== null && part !== undefined && part !== '').join(' ')
}
