/**
 * Names as they are compared: case, accents, spacing and the order of the parts say nothing about who somebody is.
 * Never shown and never stored as text.
 */
import { at } from './int-map.ts'
import { hashKey } from './key-table.ts'

/** Letters that no decomposition takes apart. */
const PLAIN: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ø: 'o', ł: 'l', đ: 'd', ð: 'd', ı: 'i', ħ: 'h', ŧ: 't' },
}

/** The parts of a name, in an order of their own. */
export function nameKey(name: string): string {
  return partsOf(name).sort().join(' ')
}

/** Whether two names are the same but for how they are written. */
export function isSameName(one: string, other: string): boolean {
  if (one === other) return true
  const [first, second] = [partsOf(one), partsOf(other)]
  // Written together or apart ("Mary Ann", "Maryann"): only in the same order, or any anagram would do.
  return first.join('') === second.join('') || first.sort().join(' ') === second.sort().join(' ')
}

/** A name's key as a number, for an index that holds no names. Different names may share one. */
export function nameHash(name: string): number {
  return at(hashKey(nameKey(name), NAME_SEED, HASH), 0) | 0
}

/** Stored numbers are made with it: never change it. */
const NAME_SEED = 0x6e616d65
const HASH = new Uint32Array(3)

function partsOf(name: string): string[] {
  if (ASCII.test(name)) return name.toLowerCase().match(WORDS) ?? [name.trim()]
  const plain = name
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .replace(SPECIAL, (letter) => PLAIN[letter] as string) // SPECIAL is made of them
  // A name may be made of signs alone; nothing would make all such names one.
  return plain.match(WORDS) ?? [plain.trim()]
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
const ASCII = /^[\x00-\x7f]*$/
const WORDS = /[\p{L}\p{N}]+/gu
const MARKS = /\p{M}+/gu
const SPECIAL = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g')
