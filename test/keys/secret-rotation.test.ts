import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../importer/db/open.ts'
import { consentContext, createConnectionVault } from '../../keys/connection-secrets.ts'
import { newMasterKey, readRing, replaceRing } from '../../keys/key-ring.ts'
import { createIdempotency } from '../../keys/people/idempotency.ts'
import { codeAt, createSecondFactor, fromBase32 } from '../../keys/people/second-factor.ts'
import { createPgpKeyring } from '../../keys/pgp-keyring.ts'
import { SEALED_PLACES } from '../../keys/sealed-places.ts'
import { createSecretRotator } from '../../keys/secret-rotation.ts'
import { openVault } from '../../keys/vault.ts'
import { createWebhooks } from '../../keys/webhooks.ts'
import type { ConnectionSecrets } from '../../schemas/connection-secrets.ts'
import { databaseOn, ENGINES, temporaryFolder } from '../support/engines.ts'

const START = new Date('2026-11-21T09:00:00Z')
const HOUR_MS = 3_600_000
const ACCOUNT = { id: 'a', slug: 'acme', name: 'Acme' }
const OWNER = { accountId: 'a', source: 'hris', kind: 'justworks' } as const
const ASKED = { owner: 'token', key: 'k', request: 'hash' }
const ANSWER = { status: 201, type: null, location: null, body: 'shown once' }
const given = (access: string): ConnectionSecrets => ({
  ...{ kind: 'justworks', clientId: 'client', clientSecret: 'secret', webhookSecrets: [] },
  tokens: { access, refresh: 'r', expiresAt: null, scopes: null },
})

/** A database with one of everything that is sealed, and what to ask of it. */
async function everythingSealed(engine: (typeof ENGINES)[number]) {
  const database = await openDatabase(await databaseOn(engine))
  onTestFinished(() => database.close())
  const { db } = database
  const path = join(temporaryFolder(), 'master.key')
  const clock = { at: START }
  const now = () => clock.at
  const vault = () => openVault(path, { mayCreate: true })
  const created_at = START.toISOString()
  await db
    .insertInto('account')
    .values({ ...ACCOUNT, timezone: 'UTC', created_at })
    .execute()
  await db
    .insertInto('web_user')
    .values({ id: 'u', email: 'u@example.com', name: 'U', is_operator: 1, created_at })
    .execute()
  const deps = { db, vault, now }
  const pgp = createPgpKeyring(deps)
  const connections = createConnectionVault(deps)
  const webhooks = createWebhooks(deps)
  const factor = createSecondFactor(deps)
  const answers = createIdempotency(deps)

  await pgp.create(ACCOUNT)
  await connections.put(OWNER, given('access'))
  const first = await webhooks.add(ACCOUNT, { url: 'https://example.com/hook', types: ['run.held'] })
  const second = await webhooks.rotate(first.id)
  const enrolment = await factor.begin({ id: 'u', email: 'u@example.com' })
  const code = () => codeAt(fromBase32(enrolment.secret), Math.floor(clock.at.getTime() / 30_000))
  await factor.confirm('u', enrolment.sealed, code())
  await answers.begin(ASKED)
  await answers.keep(ASKED, 'body', ANSWER)
  const ticket = { account_id: 'a', source: 'hris', ticket: 'hash', expires_at: created_at }
  const consent = (await vault()).seal('left', consentContext('a', 'hris'))
  await db
    .insertInto('connection_consent')
    .values({ ...ticket, state: null, browser: null, sealed: consent })
    .execute()
  const mark = (await vault()).mark('eve@example.com', 'erased from a')
  await db.insertInto('erased').values({ account_id: 'a', mark, erased_at: created_at }).execute()

  /** Everything opens as it was stored. */
  async function expectAllToOpen() {
    const { decryptionKeys } = await pgp.forReading('a')
    expect(decryptionKeys).toEqual([expect.stringContaining('PRIVATE KEY')])
    expect((await connections.get(OWNER))?.secrets).toEqual(given('access'))
    expect((await webhooks.target('a', first.id))?.secrets).toEqual([second.secret, first.secret])
    clock.at = new Date(clock.at.getTime() + 30_000)
    await factor.check('u', code())
    expect((await answers.begin(ASKED))?.answer).toEqual(ANSWER)
    const { sealed } = await db.selectFrom('connection_consent').select('sealed').executeTakeFirstOrThrow()
    expect((await vault()).open(sealed ?? '', consentContext('a', 'hris'))).toBe('left')
    expect((await vault()).marks('eve@example.com', 'erased from a')).toContain(mark)
  }
  const rotator = (onBatch?: () => void) =>
    createSecretRotator({ db, path, now, ...(onBatch ? { onBatch } : {}) })
  return { db, path, clock, vault, connections, rotator, expectAllToOpen }
}

function kill(): never {
  throw new Error('killed')
}

function nullIfKilled(error: Error): null {
  if (error.message !== 'killed') throw error
  return null
}

const KINDS = { 'PGP key': 1, connection: 1, consent: 1, webhook: 2, 'second factor': 1, 'kept answer': 1 }

describe.each(ENGINES)('a change of the master key on %s', (engine) => {
  test('seals everything anew, keeps the marks, and then lets the old key go', async () => {
    const it = await everythingSealed(engine)
    const old = (await it.vault()).keyId
    const oldFile = readFileSync(it.path, 'utf8')
    expect((await it.rotator().show()).keys).toEqual([
      { id: old, state: 'seals', since: null, sealed: KINDS },
    ])
    const done = await it.rotator().rotate()
    expect(done).toMatchObject({ isNew: true, resealed: 7, retired: [], unreadable: {} })
    expect(done.after.marks).toBe(1)
    expect(done.after.keys).toEqual([
      { id: old, state: 'opens', since: null, sealed: {} },
      { id: (await it.vault()).keyId, state: 'seals', since: START.toISOString(), sealed: KINDS },
    ])
    await it.expectAllToOpen()
    // Repeated too early, it makes no second key and takes none away.
    expect(await it.rotator().rotate()).toMatchObject({ isNew: false, resealed: 0, retired: [] })
    await it.rotator().goOn()
    expect((await readRing(it.path))?.keys).toHaveLength(2)

    it.clock.at = new Date(START.getTime() + HOUR_MS)
    await it.rotator().goOn()
    const ring = await readRing(it.path)
    expect(ring?.keys.map(({ id }) => id)).toEqual([(await it.vault()).keyId])
    expect(ring?.formerMarkKeys).toHaveLength(1)
    expect(readFileSync(it.path, 'utf8')).not.toContain(oldFile.trim())
    await it.expectAllToOpen()
    // The old key alone opens nothing any more.
    writeFileSync(it.path, oldFile)
    expect((await it.rotator().show()).keys.map(({ state }) => state)).toEqual(['missing', 'seals'])
    await expect(it.connections.get(OWNER)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
  })

  test('killed after any batch, everything still opens, and the next call ends it with the same new key', async () => {
    const it = await everythingSealed(engine)
    // The first kill comes when the new key lies in the file and nothing is under it.
    const ring = await readRing(it.path)
    if (ring === null) throw new Error('there is no key')
    await replaceRing(it.path, { ...ring, keys: [...ring.keys, newMasterKey(START)] })
    const made = (await it.vault()).keyId
    let kills = 0
    for (const killed = it.rotator(kill); ; kills++) {
      await it.expectAllToOpen()
      if (await killed.rotate().catch(nullIfKilled)) break
    }
    // A batch for each column in which something is sealed.
    expect(kills).toBe(7)
    const { keys } = await it.rotator().show()
    expect(keys.at(-1)).toMatchObject({ id: made, sealed: KINDS })
    expect(keys).toHaveLength(2)
    await it.expectAllToOpen()
  })

  test('what somebody stores under the old key meanwhile keeps it until that is sealed anew, too', async () => {
    const it = await everythingSealed(engine)
    const late = await it.vault()
    await it.rotator().rotate()
    const straggler = createConnectionVault({ db: it.db, vault: async () => late, now: () => START })
    await straggler.put(OWNER, given('access'))
    it.clock.at = new Date(START.getTime() + HOUR_MS)
    expect(await it.rotator().rotate()).toMatchObject({ isNew: false, resealed: 1, retired: [] })
    expect(await it.rotator().rotate()).toMatchObject({ isNew: true, retired: [late.keyId], resealed: 7 })
    await it.expectAllToOpen()
  })

  test('tokens that are being renewed meanwhile are stored', async () => {
    const it = await everythingSealed(engine)
    const seen = await it.connections.get(OWNER)
    if (seen === null) throw new Error('nothing is kept')
    // The rotation comes between reading the row and storing into it.
    let opened = 0
    const vault = async () => {
      const now = await it.vault()
      if (++opened === 2) await it.rotator().rotate()
      return now
    }
    const renewing = createConnectionVault({ db: it.db, vault, now: () => START })
    const renewed = await renewing.renewed(OWNER, seen, async () => given('newer'))
    expect(opened).toBeGreaterThan(2)
    expect(renewed.version).toBe(seen.version + 1)
    expect((await it.connections.get(OWNER))?.secrets).toEqual(given('newer'))
  })

  test('a secret that does not open is counted and left, and its key stays', async () => {
    const it = await everythingSealed(engine)
    const old = (await it.vault()).keyId
    await sql`update web_user set totp_secret = ${`v1.${old}.AAAA`}`.execute(it.db)
    const done = await it.rotator().rotate()
    expect(done).toMatchObject({ isNew: true, resealed: 6, unreadable: { 'second factor': 1 } })
    it.clock.at = new Date(START.getTime() + HOUR_MS)
    expect(await it.rotator().rotate()).toMatchObject({ isNew: false, retired: [] })
    expect((await it.rotator().show()).keys[0]).toMatchObject({ id: old, sealed: { 'second factor': 1 } })
  })

  test('two who change it at once make one new key', async () => {
    const it = await everythingSealed(engine)
    await Promise.all([it.rotator().rotate(), it.rotator().rotate()])
    const { keys } = await it.rotator().show()
    expect(keys).toHaveLength(2)
    expect(keys[1]?.sealed).toEqual(KINDS)
  })
})

test('every file that seals something has its place among those that are sealed anew', () => {
  const sealing = ['keys', 'importer', 'server'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`)
      .filter((name) => /\.seal\(/.test(readFileSync(name, 'utf8'))),
  )
  expect(sealing.sort()).toEqual([
    'importer/connections/consent.ts',
    'keys/connection-secrets.ts',
    'keys/people/idempotency.ts',
    'keys/people/second-factor.ts',
    'keys/pgp-keyring.ts',
    'keys/sealed-places.ts',
    'keys/webhooks.ts',
  ])
  expect(new Set(SEALED_PLACES.map(({ table }) => table)).size).toBe(sealing.length - 1)
})

test('a damaged ring is refused without showing any of it', async () => {
  const path = join(temporaryFolder(), 'master.key')
  writeFileSync(path, '{"rollcallKeys":1,"keys":[{"key":"c2hvcnQ=","since":null}],"formerMarkKeys":[]}', {
    mode: 0o600,
  })
  await expect(openVault(path, { mayCreate: true })).rejects.toMatchObject({
    code: 'SECRET_UNREADABLE',
    params: { problem: expect.stringMatching(/^it is damaged, or of a newer version$/) },
  })
})
