/** What a header stands for: first what the source says, then Rollcall's own table of names, then itself. */
import { COLUMNS, type Column, columnOf, DEMOGRAPHIC_MAX, NAMED_DEMOGRAPHICS } from '../../schemas/columns.ts'
import { isForbiddenLabel } from '../../schemas/forbidden.ts'
import { cleanHeader, headerKey, RESERVED_PREFIX } from '../../schemas/headers.ts'
import type { MappedTarget, SavedMapping } from '../../schemas/mapping.ts'

/** What one column of the file stands for. */
export type Target =
  | { readonly kind: 'field'; readonly column: Column }
  | { readonly kind: 'demographic'; readonly label: string }
  | {
      readonly kind: 'dropped'
      readonly because: 'blank' | 'reserved' | 'ignored' | 'forbidden' | 'too long' | 'redacted'
    }

export class HeaderTable {
  readonly #saved: ReadonlyMap<string, MappedTarget>

  readonly #redacted: ReadonlySet<string>

  /** `redacted`: what the account keeps nothing of, by header or label. */
  constructor(saved: SavedMapping, redacted: readonly string[] = []) {
    this.#redacted = new Set(redacted.map(headerKey))
    this.#saved = new Map(Object.entries(saved).map(([header, target]) => [headerKey(header), target]))
  }

  targetOf(cell: string): Target {
    const target = this.#targetOf(cell)
    if (this.#redacted.size === 0 || target.kind === 'dropped') return target
    const meaning = target.kind === 'field' ? target.column.header : target.label
    return this.#redacted.has(headerKey(meaning)) ? { kind: 'dropped', because: 'redacted' } : target
  }

  #targetOf(cell: string): Target {
    const key = headerKey(cell)
    if (key === '') return { kind: 'dropped', because: 'blank' }
    if (key.startsWith(RESERVED_PREFIX)) return { kind: 'dropped', because: 'reserved' }
    const saved = this.#saved.get(key)
    if (saved?.kind === 'ignore') return { kind: 'dropped', because: 'ignored' }
    // Before what is saved, too: settings may be older than the list.
    if (!isKnown(key) && isForbiddenLabel(cell)) return { kind: 'dropped', because: 'forbidden' }
    if (saved?.kind === 'field') return { kind: 'field', column: columnOf(saved.field) }
    if (saved?.kind === 'demographic') return { kind: 'demographic', label: saved.label }
    return known(key) ?? asItself(cell)
  }
}

function asItself(cell: string): Target {
  const label = cleanHeader(cell)
  if (label.length > DEMOGRAPHIC_MAX) return { kind: 'dropped', because: 'too long' }
  return { kind: 'demographic', label }
}

function known(key: string): Target | null {
  const column = COLUMN_BY_KEY.get(tight(key))
  if (column) return { kind: 'field', column }
  const label = LABEL_BY_KEY.get(tight(key))
  return label === undefined ? null : { kind: 'demographic', label }
}

function isKnown(key: string): boolean {
  return COLUMN_BY_KEY.has(tight(key)) || LABEL_BY_KEY.has(tight(key))
}

/** `startdate`: how many programs write their own names for what Rollcall knows. Labels are never compared so. */
function tight(key: string): string {
  return key.replaceAll(' ', '')
}

const COLUMN_BY_KEY = new Map<string, Column>(
  COLUMNS.flatMap((column) =>
    [column.header, ...column.aliases].map((name) => [tight(headerKey(name)), column] as const),
  ),
)

const LABEL_BY_KEY = new Map<string, string>(
  Object.entries(NAMED_DEMOGRAPHICS).flatMap(([label, aliases]) =>
    [label, ...aliases].map((name) => [tight(headerKey(name)), label] as const),
  ),
)
