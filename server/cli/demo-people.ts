/**
 * An invented company for the demo, the same every time. Real people's lists are nobody's to ship, and the package
 * carries no fixtures.
 */

const HEADER = [
  'Name',
  'Preferred Name',
  'Employee Id',
  'Email',
  'Date of Birth',
  'Start Date',
  'End Date',
  'Manager Email',
  'Job Title',
  'Department',
  'Location',
  'Country',
] as const

/** Direct reports of one manager. */
const SPAN = 8

interface Person {
  readonly name: string
  readonly email: string
}

export interface BadFile {
  readonly name: string
  /** What becomes of it. */
  readonly what: string
  readonly text: string
}

/** The file of a company of `count` people: the first is at the top, everybody has a manager further up. */
export function demoPeopleCsv(count: number): string {
  const people = Array.from({ length: count }, (_, index) => personAt(index))
  const lines = people.map((person, index) => rowOf(person, index, people).join(','))
  return `${[HEADER.join(','), ...lines].join('\n')}\n`
}

/** Files that go wrong, each in its own way, for whoever wants to see what happens then. */
export function demoBadFiles(count: number): readonly BadFile[] {
  const [header = '', ...rows] = demoPeopleCsv(count).trimEnd().split('\n')
  const file = (lines: readonly string[]) => `${lines.join('\n')}\n`
  const broken = rows.slice(0, 20).map((row, index) => (index % 5 === 0 ? spoilt(row) : row))
  const leaving = rows.map((row) => row.replace(/^((?:[^,]*,){6})[^,]*/, '$12026-01-31'))
  return [
    { name: 'bad-rows.csv', what: 'some rows are left out', text: file([header, ...broken]) },
    { name: 'all-leave.csv', what: 'waits for a person', text: file([header, ...leaving]) },
    { name: 'no-ids.csv', what: 'refused as a whole', text: file(['Name,Department', 'Somebody,Sales']) },
    { name: 'open-quote.csv', what: 'refused as a whole', text: file([header, `"${rows[0] ?? ''}`]) },
    { name: 'empty.csv', what: 'never means that everybody left', text: '' },
  ]
}

function personAt(index: number): Person {
  const first = pick(FIRST_NAMES, index)
  const last = pick(LAST_NAMES, Math.floor(index / FIRST_NAMES.length) * 7 + index * 3)
  const mailbox = plain(`${first}.${last}.${index + 1}`)
  return { name: `${first} ${last}`, email: `${mailbox}@example.com` }
}

function rowOf({ name, email }: Person, index: number, people: readonly Person[]): string[] {
  const manager = index === 0 ? undefined : people[Math.floor((index - 1) / SPAN)]
  const hasReports = index * SPAN + 1 < people.length
  const [department, ...titles] = pick(DEPARTMENTS, index)
  const [location, country] = pick(PLACES, Math.floor(index / 3))
  return [
    name,
    index % 9 === 4 ? (name.split(' ')[0] ?? '') : '',
    String(index + 1).padStart(5, '0'),
    email,
    day(1962 + (index % 40), index * 5, index * 3),
    day(2009 + (index % 17), index * 7, index),
    // A few have left; those with reports stay.
    !hasReports && index % 71 === 70 ? day(2026, index, 1) : '',
    manager?.email ?? '',
    hasReports ? `Head of ${department}` : pick(titles, index),
    department,
    location,
    country,
  ]
}

/** The row with an e-mail address that is none. */
function spoilt(row: string): string {
  return row.replace('@example.com', ' at example')
}

function day(year: number, month: number, dayOfMonth: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  // The first half of 2026 at the latest: a start lies behind, whenever the demo is run.
  return `${year}-${two((month % (year >= 2025 ? 6 : 12)) + 1)}-${two((dayOfMonth % 28) + 1)}`
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/ø/g, 'o')
    .replace(/[^a-z0-9.]/g, '')
}

function pick<T>(list: readonly [T, ...T[]] | readonly T[], index: number): T {
  const found = list[index % list.length]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}

const FIRST_NAMES = [
  ...[
    'Ana',
    'Björn',
    'Chiara',
    'Dmitri',
    'Élodie',
    'Farid',
    'Greta',
    'Hiro',
    'Imani',
    'João',
    'Kirsten',
    'Liam',
  ],
  ...[
    'Mei',
    'Nadia',
    'Øyvind',
    'Priya',
    'Quentin',
    'Rosa',
    'Søren',
    'Thandiwe',
    'Uma',
    'Vikram',
    'Wanda',
    'Yusuf',
    'Zoë',
  ],
] as const

const LAST_NAMES = [
  ...[
    'Almeida',
    'Bergström',
    'Castillo',
    'Dubois',
    'Eriksen',
    'Fischer',
    'García',
    'Haddad',
    'Ivanova',
    'Jensen',
  ],
  ...[
    'Kowalski',
    'Lindqvist',
    'Moreau',
    'Nakamura',
    'Okafor',
    'Petrov',
    'Quispe',
    'Rossi',
    'Schneider',
    'Tanaka',
  ],
  ...['Usman', 'Vargas', 'Weber', 'Ximénez', 'Yamada', 'Zhang', 'Brandt', 'Costa', 'Demir'],
] as const

const DEPARTMENTS = [
  ['Support', 'Support Agent', 'Senior Support Agent'],
  ['Engineering', 'Software Engineer', 'Test Engineer', 'Site Engineer'],
  ['Sales', 'Account Executive', 'Sales Associate'],
  ['Logistics', 'Dispatcher', 'Warehouse Lead'],
  ['Finance', 'Accountant', 'Controller'],
] as const

const PLACES = [
  ['Berlin', 'Germany'],
  ['Porto', 'Portugal'],
  ['Osaka', 'Japan'],
  ['Nairobi', 'Kenya'],
  ['Montréal', 'Canada'],
] as const
