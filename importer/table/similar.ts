/** Labels that look alike: `TEAM` and `Team Name`, `Cost Center` and `Cost Centre`. */
import { headerKey } from '../../schemas/columns.ts'

/** The known label that a new one resembles most, or null. Exact equals are not asked about. */
export function similarLabel(label: string, known: Iterable<string>): string | null {
  const key = headerKey(label)
  for (const other of known) {
    if (isSimilar(key, headerKey(other))) return other
  }
  return null
}

function isSimilar(a: string, b: string): boolean {
  const [tightA, tightB] = [a.replaceAll(' ', ''), b.replaceAll(' ', '')]
  if (tightA === tightB) return true
  if (withoutFiller(a) === withoutFiller(b)) return true
  const longer = Math.max(tightA.length, tightB.length)
  return longer >= 6 && distance(tightA, tightB) <= (longer >= 10 ? 2 : 1)
}

/** "Team Name" and "Team Code" say "Team". */
function withoutFiller(key: string): string {
  return key.replace(/ (?:name|title|label|value|description)$/, '').replace(/^(?:employee|current) /, '')
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(swap, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    above = row
  }
  return above[b.length] ?? 0
}
