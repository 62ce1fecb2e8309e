/**
 * The contract as files that others' tools read: a JSON Schema of one row and a Frictionless table schema. Both come
 * from the zod schemas of the columns. They describe a row in its normal form: every value that Rollcall stores
 * conforms; a file may be less tidy (upper-case addresses, other spellings of TRUE) and still be taken.
 */
import { z } from 'zod'
import { CLEAR_TOKEN } from './cell-text.ts'
import { COLUMNS, type Column, DATE_MAX, DATE_MIN, demographicSchema, EMAIL_PATTERN } from './columns.ts'

type Json = Readonly<Record<string, unknown>>

/** What is exported of one column's zod schema. */
function constraintsOf(schema: z.ZodType<string>, kind: Column['kind']): Record<string, unknown> {
  const { $schema: _dialect, ...constraints } = z.toJSONSchema(schema)
  // Addresses are stored in lower case, which a file need not have.
  if (kind === 'email') return { ...constraints, pattern: EMAIL_PATTERN.source.replaceAll('a-z', 'a-zA-Z') }
  return constraints
}

/** JSON Schema (2020-12) of one row as an object: header -> cell. `demographics` are the account's labels. */
export function contractJsonSchema(demographics: readonly string[] = []): Json {
  const identifies = (header: string): Json => ({
    type: 'object',
    required: [header],
    properties: { [header]: { type: 'string', pattern: NEITHER_BLANK_NOR_CLEAR } },
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A row of an employee file for Rollcall, contract v1',
    description: `Header -> cell. A blank cell keeps what is stored, ${CLEAR_TOKEN} clears it.`,
    type: 'object',
    properties: Object.fromEntries([
      ...COLUMNS.map((column) => [column.header, cellSchema(column)]),
      ...demographics.map((label) => [label, demographicCell]),
    ]),
    anyOf: [identifies('Employee Id'), identifies('Email')],
    additionalProperties: demographicCell,
  }
}

function cellSchema(column: Column): Json {
  const value = constraintsOf(column.schema, column.kind)
  // A person keeps a name.
  if (column.field === 'name') {
    return {
      description: describe(column),
      anyOf: [{ enum: [''] }, { ...value, pattern: NEITHER_BLANK_NOR_CLEAR }],
    }
  }
  return { description: describe(column), anyOf: [{ enum: ['', CLEAR_TOKEN] }, value] }
}

const NEITHER_BLANK_NOR_CLEAR = `^(?!${CLEAR_TOKEN}$)[\\s\\S]`

const demographicCell: Json = {
  description: 'A demographic.',
  anyOf: [{ enum: ['', CLEAR_TOKEN] }, constraintsOf(demographicSchema, 'text')],
}

/** Frictionless Table Schema (Data Package 2.0). A file may have only some of the fields, and others besides. */
export function contractTableSchema(demographics: readonly string[] = []): Json {
  return {
    $schema: 'https://datapackage.org/profiles/2.0/tableschema.json',
    fieldsMatch: 'partial',
    missingValues: ['', CLEAR_TOKEN],
    fields: [
      ...COLUMNS.map(fieldOf),
      ...demographics.map((label) => ({
        name: label,
        type: 'string',
        description: 'A demographic.',
        constraints: lengthOf(constraintsOf(demographicSchema, 'text')),
      })),
    ],
  }
}

function fieldOf(column: Column): Json {
  const from = constraintsOf(column.schema, column.kind)
  const isUnique = column.field === 'employeeId' || column.field === 'email'
  const named = { name: column.header, description: describe(column) }
  const unique = isUnique ? { unique: true } : {}
  switch (column.kind) {
    case 'date':
      return {
        ...named,
        type: 'date',
        format: 'default',
        constraints: { minimum: DATE_MIN, maximum: DATE_MAX },
      }
    case 'boolean':
      return { ...named, type: 'boolean', trueValues: ['TRUE', 'true'], falseValues: ['FALSE', 'false'] }
    case 'email':
      return {
        ...named,
        type: 'string',
        format: 'email',
        constraints: { maxLength: column.maxLength, ...unique },
      }
    default:
      return { ...named, type: 'string', constraints: { ...lengthOf(from), ...unique } }
  }
}

/** The constraints that both dialects know by the same name. */
function lengthOf(from: Record<string, unknown>): Json {
  const shared = ['minLength', 'maxLength', 'pattern', 'enum']
  return Object.fromEntries(Object.entries(from).filter(([key]) => shared.includes(key)))
}

function describe({ need, note, aliases }: Column): string {
  const also = aliases.length > 0 ? ` Also accepted as header: ${aliases.join(', ')}.` : ''
  const remark = note === '' ? '' : `; ${note.replaceAll('`', '')}`
  return `${need.charAt(0).toUpperCase()}${need.slice(1)}${remark}.${also}`
}
