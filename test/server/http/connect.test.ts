import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHttp, type TestHttp } from '../../support/http-server.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startHttp()
  await http.server.door.addAccount({ slug: 'acme', name: 'Acme Inc' })
})
afterAll(() => http[Symbol.asyncDispose]())

const SECRET = 'nobody may ever see this'

async function connectPage(): Promise<string> {
  const secrets = { kind: 'justworks', clientId: 'id', clientSecret: SECRET } as const
  const settings = { consent: { dateOfBirth: true, sex: false } }
  const { hris } = http.server.door
  const connection = (await hris.list('acme'))[0]
  const given =
    connection === undefined
      ? hris.connect('acme', { kind: 'justworks', settings, secrets })
      : hris.reauthorize('acme', 'justworks', null)
  return new URL((await given).page ?? '').pathname
}

test('the page of a consent says what is read, is looked at without being used up, and shows no secret', async () => {
  const path = await connectPage()
  for (const _ of [1, 2]) {
    const response = await http.stranger().get(path)
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(page).toContain('Date Of Birth, Display Full Name, Employee Number')
    expect(page).toContain('a box for: Date of birth')
    expect(page).not.toContain(SECRET)
  }
})

test('from it a window leads to Justworks, with a state, PKCE and what is asked for, and a cookie no script reads', async () => {
  const response = await http.stranger().post(await connectPage(), {})
  expect(response.headers.get('set-cookie')).toMatch(/^rollcall-connect=[\w-]{43}; .*HttpOnly; SameSite=Lax$/)
  const [, href = ''] = /<a href="(https:[^"]+)"/.exec(await response.text()) ?? []
  const url = new URL(href.replaceAll('&amp;', '&'))
  expect(`${url.origin}${url.pathname}`).toBe('https://payroll.justworks.com/oauth/authorize')
  const { scope = '', ...rest } = Object.fromEntries(url.searchParams)
  expect(scope.split(' ')).toContain('member.dob:read')
  expect(scope.split(' ')).not.toContain('member.sex:read')
  expect(rest).toMatchObject({ response_type: 'code', client_id: 'id', code_challenge_method: 'S256' })
  expect(rest['redirect_uri']).toMatch(/\/connect\/callback$/)
  expect(url.href).not.toContain(encodeURIComponent(SECRET))
})

test('a link that was replaced, and a way back that nobody set out on, lead nowhere', async () => {
  const old = await connectPage()
  await connectPage()
  expect((await http.stranger().get(old)).status).toBe(403)
  expect((await http.stranger().get('/connect/callback?state=x&code=y')).status).toBe(403)
})

test('a webhook for nobody is refused', async () => {
  await connectPage()
  expect((await http.stranger().post('/hooks/none', {})).status).toBe(404)
})
