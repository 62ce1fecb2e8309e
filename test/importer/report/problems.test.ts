import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Problems, problemLines, sarif } from '../../../importer/report/problems.ts'
import type { Issue } from '../../../schemas/run.ts'

const NOWHERE: Issue = {
  ...{
    code: 'FILE_EMPTY',
    severity: 'fatal',
    line: null,
    row: null,
    column: null,
    field: null,
    header: null,
  },
  ...{ value: null, message: 'The file has no content.', fix: 'Check the export.' },
}
const EMAIL: Issue = {
  ...{
    code: 'VAL_EMAIL',
    severity: 'row',
    line: 7,
    row: 6,
    column: 'AB',
    field: 'Email',
    header: 'Mail',
    value: 'aaa',
  },
  ...{ message: 'Email is not an e-mail address.', fix: 'Write one plain address.' },
}
const DATE: Issue = {
  ...EMAIL,
  code: 'VAL_DATE_INVALID',
  severity: 'cell',
  column: 'C',
  message: 'Start Date is not a date.',
}
const HEADER: Issue = {
  ...NOWHERE,
  ...{ code: 'HDR_FORBIDDEN', severity: 'cell', line: 1, column: 'Z', header: 'Base\r\nSalary' },
  message: 'The column "Base\r\nSalary" was left out.',
}

const of = (issues: Issue[], more: Record<string, number> = {}): Problems => {
  const counts: Record<string, number> = {}
  for (const { code } of issues) counts[code] = (counts[code] ?? 0) + 1
  return { issues, issueCounts: { ...counts, ...more } }
}

describe('a line a problem', () => {
  test('holds nothing that a terminal would obey', () => {
    const loud = { ...HEADER, message: 'The column "\u001b[2J\u009b1m\u0007\u202eX" was left out.' }
    expect(problemLines(of([loud]), 'a\u001b[1m\nb.csv')).toBe(
      'a\\u001b[1m b.csv:1:26: HDR_FORBIDDEN The column "\\u001b[2J\\u009b1m\\u0007\\u202eX" was left out.\n',
    )
    const text = sarif(of([loud]), 'a.csv', '1')
    expect(text).not.toMatch(/[^\P{C}\n]/u)
    expect(text).toContain('\\u009b1m')
    expect(JSON.parse(text)).toMatchObject({
      runs: [{ results: [{ message: { text: expect.stringContaining('\u009b1m') } }] }],
    })
  })

  test('says file, line, number of the cell, code and message, in the order of the file', () => {
    expect(problemLines(of([EMAIL, DATE, HEADER, NOWHERE]), 'hr/people.csv')).toBe(
      [
        'hr/people.csv:1:1: FILE_EMPTY The file has no content.',
        'hr/people.csv:1:26: HDR_FORBIDDEN The column "Base Salary" was left out.',
        'hr/people.csv:7:3: VAL_DATE_INVALID Start Date is not a date.',
        'hr/people.csv:7:28: VAL_EMAIL Email is not an e-mail address.',
        '',
      ].join('\n'),
    )
  })

  test('says of each code how many are not listed', () => {
    expect(
      problemLines(of([EMAIL], { VAL_EMAIL: 1_001, ROW_BLANK: 1 }), 'x.csv')
        .split('\n')
        .slice(1),
    ).toEqual([
      'x.csv:1:1: VAL_EMAIL There are 1000 more of these, which are counted and not listed.',
      'x.csv:1:1: ROW_BLANK There is 1 more of these, which is counted and not listed.',
      '',
    ])
  })

  test('of a clean file says nothing', () => {
    expect(problemLines(of([]), 'x.csv')).toBe('')
  })
})

describe('SARIF', () => {
  // The parts of the published schema of SARIF 2.1.0 that a log of ours has, as strict as it is there.
  const message = z.strictObject({ text: z.string().min(1) })
  const level = z.enum(['none', 'note', 'warning', 'error'])
  const uri = z.string().regex(/^[^\s\\]+$/)
  const schema = z.strictObject({
    $schema: z.url(),
    version: z.literal('2.1.0'),
    runs: z.tuple([
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string(),
            version: z.string(),
            rules: z.array(
              z.strictObject({
                id: z.string(),
                shortDescription: message.optional(),
                help: message.optional(),
                defaultConfiguration: z.strictObject({ level }).optional(),
              }),
            ),
          }),
        }),
        columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
        invocations: z.array(
          z.strictObject({
            executionSuccessful: z.boolean(),
            toolExecutionNotifications: z.array(z.strictObject({ level, message })),
          }),
        ),
        artifacts: z.array(z.strictObject({ location: z.strictObject({ uri }) })),
        results: z.array(
          z.strictObject({
            ruleId: z.string(),
            ruleIndex: z.int().min(0),
            level,
            message,
            locations: z.array(
              z.strictObject({
                physicalLocation: z.strictObject({
                  artifactLocation: z.strictObject({ uri, index: z.literal(0) }),
                  region: z.strictObject({ startLine: z.int().min(1) }).optional(),
                }),
                logicalLocations: z
                  .array(z.strictObject({ name: z.string(), kind: z.literal('member') }))
                  .optional(),
              }),
            ),
            properties: z.record(z.string(), z.unknown()),
          }),
        ),
      }),
    ]),
  })
  const log = (problems: Problems, file = 'people.csv') =>
    schema.parse(JSON.parse(sarif(problems, file, '1.2.3'))).runs[0]

  test('is a log of that version, with a rule for each code and a result for each issue', () => {
    const run = log(of([EMAIL, DATE, HEADER, NOWHERE, EMAIL]))
    expect(run.tool.driver).toMatchObject({ name: 'Rollcall', version: '1.2.3' })
    expect(run.results).toHaveLength(5)
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
    expect(new Set(run.tool.driver.rules.map((rule) => rule.id)).size).toBe(run.tool.driver.rules.length)
  })

  test('says where, how grave, and what to do', () => {
    const [result] = log(of([EMAIL])).results
    expect(result).toMatchObject({
      level: 'error',
      message: { text: 'Email is not an e-mail address. Write one plain address.' },
      locations: [{ physicalLocation: { region: { startLine: 7 } }, logicalLocations: [{ name: 'AB7' }] }],
      properties: { severity: 'row', row: 6, field: 'Email', header: 'Mail', value: 'aaa' },
    })
    const severities = ['fatal', 'hold', 'row', 'cell', 'info'] as const
    const levels = log(of(severities.map((severity) => ({ ...EMAIL, severity })))).results.map(
      (one) => one.level,
    )
    expect(levels).toEqual(['error', 'warning', 'error', 'warning', 'note'])
  })

  test('says of each code how many are not listed', () => {
    expect(log(of([EMAIL], { VAL_EMAIL: 5 })).invocations[0]?.toolExecutionNotifications).toEqual([
      {
        level: 'warning',
        message: { text: 'VAL_EMAIL: There are 4 more of these, which are counted and not listed.' },
      },
    ])
  })

  test.each([
    ['hr/people 2026#1.csv', 'hr/people%202026%231.csv'],
    ['/tmp/ä.csv', 'file:///tmp/%C3%A4.csv'],
    ['hr\\people.csv', 'hr/people.csv'],
  ])('the path %s is the URI %s', (path, uri) => {
    expect(log(of([EMAIL]), path).artifacts[0]?.location.uri).toBe(uri)
  })

  test('a code that the catalogue no longer has is still told', () => {
    expect(log(of([{ ...EMAIL, code: 'VAL_GONE' }])).tool.driver.rules).toEqual([{ id: 'VAL_GONE' }])
  })

  test('a clean file gives a log without results', () => {
    expect(log(of([])).results).toEqual([])
  })
})
