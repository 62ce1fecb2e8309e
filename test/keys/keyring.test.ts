import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../importer/db/open.ts'
import type { Account } from '../../importer/types.ts'
import { newEd25519Key } from '../../keys/ed25519.ts'
import { createKeyring, type Keyring } from '../../keys/keyring.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { testAccount } from '../support/sftp-ledger.ts'

const ENGINES = ['sqlite', 'postgres'] as const

describe.each(ENGINES)('a keyring on %s', (engine) => {
  let directory: string
  let server: TestDatabase | null
  let database: OpenDatabase
  let keyring: Keyring
  let now: Date
  const [acme, globex]: [Account, Account] = [testAccount('acme'), testAccount('globex')]

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-keyring-'))
    server = engine === 'postgres' ? await createDatabase() : null
    database = await openDatabase(server?.url ?? join(directory, 'test.sqlite'))
    for (const { id, slug, name, timezone, createdAt } of [acme, globex]) {
      await database.db
        .insertInto('account')
        .values({ id, slug, name, timezone, created_at: createdAt })
        .execute()
    }
    now = new Date('2026-05-01T10:00:00Z')
    keyring = createKeyring({ db: database.db, now: () => now })
  })

  afterEach(async () => {
    await database.close()
    await server?.drop()
    await rm(directory, { recursive: true })
  })

  test('an added key may log in to its account, is listed with its comment, and to no other', async () => {
    const key = newEd25519Key('anna@laptop')
    const added = await keyring.add(acme, `${key.publicKeyLine}\n`)
    expect(added).toEqual({
      accountId: acme.id,
      slug: 'acme',
      fingerprint: key.fingerprint,
      type: 'ssh-ed25519',
      comment: 'anna@laptop',
      addedAt: '2026-05-01T10:00:00.000Z',
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
      networks: [],
    })
    const [login] = await keyring.forLogin(acme.id)
    expect(login).toMatchObject({ fingerprint: key.fingerprint, type: 'ssh-ed25519' })
    expect(login?.blob.toString('base64')).toBe(key.publicKeyLine.split(' ')[1])
    expect(await keyring.forLogin(globex.id)).toEqual([])
    expect(await keyring.forLogin('')).toEqual([])
    expect(await keyring.list()).toEqual([added])
    expect(await keyring.list(acme.id)).toEqual([added])
    expect(await keyring.list(globex.id)).toEqual([])
  })

  test('an account may have several keys, listed oldest first', async () => {
    const keys = [newEd25519Key('1'), newEd25519Key('2'), newEd25519Key('3')]
    for (const key of keys) {
      now = new Date(now.getTime() + 1_000)
      await keyring.add(acme, key.publicKeyLine)
    }
    expect((await keyring.list(acme.id)).map((one) => one.comment)).toEqual(['1', '2', '3'])
    expect(await keyring.forLogin(acme.id)).toHaveLength(3)
  })

  test('a key that is in use cannot be added again, and the error names where it is', async () => {
    const key = newEd25519Key('x')
    await keyring.add(acme, key.publicKeyLine)
    for (const account of [acme, globex]) {
      await expect(keyring.add(account, key.publicKeyLine)).rejects.toMatchObject({
        code: 'KEY_EXISTS',
        params: { fingerprint: key.fingerprint, slug: 'acme' },
      })
    }
  })

  test('of many who add the same key at the same time one succeeds', async () => {
    const { publicKeyLine } = newEd25519Key('x')
    const tries = Array.from({ length: 8 }, (_, index) =>
      keyring.add(index % 2 ? acme : globex, publicKeyLine),
    )
    const outcomes = await Promise.allSettled(tries)
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    expect(await keyring.list()).toHaveLength(1)
  })

  test('a revoked key logs in no more, stays in the list, and may be revoked again', async () => {
    const key = newEd25519Key('x')
    await keyring.add(acme, key.publicKeyLine)
    const revoked = await keyring.revoke(key.fingerprint)
    expect(revoked).toMatchObject({ revokedAt: '2026-05-01T10:00:00.000Z' })
    now = new Date('2026-06-01T10:00:00Z')
    expect(await keyring.revoke(key.fingerprint)).toEqual(revoked)
    expect(await keyring.forLogin(acme.id)).toEqual([])
    expect(await keyring.list(acme.id)).toEqual([revoked])
  })

  test('a revoked key may be added again, also elsewhere, and begins anew', async () => {
    const key = newEd25519Key('x')
    await keyring.add(acme, key.publicKeyLine)
    await keyring.touch(key.fingerprint)
    await keyring.revoke(key.fingerprint)
    expect(await keyring.add(globex, key.publicKeyLine)).toMatchObject({ slug: 'globex', revokedAt: null })
    expect(await keyring.forLogin(acme.id)).toEqual([])
    expect(await keyring.forLogin(globex.id)).toHaveLength(1)
    expect(await keyring.list()).toMatchObject([{ slug: 'globex', lastUsedAt: null }])
  })

  test('a key that nobody added cannot be revoked', async () => {
    await expect(keyring.revoke('SHA256:nothing')).rejects.toMatchObject({ code: 'KEY_UNKNOWN' })
  })

  test('a key logs in until the moment in which it expires', async () => {
    const key = newEd25519Key('x')
    await keyring.add(acme, key.publicKeyLine, { expiresAt: new Date('2026-05-02T00:00:00Z') })
    now = new Date('2026-05-01T23:59:59.999Z')
    expect(await keyring.forLogin(acme.id)).toHaveLength(1)
    now = new Date('2026-05-02T00:00:00Z')
    expect(await keyring.forLogin(acme.id)).toEqual([])
  })

  test("a key's last use is written down", async () => {
    const key = newEd25519Key('x')
    await keyring.add(acme, key.publicKeyLine)
    now = new Date('2026-05-03T07:00:00Z')
    await keyring.touch(key.fingerprint)
    await keyring.touch('SHA256:nothing')
    expect(await keyring.list()).toMatchObject([{ lastUsedAt: '2026-05-03T07:00:00.000Z' }])
  })

  test.each([
    ['within the minute it is not written again', '2026-05-03T07:00:59Z', '2026-05-03T07:00:00.000Z'],
    ['after a minute it is', '2026-05-03T07:01:01Z', '2026-05-03T07:01:01.000Z'],
  ])('a last use costs the disk one write a minute: %s', async (_, again, shown) => {
    const key = newEd25519Key('x')
    await keyring.add(acme, key.publicKeyLine)
    for (const at of ['2026-05-03T07:00:00Z', again]) {
      now = new Date(at)
      await keyring.touch(key.fingerprint)
    }
    expect(await keyring.list()).toMatchObject([{ lastUsedAt: shown }])
  })

  test('a bad key is refused before anything is stored', async () => {
    for (const line of ['', 'ssh-dss AAAA', newEd25519Key('x').privateKey]) {
      await expect(keyring.add(acme, line)).rejects.toThrow()
    }
    expect(await keyring.list()).toEqual([])
  })
})
