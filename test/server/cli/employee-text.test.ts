import pc from 'picocolors'
import { expect, test } from 'vitest'
import type { Employee } from '../../../importer/types.ts'
import { employeeText } from '../../../server/cli/employee-text.ts'
import type { Terminal } from '../../../server/cli/terminal.ts'

const from = {
  run: '01m7ztdt552q2g8r',
  source: 'sftp',
  fileName: 'people.csv',
  line: 3,
  at: '2026-11-21T09:00:00.000Z',
  by: 'SHA256:key',
}
const employee: Employee = {
  ...{ id: 2, account: 'acme', asOf: null, status: 'active', reports: 1 },
  values: [
    { field: 'Name', value: 'Bob \u001b[31mRoss', from, previous: { value: 'Bob', from: null } },
    { field: 'Team', value: null, from: null, previous: { value: 'Red', from } },
  ],
  reportsTo: [
    { id: 3, name: 'Cyd', employeeId: '3', email: null },
    { id: 1, name: 'Ada', employeeId: '1', email: null },
  ],
  pins: [{ field: 'Team', until: '2026-12-31', by: 'Eve', at: from.at }],
  merged: [{ id: 9, name: 'Rob', employeeId: null, email: 'rob@x.io', run: '01m7ztdt552q2g8s' }],
  refused: [{ ...from, field: 'Email', code: 'VAL_EMAIL_INVALID', message: 'Email is not an address.' }],
  changes: Array.from({ length: 7 }, () => ({
    ...from,
    what: 'changed',
    field: 'Team',
    before: 'Red',
    after: null,
  })),
}
const terminal = { outColors: pc.createColors(false) } as Terminal // all that is used of it

test('a person reads like this', () => {
  expect(`${employeeText(employee, terminal, { history: false })}`).toBe(`
Bob ?[31mRoss  active
Person 2 of acme
Reports to  Cyd › Ada
Reports     1
Was also    Rob rob@x.io  merged by run 01m7ztdt552q2g8s

Field  Value          From                                Since (UTC)       Before
Name   Bob ?[31mRoss  people.csv:3 sftp 01m7ztdt552q2g8r  2026-11-21 09:00  Bob
Team   nothing        not known                                             Red

Pinned
Field  Until       By   Since (UTC)
Team   2026-12-31  Eve  2026-11-21 09:00

Was not taken
Received (UTC)    From                                Code               Why
2026-11-21 09:00  people.csv:3 sftp 01m7ztdt552q2g8r  VAL_EMAIL_INVALID  Email is not an address.

Last changes
When (UTC)        From                                What  Change
2026-11-21 09:00  people.csv:3 sftp 01m7ztdt552q2g8r  Team  Red → nothing
2026-11-21 09:00  people.csv:3 sftp 01m7ztdt552q2g8r  Team  Red → nothing
2026-11-21 09:00  people.csv:3 sftp 01m7ztdt552q2g8r  Team  Red → nothing
2026-11-21 09:00  people.csv:3 sftp 01m7ztdt552q2g8r  Team  Red → nothing
2026-11-21 09:00  people.csv:3 sftp 01m7ztdt552q2g8r  Team  Red → nothing

2 earlier changes: --history shows them.
`)
  expect(employeeText(employee, terminal, { history: true }).match(/Red → nothing/g)).toHaveLength(7)
})
