/**
 * What a text is before it is anything else: the one normal form in which values are stored and compared, and
 * the words that stand in a cell without being a value. Readers bring a cell into this form, schemas demand it.
 */

/** The cell text that empties a stored value; a source may name others besides. */
export const CLEAR_TOKEN = '__CLEAR__'

/** What spreadsheets write where a formula failed or a column was too narrow, in the languages met so far. */
export const SPREADSHEET_ERROR =
  /^(?:#(?:#+|[¡¿]?(?:REF|BEZUG|VERW|RIF|N\/A|N\/D|N\/B|NV|VALUE|WERT|VALEUR|VALOR|VALORE|WAARDE|DIV\/0|DEEL\/0|NAME|NOM|NOMBRE|NOME|NAAM|NULL?|NULO|LEEG|NUM|ZAHL|GETAL|SPILL|CALC|FIELD|BLOCKED|GETTING_DATA)[!?]?)|Err:\d{3})$/i

/** Words people write where they have nothing to say. */
export const PLACEHOLDER = /^(?:n\/a|null|-+|tbd)$/i

/**
 * True for what most values are: visible ASCII and the letters of Latin alphabets, which are in normal form as they
 * stand, with single spaces and none at the ends. Such a text needs no further look. Written as a loop since it
 * sees every cell of every file.
 */
export function isPlain(text: string): boolean {
  let before = SPACE
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at)
    if (sign === SPACE ? before === SPACE : !isPlainSign(sign)) return false
    before = sign
  }
  return before !== SPACE
}

const SPACE = 0x20

// Not the non-breaking space and the soft hyphen among the letters.
function isPlainSign(sign: number): boolean {
  return (sign > 0x20 && sign < 0x7f) || (sign > 0xa0 && sign < 0x300 && sign !== 0xad)
}

// Tabs and line ends are left out: they are space. So is U+0085, which JavaScript does not count as space.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]/

/**
 * Marks that nobody sees and that would make two equal texts differ: byte order marks, soft hyphens, zero-width
 * spaces, marks of direction, blank letters. Variation selectors are no such thing: names and emoji need them.
 */
const INVISIBLE =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single marks are meant, whatever they follow
  /[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/g

// Persian and many Indian scripts spell with them, and emoji are glued by them; between Latin letters they are noise.
const JOINERS = /[\u200c\u200d]+/g

const SEEN =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: as above
  /[^\s\u0085\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/

const SPACES = /[\s\u0085]+/g

/** True for a cell that says nothing. */
export function isBlank(cell: string): boolean {
  return cell === '' || !SEEN.test(cell)
}

/** True for a text that holds characters no text of ours may hold, or halves of a character. */
export function hasControls(text: string): boolean {
  return CONTROL.test(text) || !text.isWellFormed()
}

/** True for a text in which a program put U+FFFD for a letter that it could not read: nobody knows which it was. */
export function hasLostLetters(text: string): boolean {
  return text.includes('\ufffd')
}

/** A text without the characters that no text of ours may hold. */
export function withoutControls(text: string): string {
  return CONTROL.test(text) ? text.replace(new RegExp(CONTROL, 'g'), '') : text
}

/** The normal form of a text: NFC, without invisible marks, single spaces inside and none at the ends. */
export function cleanText(raw: string): string {
  return isPlain(raw) ? raw : withoutInvisible(raw).replace(SPACES, ' ').trim()
}

/** The normal form of a text that identifies: joiners go as well, since nobody could see the difference. */
export function cleanKey(raw: string): string {
  return isPlain(raw) ? raw : cleanText(raw).replace(JOINERS, '').normalize('NFC').replace(SPACES, ' ').trim()
}

/** Whether the text held line ends, tabs or runs of space inside, which normalising took away. */
export function hadOddSpaces(raw: string): boolean {
  return !isPlain(raw) && /[\t\n\v\f\r\u0085]|\s\s/.test(withoutInvisible(raw).trim())
}

/** A cell that is no value but says something about one. */
export function isCellWord(text: string): boolean {
  return text.toUpperCase() === CLEAR_TOKEN || SPREADSHEET_ERROR.test(text)
}

function withoutInvisible(text: string): string {
  const visible = text.replace(INVISIBLE, '').normalize('NFC')
  if (!/[\u200c\u200d]/.test(visible)) return visible
  // Taking a joiner away may bring a letter and its accent together, so the form is made once more.
  return visible.replace(JOINERS, keepJoiner).normalize('NFC')
}

function keepJoiner(joiners: string, at: number, text: string): string {
  const [before, after] = [text.charAt(at - 1), text.charAt(at + joiners.length)]
  return isLetterLike(before) && isLetterLike(after) ? joiners.charAt(0) : ''
}

function isLetterLike(sign: string): boolean {
  return sign > '\u00ff' && !/\s/.test(sign)
}
