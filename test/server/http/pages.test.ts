/** The pages in a real browser: one server and one browser for all of it. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Run } from '../../../importer/types.ts'
import { ROUTES } from '../../../server/http/routes.ts'
import { axe, openPage, overflow, startBrowser } from '../../support/browser.ts'
import { type Client, startHttp, type TestHttp } from '../../support/http-server.ts'
import { csv } from '../../support/importer.ts'
import { makePeople, writePeopleCsv } from '../../support/people.ts'

let http: TestHttp
let browser: Browser
/** Runs of the account that is full, by what came of them. */
let good: Run
let errors: Run
let refused: Run
let held: Run
let rehearsed: Run
/** A message to a webhook. */
let told: string

const PEOPLE = makePeople({ seed: 5, count: 60 })
const EIGHT = PEOPLE.slice(0, 8).map((person) => ({ ...person, 'End Date': '' }))
const LOOKS = ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block']
const NARROW = { width: 320, height: 720 }
const WIDE = { width: 1280, height: 900 }

beforeAll(async () => {
  ;[http, browser] = await Promise.all([startHttp(), startBrowser()])
  const { door } = http.server
  await door.addAccount({ slug: 'acme', name: 'Acme Manufacturing', timezone: 'Europe/Berlin' })
  await door.addAccount({ slug: 'empty', name: 'Empty Ltd' })
  await door.addAccount({ slug: 'busy', name: 'Busy Bees' })
  await door.outbox.setRecipient('acme', { address: 'hr@acme.example', topics: ['held', 'finished'] })
  await door.webhooks.add('acme', {
    url: 'https://192.0.2.1/a/rather/long/path/of/a/receiver',
    types: ['run.*'],
  })
  const ownership = { sources: [{ source: 'sftp', mode: 'always' }], silentDays: 9 }
  await door.fields.setOwnership('busy', { field: 'Language', ownership }, { by: 'a test' })
  await door.fields.redact('busy', ['Shoe Size'], { by: 'a test' })
  good = await sent('acme', writePeopleCsv(PEOPLE))
  errors = await sent('acme', withCell(2, 'Start Date', '31.31.2026'), 'with errors.csv')
  refused = await sent('acme', 'not,a,header\n1,2,3\n', 'refused.csv')
  rehearsed = await sent('acme', withCell(4, 'Location', 'Porto'), 'rehearsed.csv', 'dry_run')
  held = await sent('acme', leaving(30), 'held.csv')
  expect([good, errors, refused, rehearsed, held].map(({ state }) => state)).toEqual([
    'succeeded',
    'succeeded_with_errors',
    'rejected',
    'dry_run',
    'held',
  ])
  told = await vi.waitFor(
    async () => {
      const [message] = await door.outbox.messages({ account: 'acme', channel: 'webhook' })
      expect(message).toBeDefined()
      return message?.id ?? ''
    },
    { timeout: 20_000 },
  )
})
afterAll(async () => {
  await browser?.close()
  await http?.[Symbol.asyncDispose]()
})

async function sent(
  account: string,
  text: string,
  fileName = 'people.csv',
  mode: 'apply' | 'dry_run' = 'apply',
) {
  const delivery = { account, fileName, importType: 'partial', mode, sentBy: 'a test' } as const
  const bytes = (async function* () {
    yield Buffer.from(text)
  })()
  const { id } = await http.server.door.deliver(delivery, bytes)
  return await http.server.door.settled(id)
}

function withCell(at: number, header: keyof (typeof PEOPLE)[number], value: string): string {
  return writePeopleCsv(
    PEOPLE.map((person, place) => (place === at ? { ...person, [header]: value } : person)),
  )
}

/** So many people leave, a few move. */
function leaving(count: number): string {
  return writePeopleCsv(
    PEOPLE.map((person, at) => ({
      ...person,
      'End Date': at < count ? '2026-01-31' : person['End Date'],
      Location: at > 50 ? 'Porto' : person.Location,
    })),
  )
}

/** An account of its own with eight people, so that no test stands in another's way. */
async function accountWithPeople(slug: string): Promise<void> {
  await http.server.door.addAccount({ slug })
  await sent(slug, writePeopleCsv(EIGHT))
}

/** A tab of somebody who is signed in. */
async function tab(client: Client, options: BrowserContextOptions = {}) {
  const opened = await openPage(browser, options)
  const [name = '', value = ''] = (client.cookie ?? '').split('=')
  await opened.page.context().addCookies([{ name, value, url: http.url }])
  return opened
}

const go = (page: Page, path: string) => page.goto(`${http.url}${path}`)

describe('every page', () => {
  /** Where each page of the table is looked at: full, empty and in every state that it has. */
  const places = (): Record<string, readonly string[]> => ({
    '/': ['/'],
    '/accounts': ['/accounts'],
    '/a/:account': ['/a/acme', '/a/empty'],
    '/a/:account/charts': ['/a/acme/charts', '/a/empty/charts'],
    '/a/:account/imports': ['/a/acme/imports', '/a/empty/imports', '/a/acme/imports?state=other'],
    '/a/:account/imports/new': ['/a/acme/imports/new'],
    '/a/:account/imports/:id': [good, errors, refused, rehearsed, held].map(
      ({ id }) => `/a/acme/imports/${id}`,
    ),
    '/a/:account/imports/:id/plan': [
      `/a/acme/imports/${held.id}/plan`,
      `/a/acme/imports/${held.id}/plan?rows=9000`,
      `/a/acme/imports/${good.id}/plan`,
    ],
    '/a/:account/imports/:id/undo': [`/a/acme/imports/${good.id}/undo`],
    '/a/:account/review': ['/a/acme/review', '/a/empty/review'],
    '/a/:account/employees': [
      '/a/acme/employees',
      '/a/empty/employees',
      '/a/acme/employees?status=deactivated',
    ],
    '/a/:account/employees/:person': ['/a/acme/employees/5', '/a/acme/employees/5?asOf=2026-12-31'],
    '/a/:account/employees/:person/erase': ['/a/acme/employees/5/erase'],
    '/a/:account/duplicates': ['/a/acme/duplicates', '/a/empty/duplicates'],
    '/a/:account/dates': ['/a/acme/dates', '/a/empty/dates'],
    '/a/:account/sources': ['/a/acme/sources'],
    '/a/:account/sources/:source': ['/a/acme/sources/manual', '/a/empty/sources/sftp'],
    '/a/:account/sources/:source/settings': ['/a/acme/sources/sftp/settings'],
    '/a/:account/sources/:source/setup': ['/a/acme/sources/sftp/setup'],
    '/a/:account/settings/keys': ['/a/acme/settings/keys', '/a/empty/settings/keys'],
    '/a/:account/settings/demographics': ['/a/acme/settings/demographics', '/a/empty/settings/demographics'],
    '/a/:account/settings/missing': ['/a/acme/settings/missing', '/a/acme/settings/missing?source=manual'],
    '/a/:account/settings/notifications': [
      '/a/acme/settings/notifications',
      '/a/empty/settings/notifications',
    ],
    '/a/:account/settings/webhooks': ['/a/acme/settings/webhooks', '/a/empty/settings/webhooks'],
    '/a/:account/settings/webhooks/:id': [`/a/acme/settings/webhooks/${told}`],
    '/a/:account/settings/retention': ['/a/acme/settings/retention'],
    '/a/:account/settings/ownership': ['/a/busy/settings/ownership', '/a/empty/settings/ownership'],
    '/a/:account/settings/redaction': ['/a/busy/settings/redaction', '/a/empty/settings/redaction'],
    '/a/:account/settings/access': ['/a/acme/settings/access'],
    '/a/:account/settings/audit': ['/a/acme/settings/audit'],
  })
  /** Parts of pages, files, and what only leads elsewhere. */

  const ELSEWHERE = [
    '/a/:account/template.csv',
    '/a/:account/imports/:id/report/:format',
    '/a/:account/imports/:id/report/rejects',
    '/a/:account/imports/:id/progress',
    '/a/:account/sources/:source/first',
    '/a/:account/settings',
    // Looked at in a file of their own.
    ...ROUTES.map(({ path }) => path).filter((path) => path.startsWith('/a/:account/connect')),
    '/sign-in',
    '/welcome/:secret',
  ]

  test('of the table of routes has a place where it is looked at', () => {
    const pages = ROUTES.filter(({ method, kind }) => method === 'GET' && kind === 'page').map(
      ({ path }) => path,
    )
    const ours = pages.filter(
      (path) => path.startsWith('/a/:account') || path === '/' || path === '/accounts',
    )
    expect(ours.filter((path) => !ELSEWHERE.includes(path)).sort()).toEqual(Object.keys(places()).sort())
  })

  test('is open to everybody by axe, in light and dark, wide and at 320 pixels without scrolling sideways', async () => {
    const { page, complaints } = await tab(http.operator)
    const found: string[] = []
    for (const path of [
      ...Object.values(places()).flat(),
      '/a/acme/imports/nosuchrunatall00',
      '/connections',
      '/no/such/page',
    ]) {
      await page.setViewportSize(WIDE)
      await page.emulateMedia({ colorScheme: 'light' })
      await go(page, path)
      found.push(...(await axe(page)).map((one) => `${path} light: ${one}`))
      await page.setViewportSize(NARROW)
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
      // Of the rules those that depend on colours and on room.
      found.push(...(await axe(page, LOOKS)).map((one) => `${path} dark: ${one}`))
      const wider = await overflow(page)
      if (wider > 0) found.push(`${path} is ${wider} pixels wider than 320`)
    }
    expect(found).toEqual([])
    // Nothing that the policy refuses, and no script that fails; only the two pages that are not there.
    expect(complaints.filter((one) => !one.includes('status of 404'))).toEqual([])
    await page.context().close()
  }, 240_000)

  test('weighs less than 150 kB with its fonts', async () => {
    const { page } = await tab(http.operator)
    let bytes = 0
    page.on('response', async (response) => {
      const { responseBodySize } = await response.request().sizes()
      bytes += responseBodySize
    })
    await go(page, '/a/acme/employees')
    await page.waitForLoadState('networkidle')
    expect(bytes).toBeGreaterThan(60_000)
    expect(bytes).toBeLessThan(150_000)
    await page.context().close()
  })

  test('keeps the colours that were chosen, and tells times in the zone of the reader with UTC behind them', async () => {
    const { page } = await tab(http.operator, { timezoneId: 'Asia/Tokyo', colorScheme: 'light' })
    await go(page, `/a/acme/imports/${good.id}`)
    await page.selectOption('#theme', 'dark')
    await page.waitForSelector('html[data-theme="dark"]')
    expect(new URL(page.url()).pathname).toBe(`/a/acme/imports/${good.id}`)
    const time = page.locator('time[datetime]').first()
    const iso = (await time.getAttribute('datetime')) ?? ''
    const hour = new Date(iso).toLocaleString('en', {
      hour: '2-digit',
      hourCycle: 'h23',
      timeZone: 'Asia/Tokyo',
    })
    expect(await time.textContent()).toContain(`${hour}:`)
    expect(await time.getAttribute('title')).toBe(`${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`)
    await page.context().close()
  })
})

describe('a file sent by hand', () => {
  test('is rehearsed, then imported, and leads to the new people', async () => {
    const { page } = await tab(await http.person('busy', 'data_admin'))
    const file = {
      name: 'first.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(writePeopleCsv(PEOPLE.slice(0, 8))),
    }
    await go(page, '/a/busy')
    await page.click('text=Import a file')
    await page.setInputFiles('#file', file)
    await page.click('button:has-text("Send")')
    // What is under way is looked at again until it is over, without anybody doing anything.
    await page.waitForSelector('h1:has-text("Dry run, nothing was applied")')
    await go(page, '/a/busy/imports/new')
    await page.check('input[name="mode"][value="apply"]')
    await page.setInputFiles('#file', file)
    await page.click('button:has-text("Send")')
    await page.waitForSelector('h1:has-text("8 people imported")')
    await page.click('text=See the new people')
    expect(await page.locator('tbody tr').count()).toBe(8)
    await page.context().close()
  })

  test('that is no file is refused with a word', async () => {
    const { page } = await tab(await http.person('busy', 'data_admin'), { javaScriptEnabled: false })
    await go(page, '/a/busy/imports/new')
    // Whoever takes the browser's own check away still hears it.
    const response = await page.request.post(`${http.url}/a/busy/imports`, {
      multipart: { csrf: (await page.getAttribute('input[name="csrf"]', 'value')) ?? '', mode: 'apply' },
      headers: { origin: http.url },
    })
    expect(response.status()).toBeGreaterThanOrEqual(400)
    expect(response.status()).toBeLessThan(500)
    await page.context().close()
  })
})

describe('a run that waits', () => {
  test('is walked through, picked from and approved by keys alone, in part', async () => {
    await accountWithPeople('parts')
    const run = await sent('parts', writePeopleCsv([...EIGHT, ...PEOPLE.slice(20, 40)]), 'many.csv')
    expect(run.state).toBe('held')
    const { page } = await tab(await http.person('parts', 'data_admin'))
    await go(page, `/a/parts/imports/${run.id}/plan`)
    expect(await page.locator('[data-row]:has(input[name="row"])').count()).toBe(20)
    for (const key of ['j', 'j', ' ', 'j', ' ']) await page.keyboard.press(key)
    expect(await page.locator('input[name="row"]:checked').count()).toBe(2)
    expect(await page.textContent('[data-picked]')).toBe('2 selected')
    await page.keyboard.press('?')
    await page.waitForSelector('dialog[open]')
    await page.keyboard.press('Escape')
    await page.keyboard.press('a')
    expect(await page.evaluate('document.activeElement.value')).toBe('all')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:has-text("10 people imported: 2 new")')
    // The others wait in a run of their own.
    await go(page, '/a/parts/review')
    expect(await page.locator('tbody tr').count()).toBe(1)
    await page.click('tbody a')
    await page.click('button[value="discard"]')
    await page.waitForSelector('h1:has-text("Discarded by")')
    await page.context().close()
  })

  test('is decided once, by what was looked at, and by nobody who may only look', async () => {
    await accountWithPeople('once')
    const run = await sent('once', writePeopleCsv([...EIGHT, ...PEOPLE.slice(40, 55)]), 'twice.csv')
    const at = `/a/once/imports/${run.id}`
    const looker = await http.person('once', 'viewer')
    expect(await (await looker.get(`${at}/plan`)).text()).not.toContain('name="verdict"')
    expect((await looker.post(`${at}/decide`, { verdict: 'all' })).status).toBe(403)
    const admin = await http.person('once', 'data_admin')
    // Another plan than the one that was shown.
    const stale = await admin.post(`${at}/decide`, { verdict: 'all', mark: '0000000000000000' })
    expect([stale.status, (await http.server.door.run(run.id)).state]).toEqual([409, 'held'])
    expect(await stale.text()).toContain('The plan changed since you looked')
    const mark = /name="mark" value="(\w+)"/.exec(await (await admin.get(`${at}/plan`)).text())?.[1] ?? ''
    const words = await Promise.all([1, 2, 3].map(() => admin.post(`${at}/decide`, { verdict: 'all', mark })))
    for (const word of words) expect([303, 409]).toContain(word.status)
    expect(words.filter(({ status }) => status === 303).length).toBeGreaterThan(0)
    expect(await http.server.door.settled(run.id)).toMatchObject({
      counts: { created: 15 },
    })
    expect((await admin.post(`${at}/decide`, { verdict: 'discard', mark })).status).toBe(303)
    expect((await http.server.door.run(run.id)).state).toMatch(/^succeeded/)
    // And back again, after a look at what that would do.
    expect(await (await admin.get(`${at}/undo`)).text()).toContain('Removed again')
    const undone = await admin.post(`${at}/undo`, { reason: 'a mistake' })
    const undoing = undone.headers.get('location')?.split('/').at(-1) ?? ''
    expect((await http.server.door.settled(undoing)).counts.removed).toBe(15)
  })

  test('of another account is as unknown as one that never was', async () => {
    const admin = await http.person('busy', 'account_admin')
    for (const path of ['', '/plan', '/undo', '/progress', '/report/json', '/report/rejects'])
      expect((await admin.get(`/a/busy/imports/${held.id}${path}`)).status).toBe(404)
    for (const path of ['/decide', '/undo', '/plan'])
      expect((await admin.post(`/a/busy/imports/${held.id}${path}`, { verdict: 'all' })).status).toBe(404)
    expect((await admin.get('/a/acme/employees/5')).status).toBe(404)
    expect((await http.server.door.run(held.id)).state).toBe('held')
  })
})

describe('employees', () => {
  test('are found by a part of a name, filtered, and exported with or without those who left', async () => {
    const { page } = await tab(http.operator)
    const [somebody] = PEOPLE
    await go(page, '/a/acme/employees')
    await page.fill('#search', somebody?.Email ?? '')
    await page.keyboard.press('Enter')
    await page.waitForSelector(`tbody th:has-text("${somebody?.Name}")`)
    expect(await page.locator('tbody tr').count()).toBe(1)
    // Nobody's name or address stands in that of the page.
    expect(page.url()).toBe(`${http.url}/a/acme/employees`)
    await page.fill('#search', 'nobody is called that')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=Nobody like that')
    await page.click('summary:has-text("Export")')
    await page.check('input[name="include"]')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.click('button:has-text("Download")'),
    ])
    expect(file.suggestedFilename()).toBe('acme-employees.csv')
    await page.context().close()
  })

  test('tell where each value is from, and what they were before', async () => {
    const client = await http.person('acme', 'viewer')
    await sent(
      'acme',
      csv(['Employee Id', 'Job Title'], [PEOPLE[9]?.['Employee Id'] ?? '', 'Chief Tester']),
      'titles.csv',
    )
    const list = await (await client.post('/a/acme/employees', { search: PEOPLE[9]?.Email ?? '' })).text()
    const path = /href="(\/a\/acme\/employees\/\d+)"/.exec(list)?.[1] ?? ''
    const text = await (await client.get(path)).text()
    expect(text).toContain('Chief Tester')
    expect(text).toContain('titles.csv')
    expect(text).toContain(`before: ${PEOPLE[9]?.['Job Title']}`)
    // A viewer neither merges, nor erases, nor exports.
    expect(text).not.toContain(`${path}/merge`)
    for (const act of [`${path}/merge`, `${path}/erase`, '/a/acme/employees/export'])
      expect((await client.post(act, { other: 'x', word: 'erase' })).status).toBe(403)
  })

  test('are corrected by hand after a look, with the field kept from files until it is let go', async () => {
    await accountWithPeople('mended')
    const admin = await http.person('mended', 'data_admin')
    const at = '/a/mended/employees/1'
    const wish = { field: 'Email', value: 'right@example.com', pin: 'yes' }
    expect(await (await admin.post(`${at}/edit`, wish)).text()).toContain('<bdi>right@example.com</bdi>')
    expect(await (await admin.get(at)).text()).not.toContain('right@example.com')
    const wrong = await admin.post(`${at}/edit`, { field: 'Email', value: 'not an address' })
    expect(wrong.status).toBe(422)
    const done = await admin.post(`${at}/edit`, { ...wish, sure: 'yes', reason: 'she married' })
    await http.server.door.settled(done.headers.get('location')?.split('/').at(-1) ?? '')
    const page = await (await admin.get(at)).text()
    expect(page).toContain('right@example.com')
    expect(page).toContain('Kept from files')
    expect((await admin.post(`${at}/unpin`, { field: 'Email' })).status).toBe(303)
    expect(await (await admin.get(at)).text()).not.toContain('Kept from files')
    const looker = await http.person('mended', 'viewer')
    expect((await looker.post(`${at}/edit`, wish)).status).toBe(403)
  })

  test('are made one of two after a look, and erased for good only by a word', async () => {
    await http.server.door.addAccount({ slug: 'twins' })
    const admin = await http.person('twins', 'account_admin')
    await sent(
      'twins',
      csv(
        ['Name', 'Employee Id', 'Email', 'Job Title'],
        ['Twin One', 'T1', 'twin@example.com', ''],
        ['Twin Two', 'T2', '', 'Twin'],
      ),
    )
    const idOf = async (search: string) =>
      /employees\/(\d+)"/.exec(await (await admin.post('/a/twins/employees', { search })).text())?.[1] ?? ''
    const one = await idOf('T1')
    const look = await admin.post(`/a/twins/employees/${one}/merge`, { other: 'T2' })
    const preview = await look.text()
    expect(preview).toContain('Merge two records into one?')
    expect(preview).toContain('Twin')
    expect(await idOf('T2')).not.toBe('')
    expect(
      (await admin.post(`/a/twins/employees/${one}/merge`, { other: 'nobody@example.com' })).status,
    ).toBe(404)
    const done = await admin.post(`/a/twins/employees/${one}/merge`, { keep: 'T1', other: 'T2', sure: 'yes' })
    await http.server.door.settled(done.headers.get('location')?.split('/').at(-1) ?? '')
    expect(await idOf('T2')).toBe('')
    expect((await admin.post(`/a/twins/employees/${one}/erase`, { word: 'please' })).status).toBe(422)
    expect(await idOf('T1')).toBe(one)
    expect((await admin.post(`/a/twins/employees/${one}/erase`, { word: 'erase' })).status).toBe(200)
    expect(await idOf('T1')).toBe('')
  })
})

describe('settings', () => {
  const KEY =
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFM7gMz5Zf3cNqWQnyyeCJhH3pA9DpVd0QPfv3K6VXrX sender@example.com'

  test('of a source are changed by group, by lines, and put back; what is wrong is said where it was typed', async () => {
    await http.server.door.addAccount({ slug: 'tuned' })
    const admin = await http.person('tuned', 'account_admin')
    const at = '/a/tuned/sources/sftp/settings'
    const before = (await http.server.door.source('tuned', 'sftp')).settings
    const lines = {
      set_mapping: 'Kst = Cost Center\r\nPersonalnr = Employee Id\r\nNotes = -',
      set_values: 'Employment Type: W2 = Employee\nEmployment Type: 1099 = Contractor',
      set_exclusions: 'Employment Type = Contractor | Intern',
      set_clearTokens: '(leer)\n<none>',
      set_datePatternOf: 'Start Date = DD.MM.YYYY',
    }
    const changes = {
      set_leaversMax: '12',
      set_topsMax: '3',
      set_leaversShareMax: '0,2',
      set_strict: 'true',
      set_blank: 'clear',
      ...lines,
    }
    expect((await admin.post(at, changes)).status).toBe(303)
    const { settings } = await http.server.door.source('tuned', 'sftp')
    expect(settings).toMatchObject({
      leaversMax: 12,
      topsMax: 3,
      leaversShareMax: 0.2,
      strict: true,
      blank: 'clear',
    })
    expect(settings.mapping).toEqual({
      Kst: { kind: 'demographic', label: 'Cost Center' },
      Personalnr: { kind: 'field', field: 'employeeId' },
      Notes: { kind: 'ignore' },
    })
    expect(settings.values).toEqual({ 'Employment Type': { W2: 'Employee', '1099': 'Contractor' } })
    expect(settings.exclusions).toEqual([{ column: 'Employment Type', is: ['Contractor', 'Intern'] }])
    // What the page shows, sent back, changes nothing.
    const { page } = await tab(admin)
    await go(page, at)
    for (const group of ['guards', 'policy', 'what']) {
      await page.click(`section[aria-labelledby="${group}"] button`)
      await page.waitForURL(/saved=1/)
    }
    expect((await http.server.door.source('tuned', 'sftp')).settings).toEqual(settings)
    await page.context().close()
    const wrong = await admin.post(at, { set_leaversMax: 'many', set_newMax: '3' })
    expect([wrong.status, (await wrong.text()).includes('“Leavers max” must be a number')]).toEqual([
      422,
      true,
    ])
    expect((await admin.post(at, { set_mapping: 'no equals sign' })).status).toBe(422)
    expect((await admin.post(at, { set_leaversShareMax: '7' })).status).toBe(422)
    expect((await http.server.door.source('tuned', 'sftp')).settings).toEqual(settings)
    const back = Object.fromEntries(Object.keys(changes).map((key) => [key, '']))
    expect((await admin.post(at, { ...back, set_strict: 'false' })).status).toBe(303)
    expect((await http.server.door.source('tuned', 'sftp')).settings).toEqual(before)
    const looker = await http.person('tuned', 'data_admin')
    expect((await looker.post(at, { set_leaversMax: '1' })).status).toBe(403)
  })

  test('SFTP is set up on one page: the address, the key of the sender, and the first file, which appears by itself', async () => {
    await http.server.door.addAccount({ slug: 'fresh' })
    const { page } = await tab(await http.person('fresh', 'account_admin'))
    await go(page, '/a/fresh/sources/sftp/setup')
    const { sftp } = await http.server.door.status()
    expect(await page.textContent('#text')).toContain(`sftp -P ${sftp?.port} fresh@127.0.0.1`)
    expect(await page.textContent('#text')).toContain(sftp?.fingerprint ?? 'nothing')
    await page.fill('#line', 'nonsense')
    await page.click('button:has-text("Add a key")')
    await page.waitForSelector('.notice.bad')
    await go(page, '/a/fresh/sources/sftp/setup')
    await page.fill('#line', KEY)
    await page.click('button:has-text("Add a key")')
    await page.waitForSelector('tbody th:has-text("sender@example.com")')
    await page.click('button:has-text("Revoke")')
    await page.waitForSelector('.pill:has-text("Revoked")')
    expect(await page.textContent('[aria-labelledby="first"]')).toContain('Waiting for the first file')
    await page.context().close()
  })

  test('a key, a person or a label of another account cannot be touched', async () => {
    await http.server.door.addAccount({ slug: 'mine' })
    await http.server.door.addAccount({ slug: 'theirs' })
    const key = await http.server.door.addKey('theirs', KEY.replace('VXrX', 'VXrY'))
    const them = await http.person('theirs', 'viewer')
    const [user] = await http.server.door.listUsers('theirs')
    const me = await http.person('mine', 'account_admin')
    expect((await me.post('/a/mine/settings/keys/revoke', { fingerprint: key.fingerprint })).status).toBe(404)
    await me.post('/a/mine/settings/access/remove', { user: user?.id ?? '' })
    expect((await http.server.door.listKeys('theirs'))[0]?.revokedAt).toBeNull()
    expect((await them.get('/a/theirs')).status).toBe(200)
    expect((await me.get('/a/theirs/settings/audit')).status).toBe(404)
  })

  test('somebody is invited by a link that is shown once, and what was done stands in the log', async () => {
    await http.server.door.addAccount({ slug: 'team' })
    const admin = await http.person('team', 'account_admin')
    const made = await (
      await admin.post('/a/team/settings/access', {
        name: 'Nia',
        email: 'nia@example.org',
        role: 'data_admin',
      })
    ).text()
    const link = /http[^<\s]*\/welcome\/[\w-]+/.exec(made)?.[0] ?? ''
    expect((await http.stranger().get(new URL(link).pathname)).status).toBe(200)
    expect(await (await admin.get('/a/team/settings/access')).text()).not.toContain('/welcome/')
    expect(await (await admin.get('/a/team/settings/audit')).text()).toContain('user.add')
    const viewer = await http.person('team', 'viewer')
    for (const page of ['access', 'audit'])
      expect((await viewer.get(`/a/team/settings/${page}`)).status).toBe(403)
  })

  test('demographics are renamed, deleted when empty, and two made one after a dry run', async () => {
    await http.server.door.addAccount({ slug: 'labels' })
    const admin = await http.person('labels', 'account_admin')
    await sent(
      'labels',
      csv(['Employee Id', 'Name', 'Shoe Size', 'Boot Size'], ['1', 'Ada', '38', ''], ['2', 'Ben', '', '44']),
    )
    const at = '/a/labels/settings/demographics'
    expect((await admin.post(`${at}/rename`, { from: 'Shoe Size', to: 'Size of Shoes' })).status).toBe(303)
    expect(await (await admin.get(at)).text()).toContain('Size of Shoes')
    expect((await admin.post(`${at}/delete`, { label: 'Boot Size' })).status).toBe(409)
    const merged = await admin.post(`${at}/merge`, { from: 'Boot Size', into: 'Size of Shoes' })
    const run = await http.server.door.settled(merged.headers.get('location')?.split('/').at(-1) ?? '')
    expect(run).toMatchObject({ state: 'dry_run', counts: { updated: 1 } })
  })
})

test('without a script one signs in, imports, waits, looks, decides, searches and signs out', async () => {
  await accountWithPeople('quiet')
  const { page } = await openPage(browser, { javaScriptEnabled: false })
  const { email } = await http.person('quiet', 'data_admin')
  await go(page, '/a/quiet')
  await page.fill('#email', email ?? '')
  await page.fill('#password', 'tangerine velvet 8 anchors')
  await page.click('button:has-text("Sign in")')
  await page.waitForURL(`${http.url}/a/quiet`)
  await page.click('text=Import a file')
  await page.check('input[name="mode"][value="apply"]')
  const people = EIGHT.map((person) => ({ ...person, 'End Date': '2026-02-01' }))
  await page.setInputFiles('#file', {
    name: 'quiet.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(writePeopleCsv(people)),
  })
  await page.click('button:has-text("Send")')
  await page.waitForSelector('h1:has-text("Waits for a person")')
  await page.click('.head a:has-text("Review")')
  await page.check('input[name="row"] >> nth=0')
  await page.selectOption('#rest', 'discard')
  await page.click('button[value="picked"]')
  await page.waitForSelector('h1:has-text("1 person imported")')
  await page.click('nav >> text=Employees')
  await page.selectOption('#status', 'former')
  await page.click('button:has-text("Find")')
  expect(await page.locator('tbody tr').count()).toBe(1)
  await page.click('button:has-text("Sign out")')
  await page.waitForURL(`${http.url}/sign-in`)
  await page.context().close()
})

test('the keyboard reaches the content first, and everything it reaches can be seen', async () => {
  const { page } = await tab(http.operator)
  await go(page, '/a/acme')
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content')
  await page.keyboard.press('Enter')
  expect(await page.evaluate('document.activeElement.id')).toBe('content')
  for (let at = 0; at < 12; at++) {
    await page.keyboard.press('Tab')
    const seen = await page.evaluate(
      `(() => { const box = document.activeElement.getBoundingClientRect(); return box.width > 0 && box.top >= 0 && box.bottom <= innerHeight })()`,
    )
    expect(seen).toBe(true)
  }
  await page.context().close()
})
