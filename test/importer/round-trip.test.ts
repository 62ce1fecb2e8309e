/** What leaves the house comes back as it was: an export, edited in one column, changes that column and nothing else. */

import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter } from '../support/importer.ts'

const HEADER = [
  'Name',
  'Preferred Name',
  'Employee Id',
  'Email',
  'Start Date',
  'End Date',
  'Manager Email',
  'Mobile Phone Number',
  'TEAM',
  'Work Address',
]
const people = [
  [
    '=SUM(A1:A9)',
    '+Ada',
    '@1',
    'ada@x.io',
    '2020-01-01',
    '',
    '',
    '+4930123456',
    '-Red',
    '"Quoted", 12; Street',
  ],
  [
    "'=already guarded",
    '',
    '0042',
    "o'neill@x.io",
    '',
    '2030-01-01',
    'ada@x.io',
    '',
    "'apostrophe",
    'two words',
  ],
  [
    'Zoë Müller-Lüdenscheidt 李 🦊',
    'Ｆｕｌｌ＝',
    '7',
    'zoe@x.io',
    '',
    '',
    'ada@x.io',
    '',
    '＝full width',
    'back\\slash',
  ],
  ['Nobody In Particular', '', '8', '', '', '', '', '', '', ''],
]

/** The same file with one column changed; quoted by hand, as a spreadsheet would. */
function edit(text: string, header: string, value: (row: readonly string[], old: string) => string): string {
  const [head = [], ...rows]: string[][] = parse(text)
  const column = head.indexOf(header)
  expect(column).toBeGreaterThanOrEqual(0)
  return csv(head, ...rows.map((row) => row.map((cell, at) => (at === column ? value(row, cell) : cell))))
}

describe.each(ENGINES)('an export on %s', (engine) => {
  test('sent back unchanged changes nobody', async () => {
    const of = await openTestImporter(engine)
    expect((await of.deliver(csv(HEADER, ...people))).counts).toMatchObject({ created: 4, rejected: 0 })
    const before = await of.roster()
    for (const source of ['sftp', 'manual']) {
      const run = await of.deliver(await of.export(), { source })
      expect(run).toMatchObject({ state: 'succeeded', counts: { unchanged: 4, updated: 0 } })
    }
    expect(await of.roster()).toEqual(before)
  })

  test('edited in Employee Deactivated changes that and nothing else, and back again', async () => {
    const of = await openTestImporter(engine)
    await of.deliver(csv(HEADER, ...people))
    const before = await of.roster()
    const isChosen = (row: readonly string[]) => row[0]?.includes('Müller') ?? false
    const off = edit(await of.export(), 'Employee Deactivated', (row, old) => (isChosen(row) ? 'TRUE' : old))
    expect((await of.deliver(off, { source: 'manual' })).counts).toMatchObject({
      updated: 1,
      unchanged: 3,
      deactivated: 1,
    })
    const on = edit(await of.export(), 'Employee Deactivated', () => 'FALSE')
    expect((await of.deliver(on, { source: 'manual' })).counts).toMatchObject({
      updated: 1,
      unchanged: 3,
      reactivated: 1,
    })
    const marks = { version: 0, updated_run: 0, updated_at: 0 }
    expect((await of.roster()).map((row) => ({ ...row, ...marks }))).toEqual(
      before.map((row) => ({ ...row, ...marks })),
    )
    expect((await of.history()).slice(4).map(({ field, before: old, after }) => [field, old, after])).toEqual(
      [
        ['deactivated', 'FALSE', 'TRUE'],
        ['deactivated', 'TRUE', 'FALSE'],
      ],
    )
  })

  test('shows deactivated people only when asked, and former ones not at all', async () => {
    const of = await openTestImporter(engine)
    await of.deliver(
      csv(
        ['Name', 'Employee Id', 'End Date', 'Employee Deactivated'],
        ['On', '1', '', ''],
        ['Off', '2', '', 'TRUE'],
        ['Gone', '3', '2020-01-01', ''],
      ),
    )
    const names = async (includeDeactivated: boolean) =>
      parse(await of.export({ includeDeactivated }), { from: 2 }).map(([name]: string[]) => name)
    expect(await names(true)).toEqual(['On', 'Off'])
    expect(await names(false)).toEqual(['On'])
  })
})

test('whatever text a demographic or a name holds, it comes back from an export to the letter', async () => {
  const of = await openTestImporter('sqlite')
  const header = ['Name', 'Employee Id', 'TEAM']
  await of.deliver(csv(header, ['First', '0', 'x']))
  const odd = fc.constantFrom(
    "'",
    '=',
    '+',
    '-',
    '@',
    '"',
    ',',
    ';',
    '\t',
    ' ',
    '\\',
    'a',
    'é',
    '李',
    '\u{1f98a}',
    '＝',
    '0',
    'N',
    '/',
    '|',
  )
  const text = fc.array(odd, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 20 }), async (rows) => {
      const run = await of.deliver(
        csv(header, ...rows.map(([name, team], at) => [`N${name}`, `${at + 1}`, team])),
      )
      fc.pre(run.state !== 'duplicate')
      const before = await of.roster()
      const back = await of.deliver(await of.export(), { source: 'manual' })
      expect(back.counts).toMatchObject({ updated: 0, created: 0, rejected: 0 })
      expect(await of.roster()).toEqual(before)
    }),
    { numRuns: 25 },
  )
})
