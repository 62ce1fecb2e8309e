import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { CellResult } from '../../importer/table/cell.ts'
import { IssueList } from '../../importer/table/issue-list.ts'
import { mapHeaders } from '../../importer/table/mapping.ts'
import { RowReader } from '../../importer/table/rows.ts'
import { columnReader } from '../../importer/table/values.ts'
import { COLUMNS, NAMED_DEMOGRAPHICS } from '../../schemas/columns.ts'
import { contractJsonSchema, contractTableSchema } from '../../schemas/contract.ts'
import { ISSUES, isIssueCode } from '../../schemas/issues.ts'
import { columnsMarkdown, issuesMarkdown, markdownTable } from '../../schemas/markdown.ts'
import { templateCsv } from '../../schemas/template.ts'
import { cellLike } from '../importer/table/cells.ts'

const LABELS = ['TEAM', 'Straße', 'Cost "Center", EMEA']

describe('the JSON Schema of a row', () => {
  const row = z.fromJSONSchema(contractJsonSchema(LABELS) as z.core.JSONSchema.JSONSchema) // our own export
  const accepts = (value: unknown) => row.safeParse(value).success

  test.each([
    { 'Employee Id': '007' },
    { Email: 'ada@example.com' },
    { Email: 'Ada@Example.com', Name: 'Ada', 'Start Date': '2024-02-29', 'Employee Deactivated': 'TRUE' },
    { 'Employee Id': '1', 'End Date': '__CLEAR__', 'Start Date': '', Email: '' },
    { 'Employee Id': '1', TEAM: 'Blue', Straße: '', Shift: 'Night' },
  ])('accepts %j', (value) => {
    expect(accepts(value)).toBe(true)
  })

  test.each([
    {},
    { Name: 'Ada' },
    { 'Employee Id': '', Email: '__CLEAR__' },
    { 'Employee Id': '1', Email: 'nobody' },
    { 'Employee Id': '1', 'Start Date': '2023-02-29' },
    { 'Employee Id': '1', 'Start Date': '03/04/2025' },
    { 'Employee Id': '1', 'Employee Deactivated': 'perhaps' },
    { 'Employee Id': '1', Name: '__CLEAR__' },
    { 'Employee Id': '1', Name: 'x'.repeat(201) },
    { 'Employee Id': '1', TEAM: 'x'.repeat(256) },
    { 'Employee Id': '1', Shift: 7 },
  ])('refuses %j', (value) => {
    expect(accepts(value)).toBe(false)
  })

  test.each(COLUMNS)('every value that is read from $header conforms', (column) => {
    const reader = columnReader(column)
    fc.assert(
      fc.property(cellLike, (cell) => {
        const into: CellResult = { value: undefined, problem: null, note: null }
        reader.read(cell, into)
        if (typeof into.value !== 'string') return
        const others = column.field === 'employeeId' ? {} : { 'Employee Id': '1' }
        expect(accepts({ ...others, [column.header]: into.value }), into.value).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the Frictionless table schema', () => {
  const schema = z
    .strictObject({
      $schema: z.url(),
      fieldsMatch: z.enum(['exact', 'equal', 'subset', 'superset', 'partial']),
      missingValues: z.array(z.string()),
      fields: z.array(
        z.strictObject({
          name: z.string().min(1),
          type: z.enum(['string', 'date', 'boolean']),
          format: z.enum(['default', 'email']).optional(),
          description: z.string(),
          trueValues: z.array(z.string()).optional(),
          falseValues: z.array(z.string()).optional(),
          constraints: z
            .strictObject({
              minLength: z.int().optional(),
              maxLength: z.int().optional(),
              pattern: z.string().optional(),
              enum: z.array(z.string()).optional(),
              unique: z.boolean().optional(),
              minimum: z.iso.date().optional(),
              maximum: z.iso.date().optional(),
            })
            .optional(),
        }),
      ),
    })
    .parse(contractTableSchema(LABELS))
  const field = (name: string) => schema.fields.find((one) => one.name === name)

  test("has every column and the account's demographics, each once", () => {
    const names = schema.fields.map((one) => one.name)
    expect(names).toEqual([...COLUMNS.map((column) => column.header), ...LABELS])
  })

  test('says what kind each is', () => {
    expect(field('Employee Id')).toMatchObject({
      type: 'string',
      constraints: { maxLength: 100, unique: true },
    })
    expect(field('Email')).toMatchObject({ format: 'email', constraints: { maxLength: 254, unique: true } })
    expect(field('Manager Email')?.constraints).not.toHaveProperty('unique')
    expect(field('End Date')).toMatchObject({
      type: 'date',
      constraints: { minimum: '1900-01-01', maximum: '2100-01-01' },
    })
    expect(field('Employee Deactivated')?.type).toBe('boolean')
    expect(field('TEAM')?.constraints?.maxLength).toBe(255)
  })
})

describe('the template', () => {
  const text = templateCsv(LABELS)
  const [header = [], ...rows] = parse(text, { bom: true }) as string[][] // no options that would make objects of them

  test('is a file that Rollcall takes without a word, and its examples import nobody', () => {
    const issues = new IssueList()
    const reader = new RowReader(mapHeaders(header, 1, issues), issues, {
      cellMax: 4_096,
      today: '2026-11-21',
    })
    expect(rows.map((cells, at) => reader.read({ line: at + 2, cells }).outcome)).toEqual([
      'excluded',
      'excluded',
    ])
    expect(issues.take()).toEqual([])
  })

  test('its examples are people as they should be sent, once the exclusion is taken out', () => {
    const issues = new IssueList()
    const reader = new RowReader(mapHeaders(header, 1, issues), issues, {
      cellMax: 4_096,
      today: '2026-11-21',
    })
    const kept = rows.map((cells) => cells.map((cell) => (cell === 'Yes' ? '' : cell)))
    expect(kept.map((cells, at) => reader.read({ line: at + 2, cells }).outcome)).toEqual(['typed', 'typed'])
    expect(issues.take()).toEqual([])
  })

  test("has the account's labels to the letter, opens in Excel, and holds no formula", () => {
    expect(header.slice(-3)).toEqual(LABELS)
    expect(text.startsWith('\ufeff')).toBe(true)
    expect(text).not.toMatch(/(?<!\r)\n/)
    expect(rows.flat().filter((cell) => /^[=@-]|^\+\d+$/.test(cell))).toEqual([])
  })
})

describe('the README', () => {
  test('lists every column with every other name', () => {
    const text = columnsMarkdown()
    const names = [
      ...COLUMNS.flatMap((column) => [column.header, ...column.aliases]),
      ...Object.entries(NAMED_DEMOGRAPHICS).flatMap(([label, aliases]) => [label, ...aliases]),
    ]
    for (const name of names) expect(text).toContain(name)
    expect(text.split('\n')).toHaveLength(2 + COLUMNS.length + Object.keys(NAMED_DEMOGRAPHICS).length)
  })

  test('lists every code with its words', () => {
    const lines = issuesMarkdown().split('\n').slice(2)
    expect(lines.map((line) => /`(\w+)`/.exec(line)?.[1])).toEqual(Object.keys(ISSUES))
  })

  test('no cell breaks a table', () => {
    expect(markdownTable(['a'], [['x|y\nz']])).toBe('| a |\n| --- |\n| x\\|y z |')
  })
})

describe('the catalogue', () => {
  test.each(Object.entries(ISSUES))('%s has a sentence and a remedy', (code, { message, fix }) => {
    expect(isIssueCode(code)).toBe(true)
    expect(message).toMatch(/^[A-Z{"].*\.$/)
    expect(fix).toMatch(/[.}]$/)
    // A person reads them: no code names, no shouting, no double spaces.
    expect(`${message} ${fix}`).not.toMatch(/ {2}|!|[A-Z]{3}_[A-Z]/)
  })

  test.each(['toString', '__proto__', 'constructor', ''])('"%s" is no code', (code) => {
    expect(isIssueCode(code)).toBe(false)
  })
})
