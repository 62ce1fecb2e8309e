/** What a header or a field of an API becomes, as a person types it. */
import { COLUMNS, headerOf } from './columns.ts'
import { headerKey } from './headers.ts'
import type { MappedTarget } from './mapping.ts'

/** A column by any name that Rollcall knows, a minus for nothing, else a demographic of that label. */
export function targetOf(text: string): MappedTarget {
  if (text === '-') return { kind: 'ignore' }
  const key = headerKey(text)
  const column = COLUMNS.find(({ header, aliases }) =>
    [header, ...aliases].some((name) => headerKey(name) === key),
  )
  return column ? { kind: 'field', field: column.field } : { kind: 'demographic', label: text }
}

export function targetText(target: MappedTarget): string {
  if (target.kind === 'ignore') return '-'
  return target.kind === 'field' ? headerOf(target.field) : target.label
}
