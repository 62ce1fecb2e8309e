/** Labels that look alike: `TEAM` and `Team Name`, `Cost Center` and `Cost Centre`, `Employe Id` and `Employee Id`. */
import { COLUMNS, COMMON_LABELS, NAMED_DEMOGRAPHICS } from '../../schemas/columns.ts'
import { headerKey } from '../../schemas/headers.ts'

/** The known label that a new one resembles most, or null. The label itself is not asked about. */
export function similarLabel(label: string, known: Iterable<string>): string | null {
  const key = headerKey(label)
  let best: { label: string; gap: number } | null = null
  for (const other of known) {
    if (other === label) continue
    const otherKey = headerKey(other)
    const gap = withoutFiller(key) === withoutFiller(otherKey) ? 0 : gapBetween(key, otherKey)
    if (gap !== null && (best === null || gap < best.gap)) best = { label: other, gap }
  }
  return best?.label ?? null
}

/**
 * The name Rollcall knows that a header may have been meant to be, or null where the header is such a name, or
 * resembles none. Never across what tells two things apart: a personal e-mail address is not `Email`.
 */
export function suggestHeader(header: string): string | null {
  const key = headerKey(header)
  if (PRIVATE.test(key) || KNOWN_NAMES.some((one) => one.key === key)) return null
  const bag = bagOf(key)
  let best: { name: string; gap: number } | null = null
  for (const one of KNOWN_NAMES) {
    const gap = bag !== '' && one.bag === bag ? 0 : gapBetween(key, one.key)
    if (gap !== null && (best === null || gap < best.gap)) best = { name: one.name, gap }
  }
  return best?.name ?? null
}

const PRIVATE = /\b(?:personal|private|home|secondary|alternative|emergency|spouse|partner)\b/

interface KnownName {
  /** The name to suggest. */
  readonly name: string
  readonly key: string
  /** Empty for ordinary demographics: "Team Name" is as good a label as "Team". */
  readonly bag: string
}

/** Words that carry no meaning of their own in a header. */
const FILLERS = new Set([
  'of',
  'the',
  'a',
  's',
  'for',
  'is',
  'employee',
  'worker',
  'person',
  'current',
  'their',
])

const KNOWN_NAMES: readonly KnownName[] = [
  ...COLUMNS.flatMap(({ header, aliases }) => [header, ...aliases].map((alias) => knownName(header, alias))),
  ...Object.entries(NAMED_DEMOGRAPHICS).flatMap(([label, aliases]) =>
    [label, ...aliases].map((alias) => knownName(label, alias)),
  ),
  ...COMMON_LABELS.map((label) => ({ name: label, key: headerKey(label), bag: '' })),
]

function knownName(name: string, alias: string): KnownName {
  const key = headerKey(alias)
  return { name, key, bag: bagOf(key) }
}

/** The words of a header in one order: "Date of Hire" and "Hire Date" are the same. */
function bagOf(key: string): string {
  const words = key.replace(/\be mail\b/g, 'email').match(/[\p{L}\p{N}]+/gu) ?? []
  return words
    .filter((word) => !FILLERS.has(word))
    .sort()
    .join(' ')
}

/** Longer labels are compared for equality only, or a hostile header would cost minutes. */
const COMPARED_MAX = 60

/** How many typing errors lie between two keys, or null where they are too many for their length. */
function gapBetween(a: string, b: string): number | null {
  const [tightA, tightB] = [a.replaceAll(' ', ''), b.replaceAll(' ', '')]
  if (tightA === tightB) return 0
  // "Level 1" and "Level 2" differ on purpose.
  if (tightA.replace(/\D/g, '') !== tightB.replace(/\D/g, '')) return null
  const longer = Math.max(tightA.length, tightB.length)
  if (longer < 6 || longer > COMPARED_MAX) return null
  const limit = longer >= 10 ? 2 : 1
  if (Math.abs(tightA.length - tightB.length) > limit) return null
  const gap = distance(tightA, tightB, limit)
  return gap <= limit ? gap : null
}

/** "Team Name" and "Team" say the same. */
function withoutFiller(key: string): string {
  return key.replace(/ (?:name|title|label|value|description)$/, '').replace(/^(?:employee|current) /, '')
}

/** Letters to put in, leave out, replace, or swap with their neighbour; beyond `limit` any larger number. */
function distance(a: string, b: string, limit: number): number {
  let twoAbove: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwapped) least = Math.min(least, (twoAbove[j - 2] ?? 0) + 1)
      row.push(least)
    }
    if (Math.min(...row) > limit) return limit + 1
    twoAbove = above
    above = row
  }
  return above[b.length] ?? 0
}
