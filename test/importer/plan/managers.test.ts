import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemoryRoster, type Row, TODAY } from './memory-roster.ts'

const boss: Row = { name: 'Boss', employeeId: '1', email: 'boss@x.io' }
const other: Row = { name: 'Other', employeeId: '2', email: 'other@x.io' }
const ada: Row = { name: 'Ada', employeeId: '3', email: 'ada@x.io' }

const led = (managerEmail: string | null): Row => ({ ...ada, managerEmail })

describe('who reports to whom', () => {
  test('a manager may stand below, in a later batch, or be known already', () => {
    for (const batch of [1, 1_000]) {
      const roster = new MemoryRoster()
      roster.import([led('boss@x.io'), boss], { batch })
      expect(roster.managerOf('3')).toBe('1')
    }
    const known = MemoryRoster.of(boss)
    known.import([{ ...ada, managerEmployeeId: '1' }])
    expect(known.managerOf('3')).toBe('1')
  })

  test('a blank cell keeps the manager, a cleared one takes it away, by either key', () => {
    const roster = MemoryRoster.of(boss, led('boss@x.io'))
    roster.import([{ ...ada, language: 'en' }])
    expect(roster.managerOf('3')).toBe('1')
    roster.import([led(null)])
    expect(roster.managerOf('3')).toBeNull()
    expect(roster.find('3').core.managerEmail).toBeNull()
  })

  test('the next manager by the other key replaces both', () => {
    const roster = MemoryRoster.of(boss, other, led('boss@x.io'))
    roster.import([{ ...ada, managerEmployeeId: '2' }])
    expect(roster.managerOf('3')).toBe('2')
    expect(roster.find('3').core).toMatchObject({ managerEmail: null, managerEmployeeId: '2' })
  })

  test('a manager whose row is rejected is still found in the roster; a new one is unknown', () => {
    const roster = MemoryRoster.of(boss)
    const twice = [boss, { ...boss, email: 'else@x.io' }]
    expect(roster.plan([...twice, led('boss@x.io')]).said).not.toHaveProperty('HIER_MANAGER_UNKNOWN')
    const nobody = new MemoryRoster()
    expect(nobody.plan([...twice, led('boss@x.io')]).said).toMatchObject({ HIER_MANAGER_UNKNOWN: [3] })
  })

  test('the line of a rejected row is not set, nor taken away', () => {
    const roster = MemoryRoster.of(boss, other, led('boss@x.io'))
    roster.import([led('other@x.io'), led('other@x.io')])
    expect(roster.managerOf('3')).toBe('1')
    // The first row takes Ada by email and clears her manager; the second names her by id.
    roster.import([{ email: 'ada@x.io', managerEmail: null }, { employeeId: '3' }])
    expect(roster.managerOf('3')).toBe('1')
  })
})

describe('a manager nobody knows', () => {
  test('is said, remembered, and linked when a later file brings that manager, even without the row', () => {
    const roster = new MemoryRoster()
    expect(roster.import([led('boss@x.io')]).said).toEqual({ HIER_MANAGER_UNKNOWN: [1] })
    expect(roster.find('3').core.managerEmail).toBe('boss@x.io')
    expect(roster.import([boss]).said).toEqual({})
    expect(roster.managerOf('3')).toBe('1')
    const byId = MemoryRoster.of({ ...ada, managerEmployeeId: '1' })
    byId.import([boss])
    expect(byId.managerOf('3')).toBe('1')
  })

  test('is linked although the row of whoever waits is rejected, or is silent about managers', () => {
    const rejected = MemoryRoster.of(led('boss@x.io'))
    rejected.import([boss, ada, ada])
    expect(rejected.managerOf('3')).toBe('1')
    const silent = MemoryRoster.of(led('boss@x.io'))
    silent.import([boss, ada])
    expect(silent.managerOf('3')).toBe('1')
  })

  test('is forgotten by a row that names another or none', () => {
    for (const managerEmail of ['other@x.io', null]) {
      const roster = MemoryRoster.of(other, led('boss@x.io'))
      roster.import([boss, led(managerEmail)])
      expect(roster.managerOf('3')).toBe(managerEmail === null ? null : '2')
    }
  })

  test('is said again by every file that still names them', () => {
    const roster = MemoryRoster.of(led('boss@x.io'))
    const { counts, said } = roster.import([led('boss@x.io')])
    expect([counts.unchanged, said]).toEqual([1, { HIER_MANAGER_UNKNOWN: [1] }])
  })

  test('replaces a manager who was known', () => {
    const roster = MemoryRoster.of(boss, led('boss@x.io'))
    roster.import([led('new@x.io')])
    expect(roster.managerOf('3')).toBeNull()
  })

  test('is not the person who waits, even when they get that very address themselves', () => {
    const roster = MemoryRoster.of(led('late@x.io'))
    roster.import([{ employeeId: '3', email: 'late@x.io' }])
    expect(roster.managerOf('3')).toBeNull()
  })
})

describe('an address that moves', () => {
  test('a manager who gets a new address keeps their reports, also where the file still has the old one', () => {
    const roster = MemoryRoster.of(boss, led('boss@x.io'))
    roster.import([{ ...boss, email: 'chief@x.io' }])
    expect(roster.managerOf('3')).toBe('1')
    expect(roster.import([led('boss@x.io')]).said).toEqual({})
    expect(roster.managerOf('3')).toBe('1')
  })

  test('a row that changes nothing changes no reporting line, though the address has gone to somebody else', () => {
    const roster = MemoryRoster.of(boss, led('boss@x.io'))
    roster.import([{ ...boss, email: 'chief@x.io' }])
    roster.import([{ ...other, email: 'boss@x.io' }])
    expect(roster.managerOf('3')).toBe('1')
    expect(roster.import([led('boss@x.io')]).counts).toMatchObject({ unchanged: 1, updated: 0 })
    expect(roster.managerOf('3')).toBe('1')
    // Said anew, it means whoever has it now.
    roster.import([led(null)])
    roster.import([led('boss@x.io')])
    expect(roster.managerOf('3')).toBe('2')
  })

  test('an address that the same file takes away from somebody names nobody', () => {
    const roster = MemoryRoster.of(boss, ada)
    expect(roster.import([led('boss@x.io'), { ...boss, email: 'chief@x.io' }]).said).toEqual({
      HIER_MANAGER_UNKNOWN: [1],
    })
    expect(roster.managerOf('3')).toBeNull()
  })

  test('an address whose taking away was refused still names its owner', () => {
    const roster = MemoryRoster.of(boss, ada)
    const moving = { ...boss, email: 'chief@x.io' }
    roster.import([led('boss@x.io'), moving, moving])
    expect(roster.managerOf('3')).toBe('1')
  })
})

describe('what cannot be', () => {
  test.each<[string, Row]>([
    ['the address of the row', { ...ada, managerEmail: 'ada@x.io' }],
    ['the id of the row', { ...ada, managerEmployeeId: '3' }],
    ['the stored address', { employeeId: '3', managerEmail: 'ada@x.io' }],
    ['the stored id', { email: 'ada@x.io', managerEmployeeId: '3' }],
    ['the new address', { employeeId: '3', email: 'new@x.io', managerEmail: 'new@x.io' }],
  ])('nobody becomes their own manager by %s, and who was known before stays', (_, row) => {
    const roster = MemoryRoster.of(boss, led('boss@x.io'))
    expect(roster.import([row]).said).toEqual({ HIER_SELF: [1] })
    expect(roster.managerOf('3')).toBe('1')
    const nobody = new MemoryRoster()
    if (row.name) expect(nobody.import([row]).counts.created).toBe(1)
  })

  test('a circle costs its members the line, names their number, and spares everybody else', () => {
    const roster = MemoryRoster.of(boss, led('boss@x.io'))
    const { said, issues } = roster.import([
      { ...boss, managerEmail: 'other@x.io' },
      { ...other, managerEmail: 'ada@x.io' },
    ])
    expect(said).toEqual({ HIER_LOOP: [1, 2] })
    expect(issues[0]?.params).toEqual({ circle: 'row 1 → row 2 → person 2 → row 1' })
    expect(['1', '2', '3'].map((id) => roster.managerOf(id))).toEqual([null, null, '1'])
  })

  test('a circle that closes by somebody who only waited is broken without a word about rows', () => {
    const roster = MemoryRoster.of(led('boss@x.io'))
    // Ada waits for Boss; Boss comes and reports to Ada.
    expect(roster.import([{ ...boss, managerEmail: 'ada@x.io' }]).said).toEqual({ HIER_LOOP: [1] })
    expect(roster.managerOf('3')).toBeNull()
    expect(roster.managerOf('1')).toBeNull()
  })

  test('two keys that name two people set no manager; two that name one do', () => {
    const both = (managerEmail: string, managerEmployeeId: string): Row => ({
      ...ada,
      managerEmail,
      managerEmployeeId,
    })
    const roster = MemoryRoster.of(boss, other)
    expect(roster.import([both('boss@x.io', '2')]).said).toEqual({ HIER_MGR_CONFLICT: [1] })
    expect(roster.managerOf('3')).toBeNull()
    expect(roster.import([both('boss@x.io', '1')]).said).toEqual({})
    expect(roster.managerOf('3')).toBe('1')
  })

  test('of two keys the one that is known decides, whichever it is', () => {
    const [byMail, byId] = [MemoryRoster.of(boss), MemoryRoster.of(boss)]
    expect(byMail.import([{ ...ada, managerEmail: 'boss@x.io', managerEmployeeId: '77' }]).said).toEqual({
      HIER_MANAGER_UNKNOWN: [1],
    })
    expect(byId.import([{ ...ada, managerEmail: 'nobody@x.io', managerEmployeeId: '1' }]).said).toEqual({
      HIER_MANAGER_UNKNOWN: [1],
    })
    expect([byMail.managerOf('3'), byId.managerOf('3')]).toEqual(['1', '1'])
  })
})

test('a long circle is named by its first ten', () => {
  const roster = new MemoryRoster()
  const round = (count: number): Row[] =>
    Array.from({ length: count }, (_, at) => ({
      ...{ name: `P${at}`, employeeId: `${at}` },
      managerEmployeeId: `${(at + 1) % count}`,
    }))
  const circleOf = (count: number) => roster.plan(round(count)).issues[0]?.params['circle']
  expect(circleOf(2)).toBe('row 1 → row 2 → row 1')
  expect(circleOf(11)).toMatch(/^row 1 → .* → row 11 → row 1$/)
  expect(circleOf(12)).toMatch(/^row 1 → .* → row 10 → 2 more → row 1$/)
})

describe('a manager who is not there', () => {
  const gone: Row = { ...boss, endDate: '2020-01-01' }
  const off: Row = { ...boss, deactivated: 'TRUE' }
  const told = { HIER_MANAGER_INACTIVE: [1] }

  test.each<[string, before: Row[], file: Row[], said: Record<string, number[]>]>([
    ['who left before', [gone], [led('boss@x.io')], told],
    ['who was switched off before', [off], [led('boss@x.io')], told],
    ['who leaves by a later row', [boss], [led('boss@x.io'), gone], told],
    ['who comes as one who left', [], [led('boss@x.io'), gone], told],
    ['who comes back by a later row', [gone], [led('boss@x.io'), { ...boss, endDate: null }], {}],
    ['who is there', [boss], [led('boss@x.io'), boss], {}],
    ['whose own row is left out', [gone], [led('boss@x.io'), { ...boss, outcome: 'excluded' }], told],
  ])('%s is set, and told where it matters', (_, before, file, said) => {
    const roster = MemoryRoster.of(...before)
    expect(roster.import(file, { isManual: true }).said).toMatchObject(said)
    if (!('HIER_MANAGER_INACTIVE' in said))
      expect(roster.plan(file, { isManual: true }).said).not.toHaveProperty('HIER_MANAGER_INACTIVE')
    expect(roster.managerOf('3')).toBe('1')
    // The same file again sets no line, so there is nothing new to tell.
    expect(roster.import(file, { isManual: true }).said).not.toHaveProperty('HIER_MANAGER_INACTIVE')
  })
})

describe('people at the top', () => {
  const settings = { topsMax: 1 }
  const tops = (roster: MemoryRoster, rows: Row[]) =>
    roster.plan(rows, { settings, isManual: true }).trips.find(({ code }) => code === 'HIER_TOO_MANY_TOPS')
      ?.params

  test('are counted as they will be: new ones, lines taken away, leavers, late links', () => {
    expect(tops(new MemoryRoster(), [boss, led('boss@x.io')])).toBeUndefined()
    expect(tops(new MemoryRoster(), [boss, ada])).toEqual({ tops: 2, before: 0, limit: 1 })
    const staffed = MemoryRoster.of(boss, led('boss@x.io'))
    expect(tops(staffed, [other])).toEqual({ tops: 2, before: 1, limit: 1 })
    expect(tops(staffed, [led(null)])).toEqual({ tops: 2, before: 1, limit: 1 })
    expect(tops(staffed, [led(null), { ...boss, endDate: '2026-01-01' }])).toBeUndefined()
    expect(tops(staffed, [{ ...other, outcome: 'excluded' }])).toBeUndefined()
    const waits = MemoryRoster.of(led('boss@x.io'))
    expect(tops(waits, [boss])).toBeUndefined()
    const left = MemoryRoster.of({ ...led('boss@x.io'), endDate: '2026-01-01' }, other)
    expect(tops(left, [boss])).toEqual({ tops: 2, before: 1, limit: 1 })
  })

  test('are the same as those found by looking at everybody afterwards', () => {
    const person = fc.record({
      id: fc.integer({ min: 1, max: 6 }),
      manager: fc.option(fc.integer({ min: 1, max: 8 })),
      endDate: fc.option(fc.constant('2020-01-01')),
      deactivated: fc.constantFrom('TRUE', 'FALSE'),
    })
    const rows = fc.uniqueArray(person, { selector: ({ id }) => id, maxLength: 6 }).map((people) =>
      people.map(
        ({ id, manager, endDate, deactivated }): Row => ({
          ...{ name: `P${id}`, employeeId: `${id}`, endDate, deactivated },
          managerEmployeeId: manager === null ? null : `${manager}`,
        }),
      ),
    )
    fc.assert(
      fc.property(rows, rows, (first, second) => {
        const roster = MemoryRoster.of(...first)
        const all = () =>
          [...roster.people.values()].filter(
            ({ managerId, core }) =>
              managerId === null && core.deactivated !== 'TRUE' && (core.endDate ?? '9') > TODAY,
          ).length
        const before = all()
        const { topsChange } = roster.import(second, { settings, isManual: true, mayReactivate: true })
        expect(topsChange).toEqual({ before, after: all() })
      }),
    )
  })
})
