/** What every connector must do, whatever its API is like: read all of it, or say why not and leave nothing behind. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ERRORS, type ErrorCode, ImportError } from '../../../importer/errors.ts'
import type { ConnectorKind } from '../../../schemas/hris/connection.ts'
import { type Fault, type FaultRule, KINDS, type SimRequest, TestHris } from '../../support/hris.ts'

/** The way to the list of people in an answer, and what a person's id is called there. */
const WIRE: Readonly<
  Record<ConnectorKind, { list: readonly string[]; id: string; type: readonly string[] }>
> = {
  justworks: { list: ['items'], id: 'id', type: ['sex_assigned_at_birth'] },
  trinet: { list: ['data', 'employeeData'], id: 'employeeId', type: ['bioInfo', 'gender'] },
  merge: { list: ['results'], id: 'id', type: ['gender'] },
}

type Json = Record<string, unknown>

/** A page of the list of people, not the question whether there is one. */
function isList({ path, query }: SimRequest): boolean {
  return /\/(?:members|employees)$/.test(path) && query.get('limit') !== '1'
}

const onPage = (page: number, fault: Fault, times = 1): FaultRule => ({
  when: isList,
  after: page - 1,
  times,
  fault,
})
const always = (fault: Fault): FaultRule => ({ when: isList, fault })
const status = (code: number, headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  answer: { status: code, headers, json: {} },
})

function at(json: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Json)[name], json)
}

/** The true answer, with the list of people changed in place. */
function edited(kind: ConnectorKind, change: (people: Json[], whole: Json) => void): Fault {
  return {
    kind: 'edit',
    edit: (answer) => {
      const json = structuredClone(answer.json) as Json
      change(at(json, WIRE[kind].list) as Json[], json)
      return { ...answer, json }
    },
  }
}

describe.each(KINDS)('the connector of %s reads the whole list', (kind) => {
  test('over many pages, everybody once and in order', async () => {
    const hris = await TestHris.start(kind)
    const { people, facts } = await hris.read()
    expect(people.map(({ email }) => email)).toEqual(hris.company.people.map(({ workEmail }) => workEmail))
    expect(facts.people).toBe(250)
    expect(hris.simulator.requests.filter(isList)).toHaveLength(3)
  })

  const PASSING: readonly [string, FaultRule][] = [
    ['a 401 in the middle, with a fresh credential', onPage(2, status(401))],
    ['a 429 that says how long', onPage(2, status(429, { 'retry-after': '7' }))],
    ['a 429 that does not', onPage(2, status(429))],
    ['a 429 that names a date', onPage(2, status(429, { 'retry-after': 'Sat, 21 Nov 2026 09:00:20 GMT' }))],
    ['errors of the server', onPage(1, status(500), 2)],
    ['an overload that says how long', onPage(3, status(503, { 'retry-after': '30' }))],
    ['an answer that breaks off', onPage(2, { kind: 'cut' })],
    ['a connection that breaks off', onPage(2, { kind: 'reset' }, 2)],
  ]
  test.each(PASSING)('after %s', async (_, rule) => {
    const hris = await TestHris.start(kind)
    hris.simulator.script(rule)
    const { people } = await hris.read()
    expect(new Set(people.map(({ email }) => email)).size).toBe(250)
    expect(hris.timing.slept.length + hris.refreshes).toBeGreaterThan(0)
  })

  test('when the token ends in the middle, with one fresh one for all that are under way', async () => {
    const hris = await TestHris.start(kind, { people: 900 })
    const end: Fault = {
      kind: 'edit',
      edit: (answer) => {
        hris.revoke()
        return answer
      },
    }
    hris.simulator.script(onPage(1, end))
    const { people } = await hris.read()
    expect(people).toHaveLength(900)
    expect(hris.refreshes).toBe(1)
  })

  test('and waits as long as a 429 says, before anything else is asked', async () => {
    const hris = await TestHris.start(kind)
    const began = hris.timing.current
    hris.simulator.script(onPage(2, status(429, { 'retry-after': '45' })))
    await hris.read()
    expect(hris.timing.current - began).toBeGreaterThanOrEqual(45_000)
  })

  test('with managers from later pages, and none where nobody knows them', async () => {
    const hris = await TestHris.start(kind)
    const [first, second, third] = hris.company.people
    const last = hris.company.people[249]
    if (!first || !second || !third || !last) throw new Error('the company is too small')
    first.managerId = last.id
    second.managerId = 'mem_elsewhere'
    third.managerId = null
    const { people, facts } = await hris.read()
    expect(people[0]).toMatchObject({
      ...{ 'manager.email': last.workEmail, 'manager.name': `${last.given} ${last.family}` },
    })
    expect(people[1]).toMatchObject({ 'manager.email': '', 'manager.employee_id': '' })
    expect(people[2]).toMatchObject({ 'manager.email': '', 'manager.name': '' })
    expect(facts.notes).toContainEqual({
      code: 'MANAGER_OUTSIDE',
      field: 'manager.name',
      people: 1,
      rows: [2],
    })
  })

  test('also where managers go round in a circle, or two people share an address: that is judged later', async () => {
    const hris = await TestHris.start(kind, { people: 3 })
    const [one, two, three] = hris.company.people
    if (!one || !two || !three) throw new Error('the company is too small')
    one.managerId = two.id
    two.managerId = one.id
    three.workEmail = two.workEmail
    const { people } = await hris.read()
    expect(people.map((person) => person['manager.email']).slice(0, 2)).toEqual([
      two.workEmail,
      one.workEmail,
    ])
    expect(people.map(({ email }) => email)).toEqual([one.workEmail, two.workEmail, two.workEmail])
  })

  test('with a code that no document names kept as it came, and told', async () => {
    const hris = await TestHris.start(kind, { people: 2 })
    const path = WIRE[kind].type
    const strange = edited(kind, (people) => {
      const holder = at(people[1], path.slice(0, -1)) as Json
      holder[path.at(-1) ?? ''] = 'X-7'
    })
    hris.simulator.script(always(strange))
    const { people, facts } = await hris.read()
    expect(people[1]?.[kind === 'justworks' ? 'sex' : 'gender']).toBe('X-7')
    expect(facts.notes).toContainEqual(
      expect.objectContaining({ code: 'VALUE_UNKNOWN', people: 1, rows: [2] }),
    )
  })

  test('without an Employee Id or an address where there is none, and tells for whom', async () => {
    const hris = await TestHris.start(kind, { people: 3, settings: WITH_NUMBER[kind] })
    const [, two, three] = hris.company.people
    if (!two || !three) throw new Error('the company is too small')
    two.number = null
    three.workEmail = null
    // A personal address must not step in for it.
    three.personalEmail = 'three@home.example'
    const { people, facts } = await hris.read()
    expect(people[1]).toMatchObject({ employee_id: '', email: two.workEmail })
    expect(people[2]).toMatchObject({ employee_id: three.number, email: '' })
    expect(facts.notes).toContainEqual({
      code: 'EMPLOYEE_ID_BLANK',
      field: 'employee_id',
      people: 1,
      rows: [2],
    })
    expect(facts.notes).toContainEqual({ code: 'EMAIL_BLANK', field: 'email', people: 1, rows: [3] })
  })

  test('and of it only what is mapped: neither pay nor personal addresses ever become a cell', async () => {
    const hris = await TestHris.start(kind, { people: 60 })
    const { rows } = await hris.read()
    const text = JSON.stringify(rows)
    expect(text).not.toContain('home.example')
    expect(text).not.toMatch(/12345600|123456|SM1/)
    expect(rows[0]).toEqual(hris.connector.automaticMapping.map(({ field }) => field))
  })
})

const WITH_NUMBER: Readonly<Record<ConnectorKind, Record<string, string>>> = {
  justworks: {},
  trinet: { employeeIdFrom: 'alternateId' },
  merge: {},
}

interface Refusal {
  readonly name: string
  readonly code: ErrorCode
  readonly script: (kind: ConnectorKind, hris: TestHris) => readonly FaultRule[]
  readonly only?: ConnectorKind
  readonly says?: RegExp
  readonly limits?: { readonly answerMs?: number; readonly bodyBytesMax?: number }
}

const REFUSALS: readonly Refusal[] = [
  {
    name: 'a credential that is refused, and the fresh one as well',
    code: 'API_AUTH',
    script: (_, hris) => {
      hris.isRevoked = true
      return []
    },
  },
  {
    name: 'a credential that is refused on the second page, and for good',
    code: 'API_AUTH',
    script: () => [{ when: isList, after: 1, fault: status(401) }],
  },
  { name: 'a missing permission', code: 'API_PERMISSION', script: () => [always(status(403))] },
  {
    name: 'a permission that is lost on the third page',
    code: 'API_PERMISSION',
    script: () => [onPage(3, status(403))],
  },
  { name: 'a plan without the API', code: 'API_PLAN', script: () => [always(status(402))] },
  {
    name: 'a 429 that does not end',
    code: 'API_RATE',
    script: () => [always(status(429))],
  },
  {
    name: 'a 429 that wants an hour',
    code: 'API_RATE',
    says: /3600 more seconds/,
    script: () => [always(status(429, { 'retry-after': '3600' }))],
  },
  { name: 'errors that do not end', code: 'API_UNREACHABLE', script: () => [always(status(500))] },
  { name: 'answers that always break off', code: 'API_PARTIAL', script: () => [always({ kind: 'cut' })] },
  {
    name: 'an empty list',
    code: 'API_PARTIAL',
    says: /nobody/,
    script: (kind) => [
      always(
        edited(kind, (people, whole) => {
          people.length = 0
          Object.assign(whole, { next: null })
          delete whole['next_cursor']
          const data = whole['data'] as Json | undefined
          if (data) Object.assign(data, { employeesTotal: 0, hasMore: false })
        }),
      ),
    ],
  },
  {
    name: 'the same page twice',
    code: 'API_PARTIAL',
    says: /twice/,
    script: (kind) => {
      let first: Json[] | null = null
      const repeat = edited(kind, (people) => {
        first ??= structuredClone(people)
        people.splice(0, people.length, ...first)
      })
      return [{ when: isList, times: 2, fault: repeat }]
    },
  },
  {
    name: 'a page that names itself as the next one',
    code: 'API_PARTIAL',
    script: (kind) => [
      {
        when: isList,
        fault: {
          kind: 'edit',
          edit: (answer, { query }) => {
            const json = structuredClone(answer.json) as Json
            const cursor = query.get('cursor')
            if (kind === 'merge' && cursor !== null) json['next'] = cursor
            if (kind === 'justworks' && cursor !== null) json['next_cursor'] = cursor
            if (kind === 'trinet') (json['data'] as Json)['hasMore'] = true
            return { ...answer, json }
          },
        },
      },
    ],
  },
  {
    name: 'a list that is longer every time one looks',
    only: 'trinet',
    code: 'API_PARTIAL',
    says: /changed/,
    script: () => {
      let total = 250
      const grow = edited('trinet', (_, whole) => {
        total += 1
        Object.assign(whole['data'] as Json, { employeesTotal: total })
      })
      return [always(grow)]
    },
  },
  {
    name: 'a list that ends before everybody was named',
    only: 'trinet',
    code: 'API_PARTIAL',
    script: () => [
      always(
        edited('trinet', (people, whole) => {
          people.length = Math.min(people.length, 40)
          Object.assign(whole['data'] as Json, { hasMore: false })
        }),
      ),
    ],
  },
  {
    name: 'a page that somebody is missing an id on',
    code: 'API_SCHEMA',
    says: /\.(?:id|employeeId)"/,
    script: (kind) => [always(edited(kind, (people) => delete people[0]?.[WIRE[kind].id]))],
  },
  {
    name: 'a page for people instead of programs',
    code: 'API_SCHEMA',
    says: /not JSON/,
    script: () => [always({ kind: 'answer', answer: { status: 200, html: '<h1>Welcome</h1>' } })],
  },
  {
    name: 'an answer without an end',
    code: 'API_SCHEMA',
    says: /bytes/,
    limits: { bodyBytesMax: 1_000_000 },
    script: () => [always({ kind: 'endless' })],
  },
  {
    name: 'an answer that comes byte by byte',
    code: 'API_UNREACHABLE',
    says: /within 60 seconds/,
    script: (_, hris) => [always({ kind: 'drip', onByte: () => hris.timing.pass(20_000) })],
  },
  {
    name: 'no answer at all',
    code: 'API_UNREACHABLE',
    says: /within 0.04 seconds/,
    limits: { answerMs: 40 },
    script: () => [always({ kind: 'silence' })],
  },
]

describe.each(KINDS)('the connector of %s takes nothing of', (kind) => {
  const cases = REFUSALS.filter(({ only = kind }) => only === kind)
  test.each(cases)('$name: $code', async ({ code, script, says = /./, limits = {} }) => {
    const hris = await TestHris.start(kind, { limits })
    hris.simulator.script(...script(kind, hris))
    const error = await hris.read().catch((reason: unknown) => reason)
    if (!(error instanceof ImportError)) throw error
    expect(error.code).toBe(code)
    expect(error.message).toMatch(says)
    // Every placeholder of the message and of the remedy was filled.
    expect(`${error.message} ${error.fix}`).not.toMatch(/[{}]/)
    expect(Object.keys(ERRORS)).toContain(error.code)
    // Whatever happens, nobody is asked again and again.
    expect(hris.simulator.requests.length).toBeLessThan(40)
  })

  test('a redirect, which would carry the credential elsewhere', async () => {
    const seen: string[] = []
    const elsewhere = createServer((request, response) => {
      seen.push(request.url ?? '')
      response.end('{}')
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void elsewhere.close())
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
    const hris = await TestHris.start(kind)
    hris.simulator.script(always(status(302, { location })))
    await expect(hris.read()).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
    expect(seen).toEqual([])
  })

  test('a credential that was refused four times: the API is left alone for a minute', async () => {
    const hris = await TestHris.start(kind)
    hris.isRevoked = true
    for (let polls = 0; polls < 10; polls++) {
      await expect(hris.read()).rejects.toMatchObject({ code: 'API_AUTH' })
    }
    const asked = hris.simulator.requests.length
    expect(asked).toBeLessThan(10)
    hris.timing.pass(61_000)
    hris.isRevoked = false
    expect((await hris.read()).facts.people).toBe(250)
  })
})

describe.each(KINDS)('what the connector of %s says before anything is read', (kind) => {
  test('is which company it is, by few and cheap calls', async () => {
    const hris = await TestHris.start(kind, { people: 3 })
    const facts = await hris.connector.check(hris.context)
    expect(facts.name).toBe(hris.company.name)
    expect(facts.id).toBeTruthy()
    expect(facts.fields.length).toBeGreaterThan(0)
    expect(hris.simulator.requests.length).toBeLessThan(3)
    expect(hris.simulator.requests.some(isList)).toBe(false)
  })

  test('is that the credential is no good, or that it may not', async () => {
    const refused = await TestHris.start(kind, { people: 3 })
    refused.isRevoked = true
    await expect(refused.connector.check(refused.context)).rejects.toMatchObject({ code: 'API_AUTH' })
    const forbidden = await TestHris.start(kind, { people: 3 })
    forbidden.simulator.script({ fault: status(403) })
    await expect(forbidden.connector.check(forbidden.context)).rejects.toMatchObject({
      code: 'API_PERMISSION',
    })
  })
})
