import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeAt, fromBase32 } from '../../../keys/people/second-factor.ts'
import { Client, PASSWORD, startHttp, type TestHttp } from '../../support/http-server.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startHttp()
  await http.server.door.addAccount({ slug: 'acme', name: 'Acme Inc' })
})
afterAll(() => http[Symbol.asyncDispose]())

const signIn = (client: Client, email: string, password = PASSWORD, more = {}) =>
  client.post('/sign-in', { email, password, ...more })

describe('the link that a new server prints', () => {
  test('is good once, and none is printed where there is somebody', async () => {
    const { pathname } = new URL(http.server.setup?.url ?? '')
    const again = await http
      .stranger()
      .post(pathname, { email: 'x@example.org', name: 'X', password: PASSWORD })
    expect(again.status).toBe(410)
    expect((await http.stranger().get(pathname)).status).toBe(410)
  })

  test('is looked at without being used up', async () => {
    const { secret } = await http.server.door.addUser({ email: 'looks@example.org' })
    const client = http.stranger()
    for (const _ of [1, 2]) expect((await client.get(`/welcome/${secret}`)).status).toBe(200)
    expect((await client.post(`/welcome/${secret}`, { password: PASSWORD })).status).toBe(303)
  })

  test.each([
    ['short', 'at least 15 characters'],
    ['passwordpassword123', 'too easy to guess'],
    ['looks@example.org2026', 'too easy to guess'],
  ])('does not take %s for a password, and says why', async (password, why) => {
    const { secret } = await http.server.door.resetUser('looks@example.org')
    const response = await http.stranger().post(`/welcome/${secret}`, { password })
    expect(response.status).toBe(422)
    const page = await response.text()
    expect(page).toContain(why)
    expect(page).not.toContain(`"${password}"`)
  })
})

describe('signing in', () => {
  test('gives a cookie that no script can read, and leads to where one wanted to go', async () => {
    const client = http.stranger()
    const response = await signIn(client, 'OP@example.org', PASSWORD, { next: '/a/acme?x=1' })
    expect(response.headers.get('location')).toBe('/a/acme?x=1')
    expect(response.headers.get('set-cookie')).toMatch(
      /^rollcall=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(await (await client.get('/accounts')).text()).toContain('Acme Inc')
  })

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/ x'])(
    'never leads to %s',
    async (next) => {
      const response = await signIn(http.stranger(), 'op@example.org', PASSWORD, { next })
      expect(response.headers.get('location')).toBe('/')
    },
  )

  test('says the same of a wrong password and of an unknown address', async () => {
    const wrong = await signIn(http.stranger(), 'op@example.org', 'not the password at all')
    const unknown = await signIn(http.stranger(), 'nobody@example.org', 'not the password at all')
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    const plain = (page: string) => page.replace(/value="[^"]*@[^"]*"/, '')
    expect(plain(await wrong.text())).toBe(plain(await unknown.text()))
  })

  test('is slowed down after ten tries from one address, and only there', async () => {
    const client = http.stranger()
    const tries = []
    for (let at = 0; at < 11; at++) tries.push((await signIn(client, 'nobody@example.org', 'x')).status)
    expect(tries).toEqual([...Array.from({ length: 10 }, () => 401), 429])
    expect((await signIn(http.stranger(), 'op@example.org')).status).toBe(303)
  })

  test('replaces the session there was, and signing out ends it', async () => {
    const client = await http.person('acme', 'viewer')
    const before = client.cookie
    await signIn(client, client.email ?? '')
    expect(client.cookie).not.toBe(before)
    const old = new Client(http.url, null)
    old.cookie = before
    expect((await old.get('/')).status).toBe(303)
    const { cookie } = client
    expect((await client.post('/sign-out')).status).toBe(303)
    old.cookie = cookie
    expect((await old.get('/')).headers.get('location')).toBe('/sign-in?next=%2F')
  })

  test('is over for whoever is removed or gets a new link', async () => {
    for (const end of ['removeUser', 'resetUser'] as const) {
      const client = await http.person('acme', 'viewer')
      expect((await client.get('/accounts')).status).toBe(200)
      await http.server.door[end](client.email ?? '')
      expect((await client.get('/')).status).toBe(303)
    }
  })
})

describe('a form', () => {
  const stale = async (response: Promise<Response>) => {
    const { status } = await response
    expect(status).toBe(403)
  }

  test('of another site changes nothing', async () => {
    const body = new URLSearchParams({ csrf: await http.operator.csrf() }).toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const header of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      await stale(http.operator.request('POST', '/sign-out', { headers: { ...type, ...header }, body }))
    expect((await http.operator.get('/accounts')).status).toBe(200)
  })

  test('without the word of its own session changes nothing', async () => {
    const other = await (await http.person('acme', 'viewer')).csrf()
    for (const csrf of ['', other]) await stale(http.operator.post('/sign-out', { csrf }))
    expect((await http.operator.get('/accounts')).status).toBe(200)
  })

  test('larger than any that we have is not read', async () => {
    const response = await http.stranger().post('/sign-in', { email: 'x'.repeat(1024 ** 2) })
    expect(response.status).toBe(413)
  })
})

test('every answer carries the headers that keep a browser safe, and a number of its request', async () => {
  for (const path of ['/sign-in', '/healthz', '/no-such-page', '/']) {
    const { headers } = await http.stranger().get(path)
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
    expect(headers.get('strict-transport-security')).toBeNull()
  }
})

test('a page that is not there says so to people, and as a problem document to programs', async () => {
  const page = await http.stranger().get('/nowhere')
  expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8'])
  const problem = await http.stranger().get('/api/v1/nowhere')
  expect([problem.status, problem.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  expect(await problem.json()).toMatchObject({ status: 404, code: 'NO_SUCH_PAGE' })
})

test('with a public address of https, the cookie insists on it', async () => {
  await using secure = await startHttp({ publicUrl: 'https://rollcall.example.org/' })
  expect(secure.operator.cookie).toMatch(/^__Host-rollcall=/)
  expect(secure.server.setup?.url).toMatch(/^https:\/\/rollcall\.example\.org\/welcome\//)
  const { headers } = await secure.operator.get('/accounts')
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
  const response = await signIn(secure.stranger(), 'op@example.org')
  expect(response.headers.get('set-cookie')).toMatch(/; HttpOnly; Secure; SameSite=Lax$/)
})

describe('a second factor', () => {
  const inSeconds = (seconds: number) => Math.floor((Date.now() + seconds * 1_000) / 30_000)

  test('stands between the password and every page', async () => {
    const client = await http.person('acme', 'viewer')
    const page = await (await client.get('/me/second-factor')).text()
    expect(page).toContain('<svg')
    const secret = fromBase32(/<code>([A-Z2-7 ]+)<\/code>/.exec(page)?.[1]?.replaceAll(' ', '') ?? '')
    const sealed = /name="sealed" value="([^"]+)"/.exec(page)?.[1] ?? ''
    expect((await client.post('/me/second-factor', { sealed, code: '000' })).status).toBe(401)
    const forged = await client.post('/me/second-factor', { sealed: 'forged', code: '000000' })
    expect([forged.status, (await forged.text()).includes('master')]).toEqual([403, false])
    expect(
      (await client.post('/me/second-factor', { sealed, code: codeAt(secret, inSeconds(-30)) })).status,
    ).toBe(303)

    const again = http.stranger()
    const first = await signIn(again, client.email ?? '', PASSWORD, { next: '/me' })
    expect(first.headers.get('location')).toBe('/sign-in/code?next=%2Fme')
    expect((await again.get('/me')).headers.get('location')).toMatch(/^\/sign-in\?/)
    expect((await again.get('/api/v1/me')).status).toBe(401)
    const half = again.cookie
    expect((await again.post('/sign-in/code', { code: '000000' })).status).toBe(401)
    const second = await again.post('/sign-in/code', { code: codeAt(secret, inSeconds(30)), next: '/me' })
    expect(second.headers.get('location')).toBe('/me')
    expect(again.cookie).not.toBe(half)
    expect((await again.get('/me')).status).toBe(200)
  })
})

describe('about oneself', () => {
  test('another password ends every other session, and only who knows the present one sets it', async () => {
    const client = await http.person('acme', 'viewer')
    const other = http.stranger()
    await signIn(other, client.email ?? '')
    const change = (former: string, password: string) => client.post('/me/password', { former, password })
    expect((await change('not the present one', 'saffron harbour 9 kettles')).status).toBe(401)
    expect((await change(PASSWORD, 'short')).status).toBe(422)
    expect((await other.get('/me')).status).toBe(200)
    expect((await change(PASSWORD, 'saffron harbour 9 kettles')).status).toBe(303)
    expect([(await other.get('/me')).status, (await client.get('/me')).status]).toEqual([303, 200])
    expect((await signIn(http.stranger(), client.email ?? '', 'saffron harbour 9 kettles')).status).toBe(303)
  })

  test('one sees where one is signed in, and ends it there', async () => {
    const client = await http.person('acme', 'viewer')
    const other = http.stranger()
    await signIn(other, client.email ?? '')
    const path = /action="(\/me\/sessions\/\w+\/end)"/.exec(await (await client.get('/me')).text())?.[1] ?? ''
    expect((await (await http.person('acme', 'viewer')).post(path)).status).toBe(404)
    expect((await other.get('/me')).status).toBe(200)
    expect((await client.post(path)).status).toBe(303)
    expect((await other.get('/me')).status).toBe(303)
  })
})
