/** A template tag for HTML in which everything is escaped unless it came out of the same tag. */

/** Text that is HTML already. Only `html` and `trusted` make it. */
class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type { Markup }

/** What may stand in a template: lists are joined, null is nothing. */
export type Piece = string | number | null | Markup | readonly Piece[]

/** HTML with its values escaped: safe as content and between double quotes, not within script, style or URLs. */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(
    texts.map((text, at) => text + (at < pieces.length ? rendered(pieces[at] ?? null) : '')).join(''),
  )
}

/** Text of our own that is not to be escaped. Never for anything that came from outside. */
export function trusted(text: string): Markup {
  return new Markup(text)
}

function rendered(piece: Piece): string {
  if (piece === null) return ''
  if (typeof piece === 'number') return String(piece)
  if (typeof piece === 'string') return piece.replace(/[&<>"'`]/g, (sign) => ENTITIES[sign] ?? sign)
  if (piece instanceof Markup) return piece.toString()
  return piece.map(rendered).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}
