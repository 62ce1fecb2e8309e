/** The simulators behave as the documents of the APIs say: what is tried on them would go the same way in earnest. */
import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { makeHrisCompany } from '../../../server/cli/demo/hris/company.ts'
import { JUSTWORKS_CLIENT, JustworksApi } from '../../../server/cli/demo/hris/justworks.ts'
import { MERGE_ACCOUNT, MergeApi } from '../../../server/cli/demo/hris/merge.ts'
import { type SimApi, Simulator } from '../../../server/cli/demo/hris/simulator.ts'
import { TRINET_CLIENT, TrinetApi } from '../../../server/cli/demo/hris/trinet.ts'

/** What the tests look at in an answer. */
interface Answer {
  readonly access_token: string
  readonly refresh_token: string
  readonly account_token: string
  readonly next_cursor: string
  readonly items: readonly object[]
  readonly results: readonly object[]
  readonly data: { readonly employeeData: readonly { readonly employeeId: string }[] }
}

async function jsonOf(answer: Promise<Response>): Promise<Answer> {
  return (await (await answer).json()) as Answer // what is not there fails where it is looked at
}

async function serve<T extends SimApi>(api: T, options = {}) {
  const simulator = await Simulator.start(api, options)
  onTestFinished(() => simulator.close())
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${simulator.url}${path}`, { headers, redirect: 'manual' })
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${simulator.url}${path}`, {
      ...{ method: 'POST', headers, redirect: 'manual' },
      body: new URLSearchParams(form),
    })
  return { api, get, post }
}

const CALLBACK = 'http://127.0.0.1:1/callback'
const CLIENT = { client_id: JUSTWORKS_CLIENT.id, client_secret: JUSTWORKS_CLIENT.secret }
const VERIFIER = 'v'.repeat(43)
const SCOPE = 'member.basic:read member.dob:read'

async function consented(box: boolean) {
  const justworks = await serve(new JustworksApi({ company: makeHrisCompany(150) }))
  const asked = {
    ...{
      response_type: 'code',
      client_id: CLIENT.client_id,
      redirect_uri: CALLBACK,
      state: 'st',
      scope: SCOPE,
    },
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  }
  const page = await (await justworks.get(`/oauth/authorize?${new URLSearchParams(asked)}`)).text()
  const answer = await justworks.post('/oauth/authorize', {
    ...asked,
    ...(box ? { box: 'on' } : {}),
    decision: 'authorize',
  })
  const back = new URL(answer.headers.get('location') ?? '')
  return { ...justworks, page, back }
}

test.each([
  [true, SCOPE],
  [false, 'member.basic:read'],
])(
  'Justworks: consent with the box ticked: %s grants %s, to the one who asked and once',
  async (box, scope) => {
    const { post, get, page, back } = await consented(box)
    expect(page).toContain('type="checkbox"')
    expect(back.searchParams.get('state')).toBe('st')
    const code = back.searchParams.get('code') ?? ''
    const exchange = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
    }
    expect((await post('/oauth/token', { ...exchange, ...CLIENT, client_secret: 'x' })).status).toBe(401)
    const token = await jsonOf(post('/oauth/token', { ...exchange, ...CLIENT }))
    expect(token).toMatchObject({ token_type: 'Bearer', scope, expires_at: expect.any(String) })
    expect((await post('/oauth/token', { ...exchange, ...CLIENT })).status).toBe(400)

    const members = await jsonOf(get('/v1/members', { authorization: `Bearer ${token.access_token}` }))
    expect(members.items).toHaveLength(100)
    expect('date_of_birth' in (members.items[0] ?? {})).toBe(box)
    // Empty values are left out, empty lists are not.
    expect(members.items[1]).not.toHaveProperty('name.preferred_name')
    expect(members.items[1]).toMatchObject({ addresses: [] })
  },
)

test('Justworks: a refresh token is good once, and a wrong verifier or a refusal gives nothing', async () => {
  const { post, back } = await consented(true)
  const code = back.searchParams.get('code') ?? ''
  const exchange = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...CLIENT }
  const first = await jsonOf(post('/oauth/token', { ...exchange, code_verifier: VERIFIER }))
  const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token, ...CLIENT }
  expect((await post('/oauth/token', refresh)).status).toBe(200)
  expect(await jsonOf(post('/oauth/token', refresh))).toMatchObject({ error: 'invalid_grant' })

  const other = await consented(true)
  const stolen = { ...exchange, code: other.back.searchParams.get('code') ?? '', code_verifier: 'x' }
  expect((await other.post('/oauth/token', stolen)).status).toBe(400)
  const denied = await other.post('/oauth/authorize', { redirect_uri: CALLBACK, decision: 'deny' })
  expect(new URL(denied.headers.get('location') ?? '').searchParams.get('error')).toBe('access_denied')
})

test('Justworks: tokens and pages end as documented', async () => {
  let now = Date.now()
  const { api, get } = await serve(new JustworksApi({ company: makeHrisCompany(101), now: () => now }))
  const headers = { authorization: `Bearer ${api.grant()}` }
  const { next_cursor } = await jsonOf(get('/v1/members', headers))
  const last = await jsonOf(get(`/v1/members?cursor=${next_cursor}`, headers))
  expect(last).toEqual({ items: [expect.objectContaining({ id: 'mem_000101' })] })
  expect((await get('/v1/members?limit=101', headers)).status).toBe(400)
  expect((await get('/v1/members?cursor=made-up', headers)).status).toBe(400)
  now += 24 * 3_600_000
  expect((await get('/v1/members', headers)).status).toBe(401)
})

test('TriNet: a token for an hour, in text; positions from one, where zero is one as well', async () => {
  let now = Date.now()
  const { get } = await serve(new TrinetApi({ company: makeHrisCompany(150), now: () => now }))
  const basic = (secret: string) => ({
    authorization: `Basic ${Buffer.from(`${TRINET_CLIENT.id}:${secret}`).toString('base64')}`,
  })
  const path = '/oauth/accesstoken?grant_type=client_credentials'
  expect((await get(path, basic('wrong'))).status).toBe(401)
  const token = await jsonOf(get(path, basic(TRINET_CLIENT.secret)))
  expect(token).toMatchObject({ expires_in: '3599', refresh_token_expires_in: '0', status: 'approved' })
  const headers = { authorization: `Bearer ${token.access_token}` }
  const list = async (offset: number) =>
    (await jsonOf(get(`/v1/company/CO1/employees?offset=${offset}`, headers))).data
  expect(await list(101)).toMatchObject({ employeesTotal: 150, hasMore: false })
  expect((await list(0)).employeeData[0]).toEqual((await list(1)).employeeData[0])
  expect((await get('/v1/company/OTHER/employees', headers)).status).toBe(404)
  now += 3_600_000
  const over = await get('/v1/company/CO1/employees', headers)
  expect(await over.json()).toMatchObject({ fault: { detail: { errorcode: 'oauth.v2.InvalidAccessToken' } } })
})

test('Merge: a public token is changed for an account token, and both halves of the credential are looked at', async () => {
  const { get } = await serve(new MergeApi({ company: makeHrisCompany(40) }))
  const key = { authorization: `Bearer ${MERGE_ACCOUNT.apiKey}` }
  const { account_token } = await jsonOf(get('/hris/v1/account-token/simulated-public-token', key))
  expect(account_token).toBe(MERGE_ACCOUNT.accountToken)
  expect((await get('/hris/v1/employees', key)).status).toBe(401)
  const both = { ...key, 'x-account-token': account_token }
  const page = await jsonOf(get('/hris/v1/employees', both))
  expect(page.results).toHaveLength(30)
  expect(page.results[0]).toMatchObject({ ssn: null, date_of_birth: expect.stringMatching(/T00:00:00Z$/) })
  expect((await get('/hris/v1/employees?cursor=nonsense', both)).status).toBe(400)
})

test('beyond its limit a simulator says so, and it is as slow as it is told to be', async () => {
  const { get } = await serve(new MergeApi({ company: makeHrisCompany(1) }), {
    requestsPerMinute: 2,
    latencyMs: 20,
  })
  const began = performance.now()
  const answers = [await get('/'), await get('/'), await get('/')]
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 429])
  expect(answers[2]?.headers.get('retry-after')).toBe('5')
  expect(performance.now() - began).toBeGreaterThan(55)
})

test('a company is the same every time, of any size, with one person at the top', () => {
  const company = makeHrisCompany(2_000)
  expect(makeHrisCompany(2_000)).toEqual(company)
  expect(new Set(company.people.map(({ workEmail }) => workEmail)).size).toBe(2_000)
  const ids = new Set(company.people.map(({ id }) => id))
  expect(company.people.filter(({ managerId }) => managerId === null)).toHaveLength(1)
  expect(company.people.every(({ managerId }) => managerId === null || ids.has(managerId))).toBe(true)
  const dates = company.people.flatMap(({ born, start, end }) => [born, start, end ?? start])
  expect(dates.every((date) => new Date(`${date}T00:00:00Z`).toISOString().startsWith(date))).toBe(true)
})
