/** The generator of invented companies: what tests and benches rely on when they use it. */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { makePeople, PEOPLE_HEADERS, peopleCsvChunks, writePeopleCsv } from './support/people.ts'

const company = { seed: 7, count: 2_000 }

test('the same seed makes the same bytes on every machine', () => {
  const hash = createHash('sha256')
    .update(writePeopleCsv(makePeople(company)))
    .digest('hex')
  expect(hash).toBe('20aceb17831eb1720f9b0e9cf14ce368de9217af3b11c824207c0fefdcae859d')
  expect(writePeopleCsv(makePeople({ ...company, seed: 8 }))).not.toBe(writePeopleCsv(makePeople(company)))
})

test('a file made in chunks is the file made at once, whatever the dialect', () => {
  const options = { delimiter: ';', eol: '\r\n', bom: true } as const
  expect([...peopleCsvChunks(company, options)].join('')).toBe(writePeopleCsv(makePeople(company), options))
  expect([...peopleCsvChunks({ seed: 7, count: 0 })].join('')).toBe(`${PEOPLE_HEADERS.join(',')}\n`)
})

test('everybody reports up to one top, to managers who stand before and after them and who stay', () => {
  const people = makePeople(company)
  const placeOf = new Map(people.map((person, place) => [person.Email, place]))
  const managers = people.map((person) => placeOf.get(person['Manager Email']))
  expect(people.filter((person) => person['Manager Email'] === '')).toHaveLength(1)
  expect(managers.filter((manager) => manager === undefined)).toHaveLength(1)
  expect(managers.some((manager, place) => manager !== undefined && manager < place)).toBe(true)
  expect(managers.some((manager, place) => manager !== undefined && manager > place)).toBe(true)
  for (const manager of managers) expect(people[manager ?? -1]?.['End Date'] ?? '').toBe('')
  for (const start of managers.keys()) expect(stepsToTop(managers, start)).toBeLessThan(people.length)
})

test('no two people share an identifier, or a name together with a birthday or a start date', () => {
  // More people than there are names, so that names do come back.
  const people = makePeople({ seed: 3, count: 30_000 })
  const distinct = (key: (person: (typeof people)[number]) => string) => new Set(people.map(key)).size
  expect(distinct((person) => person['Employee Id'])).toBe(people.length)
  expect(distinct((person) => person.Email)).toBe(people.length)
  expect(distinct((person) => sameName(person.Name))).toBeLessThan(people.length)
  expect(distinct((person) => sameName(person.Name) + person['Date of Birth'])).toBe(people.length)
  expect(distinct((person) => sameName(person.Name) + person['Start Date'])).toBe(people.length)
})

test('dates make sense: grown up at the start, never gone before it, some gone and some going', () => {
  const people = makePeople(company)
  for (const person of people) {
    expect(
      Number(person['Start Date'].slice(0, 4)) - Number(person['Date of Birth'].slice(0, 4)),
    ).toBeGreaterThan(16)
    if (person['End Date'] !== '') expect(person['End Date'] >= person['Start Date']).toBe(true)
  }
  const ends = people.map((person) => person['End Date']).filter((end) => end !== '')
  expect(ends.some((end) => end <= '2026-11-21')).toBe(true)
  expect(ends.some((end) => end > '2026-11-21')).toBe(true)
  expect(ends.length).toBeLessThan(people.length / 20)
})

test('about half of the rows need quotes, and some cells hold line breaks and quotes', () => {
  const people = makePeople(company)
  const share = (pattern: RegExp) =>
    people.filter((person) => Object.values(person).some((cell) => pattern.test(cell))).length / people.length
  expect(share(/[",\n]/)).toBeGreaterThan(0.4)
  expect(share(/[",\n]/)).toBeLessThan(0.65)
  expect(share(/\n/)).toBeGreaterThan(0.02)
  expect(share(/"/)).toBeGreaterThan(0.02)
  expect(share(/[\u0370-\uffff]/)).toBeGreaterThan(0.02)
})

test('a changed file differs in about the share of people asked for, and never in who they are', () => {
  const plain = makePeople(company)
  const changed = [...peopleCsvChunks({ ...company, changedShare: 0.1 })].join('')
  const gone = plain.filter(
    (person) => !changed.includes(writePeopleCsv([person]).split('\n').slice(1).join('\n')),
  )
  expect(gone.length).toBeGreaterThan(140)
  expect(gone.length).toBeLessThan(260)
  for (const person of plain) expect(changed).toContain(`${person['Employee Id']},${person.Email},`)
})

/** As a possible duplicate is compared: without case, accents and order. */
function sameName(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return plain
    .split(/[\s-]+/)
    .sort()
    .join(' ')
}

function stepsToTop(managers: readonly (number | undefined)[], start: number): number {
  let steps = 0
  for (let one = managers[start]; one !== undefined && steps < managers.length; one = managers[one]) steps++
  return steps
}
