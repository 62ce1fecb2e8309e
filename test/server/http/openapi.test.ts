import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { newEd25519Key } from '../../../keys/ed25519.ts'
import { demoBadFiles, demoPeopleCsv } from '../../../server/cli/demo-people.ts'
import type { OpenApi } from '../../../server/http/api/openapi.ts'
import { type Client, startHttp, type TestHttp } from '../../support/http-server.ts'

const PEOPLE = 40
const files = Object.fromEntries(demoBadFiles(PEOPLE).map(({ name, text }) => [name, text]))
const everybodyLeaves = files['all-leave.csv'] ?? ''

let http: TestHttp
let api: Client
let operator: Client
let document: OpenApi
/** Ids of what there is in the account. */
const known = { done: '', held: '', discard: '', first: '', second: '', key: '', token: '', session: '' }

const CSV = { 'content-type': 'text/csv' }

async function deliver(text: string, query = ''): Promise<string> {
  const response = await api.request('POST', `/api/v1/imports?fileName=people.csv${query}`, {
    headers: CSV,
    body: text,
  })
  const { id } = z.object({ id: z.string() }).parse(await response.json())
  await http.server.door.settled(id)
  return id
}

beforeAll(async () => {
  http = await startHttp()
  await http.server.door.addAccount({ slug: 'acme' })
  api = await http.token('acme', 'account_admin')
  operator = await http.token(null, 'operator')
  known.done = await deliver(demoPeopleCsv(PEOPLE))
  known.held = await deliver(everybodyLeaves)
  known.discard = await deliver(everybodyLeaves.replaceAll('2026-01-31', '2026-01-30'))
  const line = newEd25519Key('k').publicKeyLine
  known.key = (await http.server.door.addKey('acme', line)).fingerprint
  known.token = (await http.server.door.addToken({ name: 'gone', account: 'acme' }, 'a test')).id
  const exported = await text(await api.get('/api/v1/employees.csv'))
  const emails = exported.match(/[\w.+-]+@[\w.-]+/g) ?? []
  ;[known.first = '', known.second = ''] = [...new Set(emails)]
  document = (await (await http.stranger().get('/api/openapi.json')).json()) as OpenApi // checked by the tests below
})
afterAll(() => http[Symbol.asyncDispose]())

const text = (response: Response) => response.text()

/** `METHOD path` as documented, to a request that works. In this order: some change what others look at. */
const CALLS: Record<string, (path: string) => Promise<Response> | Response> = {
  'GET /accounts': (path) => api.get(path),
  'POST /accounts': (path) => operator.json('POST', path, { slug: 'new-one', timezone: 'Europe/Berlin' }),
  'GET /accounts/{account}': (path) => api.get(path.replace('{account}', 'acme')),
  'GET /sources': (path) => api.get(path),
  'GET /sources/{name}': (path) => api.get(path.replace('{name}', 'sftp')),
  'PATCH /sources/{name}': (path) => api.json('PATCH', path.replace('{name}', 'sftp'), { leaversMax: 7 }),
  'GET /ownership': (path) => api.get(path),
  'PATCH /ownership': (path) =>
    api.json('PATCH', path, { field: 'Email', ownership: { sources: [{ source: 'sftp', mode: 'always' }] } }),
  'GET /imports': (path) => api.get(`${path}?limit=1`),
  'POST /imports': (path) =>
    api.request('POST', `${path}?dryRun=true`, { headers: CSV, body: demoPeopleCsv(3) }),
  'GET /imports/{id}': (path) => api.get(path.replace('{id}', known.held)),
  'GET /imports/{id}/progress': (path) => api.get(path.replace('{id}', known.held)),
  'GET /imports/{id}/issues': (path) => api.get(`${path.replace('{id}', known.done)}?limit=1`),
  'GET /imports/{id}/plan': (path) => api.get(`${path.replace('{id}', known.held)}?limit=2&action=update`),
  'GET /imports/{id}/report.csv': (path) => api.get(path.replace('{id}', known.done)),
  'GET /imports/{id}/report.txt': (path) => api.get(path.replace('{id}', known.done)),
  'GET /imports/{id}/report.html': (path) => api.get(path.replace('{id}', known.done)),
  'GET /imports/{id}/rejects.csv': (path) => api.get(path.replace('{id}', known.done)),
  'POST /imports/{id}/discard': (path) =>
    api.json('POST', path.replace('{id}', known.discard), { reason: 'wrong' }),
  'POST /imports/{id}/approve': (path) =>
    api.json('POST', path.replace('{id}', known.held), { reason: 'asked' }),
  'GET /imports/{id}/undo': async (path) => {
    await http.server.door.settled(known.held)
    return await api.get(path.replace('{id}', known.held))
  },
  'POST /imports/{id}/undo': (path) => api.json('POST', path.replace('{id}', known.held), {}),
  'GET /employees': (path) => api.get(`${path}?limit=3&status=active`),
  'POST /employees/search': (path) => api.json('POST', path, { search: known.first.slice(0, 4) }),
  'POST /employees/find': (path) => api.json('POST', path, { key: known.first }),
  'GET /employees/{id}': (path) => api.get(path.replace('{id}', '1')),
  'GET /employees/{id}/history': (path) => api.get(`${path.replace('{id}', '1')}?limit=1`),
  'GET /employees.csv': (path) => api.get(`${path}?includeDeactivated=true`),
  'GET /duplicates': (path) => api.get(path),
  'POST /duplicates/keep-apart': (path) => api.json('POST', path, { one: known.first, other: known.second }),
  'GET /missing': (path) => api.get(path),
  'POST /missing/ignore': (path) => api.json('POST', path, { source: 'sftp', key: known.first }),
  'GET /demographics': (path) => api.get(path),
  'POST /demographics/rename': (path) => api.json('POST', path, { from: 'Department', to: 'Team' }),
  'POST /demographics/merge': (path) => api.json('POST', path, { from: 'Team', into: 'Location' }),
  'POST /demographics/delete': (path) => api.json('POST', path, { label: 'Nothing' }),
  'POST /employees/edit-preview': (path) => api.json('POST', path, edit()),
  'POST /employees/edit': async (path) => {
    const response = await api.json('POST', path, { ...edit(), reason: 'asked' })
    const { id } = z.object({ id: z.string() }).parse(await response.clone().json())
    await http.server.door.settled(id)
    return response
  },
  'POST /employees/pin': (path) =>
    api.json('POST', path, { key: known.first, field: 'Preferred Name', until: null }),
  'POST /employees/unpin': (path) => api.json('POST', path, { key: known.first, field: 'Preferred Name' }),
  'POST /redactions/preview': (path) => api.json('POST', path, { fields: ['Mobile Phone Number'] }),
  'POST /redactions': (path) => api.json('POST', path, { fields: ['Mobile Phone Number'] }),
  'POST /redactions/end': (path) => api.json('POST', path, { fields: ['Mobile Phone Number'] }),
  'GET /recipients': (path) => api.get(path),
  'PUT /recipients': (path) => api.json('PUT', path, { address: 'hr@acme.example' }),
  'POST /recipients/remove': (path) => api.json('POST', path, { address: 'hr@acme.example' }),
  'GET /retention': (path) => api.get(path),
  'PATCH /retention': (path) => api.json('PATCH', path, { files: 60 }),
  'GET /feeds': (path) => api.get(path),
  'GET /lifecycle': (path) => api.get(`${path}?limit=2`),
  'POST /employees/merge-preview': (path) =>
    api.json('POST', path, { keep: known.first, other: known.second }),
  'POST /employees/merge': (path) => api.json('POST', path, { keep: known.first, other: known.second }),
  'POST /employees/erase-preview': (path) => api.json('POST', path, { key: known.first }),
  'POST /employees/erase': async (path) => {
    const { items } = z
      .object({ items: z.array(z.object({ id: z.string() })) })
      .parse(await (await api.get('/api/v1/imports')).json())
    for (const { id } of items) await http.server.door.settled(id)
    return await api.json('POST', path, { key: known.first })
  },
  'GET /keys': (path) => api.get(path),
  'POST /keys': (path) => api.json('POST', path, { key: newEd25519Key('two').publicKeyLine }),
  'POST /keys/revoke': (path) => api.json('POST', path, { fingerprint: known.key }),
  'GET /connections': (path) => api.get(path),
  'DELETE /connections/{id}': (path) => api.json('DELETE', path.replace('{id}', '99')),
  'GET /me': (path) => api.get(path),
  'GET /me/sessions': (path) => http.operator.get(path),
  'DELETE /me/sessions/{id}': async (path) => {
    const other = http.stranger()
    await other.post('/sign-in', { email: 'op@example.org', password: 'tangerine velvet 8 anchors' })
    const { items } = z
      .object({ items: z.array(z.object({ id: z.string() })) })
      .parse(await (await http.operator.get('/api/v1/me/sessions')).json())
    return await http.operator.json('DELETE', path.replace('{id}', items[0]?.id ?? ''))
  },
  'GET /users': (path) => api.get(path),
  'POST /users': (path) => api.json('POST', path, { email: 'new@acme.example', role: 'viewer' }),
  'POST /users/role': (path) => api.json('POST', path, { user: 'new@acme.example', role: 'data_admin' }),
  'GET /tokens': (path) => api.get(path),
  'POST /tokens': (path) => api.json('POST', path, { name: 'nightly' }),
  'DELETE /tokens/{id}': (path) => api.json('DELETE', path.replace('{id}', known.token)),
  'GET /audit': (path) => api.get(`${path}?limit=2`),
  'GET /server/audit': (path) => operator.get(path),
  'GET /server/audit/verdict': (path) => operator.get(path),
  'GET /server/status': (path) => operator.get(path),
}

const edit = () => ({
  key: known.first,
  values: [{ field: 'Preferred Name', value: 'Ada' }],
  pin: { until: null },
})

/** Where nothing is to be had in this account: what the answer is then, is documented as well. */
const REFUSED: Readonly<Record<string, string>> = {
  'POST /missing/ignore': 'MISSING_NEVER_SENT',
  'POST /demographics/delete': 'DEMOGRAPHIC_UNKNOWN',
  'DELETE /connections/{id}': 'CONNECTION_UNKNOWN',
}

function schemaIn(operation: unknown, status: string, type: string): z.ZodType {
  const found = z
    .object({
      responses: z.record(
        z.string(),
        z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }),
      ),
    })
    .parse(operation).responses[status]?.content[type]
  if (found === undefined) throw new Error(`an answer ${status} of type ${type} is not documented`)
  // Where the reader of JSON Schema looks for parts that have a name.
  const whole = JSON.stringify({ ...(found.schema as object), $defs: document.components.schemas })
  return z.fromJSONSchema(JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')))
}

test('the document is of OpenAPI 3.1, and every call is in it and every operation called', () => {
  expect(document.openapi).toBe('3.1.0')
  const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  )
  expect(documented.sort()).toEqual(Object.keys(CALLS).sort())
  const ids = Object.values(document.paths).flatMap((operations) =>
    Object.values(operations).map((one) => one['operationId']),
  )
  expect(new Set(ids).size).toBe(ids.length)
})

describe('what the running server answers is what the document says', () => {
  test.each(Object.entries(CALLS))('%s', async (name, call) => {
    const [method = '', path = ''] = name.split(' ')
    const operation = document.paths[`/api/v1${path}`]?.[method.toLowerCase()]
    const response = await call(`/api/v1${path}`)
    const type = response.headers.get('content-type')?.split(';', 1)[0] ?? ''
    const refusal = REFUSED[name]
    const schema = schemaIn(operation, refusal === undefined ? String(response.status) : 'default', type)
    const body: unknown = type.includes('json') ? await response.json() : await response.text()
    expect(schema.safeParse(body).error).toBeUndefined()
    if (refusal !== undefined) expect(body).toMatchObject({ code: refusal })
    else expect(response.status).toBeLessThan(300)
  })
})

test('the page that shows it loads nothing from anybody else, and runs nothing that stands in it', async () => {
  const page = await text(await http.stranger().get('/api/docs'))
  const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
  expect(loaded).toContain('/api/docs/swagger-ui-bundle.js')
  for (const path of loaded) {
    expect(path).toMatch(/^\/api\//)
    expect((await http.stranger().get(path)).status).toBe(200)
  }
  expect(page).not.toMatch(/<script>|<style|style=|onload=/)
})
