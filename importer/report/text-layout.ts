/** Words on a page of fixed width: colours, wrapping and the width of what is written. */

export interface Palette {
  bold(text: string): string
  dim(text: string): string
  good(text: string): string
  warn(text: string): string
  bad(text: string): string
}

const asItIs = (text: string): string => text

/** No colours: for files, pipes and people who asked for none. */
export const PLAIN: Palette = { bold: asItIs, dim: asItIs, good: asItIs, warn: asItIs, bad: asItIs }

/** The colours every terminal has, so that they follow its theme. */
export const ANSI: Palette = {
  bold: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
  good: (text) => `\u001b[32m${text}\u001b[39m`,
  warn: (text) => `\u001b[33m${text}\u001b[39m`,
  bad: (text) => `\u001b[31m${text}\u001b[39m`,
}

/**
 * A text as lines of at most `width` columns, each behind `indent` spaces. A word that is too
 * long is cut in pieces; a no-break space keeps two together and becomes a plain one.
 */
export function wrapped(text: string, width: number, indent = 0): string[] {
  const room = Math.max(1, width - indent)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((one) => pieces(one, room))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (columnsOf(longer) <= room) {
      line = longer
      continue
    }
    lines.push(line)
    line = word
  }
  return [...lines, line].map((one) => ' '.repeat(indent) + one.replaceAll('\u00a0', ' '))
}

/** A text and spaces up to a width. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)))
}

/** Columns that a text takes on a terminal: Chinese, Japanese, Korean and emoji are two wide, accents none. */
export function columnsOf(text: string): number {
  // Nearly all text; the rest is slow to measure.
  if (/^[ -~]*$/.test(text)) return text.length
  let columns = 0
  for (const sign of text) columns += COMBINING.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1
  return columns
}

const COMBINING = /^\p{M}$/u
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}])$/u

function pieces(word: string, room: number): string[] {
  if (columnsOf(word) <= room) return [word]
  const all: string[] = []
  let piece = ''
  for (const sign of word) {
    if (columnsOf(piece + sign) > room) {
      all.push(piece)
      piece = ''
    }
    piece += sign
  }
  return [...all, piece]
}
