/**
 * Invented companies, the same for the same seed on every machine. Every person is a pure function of
 * (seed, count, position), so a file of a million rows needs no memory, and a person's manager is known without
 * having been written yet. No two people share a name together with a birthday or a start date: what looks like
 * a possible duplicate in a test is then always one that the test put there.
 */

/** In the order in which a file shows them. */
export const PEOPLE_HEADERS = [
  'Name',
  'Preferred Name',
  'Employee Id',
  'Email',
  'Date of Birth',
  'Start Date',
  'End Date',
  'Language',
  'Manager Email',
  'Timezone',
  'Mobile Phone Number',
  'Employment Type',
  'Job Title',
  'Department',
  'Division',
  'Location',
  'Country',
  'TEAM',
  'Cost Center',
  'Work Address',
] as const
export type PeopleHeader = (typeof PEOPLE_HEADERS)[number]

/** One person as a file shows them: every cell a string, '' where there is nothing to say. */
export type InventedPerson = Record<PeopleHeader, string>

export interface Company {
  readonly seed: number
  readonly count: number
  /** Decides which End Dates lie behind and which ahead. */
  readonly today?: string
}

/** A share of people (0 to 1) whose job title, and often cost center and address, differ from the plain file. */
export interface ChangedCompany extends Company {
  readonly changedShare?: number
}

export interface CsvOptions {
  readonly headers?: readonly PeopleHeader[]
  readonly delimiter?: string
  readonly eol?: '\n' | '\r\n'
  readonly bom?: boolean
}

const TODAY = '2026-11-21'
/** Reports of one manager. */
const SPAN = 7
const ROWS_PER_CHUNK = 500

export function makePeople(company: Company): InventedPerson[] {
  const invent = inventor(company)
  return Array.from({ length: company.count }, (_, position) => invent(position))
}

export function writePeopleCsv(people: Iterable<InventedPerson>, options: CsvOptions = {}): string {
  const { headers = PEOPLE_HEADERS, delimiter = ',', eol = '\n', bom = false } = options
  let text = (bom ? '\ufeff' : '') + csvLine(headers, delimiter, eol)
  for (const person of people) {
    text += csvLine(
      headers.map((header) => person[header]),
      delimiter,
      eol,
    )
  }
  return text
}

/** The same file as `writePeopleCsv(makePeople(…))`, a few hundred rows at a time. */
export function* peopleCsvChunks(company: ChangedCompany, options: CsvOptions = {}): Generator<string> {
  const { changedShare = 0 } = company
  const invent = inventor(company)
  yield writePeopleCsv([], options)
  const rowsOnly = { ...options, bom: false }
  const headerLength = writePeopleCsv([], rowsOnly).length
  for (let from = 0; from < company.count; from += ROWS_PER_CHUNK) {
    const people: InventedPerson[] = []
    for (let position = from; position < Math.min(from + ROWS_PER_CHUNK, company.count); position++) {
      const person = invent(position)
      const draw = random(mix(company.seed, position, 2))
      people.push(draw() < changedShare ? changed(person, draw) : person)
    }
    yield writePeopleCsv(people, rowsOnly).slice(headerLength)
  }
}

/** One record, quoted only where RFC 4180 asks for it. */
export function csvLine(cells: readonly string[], delimiter = ',', eol = '\n'): string {
  return (
    cells
      .map((cell) =>
        cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
      )
      .join(delimiter) + eol
  )
}

type Draw = () => number

/** Answers the person at a position (0-based) of the company's file. */
function inventor({ seed, count, today = TODAY }: Company): (position: number) => InventedPerson {
  const todayDay = dayOf(today)
  const ranks = scatter(count, mix(seed, count, 0))
  const names = scatter(NAME_COUNT, mix(seed, 0, 1))

  const identity = (position: number) => {
    const name = nameAt(names.rankOf(position % NAME_COUNT), mix(seed, position, 3))
    const domain = mix(seed, position, 4) % 5 === 0 ? 'example.org' : 'example.com'
    return { ...name, email: `${name.handle}.${position + 1}@${domain}` }
  }

  return (position) => {
    const draw = random(mix(seed, position, 5))
    const rank = ranks.rankOf(position)
    const isManager = rank * SPAN + 1 < count
    const manager = rank === 0 ? undefined : identity(ranks.positionOf(Math.floor((rank - 1) / SPAN)))
    const self = identity(position)
    const dates = datesOf({
      nameIndex: names.rankOf(position % NAME_COUNT),
      round: Math.floor(position / NAME_COUNT),
    })
    const place = oneOf(PLACES, draw)
    const unit = UNITS[Math.floor(rank === 0 ? 0 : draw() * UNITS.length)] ?? UNITS[0]
    return {
      Name: self.name,
      'Preferred Name': draw() < 0.12 ? self.short : '',
      'Employee Id': String(position + 1).padStart(Math.max(6, String(count).length + 1), '0'),
      Email: self.email,
      'Date of Birth': isoDate(dates.birth),
      'Start Date': isoDate(dates.start),
      // Managers stay: a leaver with reports is a trap of its own, never an accident of the generator.
      'End Date': isManager ? '' : endDate(dates.start, todayDay, draw),
      Language: oneOf(place.languages, draw),
      'Manager Email': manager?.email ?? '',
      Timezone: place.timezone,
      'Mobile Phone Number':
        draw() < 0.3 ? `${place.phone}${String(1_000_000 + Math.floor(draw() * 8_999_999))}` : '',
      'Employment Type': isManager || draw() < 0.92 ? 'Employee' : 'Contractor',
      'Job Title': jobTitle({ rank, isManager, unit, draw }),
      Department: unit.department,
      Division: unit.division,
      Location: place.city,
      Country: place.country,
      TEAM: `${unit.team} ${1 + Math.floor(draw() * 4)}`,
      'Cost Center': `${String(unit.costCenter).padStart(4, '0')}-${place.code}`,
      'Work Address': address(place, draw),
    }
  }
}

function jobTitle(of: { rank: number; isManager: boolean; unit: Unit; draw: Draw }): string {
  if (of.rank === 0) return 'Chief Executive Officer'
  if (of.rank <= SPAN) return `Vice President, ${of.unit.department}`
  if (of.isManager) return `Head of ${of.unit.team}`
  const title = oneOf(of.unit.titles, of.draw)
  const level = of.draw()
  return level < 0.08 ? `${title}, ${of.unit.team}` : level < 0.35 ? `Senior ${title}` : title
}

function address(place: Place, draw: Draw): string {
  const kind = draw()
  const number = 1 + Math.floor(draw() * 180)
  const street = oneOf(place.streets, draw)
  if (kind < 0.4) return `${street} ${number}, ${place.city}`
  if (kind < 0.45) return `${street} ${number}\n${place.city}`
  if (kind < 0.48) return `The "${street}" building, floor ${1 + (number % 9)}`
  return kind < 0.7 ? `${street} ${number}` : kind < 0.9 ? 'Remote' : ''
}

function changed(person: InventedPerson, draw: Draw): InventedPerson {
  const title = person['Job Title']
  const next = { ...person, 'Job Title': title.startsWith('Senior ') ? title.slice(7) : `Senior ${title}` }
  if (draw() < 0.8) next['Cost Center'] = `${person['Cost Center']}-N`
  if (draw() < 0.4) next['Work Address'] = `${1 + Math.floor(draw() * 180)} New Quay, ${person.Location}`
  return next
}

/** Days since 1970. The same name in another round has other dates, so that no pair shares a name and a date. */
function datesOf({ nameIndex, round }: { nameIndex: number; round: number }): {
  birth: number
  start: number
} {
  // Two generations, so that nobody starts before the eighteenth birthday and some are young.
  const young = mix(nameIndex, 0, 6) % 4 === 0
  const [birthFrom, births, startFrom, starts] = young ? YOUNG : OLDER
  return {
    birth: birthFrom + (((mix(nameIndex, 1, 6) % births) + round * 211) % births),
    start: startFrom + (((mix(nameIndex, 2, 6) % starts) + round * 101) % starts),
  }
}

/** About 2 in 100 have left, about 1 in 100 will. */
function endDate(start: number, today: number, draw: Draw): string {
  const kind = draw()
  const day = draw()
  if (kind >= 0.03) return ''
  if (kind >= 0.02) return isoDate(Math.max(today, start) + 1 + Math.floor(day * 120))
  const room = today - start - 30
  return room > 0 ? isoDate(start + 30 + Math.floor(day * room)) : ''
}

/** A shuffle of 0 … size-1 that needs no table, and its inverse. */
function scatter(
  size: number,
  salt: number,
): { rankOf(position: number): number; positionOf(rank: number): number } {
  if (size <= 1) return { rankOf: () => 0, positionOf: () => 0 }
  let step = 1 + (salt % (size - 1))
  while (greatestDivisor(step, size) !== 1) step = 1 + (step % size)
  const shift = mix(salt, size, 7) % size
  const back = inverse(step, size)
  return {
    // Below 2^53 for every size up to 90 million, so plain numbers are exact.
    rankOf: (position) => (position * step + shift) % size,
    positionOf: (rank) => (((rank - shift + size) % size) * back) % size,
  }
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}

/** Of `a` modulo `size`, by Euclid. */
function inverse(a: number, size: number): number {
  let [r, nextR, t, nextT] = [size, a % size, 0, 1]
  while (nextR !== 0) {
    const quotient = Math.floor(r / nextR)
    ;[r, nextR, t, nextT] = [nextR, r - quotient * nextR, nextT, t - quotient * nextT]
  }
  return (t + size) % size
}

/** Three numbers to 32 well-stirred bits (the finaliser of MurmurHash3). */
function mix(a: number, b: number, c: number): number {
  let h =
    Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^
    Math.imul(b + 0x7f4a7c15, 0xc2b2ae35) ^
    Math.imul(c + 1, 0x27d4eb2f)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** mulberry32: numbers from 0 up to, not including, 1. */
function random(seed: number): Draw {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function oneOf<T>(list: readonly [T, ...T[]], draw: Draw): T {
  return list[Math.floor(draw() * list.length)] ?? list[0]
}

const DAY_MS = 86_400_000

function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS
}

function isoDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** First birthday, number of birthdays, first start, number of starts. */
const OLDER = [dayOf('1958-01-01'), 9_000, dayOf('2001-01-01'), 9_400] as const
const YOUNG = [dayOf('1984-01-01'), 6_500, dayOf('2020-01-01'), 2_500] as const

interface Culture {
  /** A word is its own Latin spelling, or `native=latin`; e-mail addresses are made of the Latin one. */
  readonly given: readonly string[]
  readonly family: readonly string[]
  readonly familyFirst?: boolean
}

/** Given and family names never overlap, also without accents, and no second surname is anybody's first. */
const CULTURES: readonly Culture[] = [
  {
    given: words(
      `Aisling Alfie Amelia Archie Beatrice Bronwen Callum Ciarán Clodagh Daisy Dylan Edith Eilidh Ellis Felicity
      Finlay Gareth Harriet Imogen Isla Jasper Keira Lachlan Maeve Nia Niamh Oscar Penelope Poppy Quentin Rhys
      Róisín Rosalind Rupert Saoirse Seán Siân Sophie Tegan Theo Una Verity Winifred Zara`,
    ),
    family: words(
      `O'Brien O'Connor O’Neill D'Arcy McAllister MacLeod Abernathy Ashworth Bickerstaff Blackwood Carmichael
      Chadwick Cholmondeley Cromwell Davenport Drummond Eastwood Fairbairn Featherstone Fitzgerald Galbraith
      Hargreaves Hawthorne Huckaby Kavanagh Kettlewell Langford Llewellyn Merriweather Nightingale Ollerenshaw
      Pemberton Prendergast Quigley Ravenscroft Rutherford Sinclair Smythe Thistlewood Underhill Vickers Wadsworth
      Whitaker Wolstenholme Yates`,
    ),
  },
  {
    given: words(
      `Anselm Astrid Birgit Björn Dagmar Détlef Elke Freya Frauke Gisela Gunnar Hannelore Heike Ingeborg Jörg
      Jürgen Käthe Knut Lieselotte Linnéa Mårten Matthias Øyvind Renate Rüdiger Sigrid Søren Sven Torsten Ulrike
      Uwe Volker Wiebke Wolfgang Ylva Åsa Anke Ottilie Friederike`,
    ),
    family: words(
      `Müller Schröder Weiß Groß Jäger Köhler Böhm Krüger Schäfer Winkelmann Lindqvist Bergström Sjöberg Åkesson
      Ödegaard Nygård Kjær Østergaard Brüggemann Dörfler Eichhorn Feuerstein Grünewald Habermann Immelmann
      Kesselring Löwenthal Mühlbauer Niederhauser Oberländer Pfänder Quast Rosenkranz Süßkind Teufelsdröckh
      Übelacker Vogelsang Wüstenhagen Zeidler Zwingli`,
    ),
  },
  {
    given: words(
      `Adélaïde Agnès Anaïs Benoît Camille Cédric Chloé Clémence Étienne Eugénie François Geneviève Gaëlle
      Hélène Jérôme Joëlle Léonie Loïc Mélanie Noémie Océane Pélagie Régis Solène Théodore Thibault Valérie
      Xavier Yannick Zoé`,
    ),
    family: words(
      `Beauchêne Bélanger Charpentier Côté D'Aubigny Desrosiers Dubois-Grandet Fournier Gagné L'Hôpital Lefèvre
      Lemaître Marchand N'Diaye Pelletier Poirier Rousselière Saint-Exupère Thériault Vaillancourt Bonaventure
      Chevreuse Delacroix Esnault Fauré Grandmaison Hautecœur Jolivet Kerouédan Ménard`,
    ),
  },
  {
    given: words(
      `Adrián Álvaro Begoña Concepción Domênica Efraín Esperança Fátima Gonçalo Íñigo Iratxe Jesús João Joaquín
      Leocádia Luísa Macarena Martín Natália Nuño Pilar Rocío Ruy Sebastião Soledad Tomás Ubaldo Ximena Yolanda
      Zulema`,
    ),
    family: words(
      `Aguirre Alarcón Barrañón Benítez Castañeda Echeverría Fuentes Gárate Hinojosa Ibáñez Jiménez Larrañaga
      Magalhães Muñoz Nogueira Núñez Ordóñez Peñalver Quiñones Ramírez Sepúlveda Tavares Urrutia Valdés Villaseñor
      Yáñez Zúñiga Assunção Guimarães Brandão`,
    ),
  },
  {
    given: words(
      `Agnieszka Bożena Čeněk Dobrawa Đorđe Elżbieta Grzegorz Halina Iřína Jiří Józef Kateřina Łucja Łukasz
      Małgorzata Miloš Nađa Ondřej Přemysl Radosław Šárka Stanisław Tadeáš Vojtěch Władysław Zdeněk Željka Žofie
      Gábor Zsófia`,
    ),
    family: words(
      `Błaszczyk Černý Dvořák Dąbrowski Erdősi Gömbös Hájek Jovanović Kowalczyk Kőszegi Lewandowski Łoś Mikołajczyk
      Novotný Őry Petrović Řezníček Szabó Šimůnek Świątek Tůma Urbański Vaněk Wójcik Żeromski Živković Blažek
      Ćosić Đurić Ňák`,
    ),
  },
  {
    given: words(
      `Adaeze Babajide Chidi Dembe Efua Folasade Goitseone Hamisi Ifeoma Jabulani Kwabena Lerato Makena Ngozi
      Oluwaseun Palesa Rutendo Sipho Thandiwe Uchenna Wanjiru Yewande Zanele Amara Bongani`,
    ),
    family: words(
      `Abubakar Boateng Chukwu Dlamini Eze Fofanah Gyasi Hlongwane Iwu Jallow Kamau Lumumba Mbeki Nkosi Okonkwo
      Phiri Quaye Rwigema Sesay Tshabalala Umeh Wekesa Ximba Zulu Ndlovu`,
    ),
  },
  {
    given: words(
      `Aarav Bhavna Chandan Deepika Esha Gautam Harini Ishaan
      Jyoti Kavitha Lakshmi Meenakshi Nandini Omkar Prakash
      Ravindra Sushila Tanvi Usha Vikram`,
    ),
    family: words(
      `Agarwal Banerjee Chatterjee Deshpande Ganguly Hegde Iyer Jayaraman Kulkarni Lokhande Mukherjee Nambiar Pillai
      Ramaswamy Subramanian Thirunavukkarasu Upadhyay Venkataraman Wadekar Yadav`,
    ),
  },
  {
    familyFirst: true,
    given: words(
      '太郎=taro 花子=hanako 健一=kenichi 美咲=misaki 翔太=shota さくら=sakura 大輔=daisuke 陽菜=hina 直樹=naoki 由美=yumi',
    ),
    family: words(
      '山田=yamada 佐藤=sato 鈴木=suzuki 髙橋=takahashi 渡邉=watanabe 小林=kobayashi 斎藤=saito 長谷川=hasegawa 五十嵐=igarashi 伊藤=ito',
    ),
  },
  {
    familyFirst: true,
    given: words(
      '伟=wei 秀英=xiuying 丽娟=lijuan 建国=jianguo 雪梅=xuemei 志强=zhiqiang 思远=siyuan 欣怡=xinyi',
    ),
    family: words('王=wang 李=li 张=zhang 刘=liu 欧阳=ouyang 陈=chen 司马=sima 黄=huang 赵=zhao 周=zhou'),
  },
  {
    familyFirst: true,
    given: words('민준=minjun 서연=seoyeon 지훈=jihun 하은=haeun 도윤=doyun 수아=sua 예준=yejun 지우=jiu'),
    family: words('김=kim 이=lee 박=park 최=choi 정=jung 강=kang 조=cho 윤=yoon 남궁=namgung 임=lim'),
  },
  {
    given: words(
      'Александр=aleksandr Наталья=natalya Дмитрий=dmitriy Ольга=olga Сергей=sergey Юлия=yuliya Фёдор=fyodor Оксана=oksana Тарас=taras Любовь=lyubov',
    ),
    family: words(
      'Коваленко=kovalenko Шевченко=shevchenko Иваненко=ivanenko Щербак=shcherbak Бондарь=bondar Мельник=melnyk Гриценко=hrytsenko Лысенко=lysenko Ткаченко=tkachenko Черненко=chernenko',
    ),
  },
  {
    given: words(
      'Ελένη=eleni Γιώργος=giorgos Μαρία=maria Νίκος=nikos Σοφία=sofia Κώστας=kostas Δήμητρα=dimitra Θανάσης=thanasis',
    ),
    family: words(
      'Παπαδόπουλος=papadopoulos Οικονόμου=oikonomou Νικολάου=nikolaou Γεωργίου=georgiou Βασιλείου=vasileiou Αθανασίου=athanasiou Κωνσταντίνου=konstantinou Παππάς=pappas',
    ),
  },
  {
    given: words('محمد=mohammed فاطمة=fatima أحمد=ahmed ليلى=layla يوسف=yusuf مريم=maryam عمر=omar نور=nour'),
    family: words(
      'الحسيني=alhusseini النجار=alnajjar العمري=alomari الشامي=alshami الخطيب=alkhatib حداد=haddad بركات=barakat منصور=mansour',
    ),
  },
]

/** Only ever the second half of a double surname: never anybody's first, so order cannot make two names equal. */
const SECOND_SURNAMES = words(
  `Ainsworth Bellweather Calderón Dempsey Engelhardt Fontaine Grünfeld Holloway Isaksson Jourdain Kirchhoff Lindenberg
  Montalbán Northcote Oakeshott Paderewski Rochefort Stirling Treviño Winterbourne`,
)

/** Spelled out once: addresses are made a million times, each word's only here. */
const SPELLED = CULTURES.map(({ given, family, familyFirst = false }) => ({
  given: given.map(spelling),
  family: family.map(spelling),
  familyFirst,
}))

const NAME_COUNT = CULTURES.reduce((sum, one) => sum + one.given.length * one.family.length, 0)

function nameAt(index: number, salt: number): { name: string; short: string; handle: string } {
  let rest = index
  for (const { given, family, familyFirst } of SPELLED) {
    const first = given[rest % given.length]
    const last = family[Math.floor(rest / given.length)]
    if (!first || !last) {
      rest -= given.length * family.length
      continue
    }
    return {
      name: familyFirst
        ? `${last.native} ${first.native}`
        : `${first.native} ${last.native}${secondSurname(salt, first)}`,
      short: first.native,
      handle: `${first.handle}.${last.handle}`,
    }
  }
  throw new Error(`there is no name number ${index}`)
}

interface Spelling {
  readonly native: string
  readonly isLatin: boolean
  readonly handle: string
}

function spelling(word: string): Spelling {
  const [native = '', latin] = word.split('=')
  return { native, isLatin: latin === undefined, handle: handleOf(latin ?? native) }
}

/** One in ten has two surnames, half of them with a hyphen. */
function secondSurname(salt: number, { isLatin }: Spelling): string {
  if (!isLatin || salt % 10 !== 0) return ''
  return `${salt % 20 === 0 ? '-' : ' '}${SECOND_SURNAMES[(salt >>> 8) % SECOND_SURNAMES.length] ?? ''}`
}

/** The part of an e-mail address: plain a to z. */
function handleOf(latin: string): string {
  return latin
    .replace(/[øØ]/g, 'o')
    .replace(/[łŁ]/g, 'l')
    .replace(/[đĐ]/g, 'd')
    .replace(/ß/g, 'ss')
    .replace(/æ/g, 'ae')
    .replace(/œ/g, 'oe')
    .normalize('NFD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase()
}

function words(text: string): [string, ...string[]] {
  const [first = '', ...rest] = text.trim().split(/\s+/)
  return [first, ...rest]
}

interface Place {
  readonly city: string
  readonly country: string
  readonly code: string
  readonly timezone: string
  readonly languages: readonly [string, ...string[]]
  /** Country code and as many digits as make a number of this country with seven more. */
  readonly phone: string
  readonly streets: readonly [string, ...string[]]
}

const PLACES: readonly [Place, ...Place[]] = [
  {
    city: 'Berlin',
    country: 'Germany',
    code: 'BER',
    timezone: 'Europe/Berlin',
    languages: ['de', 'de', 'en'],
    phone: '+49301',
    streets: ['Lindenallee', 'Torfstraße', 'Am Kanal'],
  },
  {
    city: 'Vienna',
    country: 'Austria',
    code: 'VIE',
    timezone: 'Europe/Vienna',
    languages: ['de-AT', 'en'],
    phone: '+43126',
    streets: ['Brückengasse', 'Rosenhügel', 'Marktplatz'],
  },
  {
    city: 'Leeds',
    country: 'United Kingdom',
    code: 'LBA',
    timezone: 'Europe/London',
    languages: ['en-GB'],
    phone: '+44770',
    streets: ['Old Mill Lane', 'Canal Wharf', "Saint Anne's Yard"],
  },
  {
    city: 'Montréal',
    country: 'Canada',
    code: 'YUL',
    timezone: 'America/Toronto',
    languages: ['fr-CA', 'en-CA'],
    phone: '+1514',
    streets: ['Rue du Moulin', "Chemin de l'Écluse", 'Avenue des Érables'],
  },
  {
    city: 'Valparaíso',
    country: 'Chile',
    code: 'VAP',
    timezone: 'America/Santiago',
    languages: ['es', 'es-CL'],
    phone: '+5632',
    streets: ['Calle del Faro', 'Avenida Almendros', 'Pasaje Ñuble'],
  },
  {
    city: 'Kraków',
    country: 'Poland',
    code: 'KRK',
    timezone: 'Europe/Warsaw',
    languages: ['pl', 'en'],
    phone: '+4812',
    streets: ['ulica Młyńska', 'aleja Wiśniowa', 'plac Targowy'],
  },
  {
    city: 'Ōsaka',
    country: 'Japan',
    code: 'OSA',
    timezone: 'Asia/Tokyo',
    languages: ['ja'],
    phone: '+8166',
    streets: ['中央通り', '梅田', '堀江'],
  },
  {
    city: 'Chengdu',
    country: 'China',
    code: 'CTU',
    timezone: 'Asia/Shanghai',
    languages: ['zh-Hans', 'en'],
    phone: '+86286',
    streets: ['春熙路', '天府大道', '人民南路'],
  },
  {
    city: 'Pune',
    country: 'India',
    code: 'PNQ',
    timezone: 'Asia/Kolkata',
    languages: ['en-IN', 'mr', 'hi'],
    phone: '+91202',
    streets: ['Lake Road', 'Temple Street', 'Station Road'],
  },
  {
    city: 'Austin',
    country: 'United States',
    code: 'AUS',
    timezone: 'America/Chicago',
    languages: ['en-US', 'es-US'],
    phone: '+1512',
    streets: ['Pecan Street', 'Bluebonnet Drive', 'Sixth Avenue'],
  },
]

interface Unit {
  readonly division: string
  readonly department: string
  readonly team: string
  readonly costCenter: number
  readonly titles: readonly [string, ...string[]]
}

const UNITS: readonly [Unit, ...Unit[]] = [
  unit('Corporate', 'Executive Office', 'Strategy', 10, ['Chief of Staff', 'Strategy Analyst']),
  unit('Corporate', 'People & Culture', 'Talent', 120, ['Recruiter', 'People Partner', 'Payroll Specialist']),
  unit('Corporate', 'Finance', 'Controlling', 140, ['Accountant', 'Controller', 'Treasury Analyst']),
  unit('Corporate', 'Legal, Risk & Compliance', 'Contracts', 150, ['Counsel', 'Compliance Officer']),
  unit('Product', 'Engineering', 'Platform', 310, [
    'Software Engineer',
    'Site Reliability Engineer',
    'Test Engineer',
  ]),
  unit('Product', 'Design', 'Research', 320, ['Product Designer', 'UX Researcher']),
  unit('Product', 'Data', 'Insights', 330, ['Data Analyst', 'Data Engineer']),
  unit('Customers', 'Sales', 'Key Accounts', 510, ['Account Executive', 'Sales Engineer', 'Sales Assistant']),
  unit('Customers', 'Support', 'Second Line', 530, ['Support Agent', 'Support Engineer']),
  unit('Operations', 'Logistics', 'Warehouse', 710, [
    'Warehouse Operative',
    'Dispatcher',
    'Fork-lift Driver',
  ]),
  unit('Operations', 'Facilities', 'Maintenance', 720, ['Electrician', 'Caretaker', '5" Pipe Fitter']),
]

function unit(
  division: string,
  department: string,
  team: string,
  costCenter: number,
  titles: readonly [string, ...string[]],
): Unit {
  return { division, department, team, costCenter, titles }
}
