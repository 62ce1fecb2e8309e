/** Who may write what: the rule for a moment, and a plan that respects it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type PinInForce,
  type Rule,
  rightOf,
  rulesFor,
  type WritePolicy,
} from '../../../importer/plan/ownership.ts'
import type { ValueKey } from '../../../importer/plan/person.ts'
import { fieldOwnershipSchema, type Right } from '../../../schemas/ownership.ts'
import { MemoryRoster, type Row } from './memory-roster.ts'

/** `silent`: sources that were not heard for as long as anybody asks. */
function right(source: string, given: unknown, silent: readonly string[] = []) {
  return rightOf(source, fieldOwnershipSchema.parse(given), (one) => silent.includes(one))
}

const named = (...words: string[]) =>
  words.map((word) => ({ source: word.split(':')[0], mode: word.split(':')[1] ?? 'always' }))

describe('what a source may do', () => {
  const abc = { sources: named('a', 'b', 'c:fillIfEmpty', 'd:never'), silentDays: 3 }
  test.each<[string, unknown, string[], Right, string | null]>([
    ['a', abc, [], 'always', 'a'],
    ['b', abc, [], 'standIn', 'a'],
    ['c', abc, [], 'fillIfEmpty', 'a'],
    ['d', abc, [], 'never', 'a'],
    ['other', abc, [], 'never', 'a'],
    ['other', { ...abc, others: 'fillIfEmpty' }, [], 'fillIfEmpty', 'a'],
    ['other', { ...abc, others: 'always' }, [], 'always', 'a'],
    // The owner is silent: the next writes, and the owner again as soon as it is back.
    ['b', abc, ['a'], 'always', 'b'],
    ['c', abc, ['a'], 'fillIfEmpty', 'b'],
    ['a', abc, ['a'], 'always', 'a'],
    // All are silent: whoever speaks first writes.
    ['a', abc, ['a', 'b'], 'always', 'a'],
    ['b', abc, ['a', 'b'], 'always', 'b'],
    ['c', abc, ['a', 'b'], 'fillIfEmpty', 'a'],
    // Nobody waits for silence where no days are set.
    ['b', { ...abc, silentDays: null }, ['a'], 'standIn', 'a'],
    ['b', { sources: named('a:fillIfEmpty', 'b') }, [], 'always', 'b'],
    ['b', { sources: named('a:fillIfEmpty') }, [], 'never', null],
  ])('%s under %j with %j silent: %s', (source, given, silent, expected, owner) => {
    expect(right(source, given, silent)).toEqual({ right: expected, owner })
  })

  test('only what is less than everything becomes a rule', () => {
    const parse = (sources: unknown) => fieldOwnershipSchema.parse({ sources })
    const ownership = { email: parse(named('a')), name: parse(named('b')) }
    expect([...rulesFor('a', ownership, () => false)]).toEqual([['name', { right: 'never', owner: 'b' }]])
  })
})

const rule = (given: Rule['right']): Rule => ({ right: given, owner: 'hris' })
type Rules = { readonly [K in ValueKey]?: Rule['right'] }
function policy(rules: Rules, pins: Record<number, readonly ValueKey[]> = {}): WritePolicy {
  const pin: PinInForce = { by: 'Eve', until: null }
  return {
    rules: new Map(
      Object.entries(rules as Record<string, Rule['right']>).map(([key, one]) => [
        key as ValueKey,
        rule(one),
      ]),
    ),
    pins: new Map(
      Object.entries(pins).map(([person, keys]) => [Number(person), new Map(keys.map((key) => [key, pin]))]),
    ),
  }
}

const ada: Row = { employeeId: '1', email: 'a@x.io', name: 'Ada', startDate: '2020-01-01', '#Team': 'Red' }

describe('a plan', () => {
  test.each<[string, Rules, Row, Row, (string | null)[]]>([
    ['never', { email: 'never' }, {}, { email: 'b@x.io' }, ['a@x.io', 'W_NOT_OWNER']],
    ['a stand-in waits', { email: 'standIn' }, {}, { email: 'b@x.io' }, ['a@x.io', 'W_NOT_OWNER']],
    ['what is filled stays', { email: 'fillIfEmpty' }, {}, { email: 'b@x.io' }, ['a@x.io', 'W_NOT_OWNER']],
    ['what is empty is filled', { email: 'fillIfEmpty' }, { email: null }, { email: 'b@x.io' }, ['b@x.io']],
    ['the same is no attempt', { email: 'never' }, {}, { email: 'a@x.io' }, ['a@x.io']],
    ['nor is saying nothing', { email: 'never' }, {}, {}, ['a@x.io']],
  ])('%s', (_, rules, before, row, [email, ...codes]) => {
    const roster = MemoryRoster.of({ ...ada, ...before })
    const { said } = roster.import([{ employeeId: '1', ...row }], { policy: policy(rules) })
    expect(roster.find('1').core.email).toBe(email)
    expect(Object.keys(said)).toEqual(codes)
  })

  test('a refused value is told at its column, with whose it is and not with what it was', () => {
    const roster = MemoryRoster.of(ada)
    const rows: Row[] = [{ employeeId: '1', name: 'Secret', '#Team': 'Secret', startDate: '2021-01-01' }]
    const { planned, issues, outcomes } = roster.plan(rows, {
      policy: policy({ name: 'never', d1: 'fillIfEmpty' }, { 1: ['startDate'] }),
    })
    expect(outcomes).toEqual(['unchanged'])
    expect(planned).toMatchObject([{ action: 'unchanged', personId: 1, changes: [] }])
    expect(planned[0]?.codes.toSorted()).toEqual(['W_NOT_OWNER', 'W_PINNED'])
    expect(issues.map(({ code, field, params }) => [code, field, params])).toEqual([
      ['W_NOT_OWNER', 'Name', { why: 'it belongs to the source "hris"' }],
      [
        'W_NOT_OWNER',
        'Team',
        { why: 'this source only fills it where it is empty, and it belongs to the source "hris"' },
      ],
      ['W_PINNED', 'Start Date', { by: 'Eve', until: '' }],
    ])
    expect(JSON.stringify(issues)).not.toContain('Secret')
  })

  test('a pin with an end says when, and a field without an owner that it has none', () => {
    const roster = MemoryRoster.of(ada)
    const given: WritePolicy = {
      rules: new Map([['name', { right: 'never', owner: null }]]),
      pins: new Map([[1, new Map([['email', { by: 'Eve', until: '2027-01-31' }]])]]),
    }
    const { issues } = roster.plan([{ employeeId: '1', name: 'B', email: 'b@x.io' }], { policy: given })
    expect(issues.map(({ params }) => params)).toEqual([
      { why: 'no source owns it' },
      { by: 'Eve', until: ' until 2027-01-31' },
    ])
  })

  test('somebody new has nothing of anybody yet: only who may never write is refused', () => {
    const roster = new MemoryRoster()
    const rows: Row[] = [
      { employeeId: '1', name: 'Ada', email: 'a@x.io', '#Team': 'Red', deactivated: 'FALSE' },
    ]
    roster.import(rows, {
      policy: policy({ name: 'standIn', email: 'fillIfEmpty', d1: 'never', deactivated: 'never' }),
    })
    const { core, demographics } = roster.find('1')
    expect([core.name, core.email, demographics]).toEqual(['Ada', 'a@x.io', {}])
  })

  test.each([
    [{ name: 'never' } as const, 'ROW_NAME_REQUIRED'],
    [{ email: 'never', employeeId: 'never' } as const, 'ROW_NO_IDENTIFIER'],
  ])('who may not write %j brings no new people', (rules, code) => {
    const roster = new MemoryRoster()
    const { said, outcomes } = roster.import([ada], { policy: policy(rules) })
    expect(outcomes).toEqual(['rejected'])
    expect(Object.keys(said)).toContain(code)
    expect(roster.people.size).toBe(0)
  })

  test('a pinned or foreign manager stays, with the line', () => {
    for (const one of [
      policy({ managerEmail: 'fillIfEmpty', managerEmployeeId: 'fillIfEmpty' }),
      policy({}, { 3: ['managerEmail', 'managerEmployeeId'] }),
    ]) {
      const roster = MemoryRoster.of(
        ada,
        { employeeId: '2', name: 'Bob', email: 'b@x.io' },
        { employeeId: '3', name: 'Cyd', managerEmployeeId: '1' },
      )
      roster.import([{ employeeId: '3', managerEmail: 'b@x.io' }], { policy: one })
      expect(roster.managerOf('3')).toBe('1')
      expect(roster.find('3').core).toMatchObject({ managerEmail: null, managerEmployeeId: '1' })
    }
  })

  test('a later Start Date does not end an End Date that belongs to another', () => {
    const left: Row = { ...ada, endDate: '2021-01-01' }
    const [free, owned] = [MemoryRoster.of(left), MemoryRoster.of(left)]
    const back: Row[] = [{ employeeId: '1', startDate: '2022-01-01' }]
    free.import(back, { isManual: true })
    owned.import(back, { isManual: true, policy: policy({ endDate: 'never' }) })
    expect(free.find('1').core).toMatchObject({ startDate: '2022-01-01', endDate: null })
    expect(owned.find('1').core).toMatchObject({ startDate: '2020-01-01', endDate: '2021-01-01' })
  })

  test('an address that is handed on is doubted by its name, also where the name is not the file’s to give', () => {
    const roster = MemoryRoster.of({ ...ada, endDate: '2021-01-01' })
    const { said } = roster.plan([{ email: 'a@x.io', name: 'Zoe', '#Team': 'Blue' }], {
      policy: policy({ name: 'never' }),
    })
    expect(said['ID_RECYCLED_EMAIL']).toEqual([1])
  })
})

const KEYS = ['name', 'email', 'startDate', 'endDate', 'deactivated', 'd1', 'dateOfBirth'] as const
const rowOf = fc.record(
  {
    employeeId: fc.constantFrom('1', '2', '3', '4'),
    name: fc.constantFrom('Ada', 'Bob', 'Cyd'),
    email: fc.constantFrom('a@x.io', 'b@x.io', 'c@x.io', null),
    startDate: fc.constantFrom('2020-01-01', '2024-01-01', null),
    endDate: fc.constantFrom('2022-01-01', '2030-01-01', null),
    deactivated: fc.constantFrom('TRUE', 'FALSE'),
    dateOfBirth: fc.constantFrom('1990-01-01', '1991-01-01'),
    '#Team': fc.constantFrom('Red', 'Blue', null),
  },
  { requiredKeys: ['employeeId'] },
) as fc.Arbitrary<Row>
const files = fc.array(fc.array(rowOf, { maxLength: 5 }), { minLength: 1, maxLength: 3 })
const rulesOf = fc.dictionary(
  fc.constantFrom(...KEYS),
  fc.constantFrom<Rule['right']>('never', 'standIn', 'fillIfEmpty'),
) as fc.Arbitrary<Rules>
const pinsOf = fc.dictionary(
  fc.constantFrom('1', '2', '3'),
  fc.uniqueArray(fc.constantFrom<ValueKey>(...KEYS), { maxLength: 4 }),
) as fc.Arbitrary<Record<number, ValueKey[]>>

/** The row with an address of the person's own, and a start before every end. */
function sound({ email, startDate, ...row }: Row): Row {
  return {
    ...row,
    ...(email === undefined ? {} : { email: email === null ? null : `${row.employeeId}${email}` }),
    ...(startDate === undefined ? {} : { startDate: startDate === null ? null : '2020-01-01' }),
  }
}

describe('whatever the roster, the file and the rules', () => {
  const staffed = (all: Row[][]): MemoryRoster => {
    const roster = new MemoryRoster()
    for (const one of all) roster.import(one, { mayReactivate: true, isManual: true })
    return roster
  }

  test('what nobody may write is as it was, on everybody who was there', () => {
    fc.assert(
      fc.property(files, fc.array(rowOf, { maxLength: 5 }), rulesOf, pinsOf, (all, rows, rules, pins) => {
        const roster = staffed(all)
        const before = new Map(roster.people)
        roster.import(rows, { mayReactivate: true, isManual: true, policy: policy(rules, pins) })
        for (const [id, person] of before) {
          const now = roster.people.get(id)
          for (const key of KEYS) {
            const value = (one: typeof person | undefined) =>
              key === 'd1' ? (one?.demographics['1'] ?? null) : (one?.core[key] ?? null)
            const isForeign = rules[key] === 'never' || rules[key] === 'standIn'
            const isFilled = rules[key] === 'fillIfEmpty' && value(person) !== null
            if (isForeign || isFilled || pins[id]?.includes(key)) expect(value(now)).toBe(value(person))
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  test('with no rule and no pin everything is as without them', () => {
    fc.assert(
      fc.property(files, fc.array(rowOf, { maxLength: 5 }), (all, rows) => {
        const [plain, asked] = [staffed(all), staffed(all)]
        const of = { mayReactivate: true, isManual: true }
        expect(asked.import(rows, { ...of, policy: policy({}) })).toEqual(plain.import(rows, of))
        expect(asked.canonical()).toEqual(plain.canonical())
      }),
      { numRuns: 100 },
    )
  })

  test('pinned, imported, free, imported again is imported', () => {
    fc.assert(
      fc.property(files, fc.array(rowOf, { maxLength: 5 }), pinsOf, (some, file, pins) => {
        // Nothing by which one row stands in another's way, or a value in that of another of the same row.
        const [all, rows] = [some.map((one) => one.map(sound)), file.map(sound)]
        const [plain, pinned] = [staffed(all), staffed(all)]
        // By the person's own word, so that no guard on the way depends on the order of things.
        const of = { mayReactivate: true, isManual: true }
        plain.import(rows, of)
        plain.import(rows, of)
        pinned.import(rows, { ...of, policy: policy({}, pins) })
        pinned.import(rows, of)
        expect(pinned.canonical()).toEqual(plain.canonical())
      }),
      { numRuns: 150 },
    )
  })
})
