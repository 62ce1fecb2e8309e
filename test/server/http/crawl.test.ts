// Every route there is, crawled: what it does to the database when it is only looked at, and whom it lets in.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { newEd25519Key } from '../../../keys/ed25519.ts'
import { ACCOUNT_ROLES, includes } from '../../../schemas/people.ts'
import { demoBadFiles, demoPeopleCsv } from '../../../server/cli/demo-people.ts'
import type { Route } from '../../../server/http/route.ts'
import { ROUTES } from '../../../server/http/routes.ts'
import { type Client, startHttp, type TestHttp } from '../../support/http-server.ts'

let http: TestHttp
/** Somebody of each role in `acme`, and the highest of another account. */
let roles: Record<(typeof ACCOUNT_ROLES)[number], Client>
let other: Client
/** A value for each part of a path, that of something which is there. */
const parts: Record<string, string> = {
  account: 'acme',
  name: 'sftp',
  secret: 'x'.repeat(43),
  format: 'json',
  ticket: 'x'.repeat(43),
  source: 'sftp',
  kind: 'merge',
  connection: 'justworks',
  hash: 'none',
  hook: 'x',
}

beforeAll(async () => {
  http = await startHttp()
  const { door } = http.server
  for (const slug of ['acme', 'other']) await door.addAccount({ slug })
  const leave = demoBadFiles(20).find(({ name }) => name === 'all-leave.csv')?.text ?? ''
  for (const text of [demoPeopleCsv(20), leave]) {
    const file = {
      account: 'acme',
      fileName: 'people.csv',
      importType: 'partial',
      mode: 'apply',
      sentBy: 'a test',
    } as const
    const { id } = await door.deliver(file, bytesOf(text))
    parts['id'] = (await door.settled(id)).id
  }
  const secrets = { kind: 'justworks', clientId: 'id', clientSecret: 'secret' } as const
  await door.hris.connect('acme', { kind: 'justworks', settings: {}, secrets })
  await door.addKey('acme', newEd25519Key('k').publicKeyLine)
  roles = {
    viewer: await http.person('acme', 'viewer'),
    data_admin: await http.person('acme', 'data_admin'),
    account_admin: await http.person('acme', 'account_admin'),
  }
  other = await http.person('other', 'account_admin')
  const clients = [...Object.values(roles), other, http.operator]
  await Promise.all(clients.map((client) => client.csrf()))
})
afterAll(() => http[Symbol.asyncDispose]())

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

/** The address of a route, with things that are there; people are named by numbers, everything else by its id. */
function addressOf(route: Route, account = 'acme'): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    if (name === 'account') return account
    if (name === 'person' || (name === 'id' && /employees|people|connections/.test(route.path))) return '1'
    const value = parts[name]
    if (value === undefined)
      throw new Error(`${route.path}: the crawl does not know what ":${name}" could be`)
    return value
  })
  const isAsked = 'accountBy' in route.access && route.access.accountBy === 'query'
  return isAsked ? `${path}?account=${account}` : path
}

/** A request as its own page would send it, so that nothing but a right can be missing. */
function call(client: Client, route: Route, account?: string): Promise<Response> {
  const path = addressOf(route, account)
  if (route.method === 'GET') return client.get(path)
  return client.json(route.method, path, {})
}

const name = ({ method, path }: Route) => `${method} ${path}`
const guarded = ROUTES.filter(({ access }) => access.needs !== 'nobody')
const inAccount = guarded.filter(({ access }) => 'accountBy' in access)

/** What the server writes by itself every few seconds or minutes: mails to send, days that have turned, feeds gone quiet. */
const BY_THE_CLOCK =
  /^(audit|audit_head|event|outbox|webhook_attempt|lifecycle|lifecycle_event|feed_warning|sqlite_.*)$/

/** Besides what is noted of every request: when a session or a token was last used, and who took what out. */
function contents(): string {
  const db = new Database(join(http.dataDir, 'rollcall.db'), { readonly: true })
  try {
    const hash = createHash('sha256')
    const tables = db
      .prepare(`select name from sqlite_master where type = 'table' order by name`)
      .pluck()
      .all()
    for (const table of tables) {
      if (BY_THE_CLOCK.test(String(table))) continue
      for (const row of db.prepare(`select * from "${table}"`).all() as Record<string, unknown>[]) {
        const { seen_at, last_used_at, lease_until, ...lasting } = row
        hash.update(`${table} ${JSON.stringify(lasting)}\n`)
      }
    }
    return hash.digest('hex')
  } finally {
    db.close()
  }
}

function eventsLeft(): unknown {
  const db = new Database(join(http.dataDir, 'rollcall.db'), { readonly: true })
  try {
    return db.prepare('select count(*) from event').pluck().get()
  } finally {
    db.close()
  }
}

test('there are routes to be crawled, and no two answer the same', () => {
  expect(guarded.length).toBeGreaterThan(50)
  expect(new Set(ROUTES.map(name)).size).toBe(ROUTES.length)
})

test('looking at anything changes nothing', async () => {
  // What happened until now is written into messages by the server itself, a moment later.
  await vi.waitFor(() => expect(eventsLeft()).toBe(0), { timeout: 20_000 })
  const before = contents()
  for (const route of ROUTES.filter(({ method }) => method === 'GET')) {
    const { status } = await call(http.operator, route)
    expect([name(route), status < 500]).toEqual([name(route), true])
    expect([name(route), contents()]).toEqual([name(route), before])
  }
})

test('the crawl would notice a change', async () => {
  const before = contents()
  await http.server.door.addAccount({ slug: 'one-more' })
  expect(contents()).not.toBe(before)
})

describe('is closed to who is not signed in:', () => {
  test.each(guarded.map((route) => [name(route), route] as const))('%s', async (_name, route) => {
    const response = await call(http.stranger(), route)
    const isSent = response.status === 303 && response.headers.get('location')?.startsWith('/sign-in?')
    expect(isSent === true && route.kind === 'page' ? 401 : response.status).toBe(401)
  })
})

describe('is closed to roles below its own, and open to its own:', () => {
  test.each(inAccount.map((route) => [name(route), route] as const))('%s', async (_name, route) => {
    for (const role of ACCOUNT_ROLES) {
      if (includes(role, route.access.needs as 'viewer')) continue
      const response = await call(roles[role], route)
      expect([role, response.status]).toEqual([role, 403])
      expect(await response.text()).toContain('NOT_ALLOWED')
    }
    if (route.method === 'GET') {
      const { status } = await call(roles[route.access.needs as 'viewer'], route)
      expect([403, 401]).not.toContain(status)
    }
  })
})

describe("is closed to another account's administrator, with everything that is there named rightly:", () => {
  test.each(inAccount.map((route) => [name(route), route] as const))('%s', async (_name, route) => {
    const response = await call(other, route)
    expect(response.status).toBe(404)
    expect(await response.text()).toMatch(/ACCOUNT_UNKNOWN|RUN_UNKNOWN/)
  })

  const mixed = inAccount.filter(({ path, access }) => {
    const isRun = 'accountBy' in access && access.accountBy === 'run'
    return !isRun && /:(id|run)\b/.test(path)
  })
  test.each(mixed.map((route) => [name(route), route] as const))(
    'also from within their own: %s',
    async (_name, route) => {
      const { status } = await call(other, route, 'other')
      expect(status).toBe(404)
    },
  )
})

test('what is an operator’s is closed to every administrator', async () => {
  for (const route of guarded.filter(({ access }) => access.needs === 'operator')) {
    for (const client of [roles.account_admin, other]) {
      const { status } = await call(client, route)
      expect([name(route), status]).toEqual([name(route), 403])
    }
  }
})

test('a token that reads changes nothing, and one of another account finds nothing', async () => {
  const reader = await http.token('acme', 'account_admin', 'read')
  const foreign = await http.token('other', 'account_admin')
  for (const route of inAccount) {
    if (route.method !== 'GET') {
      const response = await call(reader, route)
      expect([name(route), response.status]).toEqual([name(route), 403])
      expect(await response.text()).toContain('TOKEN_READS_ONLY')
    }
    const { status } = await call(foreign, route)
    expect([name(route), status]).toEqual([name(route), 404])
  }
})
