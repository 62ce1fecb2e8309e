import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../../importer/db/open.ts'
import { createAudit } from '../../../keys/audit.ts'
import { createIdempotency } from '../../../keys/people/idempotency.ts'
import { createPeople } from '../../../keys/people/people.ts'
import { createSessions } from '../../../keys/people/sessions.ts'
import { createTokens } from '../../../keys/people/tokens.ts'
import { openVault } from '../../../keys/vault.ts'
import { databaseOn, ENGINES, type EngineName, temporaryFolder } from '../../support/engines.ts'

const GOOD = 'tangerine velvet 8 anchors'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

async function open(engine: EngineName) {
  const { db, close } = await openDatabase(await databaseOn(engine))
  onTestFinished(close)
  const clock = { at: Date.parse('2026-11-21T09:00:00Z') }
  const now = () => new Date(clock.at)
  for (const slug of ['acme', 'other']) {
    const row = { id: `id-${slug}`, slug, name: slug, timezone: 'UTC', created_at: now().toISOString() }
    await db.insertInto('account').values(row).execute()
  }
  const path = `${temporaryFolder()}/master.key`
  const deps = { db, now, vault: () => openVault(path, { mayCreate: true }) }
  return {
    ...{ db, people: createPeople(deps), sessions: createSessions(deps), tokens: createTokens(deps) },
    ...{ audit: createAudit(deps), idempotency: createIdempotency(deps) },
    wait: (ms: number) => {
      clock.at += ms
    },
  }
}

const from = { address: '203.0.113.7', agent: 'a test', stage: 'full' } as const

describe.each(ENGINES)('people on %s', (engine) => {
  test('come in by a link that is good once and for a week', async () => {
    const { people, wait } = await open(engine)
    const { secret } = await people.add({ email: 'Eve@Acme.example', name: 'Eve' })
    const late = await people.add({ email: 'late@acme.example' })
    const both = await Promise.allSettled([1, 2].map(() => people.useLink(secret, { password: GOOD })))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await people.verify('EVE@acme.example', GOOD)).toMatchObject({
      name: 'Eve',
      email: 'eve@acme.example',
    })
    wait(7 * DAY)
    await expect(people.useLink(late.secret, { password: GOOD })).rejects.toMatchObject({
      code: 'LINK_SPENT',
    })
  })

  test('the first operator is made once, however many have the link, and not after a quarter of an hour', async () => {
    const { people, wait } = await open(engine)
    const first = await people.setupLink()
    wait(15 * MINUTE)
    const given = { email: 'op@example.org', name: 'Op', password: GOOD }
    await expect(people.useLink(first?.secret ?? '', given)).rejects.toMatchObject({ code: 'LINK_SPENT' })
    const second = await people.setupLink()
    expect(await people.useLink(second?.secret ?? '', given)).toMatchObject({ isOperator: true })
    expect(await people.setupLink()).toBeNull()
  })

  test('a newer link takes the place of an older one', async () => {
    const { people } = await open(engine)
    const { secret } = await people.add({ email: 'eve@acme.example' })
    const { secret: newer } = await people.reset('eve@acme.example')
    await expect(people.linkOf(secret)).rejects.toMatchObject({ code: 'LINK_SPENT' })
    expect((await people.linkOf(newer)).user?.email).toBe('eve@acme.example')
  })

  test('nobody gets in without a password, with a wrong one, or with one that was reset', async () => {
    const { people } = await open(engine)
    const { secret } = await people.add({ email: 'eve@acme.example' })
    for (const password of ['', GOOD]) expect(await people.verify('eve@acme.example', password)).toBeNull()
    await people.useLink(secret, { password: GOOD })
    expect(await people.verify('eve@acme.example', `${GOOD} `)).toBeNull()
    await people.reset('eve@acme.example')
    expect(await people.verify('eve@acme.example', GOOD)).toBeNull()
  })

  test('have roles in accounts, and are listed there and nowhere else', async () => {
    const { people } = await open(engine)
    await people.add({ email: 'eve@acme.example', roles: [{ account: 'acme', role: 'viewer' }] })
    await people.setRole('eve@acme.example', 'acme', 'account_admin')
    expect((await people.list('acme')).map(({ roles }) => roles)).toEqual([
      [{ account: 'acme', role: 'account_admin' }],
    ])
    expect(await people.list('other')).toEqual([])
    await people.setRole('eve@acme.example', 'acme', null)
    expect(await people.list('acme')).toEqual([])
  })

  test('leave nothing behind when they are removed', async () => {
    const { db, people, sessions } = await open(engine)
    const { user } = await people.add({
      email: 'eve@acme.example',
      roles: [{ account: 'acme', role: 'viewer' }],
    })
    const secret = await sessions.open(user.id, from)
    await people.remove(user.id)
    expect(await sessions.find(secret)).toBeNull()
    for (const table of ['web_user', 'web_role', 'web_link', 'web_session'] as const)
      expect(await db.selectFrom(table).selectAll().execute()).toEqual([])
  })

  test('no secret of theirs stands in the database', async () => {
    const { db, people, sessions, tokens } = await open(engine)
    const { secret: link, user } = await people.add({ email: 'eve@acme.example' })
    const session = await sessions.open(user.id, from)
    const { secret: token } = await tokens.add({ name: 'ci', account: 'acme' }, 'Kim')
    const rows = await Promise.all(
      (['web_user', 'web_link', 'web_session', 'api_token'] as const).map((table) =>
        db.selectFrom(table).selectAll().execute(),
      ),
    )
    for (const secret of [link, session, token]) expect(JSON.stringify(rows)).not.toContain(secret)
  })
})

describe.each(ENGINES)('a session on %s', (engine) => {
  test('lives on while it is used, for half a day at most', async () => {
    const { people, sessions, wait } = await open(engine)
    const { user } = await people.add({ email: 'eve@acme.example' })
    const used = await sessions.open(user.id, from)
    const idle = await sessions.open(user.id, from)
    for (let at = 0; at < 12 * HOUR; at += 29 * MINUTE) {
      expect(await sessions.find(used)).toMatchObject({ userId: user.id })
      wait(29 * MINUTE)
    }
    expect(await sessions.find(used)).toBeNull()
    expect(await sessions.find(idle)).toBeNull()
  })

  test('is ended by its owner and by nobody else', async () => {
    const { people, sessions } = await open(engine)
    const { user: eve } = await people.add({ email: 'eve@acme.example' })
    const { user: kim } = await people.add({ email: 'kim@acme.example' })
    const secret = await sessions.open(eve.id, from)
    const [session] = await sessions.list(eve.id)
    await expect(sessions.end(kim.id, session?.id ?? '')).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' })
    expect(await sessions.find(secret)).not.toBeNull()
    await sessions.end(eve.id, session?.id ?? '')
    expect(await sessions.find(secret)).toBeNull()
  })
})

describe.each(ENGINES)('a token on %s', (engine) => {
  test('is good until it is revoked or its time is over', async () => {
    const { tokens, wait } = await open(engine)
    const { secret, id } = await tokens.add({ name: 'ci', account: 'acme', days: 1 }, 'Kim')
    const { secret: long } = await tokens.add({ name: 'ci', account: 'acme', days: 2 }, 'Kim')
    expect(await tokens.find(secret)).toMatchObject({ id, account: 'acme', role: 'viewer', access: 'read' })
    expect(await tokens.find(`${secret}x`)).toBeNull()
    wait(DAY)
    expect(await tokens.find(secret)).toBeNull()
    const { id: longId } = (await tokens.find(long)) ?? { id: '' }
    expect((await tokens.list('acme'))[0]?.lastUsedAt).not.toBeNull()
    await tokens.revoke(longId)
    expect(await tokens.find(long)).toBeNull()
  })
})

describe.each(ENGINES)('the audit log on %s', (engine) => {
  const entry = { account: 'acme', actor: 'eve@acme.example', action: 'run.approve', object: '01x' }

  test('takes entries of many at once without a gap, and every account reads its own', async () => {
    const { audit } = await open(engine)
    await Promise.all(Array.from({ length: 20 }, () => audit.record(entry)))
    await audit.record({ ...entry, account: null })
    expect(await audit.verify()).toMatchObject({ entries: 21, brokenAt: null })
    expect((await audit.list('other')).entries).toEqual([])
    const page = await audit.list('acme', { limit: 15 })
    expect(page.entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, at) => 20 - at))
    expect((await audit.list('acme', { before: page.next ?? 0 })).entries.map(({ seq }) => seq)).toEqual([
      5, 4, 3, 2, 1,
    ])
  })

  test.each([
    ['changed', sql`update audit set actor = 'nobody' where seq = 2`],
    ['taken out', sql`delete from audit where seq = 2`],
    ['cut off at the end', sql`delete from audit where seq >= 2`],
  ])(
    'is not %s: the database refuses it, and it shows where the database was made not to',
    async (what, change) => {
      const { db, audit } = await open(engine)
      for (let at = 0; at < 3; at++) await audit.record(entry)
      await expect(change.execute(db)).rejects.toThrow('only added to')
      if (engine === 'sqlite') {
        for (const event of ['update', 'delete'])
          await sql`drop trigger ${sql.ref(`audit_no_${event}`)}`.execute(db)
      } else await sql`drop trigger audit_no_change on audit`.execute(db)
      expect(await audit.verify()).toMatchObject({ brokenAt: null })
      await change.execute(db)
      expect([what, (await audit.verify()).brokenAt]).toEqual([what, 2])
    },
  )
})

describe.each(ENGINES)('an idempotency key on %s', (engine) => {
  const asked = { owner: 'eve', key: 'k', request: 'r' }
  const answer = { status: 201, type: 'application/json', location: null, body: '{}' }

  test('gives the first answer again for a day, to its owner only', async () => {
    const { db, idempotency, wait } = await open(engine)
    expect(await idempotency.begin(asked)).toBeNull()
    await expect(idempotency.begin(asked)).rejects.toMatchObject({ code: 'KEY_BUSY' })
    await idempotency.keep(asked, 'b', answer)
    expect(await idempotency.begin(asked)).toEqual({ body: 'b', answer })
    const kept = await db.selectFrom('idempotency').select('answer').executeTakeFirstOrThrow()
    expect(kept.answer).not.toContain('application/json')
    expect(await idempotency.begin({ ...asked, owner: 'kim' })).toBeNull()
    await expect(idempotency.begin({ ...asked, request: 'other' })).rejects.toMatchObject({
      code: 'KEY_REUSED',
    })
    wait(DAY)
    expect(await idempotency.begin(asked)).toBeNull()
  })

  test('is free again when its request came to nothing, or whoever answered was ended', async () => {
    const { idempotency, wait } = await open(engine)
    await idempotency.begin(asked)
    await idempotency.forget(asked)
    expect(await idempotency.begin(asked)).toBeNull()
    wait(10 * MINUTE)
    expect(await idempotency.begin(asked)).toBeNull()
  })
})
