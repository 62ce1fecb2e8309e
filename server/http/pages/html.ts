/** HTML from values, escaped by the tag. Every page is made of these. */
import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export { html }
/** What the tag makes. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>
/** What may stand in a template: lists are joined; null and false are nothing. */
export type Piece = Html | string | number | null | undefined | false | readonly Piece[]

// C0, DEL and C1, then what turns text around or cannot be seen: names of files and headers come from outside.
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Text that came with a file, unable to write backwards or to hide. */
export function safe(text: string): string {
  return text.replace(UNSEEN, '?')
}
