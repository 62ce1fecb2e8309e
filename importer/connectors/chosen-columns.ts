/** Which fields of an API are read. */
import { ImportError } from '../errors.ts'
import type { FieldMapping } from './connector.ts'

/**
 * The columns of the fields that are chosen, all automatic ones where none are. Identifiers are always among them,
 * since nobody could be recognised without. Throws `SOURCE_INVALID` for a field that the connector does not know.
 */
export function chosenColumns<C extends FieldMapping>(
  fields: readonly string[] | null,
  automatic: readonly C[],
  find: (field: string) => C | undefined,
): readonly C[] {
  if (fields === null) return automatic
  const names = new Set([...automatic.filter(isIdentifier).map(({ field }) => field), ...fields])
  return [...names].map((field) => {
    const found = find(field)
    if (found !== undefined) return found
    throw new ImportError('SOURCE_INVALID', { problem: `the API has no field "${field}" that can be read` })
  })
}

function isIdentifier({ target }: FieldMapping): boolean {
  return target.kind === 'field' && (target.field === 'email' || target.field === 'employeeId')
}
