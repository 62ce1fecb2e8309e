/** The history gives back every state the roster was in; and a run that is taken back leaves no trace but in it. */
import { describe, expect, test } from 'vitest'
import { endOfDay } from '../../importer/clock.ts'
import { type Draw, drawing } from '../support/draw.ts'
import { ENGINES } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'
import { rosterValues } from '../support/roster-values.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'Manager Employee Id', 'End Date', 'Employee Deactivated']
const LABELS = ['Team', 'Site', 'Level']

/** Some rows about some of twelve people, whose addresses may change hands and whose managers may come later. */
function someFile(draw: Draw): string {
  const labels = LABELS.filter(() => draw.isLucky(0.4))
  const ids = Array.from({ length: 12 }, (_, at) => `${at + 1}`).filter(() => draw.isLucky(0.35))
  const rows = ids.map((id) => [
    draw.isLucky(0.2) ? `Person ${id} ${draw.int(1, 9)}` : `Person ${id}`,
    id,
    draw.isLucky(0.3) ? `p${draw.int(1, 14)}@x.io` : '',
    draw.pick(['', '', `${draw.int(1, 12)}`, '__CLEAR__']),
    draw.pick(['', '', '', '2026-01-01', '2030-01-01', '__CLEAR__']),
    draw.pick(['', '', '', 'TRUE', 'FALSE']),
    ...labels.map(() => draw.pick(['', 'Red', 'Blue', '__CLEAR__'])),
  ])
  return csv([...HEADER, ...labels], ...rows)
}

/** Applies a file, with a person's word where it waits for one; null where nothing of it was applied. */
async function applied(of: TestImporter, file: string): Promise<string | null> {
  let run = await of.deliver(file, { source: 'manual' })
  if (run.state === 'held') run = await of.approve(run.id)
  return run.state.startsWith('succeeded') ? run.id : null
}

async function exportAsOf(of: TestImporter, asOf: string): Promise<string> {
  let text = ''
  for await (const chunk of of.importer.exportRoster('acme', { includeDeactivated: true, asOf }))
    text += chunk
  return text
}

describe.each(ENGINES)('on %s', (engine) => {
  test.each([1, 2, 3])(
    'every state comes back, and undoing is the way back and forth (seed %i)',
    async (seed) => {
      const of = await openTestImporter(engine)
      const draw = drawing(seed)
      const states: { run: string; text: string }[] = []
      let tried = 0
      for (let step = 0; step < 12; step++) {
        const before = await rosterValues(of)
        const run = await applied(of, someFile(draw))
        if (run === null) continue
        states.push({ run, text: await of.export() })
        const after = await rosterValues(of)
        if (JSON.stringify(after) === JSON.stringify(before)) continue
        let last = run
        for (const expected of [before, after, before].slice(0, draw.int(0, 3))) {
          last = (await of.importer.undo(last, { by: 'Eve' })).id
          expect(await of.settled(last)).toMatchObject({ state: 'succeeded' })
          expect(await rosterValues(of)).toEqual(expected)
          states.push({ run: last, text: await of.export() })
          tried++
        }
      }
      for (const { run, text } of states) expect(await exportAsOf(of, run)).toBe(text)
      expect(states.length).toBeGreaterThan(8)
      expect(tried).toBeGreaterThan(3)
    },
  )

  test('undoing an older run never changes what came later, and never fails', async () => {
    const of = await openTestImporter(engine)
    const draw = drawing(4)
    const runs: string[] = []
    for (let step = 0; step < 10; step++) {
      const run = await applied(of, someFile(draw))
      if (run !== null) runs.push(run)
    }
    for (const run of runs) {
      const preview = await of.importer.undoPreview(run).catch(() => null)
      if (preview === null) continue
      const { id } = await of.importer.undo(run, { by: 'Eve' })
      const undone = await of.settled(id)
      expect(undone.counts).toMatchObject({ updated: preview.restored, removed: preview.removed })
      expect(undone.state).toMatch(/^succeeded/)
      expect(preview.kept).toEqual(
        Object.fromEntries(
          Object.entries(undone.issueCounts).filter(([code]) => code !== 'UNDO_DEMOGRAPHIC_KEPT'),
        ),
      )
    }
  })

  test('a day means its end where the account is', async () => {
    const of = await openTestImporter(engine, { now: '2026-03-01T12:00:00Z', timezone: 'America/New_York' })
    await of.deliver(csv(['Name', 'Employee Id'], ['Ada', '1']))
    // Still the first of March in New York.
    of.clock.current = new Date('2026-03-02T04:30:00Z')
    await of.deliver(csv(['Name', 'Employee Id'], ['Bob', '2']))
    of.clock.current = new Date('2026-03-02T05:30:00Z')
    await of.deliver(csv(['Name', 'Employee Id'], ['Cyd', '3']))
    const names = async (day: string) => (await exportAsOf(of, day)).match(/Ada|Bob|Cyd/g) ?? []
    expect(await names('2026-02-28')).toEqual([])
    expect(await names('2026-03-01')).toEqual(['Ada', 'Bob'])
    expect(await names('2026-03-02')).toEqual(['Ada', 'Bob', 'Cyd'])
    for (const asOf of ['2026-02-30', 'yesterday', '01m7ynaym07xtx1v'])
      await expect(exportAsOf(of, asOf)).rejects.toMatchObject({
        code: expect.stringMatching(/AS_OF_INVALID|RUN_UNKNOWN/),
      })
  })
})

test.each([
  ['UTC', '2026-11-21', '2026-11-21T23:59:59.999Z'],
  ['Pacific/Kiritimati', '2026-11-21', '2026-11-21T09:59:59.999Z'],
  ['Pacific/Niue', '2026-11-21', '2026-11-22T10:59:59.999Z'],
  ['Europe/Berlin', '2026-10-25', '2026-10-25T22:59:59.999Z'],
  ['America/New_York', '2026-03-08', '2026-03-09T03:59:59.999Z'],
])('in %s the %s ends at %s', (timezone, day, end) => {
  expect(endOfDay(timezone, day).toISOString()).toBe(end)
})
