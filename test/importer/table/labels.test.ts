import { describe, expect, test } from 'vitest'
import { IssueList } from '../../../importer/table/issue-list.ts'
import {
  columnsGone,
  expectedOf,
  type LabelRules,
  meaningsOf,
  newLabels,
} from '../../../importer/table/labels.ts'
import { mapHeaders } from '../../../importer/table/mapping.ts'
import { similarLabel, suggestHeader } from '../../../importer/table/similar.ts'

function settle(
  cells: readonly string[],
  { known = [], policy = 'create' }: { known?: string[]; policy?: LabelRules['policy'] },
) {
  const issues = new IssueList()
  const mapping = mapHeaders(['Email', ...cells], 1, issues)
  const labels = newLabels(mapping, { known: new Set(known), policy }, issues)
  return { labels, found: issues.take().map((issue) => [issue.code, issue.column]) }
}

describe('new labels', () => {
  test.each([
    [
      'create',
      ['Team', 'Shift'],
      [
        ['HDR_CREATED_DEMOGRAPHIC', 'B'],
        ['HDR_CREATED_DEMOGRAPHIC', 'D'],
      ],
    ],
    [
      'hold',
      ['Team', 'Shift'],
      [
        ['HDR_NEW_DEMOGRAPHIC', 'B'],
        ['HDR_NEW_DEMOGRAPHIC', 'D'],
      ],
    ],
    [
      'ignore',
      [],
      [
        ['HDR_IGNORED', 'B'],
        ['HDR_IGNORED', 'D'],
      ],
    ],
  ] as const)('by policy %s', (policy, labels, found) => {
    expect(settle(['Team', 'Hobby', 'Shift'], { known: ['Hobby'], policy })).toEqual({ labels, found })
  })

  test('a known label is known exactly as it is spelled, and another spelling is warned of', () => {
    expect(settle(['TEAM'], { known: ['Team'], policy: 'hold' }).found).toEqual([
      ['W_DEMOGRAPHIC_SIMILAR', 'B'],
      ['HDR_NEW_DEMOGRAPHIC', 'B'],
    ])
  })

  test('two new labels of one file are compared too', () => {
    expect(settle(['TEAM', 'TEAM NAME'], {})).toEqual({
      labels: ['TEAM', 'TEAM NAME'],
      found: [
        ['HDR_CREATED_DEMOGRAPHIC', 'B'],
        ['W_DEMOGRAPHIC_SIMILAR', 'C'],
        ['HDR_CREATED_DEMOGRAPHIC', 'C'],
      ],
    })
  })

  test('a header that nearly fits says what it may have been, whatever the policy', () => {
    for (const policy of ['create', 'hold', 'ignore'] as const) {
      expect(settle(['Strat Date'], { policy }).found.map(([code]) => code)).toContain('HDR_SUGGESTION')
    }
  })
})

describe('columns against the last files', () => {
  const compare = (cells: string[], expected: string[], policy: 'report' | 'hold' = 'report') => {
    const issues = new IssueList()
    const mapping = mapHeaders(cells, 1, issues)
    const gone = columnsGone(mapping, expected, policy, issues)
    return {
      gone,
      meanings: meaningsOf(mapping),
      found: issues.take().map((one) => [one.code, one.severity, one.params['header']]),
    }
  }

  test('a column that is gone and one that is new are told', () => {
    expect(compare(['Email', 'TEAM', 'Shift'], ['Email', 'Start Date', 'TEAM'])).toEqual({
      gone: ['Start Date'],
      meanings: ['Email', 'TEAM', 'Shift'],
      found: [
        ['HDR_MISSING_EXPECTED', 'info', 'Start Date'],
        ['HDR_NEW_COLUMN', 'info', 'Shift'],
      ],
    })
  })

  test('a source may hold for it', () => {
    expect(compare(['Email'], ['Email', 'TEAM'], 'hold').found).toEqual([
      ['HDR_MISSING_EXPECTED', 'hold', 'TEAM'],
    ])
  })

  test('another name of the same column, or another order, is neither gone nor new', () => {
    expect(compare(['TEAM', 'Hire Date', 'Work Email'], ['Email', 'Start Date', 'TEAM']).found).toEqual([])
  })

  test('a first file expects nothing', () => {
    expect(compare(['Email', 'TEAM'], []).found).toEqual([])
  })

  test('columns that are never read do not count', () => {
    const { meanings } = compare(['Email', 'Import Row', 'Name'], ['Email', 'Name'])
    expect(meanings).toEqual(['Email', 'Name'])
  })

  test('only what each of the last files had is expected', () => {
    expect(
      expectedOf([
        ['Email', 'TEAM', 'Name'],
        ['Name', 'Email'],
        ['Email', 'Shift', 'Name'],
      ]),
    ).toEqual(['Email', 'Name'])
    expect(expectedOf([])).toEqual([])
  })
})

test.each([
  ['Team Name', 'TEAM'],
  ['team', 'TEAM'],
  ['Cost Centre', 'Cost Center'],
  ['CostCenter', 'Cost Center'],
  ['Employee Grade', 'Grade'],
  ['Departmnet', 'Department'],
])('%s resembles %s', (label, other) => {
  expect(similarLabel(label, ['Shift', other, 'Hobby'])).toBe(other)
})

test.each([
  ['Level 1', 'Level 2'],
  ['Team', 'Term'],
  ['Shift', 'Shirt'],
  ['TEAM', 'TEAM'],
  ['Question 10', 'Question 11'],
  ['Department', 'Department Code'],
])('%s does not resemble %s', (label, other) => {
  expect(similarLabel(label, [other])).toBeNull()
})

test('of several the nearest is named', () => {
  expect(similarLabel('Departmnt', ['Departments', 'Department'])).toBe('Department')
})

test.each([
  ['Employe Id', 'Employee Id'],
  ['Employee Ids', 'Employee Id'],
  ['ID', 'Employee Id'],
  ['Date of Hire', 'Start Date'],
  ['Date of Termination', 'End Date'],
  ['Strat Date', 'Start Date'],
  ['Birth Dat', 'Date of Birth'],
  ['Email of Manager', 'Manager Email'],
  ["Employee's E-Mail", 'Email'],
  ['Work E-Mail', 'Email'],
  ['Employee Type', 'Employment Type'],
  ['Employee Status', 'Employment Status'],
  ['Depatment', 'Department'],
  ['Lenguage', 'Language'],
  ['Time Zones', 'Timezone'],
])('"%s" may have been meant to be %s', (header, name) => {
  expect(suggestHeader(header)).toBe(name)
})

test.each([
  ...[
    'Personal Email',
    'Home Email',
    'Private Mobile',
    'Team Name',
    'Shift',
    'Favourite Food',
    'Department',
    'JOB TITLE',
  ],
  ...[
    'Email',
    'Hire Date',
    'Level 2',
    'Building',
    'Desk',
    '部署',
    '?',
    'Manager',
    'Cost Center',
    'Job Family',
  ],
])('"%s" is as good as any other', (header) => {
  expect(suggestHeader(header)).toBeNull()
})

test('a hostile header costs no more than a long one', () => {
  const labels = Array.from({ length: 300 }, (_, at) => `${'ab'.repeat(120)}${at}x`.slice(-250))
  expect(settle(labels, { known: labels.map((label) => `${label}z`) }).labels).toHaveLength(300)
})
