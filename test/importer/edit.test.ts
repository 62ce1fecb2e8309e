/** One person corrects another by hand, and pins what must stay; on both engines. */
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { deliveryPath } from '../../importer/files.ts'
import type { Edit } from '../../importer/types.ts'
import { ENGINES, type EngineName } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'
import { rosterValues } from '../support/roster-values.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'Manager Email', 'Date of Birth', 'Team']
const file = csv(
  HEADER,
  ['Ada', '1', 'ada@x.io', '', '1990-01-01', 'Red'],
  ['Bob', '2', 'bob@x.io', 'ada@x.io', '', 'Red'],
  ['Cyd', '3', 'cyd@x.io', 'robert@x.io', '', ''],
)
const EVE = { by: 'Eve' }
const DAY_MS = 86_400_000

async function staffed(engine: EngineName): Promise<TestImporter> {
  const of = await openTestImporter(engine)
  expect((await of.deliver(file)).counts.created).toBe(3)
  return of
}

function set(values: Record<string, string>, pin: Edit['pin'] = null): Edit {
  return { values: Object.entries(values).map(([field, value]) => ({ field, value })), pin }
}

async function edit(of: TestImporter, key: string, given: Edit) {
  const { id } = await of.importer.fields.edit('acme', key, given, { by: 'Eve', reason: 'by phone' })
  return await of.settled(id)
}

describe.each(ENGINES)('on %s', (engine) => {
  test('a correction is shown, done as a run with its own history, and taken back', async () => {
    const of = await staffed(engine)
    const before = await rosterValues(of)
    const given = set({
      'Work Email': ' Robert@X.io ',
      'Employee Id': '20',
      Team: 'RED',
      'Manager Email': '__CLEAR__',
    })
    expect(await of.importer.fields.editPreview('acme', 'bob@x.io', given)).toMatchObject({
      ...{ account: 'acme', person: { name: 'Bob', email: 'bob@x.io' }, pinned: [], reports: 1 },
      changes: [
        { field: 'Email', before: 'bob@x.io', after: 'robert@x.io' },
        { field: 'Employee Id', before: '2', after: '20' },
        { field: 'Manager Email', before: 'ada@x.io', after: null },
      ],
      manager: { before: { name: 'Ada' }, after: null },
    })
    expect(await rosterValues(of)).toEqual(before)
    const run = await edit(of, 'bob@x.io', given)
    expect(run).toMatchObject({
      ...{ state: 'succeeded', source: 'edit', decidedBy: 'Eve', reason: 'by phone', issues: [] },
      counts: { read: 1, matched: 1, updated: 1 },
    })
    const people = await of.people()
    expect(people['20']).toMatchObject({ email: 'robert@x.io', manager_id: null, manager_email: null })
    // Who waited for a manager of that address has one now.
    expect(people['3']).toMatchObject({ manager_id: people['20']?.id })
    const shown = await of.importer.employee('acme', '20')
    const from = shown.values.find(({ field }) => field === 'Email')?.from
    expect(from).toEqual({
      ...{ run: run.id, source: 'edit', by: 'Eve', line: null, at: run.finishedAt },
      fileName: expect.stringContaining('correction'),
    })
    const undone = await of.importer.undo(run.id, EVE)
    expect(await of.settled(undone.id)).toMatchObject({ state: 'succeeded', issues: [] })
    // Whoever got a manager because of it keeps them, as after every undo.
    const without = (all: typeof before) => all.filter(({ name }) => name !== 'Cyd')
    expect(without(await rosterValues(of))).toEqual(without(before))
  })

  test('a duplicate is prevented before it is made: correct the address here, send the file again', async () => {
    const of = await openTestImporter(engine)
    await of.importer.setSource('acme', 'sftp', { matching: 'emailOnly' })
    await of.deliver(csv(['Name', 'Email', 'Date of Birth'], ['Ada', 'ada@old.io', '1990-01-01']))
    const again = csv(['Name', 'Email', 'Date of Birth'], ['Ada', 'ada@new.io', '1990-01-01'])
    const held = await of.deliver(again)
    expect(held).toMatchObject({ state: 'held', holds: [{ code: 'ID_POSSIBLE_DUPLICATE' }] })
    await of.importer.discard(held.id, EVE)
    await of.settled(held.id)
    await edit(of, 'ada@old.io', set({ Email: 'ada@new.io' }))
    expect(await of.deliver(again)).toMatchObject({
      state: 'succeeded',
      counts: { created: 0, unchanged: 1 },
    })
    expect(await of.roster()).toHaveLength(1)
  })

  test('a manager is moved to, and never in a circle, to nobody, or to two people', async () => {
    const of = await staffed(engine)
    await edit(of, '3', set({ 'Manager Employee Id': '2' }))
    const people = await of.people()
    expect(people['3']).toMatchObject({
      manager_id: people['2']?.id,
      manager_email: null,
      manager_employee_id: '2',
    })
    for (const [key, values, problem] of [
      ['1', { 'Manager Email': 'cyd@x.io' }, /circle/],
      ['3', { 'Manager Email': 'nobody@x.io' }, /nobody has the Email/],
      ['3', { 'Manager Email': 'ada@x.io', 'Manager ID': '2' }, /two people/],
      ['3', { Email: 'ada@x.io' }, /somebody else has this Email/],
      ['3', { Email: 'no address' }, /^Email: /],
      ['3', { Email: ' ' }, /__CLEAR__/],
      ['3', { Name: '__CLEAR__' }, /./],
      ['3', { Email: 'a@x.io', 'Work Email': 'b@x.io' }, /named twice/],
      ['3', {}, /no value/],
    ] as const) {
      const refusal = { code: 'EDIT_REFUSED', params: { problem: expect.stringMatching(problem) } }
      await expect(of.importer.fields.editPreview('acme', key, set(values))).rejects.toMatchObject(refusal)
      await expect(of.importer.fields.edit('acme', key, set(values), EVE)).rejects.toMatchObject(refusal)
    }
    const unknown = of.importer.fields.editPreview('acme', '3', set({ 'First Name': 'Cy' }))
    await expect(unknown).rejects.toMatchObject({ code: 'FIELD_UNKNOWN' })
    const nobody = of.importer.fields.editPreview('acme', '99', set({ Name: 'Cy' }))
    await expect(nobody).rejects.toMatchObject({ code: 'EMPLOYEE_UNKNOWN' })
  })

  test('what became impossible before its turn came fails, and says why', async () => {
    const of = await staffed(engine)
    const first = await of.importer.fields.edit('acme', '1', set({ Email: 'same@x.io' }), EVE)
    const second = await of.importer.fields.edit('acme', '2', set({ Email: 'same@x.io' }), EVE)
    expect(await of.settled(first.id)).toMatchObject({ state: 'succeeded' })
    expect(await of.settled(second.id)).toMatchObject({ state: 'failed', error: { code: 'EDIT_REFUSED' } })
    expect((await of.people())['2']?.email).toBe('bob@x.io')
  })

  test('a pinned field is no file’s to write until its day is over, and the refusal is told', async () => {
    const of = await staffed(engine)
    const email = async () => (await of.people())['1']?.email
    const until = new Date(of.clock.current.getTime() + 2 * DAY_MS).toISOString().slice(0, 10)
    const run = await edit(of, '1', set({ Email: 'right@x.io' }, { until }))
    const shown = await of.importer.employee('acme', '1')
    expect(shown.pins).toEqual([{ field: 'Email', until, by: 'Eve', at: run.finishedAt }])
    const again = await of.deliver(file)
    expect(again).toMatchObject({
      state: 'succeeded',
      counts: { unchanged: 3 },
      issueCounts: { W_PINNED: 1 },
    })
    expect(await email()).toBe('right@x.io')
    const { refused } = await of.importer.employee('acme', '1')
    expect(refused).toMatchObject([
      { run: again.id, code: 'W_PINNED', field: 'Email', message: expect.stringContaining(`Eve keeps`) },
    ])
    expect(await of.deliver(file)).toMatchObject({ state: 'duplicate' })
    of.wait(3 * DAY_MS)
    expect((await of.importer.employee('acme', '1')).pins).toEqual([])
    expect(await of.deliver(file)).toMatchObject({ state: 'succeeded', counts: { updated: 1 } })
    expect(await email()).toBe('ada@x.io')
  })

  test('pinned, imported, given free, imported again is imported', async () => {
    const [plain, pinned] = [await staffed(engine), await staffed(engine)]
    const other = file
      .replace('Red', 'Blue')
      .replace('bob@x.io', 'b@x.io')
      .replace('ada@x.io,1', 'robert@x.io,1')
    await plain.deliver(other)
    const { fields } = pinned.importer
    for (const [key, field] of [
      ['1', 'Team'],
      ['2', 'Email'],
      ['2', 'Manager Email'],
    ] as const)
      expect(await fields.pin('acme', key, { field, until: null }, EVE)).toBeNull()
    expect((await pinned.importer.employee('acme', '2')).pins.map(({ field }) => field)).toEqual([
      'Email',
      'Manager Email',
      'Manager Employee Id',
    ])
    expect((await pinned.deliver(other)).issueCounts).toMatchObject({ W_PINNED: 2 })
    for (const [key, field] of [
      ['1', 'Team'],
      ['2', 'Email'],
      ['2', 'Manager ID'],
    ] as const)
      expect(await fields.unpin('acme', key, field)).toBeNull()
    expect(await pinned.deliver(other)).toMatchObject({ state: 'succeeded' })
    expect(await rosterValues(pinned)).toEqual(await rosterValues(plain))
    await expect(fields.unpin('acme', '1', 'Team')).rejects.toMatchObject({ code: 'PIN_UNKNOWN' })
    for (const until of ['2020-01-01', 'soon'])
      await expect(fields.pin('acme', '1', { field: 'Team', until }, EVE)).rejects.toMatchObject({
        code: 'PIN_INVALID',
      })
  })

  test('taking back another run leaves what is pinned; taking back the correction takes the pin away', async () => {
    const of = await staffed(engine)
    const changed = await of.deliver(
      csv(HEADER, ['Ada', '1', 'ada@x.io', '', '', 'Blue'], ['Dan', '4', 'dan@x.io', '', '', '']),
    )
    expect(changed.counts).toMatchObject({ created: 1, updated: 1 })
    await of.importer.fields.pin('acme', '1', { field: 'Team', until: null }, EVE)
    await of.importer.fields.pin('acme', '4', { field: 'Name', until: null }, EVE)
    const undo = async (id: string) => await of.settled((await of.importer.undo(id, EVE)).id)
    expect((await of.importer.undoPreview(changed.id)).kept).toEqual({ UNDO_PINNED: 2 })
    expect(await undo(changed.id)).toMatchObject({ issueCounts: { UNDO_PINNED: 2 } })
    expect((await of.people())['1']?.demographics).toContain('Blue')
    expect((await of.people())['4']).toBeDefined()
    const correction = await edit(of, '2', set({ Team: 'Green' }, { until: null }))
    expect(await undo(correction.id)).toMatchObject({ state: 'succeeded', issues: [] })
    const bob = await of.importer.employee('acme', '2')
    expect([bob.pins, bob.values.find(({ field }) => field === 'Team')?.value]).toEqual([[], 'Red'])
  })

  test('who is erased leaves no pin and no correction behind', async () => {
    const of = await staffed(engine)
    const run = await edit(of, '1', set({ 'Date of Birth': '1991-02-03' }, { until: null }))
    const path = deliveryPath(of.dataDir, { accountId: of.accountId(), id: run.id })
    expect(await readFile(path, 'utf8')).toContain('1991-02-03')
    await of.importer.erase('acme', '1')
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await of.db.selectFrom('pin').selectAll().execute()).toEqual([])
  })
})
