import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../importer/db/open.ts'
import { createPasswordVerifier, hashPassword } from '../../keys/password-hash.ts'
import { createPasswords, type Passwords } from '../../keys/passwords.ts'
import { judgePassword } from '../../server/sftp/auth.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { testAccount } from '../support/sftp-ledger.ts'

const GOOD = 'three plain words and 7'

describe.each(['sqlite', 'postgres'] as const)('passwords on %s', (engine) => {
  let directory: string
  let server: TestDatabase | null
  let database: OpenDatabase
  let passwords: Passwords
  let now: Date
  const acme = testAccount('acme')

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-passwords-'))
    server = engine === 'postgres' ? await createDatabase() : null
    database = await openDatabase(server?.url ?? join(directory, 'test.sqlite'))
    const { id, slug, name, timezone, createdAt } = acme
    await database.db
      .insertInto('account')
      .values({ id, slug, name, timezone, created_at: createdAt })
      .execute()
    now = new Date('2026-05-01T10:00:00Z')
    passwords = createPasswords({ db: database.db, now: () => now })
  })
  afterEach(async () => {
    await database.close()
    await server?.drop()
    await rm(directory, { recursive: true })
  })

  test('there is none until one is set, and none after it is turned off', async () => {
    expect(await passwords.isAnySet()).toBe(false)
    expect(await passwords.verify(acme.id, GOOD)).toBeNull()
    await passwords.set(acme, GOOD)
    expect(await passwords.isAnySet()).toBe(true)
    expect(await passwords.verify(acme.id, GOOD)).toEqual({ accountId: acme.id, setAt: now.toISOString() })
    expect(await passwords.turnOff(acme.id)).toBe(true)
    expect(await passwords.turnOff(acme.id)).toBe(false)
    expect(await passwords.verify(acme.id, GOOD)).toBeNull()
  })

  test('only the right one is good, only for its account, and not when it is cut', async () => {
    await passwords.set(acme, GOOD)
    for (const wrong of ['', GOOD.slice(0, -1), `${GOOD} `, GOOD.toUpperCase(), 'x'.repeat(100_000)])
      expect(await passwords.verify(acme.id, wrong)).toBeNull()
    expect(await passwords.verify('other', GOOD)).toBeNull()
    expect(await passwords.verify(null, GOOD)).toBeNull()
  })

  test('a new one ends what the old one proved', async () => {
    await passwords.set(acme, GOOD)
    const proof = await passwords.verify(acme.id, GOOD)
    if (proof === null || proof === 'busy') throw new Error('the password is good')
    expect(await passwords.stillGood([proof])).toEqual([proof])
    now = new Date('2026-05-02T10:00:00Z')
    await passwords.set(acme, `${GOOD}, another`)
    expect(await passwords.stillGood([proof])).toEqual([])
    expect(await passwords.verify(acme.id, GOOD)).toBeNull()
  })

  test('it is stored as argon2id with the cost that OWASP names, and each time with another salt', async () => {
    const stored = async () => {
      await passwords.set(acme, GOOD)
      return (await database.db.selectFrom('sftp_password').selectAll().executeTakeFirstOrThrow()).hash
    }
    const [first, second] = [await stored(), await stored()]
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(first).not.toBe(second)
    expect(first).not.toContain(GOOD)
  })

  test.each([
    ['a short one', 'fourteen chars', 'at least 15 characters'],
    ['an empty one', '', 'at least 15 characters'],
    ['one letter', 'aaaaaaaaaaaaaaaaaaaa', 'easy to guess'],
    ['the name of the account', 'acmeacmeacmeacmeacme1', 'easy to guess'],
    ['one with a bell in it', `${GOOD}\u0007`, 'control character'],
    ['an endless one', 'x1y2z3'.repeat(400), 'longer than 1024 bytes'],
  ])('%s is refused, without being repeated', async (_what, password, why) => {
    const error = await passwords.set(acme, password).catch((one: unknown) => one)
    expect(error).toMatchObject({ code: 'PASSWORD_WEAK', message: expect.stringContaining(why) })
    if (password !== '') expect(String(error)).not.toContain(password)
  })
})

describe('a flood of passwords', () => {
  test('is computed few at a time, waits in a bounded queue, and beyond that is not computed', async () => {
    const verifier = createPasswordVerifier({ atOnce: 2, waitingMax: 3 })
    const stored = await hashPassword(GOOD)
    const verdicts = await Promise.all(Array.from({ length: 8 }, () => verifier.verify(GOOD, stored)))
    expect(verdicts.filter((one) => one === 'good')).toHaveLength(5)
    expect(verdicts.filter((one) => one === 'busy')).toHaveLength(3)
    expect(await verifier.verify(GOOD, stored)).toBe('good')
  })

  test('says nothing about a password that was not computed', async () => {
    const login = {
      findAccount: async () => testAccount('acme'),
      passwords: { verify: async () => 'busy' as const },
    }
    expect(await judgePassword(login, { userName: 'acme', password: GOOD })).toEqual({ kind: 'busy' })
  })

  test('for an account that has none is never good, whatever is sent', async () => {
    const verifier = createPasswordVerifier()
    for (const password of ['', GOOD, '\0'.repeat(16)])
      expect(await verifier.verify(password, null)).toBe('no')
  })
})
