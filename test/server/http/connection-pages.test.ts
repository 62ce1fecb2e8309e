/** The pages of connections in a real browser, against a simulated HRIS: one server and one browser for all of it. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeHrisCompany } from '../../../server/cli/demo/hris/company.ts'
import { JUSTWORKS_CLIENT, JustworksApi } from '../../../server/cli/demo/hris/justworks.ts'
import { Simulator } from '../../../server/cli/demo/hris/simulator.ts'
import { axe, openPage, overflow, startBrowser } from '../../support/browser.ts'
import { type Client, startHttp, type TestHttp } from '../../support/http-server.ts'

let http: TestHttp
let browser: Browser
let api: JustworksApi
let simulator: Simulator
let admin: Client
/** By the name that the HRIS sends people back to. */
let base: string

const PEOPLE = 40
const AT = '/a/acme/connections'

beforeAll(async () => {
  api = new JustworksApi({ company: makeHrisCompany(PEOPLE) })
  ;[http, browser, simulator] = await Promise.all([
    startHttp({ hrisMayBePrivate: true }),
    startBrowser(),
    Simulator.start(api),
  ])
  await http.server.door.addAccount({ slug: 'acme', name: 'Acme Inc' })
  base = http.url.replace('127.0.0.1', 'localhost')
  admin = await http.person('acme', 'data_admin')
})
afterAll(async () => {
  await browser?.close()
  await http?.[Symbol.asyncDispose]()
  await simulator?.close()
})

/** A tab of somebody who is signed in. */
async function tab(client: Client, options: BrowserContextOptions = {}): Promise<Page> {
  const { page } = await openPage(browser, { reducedMotion: 'reduce', ...options })
  const [name = '', value = ''] = (client.cookie ?? '').split('=')
  await page.context().addCookies([{ name, value, url: base }])
  return page
}

const go = (page: Page, path: string) => page.goto(`${base}${path}`)

/** Held against the page as it stands: axe in light and dark, and 320 pixels. */
async function expectGood(page: Page, name: string): Promise<void> {
  const found = (await axe(page)).map((one) => `${name} light: ${one}`)
  await page.setViewportSize({ width: 320, height: 720 })
  await page.emulateMedia({ colorScheme: 'dark' })
  found.push(...(await axe(page, ['color-contrast', 'target-size'])).map((one) => `${name} dark: ${one}`))
  expect([name, found, await overflow(page)]).toEqual([name, [], 0])
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
}

async function connection() {
  return await http.server.door.hris.show('acme', 'justworks')
}

test('a catalogue is searched by name, and says which way suits whom', async () => {
  const page = await tab(admin)
  await go(page, AT)
  expect(await page.locator('.tiles h3').allTextContents()).toEqual([
    'Justworks',
    'TriNet',
    'Merge',
    'SFTP / CSV',
  ])
  const headings = await page.locator('section[aria-labelledby="methods"] thead th').allTextContents()
  expect(headings).toEqual(['Method', 'Type of import', 'Best for', 'Key difference'])
  await expectGood(page, 'catalogue')
  await page.fill('#q', 'justw')
  await page.keyboard.press('Enter')
  await page.waitForURL(/q=justw/)
  expect(await page.locator('.tiles h3').allTextContents()).toEqual(['Justworks'])
  await go(page, `${AT}?q=nobody`)
  await expectGood(page, 'catalogue-none')
  await page.context().close()
})

test('nobody gets to the credentials without saying to be an admin', async () => {
  const page = await tab(admin, { javaScriptEnabled: false })
  await go(page, '/a/acme/connect/justworks')
  expect(await page.textContent('.facts')).toContain('Date Of Birth, Display Full Name, Employee Number')
  await page.click('button:has-text("Next")')
  // The browser itself does not go on.
  expect(new URL(page.url()).search).toBe('')
  const forced = await admin.get('/a/acme/connect/justworks?step=connect')
  expect([forced.status, await forced.text()]).toEqual([422, expect.stringContaining('confirm first')])
  const posted = await admin.post('/a/acme/connect/justworks', {
    secret_clientId: 'a',
    secret_clientSecret: 'b',
  })
  expect(posted.status).toBe(422)
  expect(await http.server.door.hris.list('acme')).toEqual([])
  await page.context().close()
})

test('what is wrong with credentials is told where they were typed, and no secret comes back', async () => {
  const typed = { admin: 'yes', secret_apiKey: 'very secret', source: 'a Name' }
  const answer = await admin.post('/a/acme/connect/merge', typed)
  const text = await answer.text()
  expect([answer.status, text.includes('very secret'), text.includes('a Name')]).toEqual([422, false, true])
  expect(text).toContain('cannot be set up like this')
})

test('the whole way of Justworks: admin, read access, window, first sync, finalise, review, employees', async () => {
  const page = await tab(admin)
  await go(page, AT)
  await page.click('a:has-text("Continue setup"):has-text("Justworks")')
  await expectGood(page, 'before')
  await page.check('input[name="admin"]')
  await page.click('button:has-text("Next")')
  await page.fill('#secret_clientId', JUSTWORKS_CLIENT.id)
  await page.fill('#secret_clientSecret', JUSTWORKS_CLIENT.secret)
  await page.check('input[name="set_consent.dateOfBirth"]')
  await page.click('summary:has-text("Addresses")')
  await expectGood(page, 'credentials')
  await page.fill('#set_apiUrl', simulator.url)
  await page.fill('#set_authorizeUrl', `${simulator.url}/oauth/authorize`)
  await page.click('button:has-text("Connect")')
  await page.waitForURL(/\/connections\/justworks$/)
  await expectGood(page, 'connecting')

  await consent(page)
  // It goes on by itself.
  await page.waitForSelector('text=The first sync found')
  expect(await page.textContent('.kpis')).toContain('to be created')
  await expectGood(page, 'finalise')
  expect((await http.server.door.runs({ account: 'acme' })).every(({ mode }) => mode === 'dry_run')).toBe(
    true,
  )
  await page.click('button:has-text("Finalise sync")')
  await page.waitForURL(/\/plan$/)
  await page.click('button:has-text("Import data")')
  await page.waitForSelector('text=See the new people')
  await page.click('text=See the new people')
  expect(await page.locator('tbody tr').count()).toBeGreaterThan(20)

  await go(page, `${AT}/justworks`)
  expect(await page.textContent('#about ~ *, section[aria-labelledby="now"]')).toContain('Connected')
  await page.click('button:has-text("Sync")')
  await page.waitForSelector('[role="status"]:has-text("Syncing data")')
  await page.fill('#times', '02:30, 14:30')
  await page.click('button:has-text("Turn on auto-sync")')
  await page.waitForSelector('button:has-text("Turn off auto-sync")')
  expect((await connection()).autoSync).toMatchObject({ on: true, times: ['02:30', '14:30'] })
  await expectGood(page, 'connected')
  await page.click('button:has-text("Turn off auto-sync")')
  await page.waitForSelector('button:has-text("Turn on auto-sync")')
  expect((await connection()).autoSync.on).toBe(false)
  await go(page, '/a/acme/sources')
  await expectGood(page, 'sources')
  const written = (await http.server.door.auditLog('acme', {})).entries.map(({ action }) => action)
  for (const act of ['connect', 'finalise', 'sync', 'auto-sync'])
    expect(written).toContain(`connection.${act}`)
  await page.context().close()
})

/** What an administrator of the company does in the window that opens. */
async function consent(page: Page): Promise<void> {
  const [window] = await Promise.all([
    page.context().waitForEvent('page'),
    page.click('button:has-text("Open window")'),
  ])
  const [theirs] = await Promise.all([
    page.context().waitForEvent('page'),
    (async () => {
      await window.click('button:has-text("I am an admin")')
      await window.click('a:has-text("Open window")')
    })(),
  ])
  await theirs.check('input[name="box"]')
  await theirs.click('button:has-text("Authorize")')
  await theirs.waitForSelector('h1:has-text("Justworks is connected")')
  await theirs.close()
  await window.close()
}

test('a mapping is rehearsed, used from the next sync on, and gone back from', async () => {
  const page = await tab(admin)
  const at = `${AT}/justworks/mapping`
  await go(page, at)
  await expectGood(page, 'mapping')
  const first = page.locator('section[aria-labelledby="fields"] input[list]').last()
  const name = (await first.getAttribute('name')) ?? ''
  await first.fill('A label of ours')
  await page.fill('#values', 'Employment Type: W2 = Employee')
  await page.fill('#reason', 'as payroll calls it')
  await page.click('button:has-text("Show what it would do")')
  await page.waitForSelector('h2:has-text("What version 2 would do")')
  expect((await connection()).mappingVersion).toBe(1)
  await expectGood(page, 'impact')
  await page.click('button:has-text("Use version 2")')
  await page.waitForURL(/mapping$/)
  expect(await page.inputValue(`input[name="${name}"]`)).toBe('A label of ours')
  expect(await page.inputValue('#values')).toBe('Employment Type: W2 = Employee')
  await page.click('button:has-text("Go back to 1")')
  await page.waitForURL(/mapping$/)
  const [newest] = await http.server.door.hris.mappings('acme', 'justworks')
  expect(newest).toMatchObject({ version: 3, isCurrent: true, revertsTo: 1 })
  const bad = await admin.post(at, { values: 'no such form' })
  expect([bad.status, await bad.text()]).toEqual([422, expect.stringContaining('Line 1 of the values')])
  await page.context().close()
})

test('a permission that was taken back is told with its way on, here, among the sources and on the overview', async () => {
  api.access.revokeAll()
  api.refresh.revokeAll()
  const page = await tab(admin)
  await go(page, `${AT}/justworks`)
  await page.click('button:has-text("Sync")')
  await page.waitForSelector('.notice.bad')
  expect((await connection()).state).toBe('needs_reauthorization')
  await go(page, `${AT}/justworks`)
  await page.waitForSelector('text=Remedy')
  await expectGood(page, 'lost')
  await go(page, '/a/acme')
  await page.waitForSelector('.notice.bad:has-text("Needs reauthorization")')
  await page.click('.notice a:has-text("Reconnect")')
  await consent(page)
  await page.waitForSelector('button:text-is("Sync")')
  expect((await connection()).state).toBe('connected')
  await page.context().close()
})

test('it is paused, resumed and, with a word more, disconnected; who may only look does none of it', async () => {
  const looker = await http.person('acme', 'viewer')
  const seen = await (await looker.get(`${AT}/justworks`)).text()
  expect(seen).not.toMatch(/action="[^"]*connections/)
  for (const [act, state] of [
    ['pause', 'paused'],
    ['resume', 'connected'],
  ] as const) {
    expect((await looker.post(`${AT}/justworks/${act}`)).status).toBe(403)
    expect((await admin.post(`${AT}/justworks/${act}`)).status).toBe(303)
    expect((await connection()).state).toBe(state)
  }
  // Not from where it stands.
  expect((await admin.post(`${AT}/justworks/resume`)).status).toBe(422)
  expect((await admin.post(`${AT}/justworks/disconnect`)).status).toBe(422)
  expect((await connection()).state).toBe('connected')
  expect((await admin.post(`${AT}/justworks/disconnect`, { sure: 'yes' })).status).toBe(303)
  expect(await connection()).toMatchObject({ state: 'not_connected', secretsSetAt: null })
  const page = await tab(admin)
  await go(page, `${AT}/justworks`)
  await expectGood(page, 'not-connected')
  await page.context().close()
})

test('without a script it is connected all the same, and the page comes again by itself', async () => {
  const page = await tab(admin, { javaScriptEnabled: false })
  await go(page, `${AT}/justworks`)
  await page.click('a:has-text("Continue setup")')
  await page.check('input[name="admin"]')
  await page.click('button:has-text("Next")')
  await page.fill('#secret_clientId', JUSTWORKS_CLIENT.id)
  await page.fill('#secret_clientSecret', JUSTWORKS_CLIENT.secret)
  await page.click('button:has-text("Connect")')
  await page.waitForURL(/\/connections\/justworks$/)
  expect(await page.content()).toContain('http-equiv="refresh"')
  await page.click('button:has-text("Make a link")')
  expect(await page.textContent('#link')).toMatch(/\/connect\/[\w-]{43}$/)
  await page.context().close()
})
