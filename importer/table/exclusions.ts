/** Which rows a source's rules exclude. A rule looks at what the row itself says, never at what is stored. */
import { headerKey } from '../../schemas/columns.ts'
import type { Exclusion } from '../../schemas/exclusion.ts'
import type { CellValue } from './cell.ts'
import { spellingKey } from './joiner.ts'
import { type Mapping, meaningOf } from './mapping.ts'

export interface Rule {
  /** Its place among the source's rules, from 1. */
  readonly rule: number
  /** Place of its column among those that are read. */
  readonly at: number
  readonly values: ReadonlySet<string>
}

/** The rules for which the file has a column; `meanings` names the columns that are read, in order. */
export function rulesFor(exclusions: readonly Exclusion[], meanings: readonly (string | null)[]): Rule[] {
  return exclusions.flatMap(({ column, is }, index) => {
    const at = placeOf(column, meanings)
    return at === -1 ? [] : [{ rule: index + 1, at, values: new Set(is.map(spellingKey)) }]
  })
}

/** Rules that can exclude nobody, because the file does not have their column. */
export function rulesWithoutColumn(
  exclusions: readonly Exclusion[],
  mapping: Mapping,
): { readonly rule: number; readonly column: string }[] {
  const meanings = mapping.columns.map(meaningOf)
  return exclusions.flatMap(({ column }, index) =>
    placeOf(column, meanings) === -1 ? [{ rule: index + 1, column }] : [],
  )
}

/** The first rule that the row meets. `read` holds what was read of each column. */
export function ruleOf(rules: readonly Rule[], read: readonly CellValue[]): Rule | undefined {
  return rules.find(({ at, values }) => {
    const value = read[at]
    return typeof value === 'string' && values.has(spellingKey(value))
  })
}

/** Labels of demographics are told apart by case, so an exact name goes first. */
function placeOf(column: string, meanings: readonly (string | null)[]): number {
  const exact = meanings.indexOf(column)
  if (exact !== -1) return exact
  const key = headerKey(column)
  return meanings.findIndex((meaning) => meaning !== null && headerKey(meaning) === key)
}
