/** Whoever asks why it says that of a person finds the run, the file, the line, and what was not taken; on both engines. */
import { describe, expect, test } from 'vitest'
import { employeeSchema } from '../../schemas/employee.ts'
import { ENGINES, type EngineName } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'Manager Email', 'Start Date', 'Team']

/** Three files on three days. */
async function staffed(engine: EngineName): Promise<{ of: TestImporter; runs: string[] }> {
  const of = await openTestImporter(engine)
  const files = [
    csv(HEADER, ['Ada', '1', 'ada@x.io', '', '', ''], ['Bob', '2', 'bob@x.io', 'ada@x.io', '', 'Red']),
    csv(HEADER, ['Cyd', '3', 'cyd@x.io', 'robert@x.io', '', ''], ['Bob', '2', 'robert@x.io', '', '', 'Blue']),
    csv(HEADER, ['Bob', '2', '', '', '31/12/2020', '__CLEAR__']),
  ]
  const runs: string[] = []
  for (const [at, file] of files.entries()) {
    of.clock.current = new Date(`2026-11-0${at + 1}T09:00:00Z`)
    runs.push((await of.deliver(file, { source: 'manual', fileName: `${at + 1}.csv` })).id)
  }
  return { of, runs }
}

describe.each(ENGINES)('on %s', (engine) => {
  test('every value has its run, file and line, and what was there before', async () => {
    const { of, runs } = await staffed(engine)
    const bob = await of.importer.employee('acme', 'Robert@X.io')
    expect(employeeSchema.parse(bob)).toEqual(bob)
    expect(bob).toMatchObject({
      ...{ status: 'active', asOf: null, reports: 1 },
      reportsTo: [{ employeeId: '1', name: 'Ada' }],
      refused: [{ run: runs[2], fileName: '3.csv', line: 2, code: 'VAL_DATE_INVALID', field: 'Start Date' }],
    })
    const first = {
      run: runs[0],
      source: 'manual',
      fileName: '1.csv',
      line: 3,
      at: '2026-11-01T09:00:00.000Z',
      by: 'test',
    }
    const value = (field: string) => bob.values.find((one) => one.field === field)
    expect(value('Name')).toEqual({ field: 'Name', value: 'Bob', from: first, previous: null })
    expect(value('Email')).toEqual({
      ...{ field: 'Email', value: 'robert@x.io' },
      from: { ...first, run: runs[1], fileName: '2.csv', at: '2026-11-02T09:00:00.000Z' },
      previous: { value: 'bob@x.io', from: first },
    })
    expect(value('Team')).toMatchObject({ value: null, from: { run: runs[2] }, previous: { value: 'Blue' } })
    expect(bob.changes.map(({ run, what, field }) => [run, what, field])).toEqual([
      [runs[2], 'changed', 'Team'],
      [runs[1], 'changed', expect.any(String)],
      [runs[1], 'changed', expect.any(String)],
      [runs[0], 'created', null],
    ])
  })

  test('as of a day or a run, a person is found by the key they had then', async () => {
    const { of, runs } = await staffed(engine)
    const emails = async (key: string, asOf?: string) => {
      const { values, reports } = await of.importer.employee('acme', key, asOf === undefined ? {} : { asOf })
      return [values.find(({ field }) => field === 'Email')?.value, reports]
    }
    expect(await emails('bob@x.io', '2026-11-01')).toEqual(['bob@x.io', 0])
    expect(await emails('2', runs[0])).toEqual(['bob@x.io', 0])
    expect(await emails('robert@x.io', '2026-11-02')).toEqual(['robert@x.io', 1])
    // Under a former address as well, where nobody else has it.
    expect(await emails('bob@x.io')).toEqual(['robert@x.io', 1])
    for (const [key, asOf] of [
      ['3', '2026-11-01'],
      ['bob@x.io', '2026-10-31'],
      ['nobody', undefined],
    ] as const)
      await expect(emails(key, asOf)).rejects.toMatchObject({ code: 'EMPLOYEE_UNKNOWN' })
  })

  test('whom an undo removed is still told of, and comes back with the origins of old', async () => {
    const { of, runs } = await staffed(engine)
    const undo = async (id = '') => (await of.settled((await of.importer.undo(id, { by: 'Eve' })).id)).id
    const run = await of.deliver(csv(['Name', 'Employee Id'], ['Dan', '4']), { source: 'manual' })
    const undoing = await undo(run.id)
    expect(await of.importer.employee('acme', '4')).toMatchObject({
      ...{ status: 'removed', reports: 0 },
      changes: [
        { what: 'removed', run: undoing, fileName: 'undo of people.csv', line: null },
        { what: 'created', run: run.id },
      ],
    })
    await undo(undoing)
    const dan = await of.importer.employee('acme', '4')
    expect(dan.status).toBe('active')
    expect(dan.values.map(({ from }) => from?.run)).toEqual([run.id, run.id])
    expect(runs).toHaveLength(3)
  })
})

describe.each(ENGINES)('what was not taken of somebody, on %s', (engine) => {
  test('is told also of rows that were left out or wait as a whole, and of more than the report lists', async () => {
    const of = await openTestImporter(engine)
    await of.deliver(csv(HEADER, ['Ada', '1', 'ada@x.io', '', '', ''], ['Bob', '2', 'bob@x.io', '', '', '']))
    const codes = async (key: string) =>
      (await of.importer.employee('acme', key)).refused.map(({ code }) => code).toSorted()
    // Twice in the file: neither is taken. And one whose two keys are two people.
    await of.deliver(csv(HEADER, ['Ada', '1', '', '', '', 'Red'], ['Ada', '1', '', '', '', 'Blue']))
    expect(await codes('1')).toEqual(['ID_DUPLICATE_IN_FILE', 'ID_DUPLICATE_IN_FILE'])
    await of.deliver(csv(HEADER, ['Bob', '2', 'ada@x.io', '', '', '']))
    expect(await codes('2')).toEqual(['ID_SWAPPED'])
    // A row that cannot be read, but for whom it names.
    await of.deliver(csv(HEADER, ['Bob', '2', 'bob@x.io', '', '', ''], ['Bob', '', 'bob@x.io', '', '', '']), {
      source: 'manual',
    })
    expect(await codes('2')).toContain('ID_DUPLICATE_IN_FILE')
    await of.db.deleteFrom('run_issue').where('code', '=', 'ID_SWAPPED').execute()
    const { refused } = await of.importer.employee('acme', '2')
    expect(refused).toContainEqual(expect.objectContaining({ code: 'ID_SWAPPED', line: 2, field: null }))
  })
})
