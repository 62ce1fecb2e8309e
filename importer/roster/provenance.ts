/**
 * Where every value of a person came from: goes through their history in order and remembers who said what last, and
 * what was there before. Pure.
 */
import { MANAGER } from './apply.ts'
import { WHOLE } from './past-person.ts'

export interface HistoryEntry {
  readonly seq: number
  readonly field: string
  readonly before: string | null
  readonly after: string | null
  readonly run: string
  readonly source: string
  readonly line: number
  readonly at: string
}

export interface Provenance {
  readonly value: string | null
  readonly entry: HistoryEntry
  /** What was there before, where it was something else. */
  readonly previous: { readonly value: string | null; readonly entry: HistoryEntry | null } | null
}

/** Run of a merge -> where the one who was merged had their values from. */
export type Inherited = ReadonlyMap<string, ReadonlyMap<string, Provenance>>

/** Field -> where its value came from. */
export function provenanceOf(
  history: readonly HistoryEntry[],
  inherited: Inherited = new Map(),
): Map<string, Provenance> {
  const of = new Map<string, Provenance>()
  for (const entry of history) {
    const { field, after } = entry
    const origin = inherited.get(entry.run)?.get(field)
    if (field !== WHOLE) note(of, field, after, origin?.value === after ? origin.entry : entry)
    else if (entry.after !== null) {
      for (const [field, value] of Object.entries(JSON.parse(entry.after) as Record<string, string | null>)) // our own JSON
        note(of, field, value, entry)
    }
  }
  return of
}

/** Somebody who came back has what they had before from where they had it. */
function note(of: Map<string, Provenance>, field: string, value: string | null, entry: HistoryEntry): void {
  const known = of.get(field)
  if (known !== undefined && known.value === value) return
  const previous = known === undefined ? null : { value: known.value, entry: known.entry }
  of.set(field, { value, entry, previous })
}

/** A change as a person reads it: a field that was set, or the whole person. */
export interface ToldChange {
  readonly what: 'created' | 'changed' | 'removed'
  readonly field: string | null
  readonly before: string | null
  readonly after: string | null
  readonly entry: HistoryEntry
}

/** The latest first; who somebody reports to is told by the keys in the file, not by our numbers. */
export function toldChanges(history: readonly HistoryEntry[]): ToldChange[] {
  return history
    .filter(({ field }) => field !== MANAGER)
    .toReversed()
    .map((entry) => {
      const { field, before, after } = entry
      if (field !== WHOLE) return { what: 'changed', field, before, after, entry }
      return { what: before === null ? 'created' : 'removed', field: null, before: null, after: null, entry }
    })
}
