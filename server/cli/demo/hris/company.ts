/**
 * An invented company as an HRIS holds it, of any size and the same every time. A simulator shows it in the words of
 * one API; whoever holds the company may hire, change and end people between two polls.
 */

export interface HrisPerson {
  /** The HRIS's own id, which no employee number is. */
  id: string
  /** Employee number; null where nobody gave one. */
  number: string | null
  given: string
  family: string
  preferred: string | null
  workEmail: string | null
  personalEmail: string | null
  mobile: string | null
  /** YYYY-MM-DD, like every date here. */
  born: string
  sex: 'female' | 'male'
  start: string
  end: string | null
  title: string
  departmentId: string
  officeId: string
  managerId: string | null
  isContractor: boolean
  /** Custom field -> value. */
  custom: Record<string, string>
}

export interface HrisPlace {
  id: string
  name: string
}

export interface HrisCompany {
  id: string
  name: string
  people: HrisPerson[]
  departments: HrisPlace[]
  offices: HrisPlace[]
  /** Id and label. */
  customFields: HrisPlace[]
}

/** Direct reports of one manager. */
const SPAN = 8
const GIVEN = [
  'Amara',
  'Luis',
  'Ken',
  'Björn',
  'Zoë',
  'Priya',
  'Noor',
  'Tomás',
  'Mei',
  'Oskar',
  'Ada',
  'Ifeoma',
]
const FAMILY = [
  'Osei',
  'Prado',
  'Ito',
  'Lindqvist',
  'Okafor',
  'Nagy',
  'Haddad',
  "O'Neil",
  'Wu',
  'Berg',
  'Rossi',
]
const TITLES = ['Engineer', 'Analyst', 'Designer', 'Account Executive', 'Recruiter']
const DEPARTMENTS = ['Engineering', 'Finance', 'Design', 'Sales', 'People']
const OFFICES = ['New York', 'Austin', 'Remote']

/** The first person is at the top, everybody else has a manager further up, and one in twenty has left. */
export function makeHrisCompany(count: number): HrisCompany {
  return {
    id: 'CO1',
    name: 'Acme Example Inc.',
    people: Array.from({ length: count }, (_, index) => hrisPerson(index)),
    departments: DEPARTMENTS.map((name, index) => ({ id: `dep_${index + 1}`, name })),
    offices: OFFICES.map((name, index) => ({ id: `off_${index + 1}`, name })),
    customFields: [
      { id: 'cf_1', label: 'Cost Center' },
      { id: 'cf_2', label: 'Exclude from Import' },
    ].map(({ id, label }) => ({ id, name: label })),
  }
}

/** One person of such a company; also for hiring somebody later. */
export function hrisPerson(index: number): HrisPerson {
  const given = pick(GIVEN, index)
  const family = pick(FAMILY, Math.floor(index / GIVEN.length) + index * 3)
  const left = index % 20 === 19
  return {
    ...{ id: idOf(index), number: String(1000 + index), given, family },
    preferred: index % 4 === 0 ? given.slice(0, 3) : null,
    workEmail: `${plain(given)}.${plain(family)}.${index}@acme.example`,
    personalEmail: index % 3 === 0 ? `${plain(given)}${index}@home.example` : null,
    mobile: index % 2 === 0 ? `+1212555${String(index % 10_000).padStart(4, '0')}` : null,
    ...{ born: day(1_965, index * 37), sex: index % 2 === 0 ? 'female' : 'male' },
    ...{ start: day(2_015, index * 13), end: left ? day(2_026, index) : null },
    title: index === 0 ? 'Chief Executive' : pick(TITLES, index),
    departmentId: `dep_${1 + (index % DEPARTMENTS.length)}`,
    officeId: `off_${1 + (index % OFFICES.length)}`,
    managerId: index === 0 ? null : idOf(Math.floor((index - 1) / SPAN)),
    isContractor: index % 15 === 14,
    custom: index % 2 === 0 ? { cf_1: `CC-${index % 7}` } : {},
  }
}

function idOf(index: number): string {
  return `mem_${String(index + 1).padStart(6, '0')}`
}

function pick(list: readonly string[], index: number): string {
  return list[index % list.length] ?? ''
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase()
}

/** A day within about ten years of one; 28 days a month, so that every one exists. */
function day(year: number, step: number): string {
  const years = year === 2_026 ? 0 : Math.floor(step / 336) % 10
  const two = (value: number) => String(value).padStart(2, '0')
  return `${year + years}-${two(1 + (Math.floor(step / 28) % (year === 2_026 ? 9 : 12)))}-${two(1 + (step % 28))}`
}
